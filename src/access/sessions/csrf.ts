import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../rules/errors/domain-error.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Known only to who knows the cookie, which is the page itself: it gets the value from `GET /api/session`. */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('drumbeat csrf').digest('base64url');
}

type Asked = Pick<FastifyRequest, 'method' | 'headers'>;

/** A browser sends the cookie with every request to us, also with one that another page has made up. */
export function assertOwnPage(request: Asked, sessionToken: string): void {
  if (READS.has(request.method)) return;
  const given = request.headers['x-csrf-token'];
  const isToken = typeof given === 'string' && isSame(given, csrfTokenOf(sessionToken));
  if (isToken && comesFromOwnPage(request)) return;
  const detail = 'This session writes only from its own page: send X-CSRF-Token from GET /api/session.';
  throw new DomainError('forbidden', 'csrf', detail);
}

/** Signing in needs no token yet. Only a browser sends these headers. */
export function assertNotCrossSite({ headers }: Asked): void {
  if (headers['sec-fetch-site'] === undefined && headers.origin === undefined) return;
  if (comesFromOwnPage({ headers })) return;
  throw new DomainError('forbidden', 'csrf', 'Another page may not sign people in here.');
}

function comesFromOwnPage({ headers }: Pick<Asked, 'headers'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  if (origin === undefined || host === undefined) return false;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
