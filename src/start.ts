import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MIGRATIONS } from '../migrations/all.js';
import { FirstOwner } from './access/people/first-owner.service.js';
import { ConfigError } from './platform/config/environment.js';
import { migrate } from './platform/database/migrate.js';
import { createLogger, type Logger } from './platform/logging/logger.js';
import type { Telemetry } from './platform/telemetry/telemetry.js';
import { createApp } from './create-app.js';
import { refusePractice } from './practice/refuse-practice.service.js';
import { loadSettings, type Settings } from './settings.js';
import { stopOnSignals } from './stop-on-signals.js';

const SECONDS_BETWEEN_NOTES = 5;

async function serve(
  settings: Settings,
  databaseUrl: string,
  logger: Logger,
  telemetry: Telemetry | undefined,
): Promise<void> {
  const applied = await migrate(databaseUrl, MIGRATIONS, { onWait: noteNowAndThen(logger) });
  if (applied.length > 0) logger.info({ migrations: applied }, 'schema updated');
  if (!settings.installation.isSimulated) await refusePractice(databaseUrl);
  const app = await createApp(settings, logger);
  stopOnSignals(app, logger, () => telemetry?.stop());
  const { config } = settings;
  await app.listen(config.port, config.host);
  const url = await app.getUrl();
  logger.info({ url, role: config.role }, 'ready');
  if (process.send === undefined) return;
  const console = settings.console.isServed && config.role !== 'worker';
  process.send({
    type: 'ready',
    url,
    console,
    ownerLink: console ? await ownerLink(app, logger) : undefined,
  });
}

/** A start without the link is still a start: the next one makes another. */
async function ownerLink(app: NestFastifyApplication, logger: Logger): Promise<string | undefined> {
  try {
    return await app.get(FirstOwner).link();
  } catch (error) {
    logger.warn({ err: error }, 'could not make the link for the first owner');
    return undefined;
  }
}

/** The database restarts, or a table is busy: one line every few seconds. */
function noteNowAndThen(logger: Logger): (error: unknown) => void {
  let next = 0;
  return (error) => {
    if (performance.now() < next) return;
    next = performance.now() + SECONDS_BETWEEN_NOTES * 1_000;
    logger.warn({ reason: error instanceof Error ? error.message : error }, 'waiting for the database');
  };
}

/** An error that an operator can fix is reported in one line; anything else is a bug and keeps its stack. */
function explain(error: unknown, config: Settings['config'] | undefined): string | undefined {
  if (error instanceof ConfigError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE' && config !== undefined) {
    return `PORT: ${config.port} on ${config.host} is in use by another program`;
  }
  if (code === 'EADDRNOTAVAIL' && config !== undefined)
    return `HOST: ${config.host} is not an address of this machine`;
  if (code === 'EACCES' && config !== undefined)
    return `PORT: ${config.port} needs more rights than this user has`;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return 'DATABASE_URL: no database answers there';
  if (code === '57P03') return 'DATABASE_URL: the database is starting up or shutting down';
  if (code === '28P01' || code === '28000') return 'DATABASE_URL: the database refuses this user or password';
  if (code === '3D000') return 'DATABASE_URL: there is no such database';
  return undefined;
}

export async function start(telemetry: Telemetry | undefined): Promise<void> {
  let settings: Settings | undefined;
  try {
    settings = loadSettings(process.env);
    const { databaseUrl, logLevel } = settings.config;
    if (databaseUrl === undefined) {
      throw new ConfigError(['DATABASE_URL: is needed here (npm start brings its own PostgreSQL)']);
    }
    await serve(settings, databaseUrl, createLogger(logLevel), telemetry);
  } catch (error) {
    console.error(explain(error, settings?.config) ?? error);
    process.exit(1);
  }
}
