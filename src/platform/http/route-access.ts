import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtraModels, ApiSecurity } from '@nestjs/swagger';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { Principal } from './principal.js';
import { ProblemDto } from './problem.dto.js';
import { Problems } from './problem-responses.js';

export const REQUIRED_SCOPE = 'route:scope';
export const OPERATOR_ROUTE = 'route:operator';
export const SENSITIVE_READ = 'route:sensitive';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route needs no key. */
    isPublic?: boolean;
  }
}

/**
 * For health, the documentation and Meta's webhook only: everything else names a scope, and a route that names neither
 * is refused. On each route and not on its class: Fastify has to know it before Nest looks at the request.
 */
export const PUBLIC_ROUTE = { isPublic: true } as const;
export const Public = (): MethodDecorator => RouteConfig(PUBLIC_ROUTE);

/** The scopes of this application, declared by the feature that owns them: `declare module` adds its keys. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- features add the members
export interface KnownScopes {}
export type Scope = keyof KnownScopes;

export const RequireScope = (scope: Scope): MethodDecorator & ClassDecorator => keyed(scope);

/**
 * For what concerns the whole installation: the scope `admin`, and a key of the first organization, which is the
 * operator's. Every organization has admins of its own.
 */
export const RequireOperator = (): MethodDecorator =>
  applyDecorators(SetMetadata(OPERATOR_ROUTE, true), keyed('admin'));

/** Any valid key will do, whatever its scopes. */
export const AnyKey = (): MethodDecorator & ClassDecorator => keyed('any');

function keyed(scope: Scope | 'any'): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(REQUIRED_SCOPE, scope),
    ApiSecurity('bearer'),
    ApiSecurity('apiKey'),
    ApiExtraModels(ProblemDto),
    Problems(401, 403, 429),
  );
}

/** A read that hands out personal data or secrets' names in bulk: it goes into the audit log like a write. */
export const SensitiveRead = (): MethodDecorator => SetMetadata(SENSITIVE_READ, true);

/** `*` covers everything, `customers:*` covers both customers scopes. */
/** For what the body of a request asks for, and its route does not. */
export function assertScope({ scopes }: Principal, scope: Scope, why: string): void {
  if (covers(scopes, scope)) return;
  throw new DomainError('forbidden', 'scope_missing', `This key lacks the scope ${scope}: ${why}`);
}

export function covers(granted: readonly string[], needed: Scope): boolean {
  const [area] = needed.split(':');
  return granted.some((scope) => scope === '*' || scope === needed || scope === `${area ?? ''}:*`);
}
