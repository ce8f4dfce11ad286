import { NotFoundException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { notFound } from '../../rules/errors/domain-error.js';

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * No object has an id with a control character or half a surrogate pair in it. Found here, before anything is written
 * (the audit entry would be the first), such a path is a 404 on every route.
 */
export function refuseUnreadablePaths(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, _payload, done) => {
    for (const [name, value] of Object.entries((request.params ?? {}) as Record<string, unknown>)) {
      if (typeof value === 'string' && (CONTROL.test(value) || !value.isWellFormed())) {
        done(notFound(name === 'id' ? 'object' : name, 'with a character that no id has'));
        return;
      }
    }
    done();
  });
}

/** Refuses what has no route before the body is read: Fastify would parse it first. */
export function refuseUnknownRoutes(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', ({ is404, method, url }, _reply, done) => {
    done(is404 ? new NotFoundException(`Cannot ${method} ${url}`) : undefined);
  });
}
