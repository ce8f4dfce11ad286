import { MIGRATIONS } from '../migrations/all.js';
import { ConfigError } from './platform/config/environment.js';
import { createDataSource } from './platform/database/data-source.js';
import { migrate } from './platform/database/migrate.js';
import { keptOffsetMs } from './platform/clock/kept-clock.service.js';
import { clearPractice } from './practice/practice.queries.js';
import { loadSettings } from './settings.js';

/** `npm run practice:clear`: removes what was sent, sold and answered against the simulator. */
async function clear(): Promise<void> {
  const { config } = loadSettings(process.env);
  if (config.databaseUrl === undefined) throw new ConfigError(['DATABASE_URL: is needed here']);
  await migrate(config.databaseUrl, MIGRATIONS);
  const source = await createDataSource({ url: config.databaseUrl, poolSize: 1 }).initialize();
  try {
    await source.transaction(async (tx) => {
      // A database without practice may hold real campaigns, which this command must not touch.
      if ((await keptOffsetMs(tx)) === undefined) {
        throw new ConfigError(['Nothing to remove: this database was never used with the simulator.']);
      }
      await clearPractice(tx);
    });
  } finally {
    await source.destroy();
  }
  console.log('Removed: campaigns, messages, numbers, templates, products and orders from practice.');
  console.log('Kept: people who sign in, keys, customers with their consent and opt-outs, groups.');
}

try {
  await clear();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
