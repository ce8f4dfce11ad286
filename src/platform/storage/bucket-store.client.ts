import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type Logger } from '../logging/logger.js';
import { type OutboundAnswer, type OutboundClient } from '../outbound/outbound.client.js';
import { OutboundError } from '../outbound/outbound-error.js';
import { type FileKey, type FileStore, PRIVATE_FOLDER } from './file-store.js';
import type { BucketSettings } from './storage-settings.js';

const TIMEOUT_MS = 30_000;
/** Unless a file is read, the store answers with nothing, or with an error of a few hundred bytes. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Waits before the second and the third attempt. */
const RETRY_AFTER_MS = [200, 1_000];
const BUSY = [429, 500, 502, 503, 504];
/** A file is named after its content, so it never changes. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';

type Method = 'GET' | 'PUT' | 'DELETE';

/** Files in a bucket of any S3-compatible store. Each request is signed over its whole content. */
export class BucketStore implements FileStore {
  constructor(
    private readonly settings: BucketSettings,
    private readonly outbound: OutboundClient,
    private readonly logger: Logger,
  ) {}

  async put(key: FileKey, bytes: Buffer, contentType: string): Promise<void> {
    const answer = await this.call('PUT', key, bytes, {
      'content-type': contentType,
      'cache-control': key.startsWith(PRIVATE_FOLDER) ? 'private, no-store' : IMMUTABLE,
    });
    if (answer.status !== 200) throw this.refused(answer);
  }

  async read(key: FileKey, maxBytes: number): Promise<Buffer | undefined> {
    const answer = await this.call('GET', key, Buffer.alloc(0), {}, maxBytes);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.refused(answer);
    return answer.body;
  }

  async remove(key: FileKey): Promise<void> {
    const answer = await this.call('DELETE', key, Buffer.alloc(0), {});
    if (![200, 204, 404].includes(answer.status)) throw this.refused(answer);
  }

  urlOf(key: FileKey): string {
    return `${this.settings.publicUrl}/${key}`;
  }

  private async call(
    method: Method,
    key: FileKey,
    body: Buffer,
    headers: Record<string, string>,
    maxBytes = MAX_ANSWER_BYTES,
  ): Promise<OutboundAnswer> {
    for (const pauseMs of [...RETRY_AFTER_MS, undefined]) {
      const answer = await this.attempt(method, key, body, headers, maxBytes).catch((error: unknown) => {
        if (!(error instanceof OutboundError)) throw error;
        return error;
      });
      const isFinal = !(answer instanceof OutboundError) && !BUSY.includes(answer.status);
      if (isFinal) return answer;
      if (pauseMs === undefined) throw this.refused(answer);
      await delay(pauseMs);
    }
    throw new TypeError('the last attempt always ends the loop');
  }

  private async attempt(
    method: Method,
    key: FileKey,
    body: Buffer,
    headers: Record<string, string>,
    maxBytes: number,
  ): Promise<OutboundAnswer> {
    const { accessKeyId, secretAccessKey, region } = this.settings;
    const signed = await new AwsV4Signer({
      method,
      url: this.addressOf(key),
      headers: { ...headers, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
      accessKeyId,
      secretAccessKey,
      region,
      service: 's3',
    }).sign();
    return this.outbound.send({
      method,
      url: signed.url.href,
      headers: Object.fromEntries(signed.headers.entries()),
      ...(method === 'PUT' ? { body } : {}),
      timeoutMs: TIMEOUT_MS,
      maxBytes,
    });
  }

  private addressOf(key: FileKey): string {
    const { endpoint, bucket, isPathStyle } = this.settings;
    if (isPathStyle) return `${endpoint}/${bucket}/${key}`;
    const url = new URL(endpoint);
    url.hostname = `${bucket}.${url.hostname}`;
    return `${url.href.replace(/\/$/, '')}/${key}`;
  }

  /** The operator reads in the log what the store said; a caller can do nothing about it. */
  private refused(answer: OutboundAnswer | OutboundError): DomainError {
    const why =
      answer instanceof OutboundError
        ? { failure: answer.failure }
        : { status: answer.status, code: /<Code>(\w{1,60})<\/Code>/.exec(answer.body.toString())?.[1] };
    this.logger.error(why, 'the object storage refuses or does not answer');
    const detail = 'The storage for files cannot be used right now. Try again in a moment.';
    return new DomainError('unavailable', 'storage_unavailable', detail, { retryAfterSeconds: 10 });
  }
}
