import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CampaignCalendar } from '../../campaigns/campaign/campaign-calendar.js';
import type { Campaign } from '../../campaigns/campaign/campaign.entity.js';
import { Campaigns } from '../../campaigns/campaign/campaigns.service.js';
import { TimeZones } from '../../campaigns/planning/time-zones.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import type { SliceRow } from '../slices/leases.queries.js';
import * as queries from './claim.queries.js';
import { type ClaimFacts, dependsOnPace, minuteBefore } from './judge-claim.js';

/** What a claim is judged by, and the terms that the rest of the transaction needs. */
export interface LoadedClaim extends ClaimFacts {
  campaign: Campaign;
  slice: SliceRow;
  terms: queries.ClaimTerms;
}

/** The sender no longer exists: nothing may be sent. */
const NO_SENDER: queries.ClaimTerms = {
  senderIsActive: false,
  portfolioId: null,
  isUnlimited: false,
  consentPolicy: 'explicit',
  capMessages: null,
  capDays: null,
};

/** Reads what a claim is judged by, and takes the campaign's lock where the judgement needs it. */
@Injectable()
export class ClaimFactsReader {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly clock: Clock,
    private readonly calendar: CalendarSettings,
    private readonly zones: TimeZones,
  ) {}

  async read(tx: EntityManager, organizationId: string, slice: SliceRow): Promise<LoadedClaim> {
    const terms = (await queries.termsOf(tx, organizationId, slice.senderId)) ?? NO_SENDER;
    const campaign = await this.campaignOf(tx, organizationId, slice.campaignId, terms);
    const zone = slice.zoneId === null ? undefined : await this.zones.nameOf(slice.zoneId, tx);
    // After the lock: the wait for it may have been long.
    const calendar = new CampaignCalendar(campaign, this.calendar, this.clock.now(), zone);
    const facts = { campaign, calendar, slice, terms, senderIsActive: terms.senderIsActive };
    const earlier = dependsOnPace(facts)
      ? await queries.paceSince(tx, slice, minuteBefore(calendar.now))
      : [];
    return { ...facts, earlier };
  }

  /**
   * Locked only where several claims must not add up: for a shared limit, for the rate, and when the slice is about to
   * be given back. Every batch of outcomes counts into the same row, and at a thousand messages a second claims would
   * spend their time waiting for it.
   */
  private async campaignOf(
    tx: EntityManager,
    organizationId: string,
    campaignId: string,
    { portfolioId, isUnlimited }: queries.ClaimTerms,
  ): Promise<Campaign> {
    const campaign = await this.campaigns.get(organizationId, campaignId, tx);
    const sharesLimit = portfolioId !== null && !isUnlimited;
    const mustNotAddUp = sharesLimit || campaign.rateLimit !== null || campaign.status !== 'active';
    return mustNotAddUp ? this.campaigns.lock(tx, organizationId, campaignId) : campaign;
  }
}
