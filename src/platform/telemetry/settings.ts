import { type TextMapPropagator, diag } from '@opentelemetry/api';
import {
  CompositePropagator,
  getNumberFromEnv,
  getStringFromEnv,
  getStringListFromEnv,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  hostDetector,
  type Resource,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

// The SDK takes its settings as arguments; only the complete distribution, with gRPC, Zipkin, logs and metrics in it,
// reads the standard variables. These are the ones that concern traces. As the standard requires, an invalid value is
// warned about and ignored: telemetry never keeps the product from starting.

/** One number from the first of several variables that is set. */
function numbers<K extends string>(
  variables: Record<K, readonly string[]>,
  least: number,
): Partial<Record<K, number>> {
  const found: Partial<Record<K, number>> = {};
  for (const [option, names] of Object.entries(variables) as [K, readonly string[]][]) {
    const value = names.map((name) => getNumberFromEnv(name)).find((number) => number !== undefined);
    if (value === undefined) continue;
    if (value >= least) found[option] = value;
    else diag.warn(`${names.join(' or ')}: must not be below ${least}`);
  }
  return found;
}

export const spanLimits = () =>
  numbers(
    {
      attributeCountLimit: ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
      attributeValueLengthLimit: [
        'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
        'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
      ],
      eventCountLimit: ['OTEL_SPAN_EVENT_COUNT_LIMIT'],
      linkCountLimit: ['OTEL_SPAN_LINK_COUNT_LIMIT'],
      attributePerEventCountLimit: ['OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'],
      attributePerLinkCountLimit: ['OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'],
    },
    0,
  );

export const batchLimits = () =>
  numbers(
    {
      maxQueueSize: ['OTEL_BSP_MAX_QUEUE_SIZE'],
      maxExportBatchSize: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
      scheduledDelayMillis: ['OTEL_BSP_SCHEDULE_DELAY'],
      exportTimeoutMillis: ['OTEL_BSP_EXPORT_TIMEOUT'],
    },
    1,
  );

const ratio = (): Sampler => new TraceIdRatioBasedSampler(getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG') ?? 1);
const SAMPLERS: Record<string, () => Sampler> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: ratio,
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: () => new ParentBasedSampler({ root: ratio() }),
};

export function sampler(): Sampler {
  const usual = 'parentbased_always_on';
  const name = getStringFromEnv('OTEL_TRACES_SAMPLER') ?? usual;
  const make = SAMPLERS[name];
  if (make === undefined) diag.warn(`OTEL_TRACES_SAMPLER: ${name} is not known here; using ${usual}`);
  return make?.() ?? new ParentBasedSampler({ root: new AlwaysOnSampler() });
}

const PROPAGATORS: Record<string, () => TextMapPropagator> = {
  tracecontext: () => new W3CTraceContextPropagator(),
  baggage: () => new W3CBaggagePropagator(),
};

/** Baggage only on request: what a caller puts into it would travel on to Meta and to integrators' webhooks. */
export function propagator(): TextMapPropagator {
  const names = new Set(getStringListFromEnv('OTEL_PROPAGATORS') ?? ['tracecontext']);
  const propagators = [...names].flatMap((name) => {
    const make = PROPAGATORS[name];
    if (make === undefined && name !== 'none') diag.warn(`OTEL_PROPAGATORS: ${name} is not known here`);
    return make === undefined ? [] : [make()];
  });
  return new CompositePropagator({ propagators: names.has('none') ? [] : propagators });
}

/** Endpoint, headers, timeout, compression and certificates are read by the exporters themselves. */
export function exporter(): SpanExporter {
  const kinds = getStringListFromEnv('OTEL_TRACES_EXPORTER') ?? ['otlp'];
  if (kinds.join() !== 'otlp') diag.warn(`OTEL_TRACES_EXPORTER: only otlp and none are known here`);
  const protocol =
    getStringFromEnv('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ??
    getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL') ??
    'http/protobuf';
  if (protocol === 'http/json') return new JsonExporter();
  if (protocol !== 'http/protobuf') {
    diag.warn(`OTEL_EXPORTER_OTLP_PROTOCOL: ${protocol} is not known here; using http/protobuf`);
  }
  return new ProtobufExporter();
}

/** Who sends: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over what we know ourselves. */
export function resource(): Resource {
  return defaultResource()
    .merge(detectResources({ detectors: [hostDetector, serviceInstanceIdDetector] }))
    .merge(
      resourceFromAttributes({
        'service.name': 'drumbeat',
        'drumbeat.role': getStringFromEnv('ROLE')?.trim() ?? 'all',
      }),
    )
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }));
}
