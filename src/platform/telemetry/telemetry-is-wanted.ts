type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether the environment names a place to send traces to. Knows nothing of OpenTelemetry itself: this is all of
 * it that a process without telemetry ever loads.
 */
export function telemetryIsWanted(env: Environment): boolean {
  const setting = (name: string): string => env[name]?.trim().toLowerCase() ?? '';
  const endpoint =
    setting('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') !== '' || setting('OTEL_EXPORTER_OTLP_ENDPOINT') !== '';
  return endpoint && setting('OTEL_SDK_DISABLED') !== 'true' && setting('OTEL_TRACES_EXPORTER') !== 'none';
}
