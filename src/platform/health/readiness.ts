import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Queues } from '../queue/queues.js';
import type { ReadinessDto } from './health.dto.js';

const PATIENCE_MS = 2_000;

@Injectable()
export class Readiness implements BeforeApplicationShutdown {
  private stopping = false;
  private migrated = false;

  constructor(
    private readonly database: Database,
    private readonly queues: Queues,
  ) {}

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  async check(): Promise<ReadinessDto> {
    const [database, migrations, queue] = await Promise.all([
      up(() => this.database.manager.query('SELECT 1')),
      up(() => this.checkMigrations()),
      up(() => this.queues.ping()),
    ]);
    const checks = { database, migrations, queue };
    const allUp = Object.values(checks).every((check) => check === 'up');
    return { status: this.stopping ? 'stopping' : allUp ? 'ok' : 'unavailable', checks };
  }

  /** A schema that was complete once stays complete, so the check stops there. */
  private async checkMigrations(): Promise<void> {
    if (this.migrated) return;
    if (await this.database.dataSource.showMigrations()) throw new Error('migrations are pending');
    this.migrated = true;
  }
}

/** A check that hangs counts as down: the caller of a readiness probe does not wait either. */
async function up(check: () => Promise<unknown>): Promise<'up' | 'down'> {
  const { promise, resolve } = Promise.withResolvers<'down'>();
  const timer = setTimeout(resolve, PATIENCE_MS, 'down');
  try {
    return await Promise.race([check().then(() => 'up' as const), promise]);
  } catch {
    return 'down';
  } finally {
    clearTimeout(timer);
  }
}
