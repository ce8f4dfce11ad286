import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { CampaignCalendar } from '../campaign/campaign-calendar.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { isOver, isPlanned } from '../campaign/campaign-state.js';
import { Campaigns } from '../campaign/campaigns.service.js';
import { markBelow } from './neighbours.queries.js';
import { clearMark, firstDuePlan, isBehind, markOtherLimits, markPlan } from './plan-marks.queries.js';
import type { PlanScope } from './planning.queries.js';
import { nextLookAt, Planning } from './planning.service.js';

const MINUTE_MS = 60_000;

/**
 * Brings plans up to date after the commands that changed something: one campaign a transaction, from the changed one
 * down the ranks. No campaign waits while another one is planned.
 */
@Injectable()
export class PlanUpkeep {
  constructor(
    private readonly database: Database,
    private readonly campaigns: Campaigns,
    private readonly planning: Planning,
    private readonly clock: Clock,
    private readonly settings: CalendarSettings,
    private readonly logger: Logger,
  ) {}

  /**
   * Makes the plans that are due, those of higher rank first, because the others are made around them. One campaign that
   * cannot be planned must not hold up the others.
   */
  async keepAll(): Promise<void> {
    const { manager } = this.database;
    const failed: string[] = [];
    // What is marked meanwhile waits for the next round: a campaign that changes all the time must not starve the others.
    const begun = this.clock.now();
    for (;;) {
      const due = await firstDuePlan(manager, begun, failed);
      if (due === undefined) return;
      try {
        await this.keep(due.organizationId, due.id);
      } catch (error) {
        failed.push(due.id);
        this.logger.warn({ err: error, campaignId: due.id }, 'could not keep plan up to date');
        await this.postpone(due.id);
      }
    }
  }

  /** Finds the campaigns that were planned with another limit than their portfolio has now. */
  async followLimits(): Promise<void> {
    await markOtherLimits(this.database.manager, this.clock.now());
  }

  /** Does what is due for a campaign. `refresh`: plans it in any case. */
  async keep(organizationId: string, id: string, { refresh = false } = {}): Promise<void> {
    await this.database.transaction(async (tx) => {
      const scope = await this.planning.begin(tx, organizationId, id);
      const campaign = await this.campaigns.lock(tx, organizationId, id);
      if (!isPlanned(campaign.status)) {
        await this.release(tx, campaign, scope);
      } else if (refresh || (await this.isOutdated(tx, campaign, scope))) {
        await this.planning.plan(tx, campaign, scope);
      } else {
        const now = this.clock.now();
        if (campaign.planDue === 'below') await markBelow(tx, campaign, scope, now);
        const calendar = new CampaignCalendar(campaign, this.settings, now);
        await clearMark(tx, id, nextLookAt(calendar));
      }
    });
  }

  /** Notes in the transaction that a campaign's plan no longer fits. The caller holds the campaign. */
  async planAgain(tx: EntityManager, id: string): Promise<void> {
    await markPlan(tx, id, 'own', this.clock.now());
  }

  /** A campaign that cannot be planned must not be tried all the time. */
  private async postpone(id: string): Promise<void> {
    await clearMark(this.database.manager, id, null);
    await markPlan(this.database.manager, id, 'own', new Date(this.clock.now().getTime() + MINUTE_MS));
  }

  /** A stopped campaign leaves its part of the limit to the others. */
  private async release(tx: EntityManager, campaign: Campaign, scope: PlanScope): Promise<void> {
    if (campaign.planDue === null) return;
    await markBelow(tx, campaign, scope, this.clock.now());
    if (isOver(campaign.status)) await this.planning.clear(tx, campaign);
    else await clearMark(tx, campaign.id, null);
  }

  private async isOutdated(
    tx: EntityManager,
    campaign: Campaign,
    { messagingLimit }: PlanScope,
  ): Promise<boolean> {
    if (campaign.planDue === 'own' || campaign.plannedLimit !== messagingLimit) return true;
    const { today } = new CampaignCalendar(campaign, this.settings, this.clock.now());
    return isBehind(tx, campaign.id, today);
  }
}
