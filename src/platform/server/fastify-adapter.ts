import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/config.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { BODY_LIMIT } from './http-app.js';
import { refuseUnparseable, refuseUnroutable } from './parser-refusals.js';

/** A caller's request id is kept if it is safe for a log line; it then leads through both systems. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : uuidV7();
}

export function fastifyAdapter({
  trustedProxies,
}: Partial<Pick<Config, 'trustedProxies'>> = {}): FastifyAdapter {
  return new FastifyAdapter({
    // Anyone else could write any address into X-Forwarded-For.
    trustProxy: trustedProxies ?? false,
    bodyLimit: BODY_LIMIT,
    genReqId: requestId as never,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    // Prototype keys in a body are dropped rather than rejected: they are odd data, not an attack on us.
    onProtoPoisoning: 'remove',
    onConstructorPoisoning: 'remove',
    clientErrorHandler: refuseUnparseable,
    frameworkErrors: refuseUnroutable as never,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  });
}
