import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../rules/errors/domain-error.js';
import { AccessBootstrap } from '../keys/access-bootstrap.service.js';
import { covers, OPERATOR_ROUTE, REQUIRED_SCOPE, type Scope } from '../../platform/http/route-access.js';

/**
 * Checks the scopes of the caller that the hook has found. A route with neither `@Public()` nor a required scope rejects
 * every request.
 */
@Injectable()
export class ScopeGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly bootstrap: AccessBootstrap,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const { principal, routeOptions } = context.switchToHttp().getRequest<FastifyRequest>();
    if (routeOptions.config.isPublic === true) return true;
    const route = [context.getHandler(), context.getClass()];
    const scope = this.reflector.getAllAndOverride<Scope | 'any' | undefined>(REQUIRED_SCOPE, route);
    const isCovered = scope !== undefined && (scope === 'any' || covers(principal?.scopes ?? [], scope));
    if (principal === undefined || !isCovered) {
      const detail = `This ${typeof principal?.userId === 'string' ? 'role' : 'key'} lacks the scope ${scope ?? 'for this route'}.`;
      throw new DomainError('forbidden', 'scope_missing', detail);
    }
    const isForOperator = this.reflector.get<boolean | undefined>(OPERATOR_ROUTE, context.getHandler());
    if (isForOperator === true && principal.organizationId !== this.bootstrap.defaultOrganizationId) {
      const detail = 'This concerns the whole installation: it needs an admin key of its first organization.';
      throw new DomainError('forbidden', 'operator_only', detail);
    }
    return true;
  }
}
