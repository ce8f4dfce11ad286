import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Config } from '../../platform/config/config.js';
import type { Principal } from '../../platform/http/principal.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { keyFrom } from '../keys/key-format.js';
import { Keys } from '../keys/keys.service.js';
import { assertOwnPage } from '../sessions/csrf.js';
import { isSecureSite, sessionTokenFrom } from '../sessions/session-cookie.js';
import { Sessions } from '../sessions/sessions.service.js';

/**
 * Looks at the key or the session before the body: a caller without either costs no parsing. Every route needs one
 * unless its configuration says that it is public; the guard then checks the scope.
 */
@Injectable()
export class KeyHook implements OnModuleInit {
  constructor(
    private readonly http: HttpAdapterHost,
    private readonly keys: Keys,
    private readonly sessions: Sessions,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const fastify = this.http.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', async (request) => {
      if (request.routeOptions.config.isPublic === true) return;
      request.principal = await this.principalOf(request);
    });
  }

  /** A key in a header wins: a program that sends one means it, whatever cookie comes along. */
  private async principalOf(request: FastifyRequest): Promise<Principal> {
    const key = keyFrom(request.headers);
    if (key !== undefined) return this.holderOf(key);
    const token = sessionTokenFrom(request, isSecureSite(this.config));
    if (token === undefined) {
      const detail = 'Send your key as "Authorization: Bearer KEY" or "X-API-Key: KEY".';
      throw new DomainError('unauthorized', 'key_missing', detail);
    }
    const session = await this.sessions.find(token);
    if (session === undefined) {
      throw new DomainError('unauthorized', 'session_over', 'This session has ended. Sign in again.');
    }
    assertOwnPage(request, token);
    return session.principal;
  }

  private async holderOf(key: string): Promise<Principal> {
    const principal = await this.keys.authenticate(key);
    if (principal !== undefined) return principal;
    throw new DomainError('unauthorized', 'key_invalid', 'This key is unknown or has been revoked.');
  }
}
