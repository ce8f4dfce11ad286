import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { assertCommand } from '../campaign/campaign-state.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import * as queries from '../campaign/campaigns.queries.js';
import { Campaigns } from '../campaign/campaigns.service.js';

/** Keeps campaigns that nothing more is sent for out of the list. Starting one takes it out of the archive. */
@Injectable()
export class CampaignArchive {
  constructor(
    private readonly database: Database,
    private readonly campaigns: Campaigns,
    private readonly clock: Clock,
  ) {}

  /** Repeating it changes nothing. */
  async archive(organizationId: string, id: string): Promise<Campaign> {
    return this.database.transaction(async (tx) => {
      const { status, archivedAt } = await this.campaigns.lock(tx, organizationId, id);
      assertCommand('archive', status);
      if (archivedAt === null) await queries.setArchived(tx, organizationId, id, this.clock.now());
      return this.campaigns.get(organizationId, id, tx);
    });
  }

  async unarchive(organizationId: string, id: string): Promise<Campaign> {
    return this.database.transaction(async (tx) => {
      const { archivedAt } = await this.campaigns.lock(tx, organizationId, id);
      if (archivedAt !== null) await queries.setArchived(tx, organizationId, id, null);
      return this.campaigns.get(organizationId, id, tx);
    });
  }
}
