import { subscribe } from 'node:diagnostics_channel';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { context, trace } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import type { FastifyInstance } from 'fastify';

/** A statement with a thousand rows of placeholders adds nothing after this many characters. */
const STATEMENT_LENGTH = 2_000;

/** Probes and scrapes come every few seconds and would bury everything else. */
const UNTRACED = /^\/(health\/|metrics\b)/;

/** What an incoming request reveals about its caller, beyond the route. */
const CALLER = {
  'url.query': undefined,
  'client.address': undefined,
  'network.peer.address': undefined,
  'network.peer.port': undefined,
  'user_agent.original': undefined,
};

/** What a call reveals beyond its masked address: the same address with ids, numbers and names in it. */
const CALLED = { 'url.path': undefined, 'url.query': undefined, 'user_agent.original': undefined };

/**
 * Watches incoming and outgoing HTTP and PostgreSQL. Must run before the application is imported.
 *
 * http, https and pg are CommonJS, one object each that importers of either kind share: requiring them once while the
 * instrumentations listen covers every importer. So no loader hook is needed, which would pass every module of the
 * application through a second thread. undici reports its requests itself.
 */
export function instrument(): void {
  new HttpInstrumentation({
    ignoreIncomingRequestHook: (request) => UNTRACED.test(request.url ?? ''),
    startIncomingSpanHook: () => CALLER,
    startOutgoingSpanHook: () => ({ 'user_agent.original': undefined }),
  });
  new UndiciInstrumentation({ startSpanHook: () => CALLED });
  new PgInstrumentation({
    // A statement outside a request or a job is the queue or the clock looking for work, all day long.
    requireParentSpan: true,
    ignoreConnectSpans: true,
    requestHook: (span, { query }) => {
      span.setAttribute('db.query.text', query.text.slice(0, STATEMENT_LENGTH));
    },
  });
  const require = createRequire(import.meta.url);
  for (const name of ['http', 'https', 'pg']) require(name);
  syncBuiltinESMExports();
  nameSpansByRoute();
}

/** Fastify announces every instance it creates, and knows the route that node:http cannot know. */
function nameSpansByRoute(): void {
  subscribe('fastify.initialization', (message) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRequest', (request, _reply, done) => {
      const metadata = getRPCMetadata(context.active());
      const route = request.routeOptions.url;
      if (metadata !== undefined && route !== undefined) metadata.route = route;
      // The way from a trace to the log lines of its request, and back.
      trace.getActiveSpan()?.setAttribute('drumbeat.request_id', request.id);
      done();
    });
  });
}
