import { expect, it } from '@jest/globals';
import { telemetryIsWanted } from './telemetry-is-wanted.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

it.each<[boolean, Record<string, string>]>([
  [false, {}],
  [false, { OTEL_SERVICE_NAME: 'drumbeat', OTEL_TRACES_EXPORTER: 'otlp' }],
  [false, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  [false, { OTEL_EXPORTER_OTLP_ENDPOINT: ' ', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '' }],
  [false, { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }],
  [false, { ...ENDPOINT, OTEL_SDK_DISABLED: ' TRUE ' }],
  [false, { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
  [true, ENDPOINT],
  [true, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }],
  [true, { ...ENDPOINT, OTEL_SDK_DISABLED: 'false' }],
  [true, { ...ENDPOINT, OTEL_SDK_DISABLED: '1', OTEL_TRACES_EXPORTER: 'otlp' }],
])('%s for %j', (wanted, env) => {
  expect(telemetryIsWanted(env)).toBe(wanted);
});
