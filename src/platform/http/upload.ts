import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Transform, type TransformCallback } from 'node:stream';
import multipart from '@fastify/multipart';
import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import { type NestFastifyApplication, RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../rules/errors/domain-error.js';

/** Far more than any list of people; it only keeps a sender from going on forever. */
export const UPLOAD_LIMIT = 4 * 1024 ** 3;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `or-json`: the route takes the same as JSON too. `image-or-json`: an image, or JSON that says where one is. `file`: a file of any kind. */
    takesUpload?: 'always' | 'or-json' | 'image-or-json' | 'file';
    /** The route reads the bytes itself, whatever the body calls itself. */
    readsAnyType?: boolean;
  }
  interface FastifyRequest {
    /** Opened once, before the handler: a body can be read only once. */
    upload?: Upload;
  }
}

/** A body that is read while it arrives: its size is never held in memory. */
export interface Upload {
  stream: UploadStream;
  fileName: string | null;
  /** The name that the caller gave; null when there is none. */
  charset: string | null;
}

/** Counts and hashes what passes through. The hash is there only after all of it has been read. */
export class UploadStream extends Transform {
  digest: string | undefined;
  private readonly hash = createHash('sha256');
  private size = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.size += chunk.length;
    if (this.size > UPLOAD_LIMIT) {
      done(new DomainError('too-large', 'upload_too_large', 'The file is larger than 4 GB.'));
      return;
    }
    this.hash.update(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    this.digest = this.hash.digest('base64url');
    done();
  }
}

/** On a route that takes a CSV file, as the body itself or as the file of a form; nothing else may stream. */
export function TakesCsv(): MethodDecorator {
  const file = { type: 'string', format: 'binary' };
  return applyDecorators(
    RouteConfig({ takesUpload: 'always' }),
    ApiConsumes('text/csv', 'multipart/form-data'),
    ApiBody({
      required: true,
      schema: {
        oneOf: [
          { type: 'string', description: 'The file itself (text/csv)' },
          { type: 'object', properties: { file }, required: ['file'] },
        ],
      },
    }),
  );
}

/** On a route that takes an image, as the body itself or as the file of a form, or the JSON of this class. */
export function TakesImage(json: new () => object): MethodDecorator {
  const file = { type: 'string', format: 'binary' };
  return applyDecorators(
    RouteConfig({ takesUpload: 'image-or-json' }),
    ApiConsumes('image/jpeg', 'image/png', 'multipart/form-data', 'application/json'),
    ApiExtraModels(json),
    ApiBody({
      required: true,
      schema: {
        oneOf: [
          { type: 'string', format: 'binary', description: 'The image itself (image/jpeg, image/png)' },
          { type: 'object', properties: { file }, required: ['file'] },
          { $ref: getSchemaPath(json) },
        ],
      },
    }),
  );
}

/** On a route that takes a file of any kind, as the body itself or as the file of a form. */
export function TakesFile(...types: readonly string[]): MethodDecorator {
  const file = { type: 'string', format: 'binary' };
  return applyDecorators(
    RouteConfig({ takesUpload: 'file' }),
    ApiConsumes('multipart/form-data', 'application/octet-stream', ...types),
    ApiBody({
      required: true,
      schema: {
        oneOf: [
          { type: 'object', properties: { file }, required: ['file'] },
          { ...file, description: 'The file itself' },
        ],
      },
    }),
  );
}

const CSV = /^(text\/csv|multipart\/form-data)\s*(;|$)/i;
/** Of any kind: what an image is shows in its bytes, not in what it is called. */
const IMAGE = /^(image\/[\w.+-]+|application\/octet-stream|multipart\/form-data)\s*(;|$)/i;

/** Any type that does not mean something to this API: what the file is shows in its bytes. */
const FILE =
  /^((image|video|audio)\/[\w.+-]+|application\/(octet-stream|pdf|msword|vnd\.[\w.+-]+)|multipart\/form-data)\s*(;|$)/i;

const STREAMED = { always: CSV, 'or-json': CSV, 'image-or-json': IMAGE, file: FILE };

