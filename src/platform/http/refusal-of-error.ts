import { HttpException } from '@nestjs/common';
import {
  FOREIGN_KEY_VIOLATION,
  isOutage,
  isRetryable,
  sqlState,
  UNIQUE_VIOLATION,
} from '../database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type Refusal, refusalOf } from './problem.js';

/** What Fastify rejects before it reaches a handler; Nest passes on the status and little else. */
const BODY_REFUSALS: Readonly<Record<number, Pick<Refusal, 'code' | 'detail'>>> = {
  413: {
    code: 'body_too_large',
    detail: 'The body is larger than this route takes. Long lists go in as CSV, which is streamed.',
  },
  415: { code: 'unsupported_media_type', detail: 'This route does not take that content type.' },
};

/** What the caller learns about an error; undefined for a bug, for which the caller gets only the request id. */
export function refusalOfError(error: unknown): Refusal | undefined {
  if (error instanceof DomainError) return refusalOf(error);
  if (isOutage(error)) {
    const detail = 'The database cannot be reached right now. Try again in a moment.';
    return { status: 503, code: 'database_unavailable', detail, retryAfterSeconds: 2 };
  }
  if (isRetryable(error)) {
    const detail = 'Too many requests change the same objects right now. Try again in a moment.';
    return { status: 503, code: 'database_unavailable', detail, retryAfterSeconds: 2 };
  }
  if (sqlState(error) === UNIQUE_VIOLATION) {
    // Two requests created the same thing at the same instant, and the other one was first.
    return { status: 409, code: 'already_exists', detail: 'Something with these values exists already.' };
  }
  if (sqlState(error) === FOREIGN_KEY_VIOLATION) {
    // One request deleted what another one was about to refer to.
    const detail =
      'Another object still refers to this one, or this one refers to an object that has just been deleted.';
    return { status: 409, code: 'still_referenced', detail };
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
