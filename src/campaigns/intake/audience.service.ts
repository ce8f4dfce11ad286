import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsService } from '../../access/organizations/organization-settings.service.js';
import { Clock } from '../../platform/clock/clock.js';
import type { FieldError } from '../../rules/errors/domain-error.js';
import { invalidFields } from '../../platform/http/validation.js';
import { AddRecipientsService, type CampaignRef } from '../../recipients/add-recipients.service.js';
import type { AddResult } from '../../recipients/add-result.js';
import { selectAudience } from '../../segments/language/audience.js';
import { parseSegment } from '../../segments/language/parse-segment.js';
import { parseTargetAudience } from '../../segments/language/parse-target-audience.js';
import type { Group } from '../../segments/language/segment.js';
import type { Campaign } from '../campaign/campaign.entity.js';

/** Who a campaign goes to when it names a rule instead of people: taken as it is when the campaign is filled. */
@Injectable()
export class AudienceService {
  constructor(
    private readonly add: AddRecipientsService,
    private readonly settings: OrganizationSettingsService,
    private readonly clock: Clock,
  ) {}

  /** Refuses a rule that cannot be read when it is given, not when the campaign starts. */
  assertReadable(rules: {
    targetAudience?: Record<string, unknown> | null | undefined;
    segmentQuery?: Record<string, unknown> | null | undefined;
  }): void {
    if (rules.targetAudience) this.ofTargetAudience(rules.targetAudience);
    if (rules.segmentQuery) this.ofSegment(rules.segmentQuery);
  }

  /** Fills a campaign of the WhatsApp face from its target; one that lists its people has them already. */
  async fill(tx: EntityManager, campaign: Campaign, isMarketing: boolean): Promise<void> {
    const { id, organizationId, targetType, sourceCampaignId } = campaign;
    const ref: CampaignRef = { id, organizationId, isMarketing };
    if (targetType === 'responders' && sourceCampaignId !== null) {
      await this.add.addResponders(tx, ref, sourceCampaignId);
    } else if (targetType === 'all') {
      await this.addSegment(tx, ref, undefined);
    } else if (targetType === 'segment') {
      await this.addSegment(tx, ref, this.ofSegment(campaign.segmentQuery));
    }
  }

  async addTargetAudience(
    tx: EntityManager,
    ref: CampaignRef,
    targetAudience: Record<string, unknown>,
  ): Promise<AddResult> {
    return this.addSegment(tx, ref, this.ofTargetAudience(targetAudience));
  }

  private async addSegment(
    tx: EntityManager,
    ref: CampaignRef,
    segment: Group | undefined,
  ): Promise<AddResult> {
    const { organizationId } = ref;
    const { consentPolicy } = await this.settings.get(organizationId, tx);
    return this.add.addAudience(tx, ref, selectAudience({ organizationId, consentPolicy, segment }));
  }

  private ofSegment(query: unknown): Group {
    const parsed = parseSegment(query, this.clock.now());
    return parsed.ok ? parsed.segment : refuse('segmentQuery', parsed.errors);
  }

  private ofTargetAudience(query: unknown): Group | undefined {
    const parsed = parseTargetAudience(query, this.clock.now());
    return parsed.ok ? parsed.segment : refuse('target_audience', parsed.errors);
  }
}

function refuse(name: string, errors: FieldError[]): never {
  throw invalidFields(
    errors.map(({ field, message }) => ({ field: field === '' ? name : `${name}.${field}`, message })),
  );
}
