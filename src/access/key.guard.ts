import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../rules/errors/domain-error.js';
import { covers, PUBLIC_ROUTE, REQUIRED_SCOPE, type Scope } from '../platform/http/route-access.js';
import { AccessService } from './keys/keys.service.js';
import { keyFrom } from './keys/key-format.js';

/** Stands before every route. One that says neither `@Public()` nor which scope it needs lets nobody in. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: AccessService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_ROUTE, route) === true) return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = keyFrom(request.headers);
    const principal = key === undefined ? undefined : await this.access.authenticate(key);
    if (principal === undefined) {
      const detail =
        key === undefined
          ? 'Send your key as "Authorization: Bearer KEY" or "X-API-Key: KEY".'
          : 'This key is unknown or has been revoked.';
      throw new DomainError('unauthorized', key === undefined ? 'key_missing' : 'key_invalid', detail);
    }
    const scope = this.reflector.getAllAndOverride<Scope | 'any' | undefined>(REQUIRED_SCOPE, route);
    if (scope === undefined || (scope !== 'any' && !covers(principal.scopes, scope))) {
      throw new DomainError(
        'forbidden',
        'scope_missing',
        `This key lacks the scope ${scope ?? 'for this route'}.`,
      );
    }
    request.principal = principal;
    return true;
  }
}
