import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtraModels, ApiSecurity } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';
import { Problems } from './problem-responses.js';

export const PUBLIC_ROUTE = 'route:public';
export const REQUIRED_SCOPE = 'route:scope';
export const SENSITIVE_READ = 'route:sensitive';

/** For health and Meta's webhook only: everything else names a scope, and a route that names neither is refused. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC_ROUTE, true);

export const SCOPES = [
  'campaigns:read',
  'campaigns:write',
  'customers:read',
  'customers:write',
  'catalog:read',
  'catalog:write',
  'orders:read',
  'orders:write',
  'webhooks:read',
  'webhooks:write',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

export const RequireScope = (scope: Scope): MethodDecorator & ClassDecorator => keyed(scope);

/** A valid key is enough, whatever it may do. */
export const AnyKey = (): MethodDecorator & ClassDecorator => keyed('any');

function keyed(scope: Scope | 'any'): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(REQUIRED_SCOPE, scope),
    ApiSecurity('bearer'),
    ApiSecurity('apiKey'),
    ApiExtraModels(ProblemDto),
    Problems(401, 403),
  );
}

/** A read that hands out personal data or secrets' names in bulk: it is written into the audit log like a write. */
export const SensitiveRead = (): MethodDecorator => SetMetadata(SENSITIVE_READ, true);

/** `*` covers everything, `customers:*` covers both customers scopes. */
export function covers(granted: readonly string[], needed: Scope): boolean {
  const [area] = needed.split(':');
  return granted.some((scope) => scope === '*' || scope === needed || scope === `${area ?? ''}:*`);
}
