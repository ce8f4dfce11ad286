import { join } from 'node:path';
import { build } from './build.ts';
import { StartRefused } from './supervisor/start-refused.ts';
import { stopRequest } from './supervisor/stop-request.ts';
import { supervise } from './supervisor/supervise.ts';

const begun = performance.now();
const stop = stopRequest();

/** DRUMBEAT_DIST: the tests of this command bring a small application of their own. */
async function distribution(): Promise<string> {
  if (process.env.DRUMBEAT_DIST) return process.env.DRUMBEAT_DIST;
  await build().catch((error: unknown) => {
    throw new StartRefused((error as Error).message, { cause: error });
  });
  return join(import.meta.dirname, '..', '..', 'dist');
}

try {
  await supervise({
    env: process.env,
    dist: await distribution(),
    begun,
    stop,
    log: (line) => {
      console.log(`[supervisor] ${line}`);
    },
  });
  process.exit(0);
} catch (error) {
  // A Ctrl-C reaches the compiler and initdb too, and what they make of it is no news.
  if (stop.aborted) process.exit(0);
  if (!(error instanceof StartRefused)) console.error(error);
  else if (error.message !== '') console.error(error.message);
  process.exit(1);
}
