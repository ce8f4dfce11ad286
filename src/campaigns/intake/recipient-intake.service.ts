import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type AddRules, type CampaignRef, RecipientAdder } from '../../recipients/add-recipients.service.js';
import type { AddResult, InsertedCounts } from '../../recipients/add-result.js';
import {
  importRecipients,
  type RecipientBatch,
  type RecipientFile,
} from '../../recipients/import-recipients.js';
import { RecipientImports, type RunningImport } from '../../recipients/imports/recipient-imports.service.js';
import type { Mapping } from '../../recipients/recipient-columns.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { RecipientInput } from '../../recipients/recipient-input.js';
import { type Removal, type RemovalRequest, Recipients } from '../../recipients/recipients.service.js';
import { takesRecipients } from '../campaign/campaign-state.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { type LockedCampaign, OpenCampaigns } from '../planning/open-campaigns.service.js';
import { Audiences } from './audience.service.js';

export interface TakenIn {
  result: AddResult;
  /** All recipients of the campaign. */
  total: number;
  /** Of a file. */
  importId?: string;
}

export interface FileOptions {
  /** Chosen by the caller; otherwise the import gets one. */
  importId?: string | undefined;
  fileName?: string | null;
  mapping?: Mapping;
  defaultCountry?: string | undefined;
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
    private readonly imports: RecipientImports,
  ) {}

  async addItems(organizationId: string, id: string, items: readonly RecipientInput[]): Promise<TakenIn> {
    const ref = await this.audiences.refOf(organizationId, id);
    return this.database.transaction(async (tx) => {
      const locked = await this.lock(tx, organizationId, id);
      const result = await this.adder.addItems(tx, await this.audiences.dividing(tx, ref), items);
      await this.campaigns.join(locked);
      return { result, total: locked.campaign.totalTargetCustomers + result.added };
    });
  }

  /**
   * Adds a file of any length in batches, each in a transaction of its own. The recipients join the plan after the last
   * batch: after a crash before that, the next look at the plan finds them without a day.
   */
  async addCsv(
    organizationId: string,
    id: string,
    file: RecipientFile,
    { importId = uuidV7(), fileName = null, mapping = {}, defaultCountry }: FileOptions = {},
  ): Promise<TakenIn> {
    const ref = await this.audiences.refOf(organizationId, id);
    const rules = await this.adder.rules(ref);
    const reading = { mapping, defaultCountry: defaultCountry ?? rules.defaultCountry };
    const run = await this.imports.begin({ organizationId, campaignId: id }, { id: importId, fileName });
    try {
      const result = await importRecipients(file, reading, (batch) =>
        this.addBatch(ref, rules.target, run, batch),
      );
      return await this.database.transaction(async (tx) => {
        const locked = await this.lock(tx, organizationId, id);
        await this.campaigns.join(locked);
        await this.imports.complete(tx, run);
        return { result, total: locked.campaign.totalTargetCustomers, importId };
      });
    } catch (error) {
      await this.imports.fail(run, error);
      throw error;
    } finally {
      run.stop();
    }
  }

  /** Adds the customers who match the Marketing API's target_audience at this moment. */
  async addTargetAudience(organizationId: string, id: string): Promise<TakenIn> {
    const ref = await this.audiences.refOf(organizationId, id);
    return this.database.transaction(async (tx) => {
      const locked = await this.lock(tx, organizationId, id);
      const dividing = await this.audiences.dividing(tx, ref);
      const result = await this.audiences.addTargetAudience(tx, dividing, locked.campaign);
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
    ref: CampaignRef,
    target: AddRules['target'],
    run: RunningImport,
    batch: RecipientBatch,
  ): Promise<InsertedCounts> {
    return this.database.transaction(async (tx) => {
      await this.lock(tx, target.organizationId, target.campaignId);
      const { assignment = null } = await this.audiences.dividing(tx, ref);
      const counts = await this.adder.insert(tx, { ...target, assignment }, batch.rows);
      await this.imports.note(tx, run, batch, counts);
      return counts;
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
