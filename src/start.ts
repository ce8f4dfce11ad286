import 'reflect-metadata';
import { type Config, ConfigError, loadConfig } from './platform/config/config.js';
import { migrate } from './platform/database/migrate.js';
import { createLogger, type Logger } from './platform/logging/logger.js';
import type { Telemetry } from './platform/telemetry/telemetry.js';
import { createApp } from './create-app.js';
import { stopOnSignals } from './stop-on-signals.js';

async function serve(
  config: Config & { databaseUrl: string },
  logger: Logger,
  telemetry: Telemetry | undefined,
): Promise<void> {
  const applied = await migrate(config.databaseUrl);
  if (applied.length > 0) logger.info({ migrations: applied }, 'schema updated');
  const app = await createApp(config, logger);
  stopOnSignals(app, logger, () => telemetry?.stop());
  await app.listen(config.port, config.host);
  const url = await app.getUrl();
  logger.info({ url, role: config.role }, 'ready');
  process.send?.({ type: 'ready', url });
}

/** What an operator can mend is told in one line; everything else is a bug and keeps its stack. */
function explain(error: unknown, config: Config | undefined): string | undefined {
  if (error instanceof ConfigError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE' && config !== undefined) {
    return `PORT: ${config.port} on ${config.host} is in use by another program`;
  }
  if (code === 'EADDRNOTAVAIL' && config !== undefined)
    return `HOST: ${config.host} is no address of this machine`;
  if (code === 'EACCES' && config !== undefined)
    return `PORT: ${config.port} needs more rights than this user has`;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return 'DATABASE_URL: no database answers there';
  if (code === '57P03') return 'DATABASE_URL: the database is starting up or shutting down';
  if (code === '28P01' || code === '28000') return 'DATABASE_URL: the database refuses this user or password';
  if (code === '3D000') return 'DATABASE_URL: there is no such database';
  return undefined;
}

export async function start(telemetry: Telemetry | undefined): Promise<void> {
  let config: Config | undefined;
  try {
    config = loadConfig(process.env);
    const { databaseUrl } = config;
    if (databaseUrl === undefined) {
      throw new ConfigError(['DATABASE_URL: is needed here (npm start brings its own PostgreSQL)']);
    }
    await serve({ ...config, databaseUrl }, createLogger(config.logLevel), telemetry);
  } catch (error) {
    console.error(explain(error, config) ?? error);
    process.exit(1);
  }
}
