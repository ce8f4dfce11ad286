import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type AddRules, RecipientAdder } from '../../recipients/add-recipients.service.js';
import type { AddResult, InsertedCounts } from '../../recipients/add-result.js';
import { importRecipients, type RecipientFile } from '../../recipients/import-recipients.js';
import type { CheckedRecipient, RecipientInput } from '../../recipients/recipient-input.js';
import { type Removal, type RemovalRequest, Recipients } from '../../recipients/recipients.service.js';
import { takesRecipients } from '../campaign/campaign-state.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { type LockedCampaign, OpenCampaigns } from '../planning/open-campaigns.service.js';
import { Audiences } from './audience.service.js';

export interface TakenIn {
  result: AddResult;
  /** All recipients of the campaign. */
  total: number;
}

/**
 * Adds and removes recipients while the campaign's state allows it. New recipients join the end of the plan; a paused
 * campaign is planned when it resumes.
 */
@Injectable()
export class RecipientIntake {
  constructor(
    private readonly database: Database,
    private readonly campaigns: OpenCampaigns,
    private readonly audiences: Audiences,
    private readonly recipients: Recipients,
    private readonly adder: RecipientAdder,
  ) {}

  async addItems(organizationId: string, id: string, items: readonly RecipientInput[]): Promise<TakenIn> {
    const ref = await this.audiences.refOf(organizationId, id);
    return this.database.transaction(async (tx) => {
      const locked = await this.lock(tx, organizationId, id);
      const result = await this.adder.addItems(tx, ref, items);
      await this.campaigns.join(locked);
      return { result, total: locked.campaign.totalTargetCustomers + result.added };
    });
  }

  /**
   * Adds a file of any length in batches, each in a transaction of its own. The recipients join the plan after the last
   * batch: after a crash before that, the next look at the plan finds them without a day.
   */
  async addCsv(organizationId: string, id: string, file: RecipientFile): Promise<TakenIn> {
    const ref = await this.audiences.refOf(organizationId, id);
    const { defaultCountry, target } = await this.adder.rules(ref);
    const result = await importRecipients(file, defaultCountry, (rows) => this.addBatch(target, rows));
    return this.database.transaction(async (tx) => {
      const locked = await this.lock(tx, organizationId, id);
      await this.campaigns.join(locked);
      return { result, total: locked.campaign.totalTargetCustomers };
    });
  }

  /** Adds the customers who match the Marketing API's target_audience at this moment. */
  async addTargetAudience(organizationId: string, id: string): Promise<TakenIn> {
    const ref = await this.audiences.refOf(organizationId, id);
    return this.database.transaction(async (tx) => {
      const locked = await this.lock(tx, organizationId, id);
      const result = await this.audiences.addTargetAudience(tx, ref, locked.campaign);
      await this.campaigns.join(locked);
      return { result, total: locked.campaign.totalTargetCustomers + result.added };
    });
  }

  /** Closing completes the campaign if the removed recipients were the last ones to send to. */
  async removeUnsent(organizationId: string, id: string, request: RemovalRequest): Promise<Removal> {
    return this.database.transaction(async (tx) => {
      const open = await this.campaigns.open(tx, organizationId, id);
      assertTakesRecipients(open.campaign);
      const removal = await this.recipients.removeUnsent(tx, organizationId, id, request);
      await this.campaigns.close(open);
      return removal;
    });
  }

  private async addBatch(
    target: AddRules['target'],
    rows: readonly CheckedRecipient[],
  ): Promise<InsertedCounts> {
    return this.database.transaction(async (tx) => {
      await this.lock(tx, target.organizationId, target.campaignId);
      return this.adder.insert(tx, target, rows);
    });
  }

  private async lock(tx: EntityManager, organizationId: string, id: string): Promise<LockedCampaign> {
    const locked = await this.campaigns.lock(tx, organizationId, id);
    assertTakesRecipients(locked.campaign);
    return locked;
  }
}

function assertTakesRecipients({ status }: Campaign): void {
  if (takesRecipients(status)) return;
  const detail = `This campaign is ${status}: its recipients can no longer be changed.`;
  throw new DomainError('conflict', 'wrong_campaign_state', detail);
}
