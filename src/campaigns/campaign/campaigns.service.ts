import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { TrackedLinks } from '../../links/tracked-links.service.js';
import { Database } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import type { Day } from '../../rules/calendar/day.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { CAMPAIGN_STATES, type CampaignState } from './campaign-state.js';
import { Campaign } from './campaign.entity.js';
import * as queries from './campaigns.queries.js';

/**
 * Reads, locks and removes campaigns. `CampaignDrafts` creates them, `CampaignEdits` changes them, and
 * `CampaignLifecycle` runs them.
 */
@Injectable()
export class Campaigns {
  constructor(
    private readonly database: Database,
    private readonly links: TrackedLinks,
  ) {}

  async get(organizationId: string, id: string, db = this.database.manager): Promise<Campaign> {
    return campaignsOf(db, organizationId).get(id);
  }

  async list(
    organizationId: string,
    filter: queries.CampaignFilter,
    page: { before: string | undefined; limit: number; offset: number },
  ): Promise<Campaign[]> {
    return queries.listCampaigns(this.database.manager, organizationId, filter, page);
  }

  async listSorted(
    organizationId: string,
    filter: queries.CampaignFilter,
    place: queries.SortedPlace,
  ): Promise<queries.SortedCampaign[]> {
    return queries.listSorted(this.database.manager, organizationId, filter, place);
  }

  /** Whatever their state: of those that match otherwise. */
  async countByState(
    organizationId: string,
    filter: queries.CampaignFilter,
  ): Promise<Record<CampaignState, number>> {
    const counts = Object.fromEntries(CAMPAIGN_STATES.map((state) => [state, 0])) as Record<
      CampaignState,
      number
    >;
    const found = await queries.countByState(this.database.manager, organizationId, filter);
    for (const { status, campaigns } of found) counts[status] = campaigns;
    return counts;
  }

  async count(organizationId: string, filter: queries.CampaignFilter): Promise<number> {
    return queries.countCampaigns(this.database.manager, organizationId, filter);
  }

  async remove(tx: EntityManager, organizationId: string, id: string): Promise<void> {
    await campaignsOf(tx, organizationId).delete(id);
    // What its tests left in phones leads on for a while.
    await this.links.end(tx, id);
  }

  async lock(tx: EntityManager, organizationId: string, id: string): Promise<Campaign> {
    const campaign = await queries.lockCampaign(tx, organizationId, id);
    if (campaign === undefined) throw notFound('campaign', id);
    return campaign;
  }

  /** Undefined: another transaction holds it. */
  async tryLock(tx: EntityManager, organizationId: string, id: string): Promise<Campaign | undefined> {
    return queries.tryLockCampaign(tx, organizationId, id);
  }

  /** When to look for recipients that can be released; null: at once. The caller holds the campaign. */
  async setFeedAt(tx: EntityManager, id: string, at: Date | null): Promise<void> {
    await queries.setFeedAt(tx, id, at);
  }

  /** Notes that the daily run has released the recipients of this day. The caller holds the campaign. */
  async setReleased(tx: EntityManager, id: string, day: Day): Promise<void> {
    await queries.setReleased(tx, id, day);
  }
}

export function campaignsOf(db: EntityManager, organizationId: string): Scoped<Campaign> {
  return new Scoped(db, Campaign, organizationId, 'campaign');
}
