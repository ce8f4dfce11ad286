import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Transform, type TransformCallback } from 'node:stream';
import multipart from '@fastify/multipart';
import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import { type NestFastifyApplication, RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../rules/errors/domain-error.js';

/** Far more than any list of people; only there so that nobody can send forever. */
export const UPLOAD_LIMIT = 4 * 1024 ** 3;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `or-json`: the route takes the same as JSON too. */
    takesUpload?: 'always' | 'or-json';
  }
  interface FastifyRequest {
    /** Opened before the handler, once: a body can be read only one time. */
    upload?: Upload;
  }
}

/** A body that is read while it arrives: its size is never held in memory. */
export interface Upload {
  stream: UploadStream;
  fileName: string | null;
  /** As the caller named it; null when they did not. */
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

const STREAMED = /^(text\/csv|multipart\/form-data)\s*(;|$)/i;

export function comesAsUpload(request: FastifyRequest): boolean {
  const { takesUpload } = request.routeOptions.config;
  if (takesUpload !== 'or-json') return takesUpload === 'always';
  return STREAMED.test(request.headers['content-type'] ?? '');
}

export function acceptUploads(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  // Its own limit is per file and ends the file silently; ours counts every kind of upload.
  void fastify.register(multipart, { limits: { files: 1, fields: 20, fileSize: Infinity } });
  fastify.addContentTypeParser('text/csv', (_request, _payload, done) => {
    done(null);
  });
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const isStray =
      request.routeOptions.config.takesUpload === undefined &&
      request.method !== 'GET' &&
      STREAMED.test(request.headers['content-type'] ?? '');
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
  if (!STREAMED.test(type)) throw unsupported('Send the file as text/csv or multipart/form-data.');
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

/**
 * What `pipeline` would do, but for one thing: when the reader stops early, the rest of the body is read and thrown
 * away. A socket closed in the caller's face would keep the answer from ever reaching them.
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
  // Whoever reads the stream gets the error; without a listener it would end the process when nobody reads.
  stream.on('error', () => undefined);
  stream.once('close', () => {
    raw.off('close', broken);
    source.unpipe(stream);
    source.resume();
  });
  source.pipe(stream);
  return stream;
}

function unsupported(detail: string): DomainError {
  return new DomainError('unsupported-media', 'unsupported_media_type', detail);
}
