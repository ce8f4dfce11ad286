import { Inject, Injectable } from '@nestjs/common';
import { LifecycleService } from '../campaigns/lifecycle/lifecycle.service.js';
import { CampaignsService } from '../campaigns/campaign/campaigns.service.js';
import { Clock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { Database } from '../platform/database/database.js';
import type { Logger } from '../platform/logging/logger.js';
import { LOGGER } from '../platform/logging/logging.module.js';
import { type Day, dayAt } from '../rules/calendar/day.js';
import { Slicer } from '../sending/slices/slicer.service.js';
import { type DueCandidate, findDueForRun, isOverdue } from '../sending/slices/slices.queries.js';

export interface DailyRun {
  date: Day;
  /** Campaigns of which somebody was let go. */
  campaigns: number;
  messages: number;
  /** Something is due, but outside of its hours: when the first of it may go. */
  closedUntil: Date | null;
}

/**
 * The daily run: whatever is due today is let go, and what earlier days left is planned anew first. It only looks at
 * rows and takes each campaign under its lock, so any number of callers, at any hour, change nothing twice.
 */
@Injectable()
export class DailyBatcher {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: LifecycleService,
    private readonly campaigns: CampaignsService,
    private readonly slicer: Slicer,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Of one organization, or (null) of all. */
  async run(organizationId: string | null): Promise<DailyRun> {
    const now = this.clock.now();
    const run: DailyRun = {
      date: dayAt(now, this.config.timeZone),
      campaigns: 0,
      messages: 0,
      closedUntil: null,
    };
    for (const due of await findDueForRun(this.database.manager, organizationId, now)) {
      try {
        await this.release(due, run);
      } catch (error) {
        // One campaign that cannot be let go must not keep the others from it.
        this.logger.error({ err: error, campaignId: due.id }, 'a campaign was left out of the daily run');
      }
    }
    return run;
  }

  private async release(due: DueCandidate, run: DailyRun): Promise<void> {
    const campaign = await this.campaigns.get(due.organizationId, due.id);
    const now = this.clock.now();
    const today = dayAt(now, campaign.timeZone);
    if (!due.isDueToday && this.slicer.dayOfRun(campaign, now) === today) return;
    if (await isOverdue(this.database.manager, due.id, today)) {
      await this.lifecycle.refreshPlan(due.organizationId, due.id);
    }
    const { messages, closedUntil } = await this.slicer.slice(due.organizationId, due.id, { release: true });
    run.messages += messages;
    if (messages > 0) run.campaigns += 1;
    if (closedUntil !== null && (run.closedUntil === null || closedUntil < run.closedUntil)) {
      run.closedUntil = closedUntil;
    }
  }
}
