import {
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span as TracedSpan,
  SpanKind as TracedKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import {
  type Attributes,
  type ContextManager,
  type Exception,
  type Span,
  SpanKind,
  type SpanOptions,
  type Telemetry,
  type Tracer,
} from 'bullmq';

/**
 * BullMQ's own seam for tracing. It reports a job being added and a job being processed. A worker's search for its
 * next job belongs to no request and would be most of all spans.
 */
export class QueueTelemetry implements Telemetry<Context> {
  readonly contextManager: ContextManager<Context> = {
    with: (active, run) => context.with<unknown[], typeof run>(active, run),
    active: () => context.active(),
    root: () => ROOT_CONTEXT,
    getMetadata: (active) => {
      const carrier: Record<string, string> = {};
      propagation.inject(active, carrier);
      return JSON.stringify(carrier);
    },
    fromMetadata: (active, metadata) =>
      propagation.extract(active, JSON.parse(metadata) as Record<string, string>),
  };

  readonly tracer: Tracer<Context> = {
    startSpan: (name, options, parent) => startSpan(name, options, parent),
  };
}

function startSpan(
  name: string,
  options: SpanOptions | undefined,
  parent: Context | undefined,
): Span<Context> {
  const kind = options?.kind;
  if (kind !== SpanKind.PRODUCER && kind !== SpanKind.CONSUMER) return UNTOLD;
  const tracer = trace.getTracer('drumbeat-queue');
  if (kind === SpanKind.PRODUCER)
    return new JobSpan(tracer.startSpan(name, { kind: TracedKind.PRODUCER }, parent));
  // A trace of its own for every job, with a link to what asked for it: one request can ask for ten thousand jobs
  // over days, which no trace viewer could show as one trace.
  const cause = parent === undefined ? undefined : trace.getSpanContext(parent);
  const links = cause === undefined ? [] : [{ context: cause }];
  return new JobSpan(tracer.startSpan(name, { kind: TracedKind.CONSUMER, root: true, links }, parent));
}

/** Results and failure reasons may hold anything, so only the name of an event is reported. */
class JobSpan implements Span<Context> {
  constructor(private readonly span: TracedSpan) {}

  setSpanOnContext(active: Context): Context {
    return trace.setSpan(active, this.span);
  }
  setAttribute(name: string, value: Attributes[string]): void {
    if (value !== undefined) this.span.setAttribute(name, value);
  }
  setAttributes(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }
  addEvent(name: string): void {
    this.span.addEvent(name);
    if (name === 'job failed') this.span.setStatus({ code: SpanStatusCode.ERROR });
  }
  recordException(exception: Exception): void {
    this.span.recordException(exception);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }
  end(): void {
    this.span.end();
  }
}

const nothing = (): void => undefined;
const UNTOLD: Span<Context> = {
  setSpanOnContext: (active) => active,
  setAttribute: nothing,
  setAttributes: nothing,
  addEvent: nothing,
  recordException: nothing,
  end: nothing,
};
