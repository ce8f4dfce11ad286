import { join } from 'node:path';
import { buildConsole } from './build-console.ts';
import { build } from './build.ts';
import { StartRefused } from './supervisor/start-refused.ts';
import { stopRequest } from './supervisor/stop-request.ts';
import { supervise } from './supervisor/supervise.ts';

const begun = performance.now();
const stop = stopRequest();

/** DRUMBEAT_DIST: the tests of this command bring a small application of their own. */
const given = process.env.DRUMBEAT_DIST || undefined;

function refuseStart(error: unknown): never {
  throw new StartRefused((error as Error).message, { cause: error });
}

/** Beside everything else that a start has to do: it is needed only when the first page is opened. */
function consoleBuilt(): Promise<unknown> {
  const isWanted =
    given === undefined && process.env.DRUMBEAT_CONSOLE !== 'off' && process.env.ROLE !== 'worker';
  const built = isWanted ? buildConsole().catch(refuseStart) : Promise.resolve();
  // Reported when it is awaited, which may be after it has failed.
  built.catch(() => undefined);
  return built;
}

async function distribution(): Promise<string> {
  if (given !== undefined) return given;
  await build().catch(refuseStart);
  return join(import.meta.dirname, '..', '..', 'dist');
}

try {
  await supervise({
    env: process.env,
    consoleBuilt: consoleBuilt(),
    dist: await distribution(),
    begun,
    stop,
    log: (line) => {
      console.log(`[supervisor] ${line}`);
    },
  });
  process.exit(0);
} catch (error) {
  // A Ctrl-C reaches the compiler and initdb too, and their errors are not worth reporting then.
  if (stop.aborted) process.exit(0);
  if (!(error instanceof StartRefused)) console.error(error);
  else if (error.message !== '') console.error(error.message);
  process.exit(1);
}
