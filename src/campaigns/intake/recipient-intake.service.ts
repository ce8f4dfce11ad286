import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type CampaignRef, AddRecipientsService } from '../../recipients/add-recipients.service.js';
import type { AddResult } from '../../recipients/add-result.js';
import { ImportRecipientsService, type RecipientFile } from '../../recipients/import-recipients.js';
import type { RecipientInput } from '../../recipients/recipient-input.js';
import { type Removal, type RemovalRequest, RecipientsService } from '../../recipients/recipients.service.js';
import { AudienceService } from './audience.service.js';
import { CampaignStops } from '../stops/campaign-stops.service.js';
import { takesRecipients } from '../campaign/campaign-state.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { CampaignReadiness } from '../message/campaign-readiness.service.js';
import { CampaignsService } from '../campaign/campaigns.service.js';
import { PlanningService } from '../planning/planning.service.js';

export interface TakenIn {
  result: AddResult;
  /** Recipients of the campaign, all of them. */
  total: number;
}

/** Recipients coming in and going out, in whatever state that allows it; a campaign that has a plan gets a new one. */
@Injectable()
export class RecipientIntake {
  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignsService,
    private readonly readiness: CampaignReadiness,
    private readonly audience: AudienceService,
    private readonly recipients: RecipientsService,
    private readonly add: AddRecipientsService,
    private readonly importer: ImportRecipientsService,
    private readonly planning: PlanningService,
    private readonly stops: CampaignStops,
  ) {}

  async addItems(organizationId: string, id: string, items: readonly RecipientInput[]): Promise<TakenIn> {
    return this.takeIn(organizationId, id, (tx, campaign) => this.add.addItems(tx, campaign, items));
  }

  /**
   * A file of any length, in portions that are each stored at once. The plan is made when all are in: after a crash
   * in between, those who came in without a day get one the next time the campaign is planned.
   */
  async addCsv(organizationId: string, id: string, file: RecipientFile): Promise<TakenIn> {
    const isMarketing = await this.readiness.isMarketing(await this.campaigns.get(organizationId, id));
    const result = await this.importer.addCsv({ id, organizationId, isMarketing }, file, (work) =>
      this.change(organizationId, id, work, { plan: false }),
    );
    return this.change(organizationId, id, async (tx) => {
      const { totalTargetCustomers } = await this.campaigns.lock(tx, organizationId, id);
      return { result, total: totalTargetCustomers };
    });
  }

  /** The Marketing face's target_audience, as it is now. */
  async addTargetAudience(organizationId: string, id: string): Promise<TakenIn> {
    return this.takeIn(organizationId, id, async (tx, ref, campaign) => {
      const { targetAudience } = campaign;
      if (targetAudience === null) {
        const detail = 'This campaign has no target_audience to take recipients from.';
        throw new DomainError('rule', 'no_target_audience', detail);
      }
      return this.audience.addTargetAudience(tx, ref, targetAudience);
    });
  }

  async removeUnsent(organizationId: string, id: string, request: RemovalRequest): Promise<Removal> {
    return this.change(organizationId, id, (tx) =>
      this.recipients.removeUnsent(tx, organizationId, id, request),
    );
  }

  private async takeIn(
    organizationId: string,
    id: string,
    work: (tx: EntityManager, ref: CampaignRef, campaign: Campaign) => Promise<AddResult>,
  ): Promise<TakenIn> {
    const isMarketing = await this.readiness.isMarketing(await this.campaigns.get(organizationId, id));
    return this.change(organizationId, id, async (tx, campaign) => {
      const result = await work(tx, { id, organizationId, isMarketing }, campaign);
      const { totalTargetCustomers } = await this.campaigns.lock(tx, organizationId, id);
      return { result, total: totalTargetCustomers };
    });
  }

  private async change<T>(
    organizationId: string,
    id: string,
    work: (tx: EntityManager, campaign: Campaign) => Promise<T>,
    { plan = true } = {},
  ): Promise<T> {
    return this.database.transaction(async (tx) => {
      const scope = await this.planning.begin(tx, organizationId, id);
      const campaign = await this.campaigns.lock(tx, organizationId, id);
      if (!takesRecipients(campaign.status)) {
        const detail = `This campaign is ${campaign.status}: its recipients cannot be changed any more.`;
        throw new DomainError('conflict', 'wrong_campaign_state', detail);
      }
      const result = await work(tx, campaign);
      // Newcomers join the end of the plan; one that is paused is planned when it goes on.
      if (plan && (campaign.status === 'active' || campaign.status === 'scheduled')) {
        await this.planning.plan(tx, organizationId, id, scope);
      }
      // Taken out were perhaps the last that it had left.
      await this.stops.settle(tx, [id]);
      return result;
    });
  }
}
