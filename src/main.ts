import { telemetryIsWanted } from './platform/telemetry/telemetry-is-wanted.js';

// Everything else is imported afterwards: tracing has to be in place before the code it traces.
const telemetry = telemetryIsWanted(process.env)
  ? await (await import('./platform/telemetry/telemetry.js')).startTelemetry()
  : undefined;
const { start } = await import('./start.js');
await start(telemetry);
