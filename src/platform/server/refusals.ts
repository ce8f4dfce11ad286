import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from '../http/problem.js';
import type { RefusalLimit } from './refusal-limit.js';

export function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

/**
 * Turns a refusal into a 429 when its address has had too many. Keys, verify tokens and signatures alike, and nothing
 * but refusals: a valid key from the same address keeps working, since many callers may share one.
 */
export function limitRefusal(
  limit: RefusalLimit,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): unknown {
  if (!isRefusal(reply.statusCode)) return payload;
  const retryAfterSeconds = limit.take(request.ip);
  if (retryAfterSeconds === undefined) return payload;
  const detail = 'Too many requests from this address were refused. Check the key before the next one.';
  const refusal = { status: 429, code: 'too_many_refusals', detail };
  void reply
    .code(429)
    .removeHeader('www-authenticate')
    .removeHeader('content-length')
    .headers({
      'content-type': 'application/problem+json; charset=utf-8',
      'retry-after': String(retryAfterSeconds),
    });
  return JSON.stringify(problemOf(refusal, { path: request.url.split('?', 1)[0] ?? '/', id: request.id }));
}
