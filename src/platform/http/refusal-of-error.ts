import { HttpException } from '@nestjs/common';
import { isOutage, sqlState } from '../database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type Refusal, refusalOf } from './problem.js';

const UNIQUE_VIOLATION = '23505';

/** What Fastify refuses before a handler is reached; Nest passes on the status and little else. */
const BODY_REFUSALS: Readonly<Record<number, Pick<Refusal, 'code' | 'detail'>>> = {
  413: {
    code: 'body_too_large',
    detail: 'The body is larger than this route takes. Long lists go in as CSV, which is streamed.',
  },
  415: { code: 'unsupported_media_type', detail: 'This route does not take that content type.' },
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
  const status = statusOf(error);
  if (status === undefined || status < 400 || status >= 500 || !(error instanceof Error)) return undefined;
  const body = BODY_REFUSALS[status];
  if (body !== undefined) return { status, ...body };
  if (status === 404)
    return { status, code: 'no_such_route', detail: `There is no such route: ${error.message}.` };
  if (status === 400 && /json/i.test(error.message)) {
    return { status, code: 'invalid_json', detail: 'The body is not valid JSON.' };
  }
  return { status, code: 'refused', detail: error.message };
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
