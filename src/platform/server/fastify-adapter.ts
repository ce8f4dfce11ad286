import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { IncomingMessage } from 'node:http';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { BODY_LIMIT } from './http-app.js';

/** A caller's own request id is kept when it is one that can stand in a log line; it then leads through both systems. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : uuidV7();
}

export function fastifyAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    genReqId: requestId as never,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    // Prototype keys in a body are dropped rather than refused: they are data of somebody's, not an attack on us.
    onProtoPoisoning: 'remove',
    onConstructorPoisoning: 'remove',
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  });
}
