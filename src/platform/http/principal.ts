import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../rules/errors/domain-error.js';

/** Who is calling: a key, or a person in a session. Only the hook that reads them sets it on the request. */
export interface Principal {
  /** Null: a person in a session. */
  keyId: string | null;
  userId: string | null;
  /** Set for every session, also for one that was opened with a key. */
  sessionId: string | null;
  organizationId: string;
  scopes: readonly string[];
}

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
  }
}

/** The id under which an object keeps who made it. */
export function actorOf({ userId, keyId }: Principal): string | null {
  return userId ?? keyId;
}

/** The caller of a guarded route. On a public route there is none, and asking for it is a bug. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (principal === undefined) throw new TypeError('a public route has no caller');
  return principal;
});

/** The person in the session. A key belongs to no person. */
export const Person = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal & { userId: string } => {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
    const userId = principal?.userId ?? null;
    if (principal !== undefined && userId !== null) return { ...principal, userId };
    const detail = 'This concerns a person: sign in, a key does not do.';
    throw new DomainError('forbidden', 'person_needed', detail);
  },
);
