import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Counter } from 'prom-client';
import { Config } from '../platform/config/config.js';
import { connectionSettings } from '../platform/database/connection-settings.js';
import { GroupedWrites } from '../platform/database/grouped-writes.js';
import { Logger } from '../platform/logging/logger.js';
import { Metrics } from '../platform/metrics/metrics.js';
import type { NewClick } from './click.js';
import { insertClicks } from './link-clicks.queries.js';
import { findLink, type TrackedLink } from './tracked-links.queries.js';

const LIMITS = {
  writers: 1,
  maxItems: 1_000,
  maxBytes: 8 * 1_024 * 1_024,
  maxWaitingItems: 50_000,
  maxWaitingBytes: 32 * 1_024 * 1_024,
  // Clicks are applied several times a second anyway, and larger groups cost the disk less.
  gatherMs: 50,
};
/** About what one takes in memory. */
const SIZE = 300;
/** Of the statements. A redirect waits for none of them that long. */
const PATIENCE_MS = 10_000;
const CONNECTIONS = 4;

/**
 * What a redirect reads and writes, on a few connections of its own. It neither waits behind a report nor starves the
 * API, and a click that cannot be stored is counted as lost and forgotten.
 */
@Injectable()
export class ClickInbox implements OnApplicationShutdown {
  readonly pool: pg.Pool;
  private readonly writes: GroupedWrites<NewClick & { size: number }>;
  private readonly lost: Counter;
  private readonly underWay = new Set<Promise<void>>();

  constructor(config: Config, { registry }: Metrics, logger: Logger) {
    this.pool = new pg.Pool({
      connectionString: config.databaseUrl,
      max: CONNECTIONS,
      application_name: 'drumbeat links',
      ...connectionSettings({
        statementMs: PATIENCE_MS,
        lockMs: PATIENCE_MS,
        idleInTransactionMs: PATIENCE_MS,
        silentMs: null,
      }),
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
    });
    this.pool.on('error', () => undefined);
    this.lost = new Counter({
      name: 'drumbeat_link_clicks_lost_total',
      help: 'Clicks on tracked links that led on but could not be counted',
      registers: [registry],
    });
    this.writes = new GroupedWrites(async (clicks) => {
      try {
        await insertClicks(this.pool, clicks);
      } catch (error) {
        logger.error({ err: error, clicks: clicks.length }, 'could not store clicks');
        throw error;
      }
    }, LIMITS);
  }

  /** Returns at once. */
  add(click: NewClick): void {
    const stored = this.writes
      .add({ ...click, size: SIZE })
      .catch(() => {
        this.lost.inc();
      })
      .finally(() => this.underWay.delete(stored));
    this.underWay.add(stored);
  }

  async find(number: number): Promise<TrackedLink | undefined> {
    return findLink(this.pool, number);
  }

  /** Clicks that led on already are stored first, for as long as a statement may take. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.underWay);
    await this.pool.end();
  }
}
