import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CampaignCalendar } from '../../campaigns/campaign/campaign-calendar.js';
import type { Campaign } from '../../campaigns/campaign/campaign.entity.js';
import { isOver } from '../../campaigns/campaign/campaign-state.js';
import { PlanUpkeep } from '../../campaigns/planning/plan-upkeep.service.js';
import { Campaigns } from '../../campaigns/campaign/campaigns.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { isOfFormerPace } from './former-pace.js';
import * as leases from './leases.queries.js';
import { addTaken } from './slices.queries.js';

/** Returns recipients that are queued but not sent to the plan, and their places to the day's allowance. */
@Injectable()
export class SliceReturns {
  constructor(
    private readonly database: Database,
    private readonly campaigns: Campaigns,
    private readonly clock: Clock,
    private readonly calendar: CalendarSettings,
    private readonly plans: PlanUpkeep,
  ) {}

  /** Locks the campaign, because every change of the plan happens under that lock. */
  async giveBack(
    tx: EntityManager,
    organizationId: string,
    slice: leases.SliceRow,
    now: Date,
  ): Promise<void> {
    const campaign = await this.campaigns.lock(tx, organizationId, slice.campaignId);
    await this.giveBackSlice(tx, campaign, slice, now);
  }

  /**
   * Returns every recipient of a stopped campaign that has not been sent yet; of a campaign whose pace was changed while
   * it runs, those that were handed out before, which are planned again. A campaign that someone else holds is left
   * for the next round: another worker may be at it, and nobody has to wait for it.
   */
  async giveBackAll(organizationId: string, campaignId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const campaign = await this.campaigns.tryLock(tx, organizationId, campaignId);
      if (campaign === undefined) return;
      const cutUntil = campaign.status === 'active' ? campaign.paceChangedAt : null;
      if (campaign.status === 'active' && cutUntil === null) return;
      const now = this.clock.now();
      const { opensAt } = new CampaignCalendar(campaign, this.calendar, now);
      await leases.giveBackOpen(tx, campaignId, {
        isOver: isOver(campaign.status),
        // A retry looks at the window again when it is due, on the clock of its recipient.
        nextAttemptAt: campaign.sendInRecipientZone ? now : opensAt,
        cutUntil,
        now,
      });
      await leases.closeOpen(tx, campaignId, cutUntil);
      if (cutUntil !== null) await this.plans.planAgain(tx, campaignId);
    });
  }

  private async giveBackSlice(
    tx: EntityManager,
    campaign: Campaign,
    slice: leases.SliceRow,
    now: Date,
  ): Promise<void> {
    const { opensAt, today } = new CampaignCalendar(campaign, this.calendar, now);
    const places = await leases.giveBack(tx, slice, {
      isOver: isOver(campaign.status),
      nextAttemptAt: slice.zoneId === null ? opensAt : now,
      now,
    });
    await addTaken(tx, campaign.id, slice.sendDate, -places);
    await leases.closeSlice(tx, slice);
    // A day that is over leaves them to the days ahead, and a former pace to the days of the new one.
    if (slice.sendDate !== today || isOfFormerPace(campaign, slice))
      await this.plans.planAgain(tx, campaign.id);
  }
}
