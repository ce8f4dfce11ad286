import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { LifecycleService } from '../../campaigns/lifecycle/lifecycle.service.js';
import { Database, isOutage } from '../../platform/database/database.js';
import { GroupedWrites } from '../../platform/database/grouped-writes.js';
import { halveOnFailure } from '../../platform/database/halve-on-failure.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import type { DeliveryReport } from './delivery-report.js';
import { type AfterReports, DeliveryReports } from './delivery-reports.service.js';

type Outcome = DeliveryReport & { readonly size: number };

const LIMITS = {
  writers: 2,
  maxItems: 200,
  maxBytes: 200,
  maxWaitingItems: 100_000,
  maxWaitingBytes: 100_000,
  // At 500 messages a second five times as many a transaction, for a third of PostgreSQL's work.
  gatherMs: 40,
};
const LONGEST_WAIT_MS = 2_000;

/**
 * Writes down what became of attempts: outcomes that come in together, of whichever slices, go into one transaction.
 * While the database is away they wait here, because Meta tells them only once.
 */
@Injectable()
export class OutcomeRecorder {
  private readonly writes = new GroupedWrites<Outcome>((outcomes) => this.write(outcomes), LIMITS);

  constructor(
    private readonly database: Database,
    private readonly reports: DeliveryReports,
    private readonly lifecycle: LifecycleService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Resolves when it is stored. */
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
      // The attempt stays in doubt: its status webhook, or a human, settles it.
      this.logger.error({ err: error, recipientId: item.recipientId }, 'an outcome could not be stored');
    }
  }

  private async apply(outcomes: readonly Outcome[]): Promise<void> {
    for (let waitMs = 50; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        const after = await this.database.transaction((tx) => this.reports.apply(tx, outcomes));
        await this.replan(after);
        return;
      } catch (error) {
        if (!isOutage(error)) throw error;
        this.logger.warn({ err: error, outcomes: outcomes.length }, 'outcomes wait for the database');
        await delay(waitMs);
      }
    }
  }

  /** What a stopped campaign leaves of a shared limit goes to those that rank below. */
  private async replan({ stoppedCampaigns }: AfterReports): Promise<void> {
    for (const { organizationId, id } of stoppedCampaigns) {
      try {
        await this.lifecycle.replanWithout(organizationId, id);
      } catch (error) {
        this.logger.warn(
          { err: error, campaignId: id },
          'the neighbours of a stopped campaign keep their plan',
        );
      }
    }
  }
}
