import { ConfigError } from '../platform/config/environment.js';
import { createDataSource } from '../platform/database/data-source.js';
import { forgetClock, keptOffsetMs } from '../platform/clock/kept-clock.service.js';
import { hasPretended } from './practice.queries.js';

/** Two processes that start together may differ by a moment; nobody moves a clock by less than this. */
const UNMOVED_MS = 1_000;

/**
 * Before a process that reaches real people starts: the database may have been used for practice. What was pretended
 * must not be counted with what is real, and days that a moved clock has seen come once more.
 */
export async function refusePractice(databaseUrl: string): Promise<void> {
  const source = await createDataSource({ url: databaseUrl, poolSize: 1 }).initialize();
  try {
    const offsetMs = await keptOffsetMs(source.manager);
    if (offsetMs === undefined) return;
    if (Math.abs(offsetMs) >= UNMOVED_MS) {
      throw new ConfigError([
        'DATABASE_URL: the clock of this database was moved for practice; start with a new DATA_DIR or an empty database',
      ]);
    }
    if (await hasPretended(source.manager)) {
      throw new ConfigError([
        'DATABASE_URL: this database holds pretend campaigns from practice; remove them with: npm run practice:clear',
      ]);
    }
    await forgetClock(source.manager);
  } finally {
    await source.destroy();
  }
}
