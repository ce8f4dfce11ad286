import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { CampaignInput, StoredSettings } from '../campaign/campaign-input.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { campaignsOf } from '../campaign/campaigns.service.js';
import { DraftChecks } from '../drafts/draft-checks.service.js';
import { DraftFields } from '../drafts/draft-fields.service.js';

/** What a series gives to each of its campaigns. */
export interface OccurrenceOrigin {
  seriesId: string;
  occurrenceId: string;
  scheduledFor: Date;
  oncePerPerson: boolean;
  minGapDays: number | null;
  createdBy: string | null;
  reason: string;
}

/** Makes the campaigns of a series. They are scheduled from the beginning, and their people are chosen at their hour. */
@Injectable()
export class OccurrenceCampaigns {
  constructor(
    private readonly fields: DraftFields,
    private readonly checks: DraftChecks,
    private readonly clock: Clock,
  ) {}

  /** With everything checked that the campaign refers to. Meta may have to be asked, so no transaction is open. */
  async prepare(organizationId: string, input: CampaignInput): Promise<StoredSettings> {
    return this.fields.of(organizationId, input);
  }

  async make(
    tx: EntityManager,
    organizationId: string,
    settings: StoredSettings,
    { reason, ...origin }: OccurrenceOrigin,
  ): Promise<Campaign> {
    if (settings.senderId === null) {
      const detail = 'No WhatsApp number is connected: create a sender, then give it to this series.';
      throw new DomainError('rule', 'sender_missing', detail);
    }
    const now = this.clock.now();
    const id = uuidV7();
    await this.checks.holdFiles(tx, organizationId, settings);
    await campaignsOf(tx, organizationId).insert({
      id,
      ...settings,
      ...origin,
      status: 'scheduled',
      statusReason: reason,
      statusChangedAt: now,
      createdAt: now,
      updatedAt: now,
    });
    return campaignsOf(tx, organizationId).get(id);
  }
}
