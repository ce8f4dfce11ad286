import { mkdir, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from '../launcher/build.ts';
import { chaosOfCatalogs } from './catalog/chaos-catalog.ts';
import { type ChaosOptions, readOptions, USAGE } from './options.ts';
import { redisIsInstalled } from './redis-server.ts';
import { reportLine, reportText } from './report.ts';
import { runChaos } from './run-chaos.ts';
import { stopCluster } from '../launcher/cluster.ts';
import { stopRequest } from '../launcher/supervisor/stop-request.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const HOME = join(ROOT, '.data');
const PREFIX = 'chaos-';

/** A killed run could not clean up; the next one does. */
async function removeLeftovers(): Promise<void> {
  for (const name of (await readdir(HOME)).filter((entry) => entry.startsWith(PREFIX))) {
    if (existsSync(`/proc/${name.slice(PREFIX.length)}`)) continue;
    await stopCluster(join(HOME, name, 'postgres'), 'immediate').catch(() => undefined);
    await rm(join(HOME, name), { recursive: true, force: true });
  }
}

function optionsOrExit(): ChaosOptions {
  try {
    const options = readOptions(process.argv.slice(2));
    return { ...options, logs: options.logs === undefined ? undefined : resolve(options.logs) };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

if (process.argv[2] === 'catalog') {
  await chaosOfCatalogs(process.argv.slice(3));
  process.exit();
}
const options = optionsOrExit();
if (options.redis && !redisIsInstalled()) {
  console.log('SKIPPED: chaos on Redis needs redis-server on the path (apt-get install redis-server)');
  process.exit(0);
}
const signal = stopRequest();
const dir = join(HOME, `${PREFIX}${process.pid}`);
await mkdir(HOME, { recursive: true });
await removeLeftovers();
try {
  await build();
  const log = (line: string): void => {
    console.log(line);
  };
  const outcome = await runChaos(options, { dir, dist: join(ROOT, 'dist'), signal, log });
  console.log(`\n${reportText(options, outcome)}\n${reportLine(options, outcome)}`);
  process.exitCode = outcome.findings.length === 0 ? 0 : 1;
} catch (error) {
  process.exitCode = 1;
  if (signal.aborted) console.log('stopped, together with everything that was started');
  else console.error(error);
} finally {
  await rm(dir, { recursive: true, force: true });
}
process.exit();
