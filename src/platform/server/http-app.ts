import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Idempotency } from '../idempotency/idempotency.service.js';
import type { Logger } from '../logging/logger.js';
import { endUnfinishedBodies } from './body-deadlines.js';
import { refuseUnknownRoutes, refuseUnreadablePaths } from './path-check.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { RequestMetrics } from '../metrics/request-metrics.js';
import type { RefusalLimit } from './refusal-limit.js';
import { isRefusal, limitRefusal } from './refusals.js';
import { RequestInterceptor } from './request.interceptor.js';
import { addSecurityHeaders } from './security-headers.js';
import { acceptUploads, comesAsUpload } from '../http/upload.js';
import { BodyValidation } from '../http/validation.js';

/** Enough for 100,000 numbers in one JSON body and for Meta's 3 MB batches; larger lists are streamed as CSV. */
export const BODY_LIMIT = 5 * 1024 * 1024;

/** Everything about HTTP that holds for every route, on an application that is not yet listening. */
export function configureHttp(app: NestFastifyApplication, logger: Logger, refusals: RefusalLimit): void {
  const filter = new ProblemFilter(logger);
  setPrefix(app);
  app.useGlobalInterceptors(app.get(RequestInterceptor));
  app.useGlobalPipes(new BodyValidation());
  app.useGlobalFilters(filter);

  const fastify = app.getHttpAdapter().getInstance();
  const metrics = app.get(RequestMetrics);
  const idempotency = app.get(Idempotency);

  addSecurityHeaders(fastify);
  refuseUnreadablePaths(fastify);
  acceptUploads(app);
  endUnfinishedBodies(fastify, comesAsUpload);
  refuseForms(app);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    forgetTypeOfNothing(request);
    done();
  });
  refuseUnknownRoutes(fastify);
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.addHook('onSend', async (request, reply, payload) => {
    // Closing ends idle connections at once. One that is being answered would be kept alive and hold up the process
    // for as long as its client likes.
    if (closing) void reply.header('connection', 'close');
    if (request.running !== undefined) await storeAnswer(idempotency, request, reply, payload);
    return limitRefusal(refusals, request, reply, payload);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    if (isRefusal(reply.statusCode) || reply.statusCode === 429) metrics.refused(reply.statusCode);
    metrics.observe(request.method, route, reply.statusCode, reply.elapsedTime);
    logAnswer(logger, request, reply, route);
    done();
  });
}

/**
 * Nest would parse forms too. No route takes one, so the caller would only get a puzzling complaint about a field.
 */
function refuseForms(app: NestFastifyApplication): void {
  app.useBodyParser('application/x-www-form-urlencoded', {}, (_request, _body, done) => {
    const detail = 'This route does not take forms: send JSON with "Content-Type: application/json".';
    done(new DomainError('unsupported-media', 'unsupported_media_type', detail));
  });
  // Fastify hands plain text on as a string; a JSON route would then complain about fields.
  app.getHttpAdapter().getInstance().removeContentTypeParser('text/plain');
}

/**
 * Many clients announce a type on every request (JSON, or curl its form), also where there is no body to send. A
 * route that needs a body reports what is missing; any other route ignores the type.
 */
function forgetTypeOfNothing({ headers }: FastifyRequest): void {
  if (!/json|urlencoded/.test(headers['content-type'] ?? '')) return;
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  if (isEmpty) delete headers['content-type'];
}

/** Probes and metrics stand where every orchestrator looks for them, and images where Meta fetches them. */
export function setPrefix(app: INestApplication): void {
  app.setGlobalPrefix('api', { exclude: ['health/live', 'health/ready', 'metrics', 'media/:folder/:file'] });
}

const OFTEN_CALLED = ['/api/webhooks/whatsapp', '/l/:token'];

async function storeAnswer(
  idempotency: Idempotency,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<void> {
  const { running } = request;
  if (running === undefined) return;
  // Cleared first: if storing fails, the answer to that failure must not come back here.
  delete request.running;
  const header = (name: string): string | null => reply.getHeader(name)?.toString() ?? null;
  await idempotency.finish(running, {
    status: reply.statusCode,
    contentType: header('content-type'),
    location: header('location'),
    body: typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.toString() : '',
  });
}

function logAnswer(logger: Logger, request: FastifyRequest, reply: FastifyReply, route: string): void {
  // Probes, webhooks and opened links arrive by the thousand; an operator who wants to see them raises the log level.
  const frequent = route.startsWith('/health') || route === '/metrics' || OFTEN_CALLED.includes(route);
  const level = reply.statusCode >= 500 ? 'error' : frequent ? 'debug' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  const isRefused = isRefusal(reply.statusCode) || reply.statusCode === 429;
  logger[level](
    {
      requestId: request.id,
      method: request.method,
      route,
      path: request.url.split('?', 1)[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      // The address of the caller, for a firewall or an investigation.
      ...(isRefused ? { ip: request.ip } : {}),
      organizationId: request.principal?.organizationId,
    },
    'request',
  );
}
