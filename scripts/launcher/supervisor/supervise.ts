import { once } from 'node:events';
import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { vacated } from '../processes/ports.ts';
import { APP_ENVIRONMENT, APP_FLAGS } from './app-runtime.ts';
import { banner } from './banner.ts';
import { checkConfig } from './check-config.ts';
import { EmbeddedDatabase } from './embedded-database.ts';
import { ManagedProcess } from './managed-process.ts';
import { killedRun, liveRun } from './run-file.ts';
import { readSettings, type Settings } from './settings.ts';
import { SimulatorHost } from './simulator-host.ts';
import { StartRefused } from './start-refused.ts';

interface SuperviseOptions {
  env: NodeJS.ProcessEnv;
  dist: string;
  /** Nobody is told that the start is done before it is. */
  consoleBuilt: Promise<unknown>;
  /** When the command began, on the clock of performance.now(). */
  begun: number;
  /** Aborts to stop everything. */
  stop: AbortSignal;
  log: (line: string) => void;
}

// Ten seconds for everything: the rest is for the simulator and PostgreSQL.
const APP_STOP_MS = 7_000;
const LEFTOVER_PATIENCE_MS = 10_000;

/** Runs the installation until `stop`: starts it from the database up and stops it in the opposite order. */
export async function supervise(options: SuperviseOptions): Promise<void> {
  await using started = new AsyncDisposableStack();
  const stopped = once(options.stop, 'abort');
  if (options.stop.aborted) return;
  const starting = start(options, started);
  // The operator has already asked to stop: the error of an interrupted start is not worth reporting.
  starting.catch(() => undefined);
  await Promise.race([starting, stopped]);
  await stopped;
  options.log(`Stopping (${String(options.stop.reason)}).`);
}

async function start(
  { env, dist, consoleBuilt, begun, stop, log }: SuperviseOptions,
  started: AsyncDisposableStack,
): Promise<void> {
  const settings = readSettings(env);
  await checkConfig(dist, env);
  await makeDataDir(settings.dataDir);
  stop.throwIfAborted();

  let database: EmbeddedDatabase | undefined;
  const shared = (): NodeJS.ProcessEnv => ({
    ...env,
    DATA_DIR: settings.dataDir,
    DATABASE_URL: database?.url ?? settings.databaseUrl,
    ...missingFrom(env, simulator.credentials),
    // With nobody real to reach, a newcomer may move the clock at once.
    ...(simulator.url === undefined
      ? {}
      : { WHATSAPP_API_URL: simulator.url, ...missingFrom(env, { CLOCK: 'kept' }) }),
  });
  const simulator = new SimulatorHost({
    settings,
    script: join(dist, 'simulator', 'main.js'),
    env: shared,
    log,
  });
  const app = new ManagedProcess({
    name: 'The application',
    script: join(dist, 'src', 'main.js'),
    flags: APP_FLAGS,
    env: () => ({ ...APP_ENVIRONMENT, ...shared() }),
    log,
  });

  if (settings.databaseUrl === undefined) {
    database = new EmbeddedDatabase({
      dataDir: settings.dataDir,
      log,
      onMoved: () => {
        simulator.restart();
        app.restart();
      },
    });
    started.defer(() => database?.close());
    await openDatabase(database, settings);
    stop.throwIfAborted();
  }

  await outliveKilledRun(settings);
  stop.throwIfAborted();

  started.defer(() => simulator.close());
  await simulator.join(database?.owned === false);
  stop.throwIfAborted();

  started.defer(() => app.stop(APP_STOP_MS));
  app.start();
  const everything = Promise.all([app.ready, simulator.ready(), consoleBuilt]);
  const [ready] = await Promise.race([everything, app.failedStart]);
  app.settled();
  simulator.settled();
  console.log(
    banner({
      settings,
      ...ready,
      simulatorUrl: simulator.url,
      adminKeyGiven: Boolean(env.ADMIN_API_KEY),
      tookMs: performance.now() - begun,
    }),
  );
}

/** Private, because secrets are kept in it. */
async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK);
  } catch (error) {
    throw new StartRefused(`DATA_DIR: ${(error as Error).message}`, { cause: error });
  }
}

async function openDatabase(database: EmbeddedDatabase, settings: Settings): Promise<void> {
  try {
    await database.open();
  } catch (error) {
    throw new StartRefused((error as Error).message, { cause: error });
  }
  if (database.owned || settings.mayJoinOthers) return;
  const url = (await liveRun(settings.dataDir))?.url;
  const where = url === undefined ? '' : ` (${url})`;
  throw new StartRefused(
    `Drumbeat is already running on ${settings.dataDir}${where}. Stop it first, or choose another DATA_DIR.`,
  );
}

/** The application of a killed supervisor ends by itself, but may need a moment to release our port. */
async function outliveKilledRun({ dataDir, port, url }: Settings): Promise<void> {
  const killed = await killedRun(dataDir);
  if (killed?.url === url) await vacated(port, LEFTOVER_PATIENCE_MS);
}

/** Settings of the operator win. */
function missingFrom(env: NodeJS.ProcessEnv, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !env[name]));
}
