import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database, isDataError } from '../../platform/database/database.js';
import { GroupedWrites } from '../../platform/database/grouped-writes.js';
import { halveOnFailure } from '../../platform/database/halve-on-failure.js';
import { Logger } from '../../platform/logging/logger.js';
import type { DeliveryReport } from './delivery-report.js';
import { DeliveryReports } from './delivery-reports.service.js';

type Outcome = DeliveryReport & { readonly size: number };

const LIMITS = {
  writers: 2,
  maxItems: 200,
  maxBytes: 200,
  maxWaitingItems: 100_000,
  maxWaitingBytes: 100_000,
  // At 500 messages a second this puts five times as many outcomes into a transaction, for a third of PostgreSQL's work.
  gatherMs: 40,
};
const LONGEST_WAIT_MS = 2_000;
/** In DATA_DIR: answers of Meta that could not be stored, one JSON object a line. */
export const UNSTORED_OUTCOMES = 'unstored-outcomes.jsonl';

/**
 * Stores the outcomes of attempts: outcomes that arrive together, from any slices, go into one transaction. While the
 * database is unavailable they wait here, because Meta reports them only once.
 */
@Injectable()
export class OutcomeRecorder {
  private readonly writes = new GroupedWrites<Outcome>((outcomes) => this.write(outcomes), LIMITS);

  constructor(
    private readonly database: Database,
    private readonly reports: DeliveryReports,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  /** Resolves when the report is stored. */
  record(report: DeliveryReport): Promise<void> {
    return this.writes.add({ ...report, size: 1 });
  }

  private async write(outcomes: readonly Outcome[]): Promise<void> {
    const failed = await halveOnFailure(
      outcomes,
      (some) => this.apply(some),
      () => false,
    );
    for (const { item, error } of failed) {
      // The attempt stays in doubt until its status webhook or a person settles it.
      this.logger.error({ err: error, recipientId: item.recipientId }, 'could not store outcome');
      await this.keep(item);
    }
  }

  /** The last resort for an answer that no row takes: Meta gives it only once. */
  private async keep(outcome: Outcome): Promise<void> {
    const line = `${JSON.stringify(outcome)}\n`;
    await appendFile(join(this.config.dataDir, UNSTORED_OUTCOMES), line, { mode: 0o600 }).catch(
      (error: unknown) => {
        this.logger.error({ err: error }, 'could not keep outcome in the data directory');
      },
    );
  }

  private async apply(outcomes: readonly Outcome[]): Promise<void> {
    for (let waitMs = 50; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        await this.database.transaction((tx) => this.reports.apply(tx, outcomes));
        return;
      } catch (error) {
        if (isDataError(error)) throw error;
        this.logger.warn({ err: error, outcomes: outcomes.length }, 'outcomes are waiting for the database');
        await delay(waitMs);
      }
    }
  }
}
