import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CampaignLifecycle } from '../campaigns/lifecycle/lifecycle.service.js';
import { PlanUpkeep } from '../campaigns/planning/plan-upkeep.service.js';
import { Clock } from '../platform/clock/clock.js';
import { Timetable } from '../platform/timetable/timetable.js';
import { Database } from '../platform/database/database.js';
import { Logger } from '../platform/logging/logger.js';
import { type DueCampaign, findDueToStart } from './plan-keeper.queries.js';

/**
 * Starts scheduled campaigns within seconds of their time, and plans what commands, a changed limit, a missed day or a
 * crash have made out of date. It decides by rows, so it may run twice, late, or after a week of downtime.
 */
@Injectable()
export class PlanKeeper implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly database: Database,
    private readonly lifecycle: CampaignLifecycle,
    private readonly plans: PlanUpkeep,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'start campaigns',
      expression: '*/2 * * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.startDue(),
    });
    this.timetable.register({
      name: 'keep plans',
      expression: '* * * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.plans.keepAll(),
    });
    this.timetable.register({
      name: 'follow limits',
      expression: '* * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.plans.followLimits(),
    });
  }

  async startDue(): Promise<void> {
    for (const due of await findDueToStart(this.database.manager, this.clock.now())) await this.start(due);
  }

  /** One campaign that cannot be started must not hold up the others. */
  private async start({ organizationId, id }: DueCampaign): Promise<void> {
    try {
      const reason = await this.lifecycle.begin(organizationId, id);
      if (reason !== null) this.logger.warn({ campaignId: id, reason }, 'a scheduled campaign has failed');
    } catch (error) {
      this.logger.warn({ err: error, campaignId: id }, 'could not start a scheduled campaign');
    }
  }
}
