import { context, diag, type DiagLogFunction, DiagLogLevel, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { diagLogLevelFromString, getStringFromEnv } from '@opentelemetry/core';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createLogger } from '../logging/logger.js';
import { instrument } from './instrumentations.js';
import { PrivateSpans } from './private-spans.js';
import { batchLimits, exporter, propagator, resource, sampler, spanLimits } from './settings.js';

/** A collector that is down must not hold up the end of the process. */
const FLUSH_PATIENCE_MS = 2_000;

export interface Telemetry {
  /** Sends what is still pending, as far as two seconds allow. Never rejects. */
  stop(): Promise<void>;
}

/** Traces to the collector of the environment. Has to run before the application is imported. */
export async function startTelemetry(): Promise<Telemetry> {
  logDiagnostics();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(propagator());
  const provider = new TracerProvider({
    resource: resource(),
    sampler: sampler(),
    spanLimits: spanLimits(),
    spanProcessors: [new PrivateSpans(), new BatchSpanProcessor({ exporter: exporter(), ...batchLimits() })],
  });
  trace.setGlobalTracerProvider(provider);
  instrument();
  // It brings BullMQ and pg with it, which must find the instrumentations in place.
  const { traceQueues } = await import('./traced-queues.js');
  traceQueues();
  return { stop: () => settledWithin(FLUSH_PATIENCE_MS, provider.shutdown()) };
}

async function settledWithin(ms: number, work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  // The error has been logged by then; only the spans are lost.
  await Promise.race([work.catch(() => undefined), promise]);
  clearTimeout(timer);
}

/** OpenTelemetry logs through our logger, masked like everything else; by itself it is silent, even about errors. */
function logDiagnostics(): void {
  const logger = createLogger('trace');
  const say =
    (level: 'error' | 'warn' | 'info' | 'debug' | 'trace'): DiagLogFunction =>
    (message, ...details) => {
      logger[level]({ context: 'telemetry', ...(details.length === 0 ? {} : { details }) }, message);
    };
  diag.setLogger(
    {
      // Traces that cannot be delivered do no harm: not an error.
      error: say('warn'),
      warn: say('warn'),
      info: say('info'),
      debug: say('debug'),
      verbose: say('trace'),
    },
    {
      logLevel: diagLogLevelFromString(getStringFromEnv('OTEL_LOG_LEVEL')) ?? DiagLogLevel.WARN,
      suppressOverrideMessage: true,
    },
  );
}
