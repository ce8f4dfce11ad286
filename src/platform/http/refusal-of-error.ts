import { HttpException } from '@nestjs/common';
import { isOutage, sqlState } from '../database/database.js';
import { DomainError } from '../errors/domain-error.js';
import { type Refusal, refusalOf } from './problem.js';

const UNIQUE_VIOLATION = '23505';

const BODY_REFUSALS: Readonly<Record<string, Refusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body_too_large',
    detail: 'The body is larger than this route takes. Large lists go in as CSV, which is streamed.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    detail: 'This route does not take that content type.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    code: 'invalid_json',
    detail: 'The content type says JSON, but the body is empty.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'invalid_json', detail: 'The body is not valid JSON.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'invalid_content_length',
    detail: 'The body is not as long as the Content-Length header says.',
  },
};

/** What the caller is told about an error; undefined for a bug, of which a caller learns nothing but the request id. */
export function refusalOfError(error: unknown): Refusal | undefined {
  if (error instanceof DomainError) return refusalOf(error);
  if (isOutage(error)) {
    const detail = 'The database cannot be reached right now. Try again in a moment.';
    return { status: 503, code: 'database_unavailable', detail, retryAfterSeconds: 2 };
  }
  if (sqlState(error) === UNIQUE_VIOLATION) {
    // Two requests made the same thing at the same instant, and the other one was first.
    return { status: 409, code: 'already_exists', detail: 'Something with these values exists already.' };
  }
  const { code, statusCode } = codesOf(error);
  const known = BODY_REFUSALS[code];
  if (known !== undefined) return known;
  if (error instanceof SyntaxError && statusCode === 400) {
    return { status: 400, code: 'invalid_json', detail: 'The body is not valid JSON.' };
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    const status = error.getStatus();
    return { status, code: status === 404 ? 'no_such_route' : 'refused', detail: error.message };
  }
  // What Fastify itself refuses: a malformed URL, an overlong header, an aborted upload.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500 && error instanceof Error) {
    return { status: statusCode, code: 'refused', detail: error.message };
  }
  return undefined;
}

function codesOf(error: unknown): { code: string; statusCode: number | undefined } {
  if (typeof error !== 'object' || error === null) return { code: '', statusCode: undefined };
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  return {
    code: typeof code === 'string' ? code : '',
    statusCode: typeof statusCode === 'number' ? statusCode : undefined,
  };
}
