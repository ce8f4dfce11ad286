import { Injectable } from '@nestjs/common';
import { PlanUpkeep } from '../campaigns/planning/plan-upkeep.service.js';
import { CampaignCalendar } from '../campaigns/campaign/campaign-calendar.js';
import { Clock } from '../platform/clock/clock.js';
import { CalendarSettings } from '../rules/calendar/calendar-settings.js';
import { Database } from '../platform/database/database.js';
import { Logger } from '../platform/logging/logger.js';
import { type Day, dayAt } from '../rules/calendar/day.js';
import { Slicer } from '../sending/slices/slicer.service.js';
import { type DueCandidate, findDueForRun, isOverdue } from './daily-run.queries.js';

export interface DailyRun {
  date: Day;
  /** Campaigns that released at least one recipient. */
  campaigns: number;
  messages: number;
  /** Set when work is due whose window is closed: the earliest opening. */
  closedUntil: Date | null;
}

/**
 * The daily run: releases today's recipients, after planning again what earlier days left over. It decides by rows and
 * takes each campaign under its lock, so any number of callers, at any hour, release nobody twice.
 */
@Injectable()
export class DailyBatcher {
  constructor(
    private readonly database: Database,
    private readonly plans: PlanUpkeep,
    private readonly slicer: Slicer,
    private readonly clock: Clock,
    private readonly calendar: CalendarSettings,
    private readonly logger: Logger,
  ) {}

  /** Runs for one organization, or for all (null). */
  async run(organizationId: string | null): Promise<DailyRun> {
    const now = this.clock.now();
    const run: DailyRun = {
      date: dayAt(now, this.calendar.timeZone),
      campaigns: 0,
      messages: 0,
      closedUntil: null,
    };
    for (const due of await findDueForRun(this.database.manager, organizationId, now)) {
      try {
        await this.release(due, run);
      } catch (error) {
        // One campaign that cannot be released must not hold up the others.
        this.logger.error({ err: error, campaignId: due.id }, 'campaign skipped in the daily run');
      }
    }
    return run;
  }

  private async release(due: DueCandidate, run: DailyRun): Promise<void> {
    const { today, dayOfRun } = new CampaignCalendar(due, this.calendar, this.clock.now());
    if (!due.isDueToday && dayOfRun === today) return;
    if (await isOverdue(this.database.manager, due.id, today)) {
      await this.plans.keep(due.organizationId, due.id, { refresh: true });
    }
    const { messages, closedUntil } = await this.slicer.slice(due.organizationId, due.id, { release: true });
    run.messages += messages;
    if (messages > 0) run.campaigns += 1;
    if (closedUntil !== null && (run.closedUntil === null || closedUntil < run.closedUntil)) {
      run.closedUntil = closedUntil;
    }
  }
}
