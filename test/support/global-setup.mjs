import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from '../../scripts/launcher/build.ts';
import { startCluster, stopCluster } from '../../scripts/launcher/cluster.ts';

const ROOT = join(import.meta.dirname, '../..');
const PREFIX = 'drumbeat-test-';

/**
 * One throw-away PostgreSQL for the whole run and one migrated template in it, from which every test file clones
 * a database of its own in a few milliseconds. In memory where there is room: that is ten times faster.
 */
export default async function globalSetup() {
  const home = testHome();
  await removeLeftovers(home);
  const dir = join(home, `${PREFIX}${process.pid}-${randomBytes(4).toString('hex')}`);
  await build(ROOT);
  const cluster = await startCluster({ dir, database: 'template_app', durable: false });
  globalThis.__TEST_CLUSTER__ = { dir };
  const { migrate } = await import(pathToFileURL(join(ROOT, 'dist/src/platform/database/migrate.js')).href);
  const { MIGRATIONS } = await import(pathToFileURL(join(ROOT, 'dist/migrations/all.js')).href);
  await migrate(cluster.url, MIGRATIONS);
  process.env.TEST_TEMPLATE_URL = cluster.url;
  // Workers inherit the environment: a setting of the developer's shell must not reach the application under test.
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'PORT', 'DATA_DIR', 'CLOCK', 'ROLE'])
    delete process.env[name];
}

function testHome() {
  const shm = '/dev/shm';
  if (existsSync(shm)) {
    const { bavail, bsize } = statfsSync(shm);
    if (bavail * bsize > 1_500_000_000) return shm;
  }
  const home = join(ROOT, '.data');
  mkdirSync(home, { recursive: true });
  return home;
}

/** A run that was killed could not clean up; the next one does it for it. */
async function removeLeftovers(home) {
  for (const name of readdirSync(home).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (!Number.isInteger(pid) || existsSync(`/proc/${pid}`)) continue;
    await stopCluster(join(home, name), 'immediate').catch(() => undefined);
    rmSync(join(home, name), { recursive: true, force: true });
  }
}
