import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface S3Object {
  body: Buffer;
  headers: Record<string, string>;
}

export interface S3Server {
  url: string;
  objects: Map<string, S3Object>;
  /** The answers to the next requests, before any is looked at. */
  failures: number[];
  /** What a request was refused for. */
  refusals: string[];
  close: () => Promise<void>;
}

const MAX_AGE_MS = 15 * 60_000;

/**
 * The part of S3 that we use, strict where S3 is: the signature (version 4) must cover the method, the path, host,
 * date and the hash of the content, and the content must have that hash.
 */
export async function startS3Server(keys: { id: string; secret: string; region: string }): Promise<S3Server> {
  const objects = new Map<string, S3Object>();
  const failures: number[] = [];
  const refusals: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      handle(request, Buffer.concat(chunks), response);
    });
  });
  const handle = (request: IncomingMessage, body: Buffer, response: ServerResponse): void => {
    const failure = failures.shift();
    if (failure !== undefined) {
      answer(response, failure, 'SlowDown');
      return;
    }
    const refusal = refusalOf(request, body, keys);
    if (refusal !== undefined) {
      refusals.push(refusal);
      answer(response, 403, refusal);
      return;
    }
    const key = request.url ?? '';
    if (request.method === 'GET') {
      const stored = objects.get(key);
      response.writeHead(stored === undefined ? 404 : 200).end(stored?.body);
      return;
    }
    if (request.method === 'PUT')
      objects.set(key, { body, headers: request.headers as Record<string, string> });
    else if (request.method === 'DELETE') objects.delete(key);
    else answer(response, 405, 'MethodNotAllowed');
    response.writeHead(request.method === 'DELETE' ? 204 : 200).end();
  };
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    failures,
    refusals,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => {
          closed();
        });
      }),
  };
}

function answer(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code></Error>`);
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

function refusalOf(
  { method = '', url = '', headers }: IncomingMessage,
  body: Buffer,
  keys: { id: string; secret: string; region: string },
): string | undefined {
  const [, id, day = '', region = '', names = '', signature = ''] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  if (id !== keys.id) return 'InvalidAccessKeyId';
  if (region !== keys.region) return 'AuthorizationHeaderMalformed';
  const date = String(headers['x-amz-date'] ?? '');
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!date.startsWith(day) || !(Math.abs(Date.now() - at) < MAX_AGE_MS)) return 'RequestTimeTooSkewed';
  const digest = String(headers['x-amz-content-sha256'] ?? '');
  if (digest !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const signed = names.split(';');
  for (const needed of ['host', 'x-amz-date', 'x-amz-content-sha256']) {
    if (!signed.includes(needed)) return 'SignatureDoesNotMatch';
  }
  const [path = '', query = ''] = url.split('?');
  const canonical = [
    method,
    path,
    query,
    ...signed.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    names,
    digest,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(Buffer.from(canonical))].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer>(
    (inner, part) => hmac(inner, part),
    Buffer.from(`AWS4${keys.secret}`),
  );
  const isRight = timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex'));
  return isRight ? undefined : 'SignatureDoesNotMatch';
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
