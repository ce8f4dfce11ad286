import { telemetryIsWanted } from './platform/telemetry/telemetry-is-wanted.js';

// Everything else is imported after it: what is to be traced must find the tracing in place.
const telemetry = telemetryIsWanted(process.env)
  ? await (await import('./platform/telemetry/telemetry.js')).startTelemetry()
  : undefined;
const { start } = await import('./start.js');
await start(telemetry);