/** The content types that a route reads as a stream. */
function streamedBy(request: FastifyRequest): RegExp {
  return STREAMED[request.routeOptions.config.takesUpload ?? 'always'];
}

export function comesAsUpload(request: FastifyRequest): boolean {
  const { takesUpload } = request.routeOptions.config;
  if (takesUpload === undefined) return false;
  if (takesUpload === 'always' || takesUpload === 'file') return true;
  return streamedBy(request).test(request.headers['content-type'] ?? '');
}

export function acceptUploads(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  // The plugin's own limit is per file and truncates silently; ours covers every kind of upload.
  void fastify.register(multipart, { limits: { files: 1, fields: 20, fileSize: Infinity } });
  const files = [/^(image|video|audio)\//, /^application\/(pdf|msword|vnd\.)/];
  for (const type of ['text/csv', 'application/octet-stream', ...files]) {
    fastify.addContentTypeParser(type, (_request, _payload, done) => {
      done(null);
    });
  }
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const type = request.headers['content-type'] ?? '';
    const { takesUpload, readsAnyType = false } = request.routeOptions.config;
    const isStreamed = CSV.test(type) || FILE.test(type);
    const isTaken = takesUpload !== undefined && (!isStreamed || streamedBy(request).test(type));
    const isStray = isStreamed && !isTaken && !readsAnyType && request.method !== 'GET';
    done(isStray ? unsupported('This route does not take that content type.') : null, payload);
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    request.upload?.stream.destroy();
    done();
  });
}

export async function openUpload(request: FastifyRequest): Promise<Upload> {
  const type = request.headers['content-type'] ?? '';
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (!streamedBy(request).test(type)) throw unsupported(expectedBy(request));
  if (encoding !== 'identity') throw unsupported('Send the file as it is, without content encoding.');
  if (!request.isMultipart()) {
    const [, charset = null] = /;\s*charset="?([\w.:-]+)"?/i.exec(type) ?? [];
    return { stream: flow(request.raw, request), fileName: null, charset };
  }
  const part = await request.file().catch((error: unknown) => {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    throw new DomainError('invalid', 'invalid_form', `The form is not valid: ${why}.`);
  });
  if (part === undefined) {
    const message = 'must be a file of the form';
    throw new DomainError('invalid', 'file_missing', `file: ${message}`, {
      errors: [{ field: 'file', message }],
    });
  }
  const [, charset = null] = /;\s*charset="?([\w.:-]+)"?/i.exec(part.mimetype) ?? [];
  return { stream: flow(part.file, request), fileName: part.filename.slice(0, 255) || null, charset };
}

/** All of it, for a route whose files fit into memory. */
export async function readUpload(
  { stream }: Upload,
  maxBytes: number,
  tooLarge: () => DomainError,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * What `pipeline` does, with one difference: when the reader stops early, the rest of the body is read and discarded.
 * If the socket were closed, the answer would never reach the caller.
 */
function flow(source: Readable, { raw }: FastifyRequest): UploadStream {
  const stream = new UploadStream();
  const broken = (): void => {
    if (raw.complete) return;
    const detail = 'The connection was closed before the end of the file.';
    stream.destroy(new DomainError('invalid', 'upload_aborted', detail));
  };
  const failed = (error: Error): void => {
    if (!raw.complete) broken();
    else
      stream.destroy(new DomainError('invalid', 'invalid_form', `The form is not valid: ${error.message}.`));
  };
  raw.once('close', broken);
  source.once('error', failed);
  // The reader of the stream gets the error. Without a listener it would end the process when there is no reader.
  stream.on('error', () => undefined);
  stream.once('close', () => {
    raw.off('close', broken);
    source.unpipe(stream);
    source.resume();
  });
  source.pipe(stream);
  return stream;
}

function expectedBy(request: FastifyRequest): string {
  return request.routeOptions.config.takesUpload === 'file'
    ? 'Send the file as multipart/form-data or application/octet-stream.'
    : 'Send the file as text/csv or multipart/form-data.';
}

function unsupported(detail: string): DomainError {
  return new DomainError('unsupported-media', 'unsupported_media_type', detail);
}
