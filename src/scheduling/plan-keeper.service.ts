import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Cron } from '../platform/timetable/timetable.js';
import { Database } from '../platform/database/database.js';
import type { Logger } from '../platform/logging/logger.js';
import { LOGGER } from '../platform/logging/logging.module.js';
import { LifecycleService } from '../campaigns/lifecycle/lifecycle.service.js';
import { findDueToStart, findStalePlans, type StalePlan } from '../campaigns/planning/planning.queries.js';

/**
 * Starts what was scheduled within seconds of its time, and keeps plans true once a minute: what Meta's limits, a
 * missed day or a crash have overtaken is planned anew. It only looks at what is there, so it may run twice, late, or after a week of standstill.
 */
@Injectable()
export class PlanKeeper implements OnModuleInit {
  constructor(
    private readonly cron: Cron,
    private readonly database: Database,
    private readonly lifecycle: LifecycleService,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.cron.register({
      name: 'start campaigns',
      expression: '*/2 * * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.startDue(),
    });
    this.cron.register({
      name: 'keep plans',
      expression: '* * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.keep(),
    });
  }

  async startDue(): Promise<void> {
    const { manager } = this.database;
    for (const due of await findDueToStart(manager, this.clock.now())) {
      await this.each(due, 'start', ({ organizationId, id }) => this.lifecycle.begin(organizationId, id));
    }
  }

  async keep(): Promise<void> {
    const { manager } = this.database;
    for (const stale of await findStalePlans(manager, this.clock.now())) {
      await this.each(stale, 'plan', ({ organizationId, id }) =>
        this.lifecycle.refreshPlan(organizationId, id),
      );
    }
  }

  /** One campaign that cannot be planned must not keep the others from it. */
  private async each(
    campaign: StalePlan,
    task: string,
    work: (campaign: StalePlan) => Promise<void>,
  ): Promise<void> {
    try {
      await work(campaign);
    } catch (error) {
      this.logger.warn(
        { err: error, campaignId: campaign.id, task },
        'a campaign could not be kept up to date',
      );
    }
  }
}
