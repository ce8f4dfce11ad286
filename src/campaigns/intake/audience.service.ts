import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsStore } from '../../access/organizations/organization-settings.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { addDays, dayAt, startOfDay } from '../../rules/calendar/day.js';
import { DomainError, type FieldError } from '../../rules/errors/domain-error.js';
import { invalidFields } from '../../platform/http/validation.js';
import { type CampaignRef, type MetBefore, RecipientAdder } from '../../recipients/add-recipients.service.js';
import type { AddResult } from '../../recipients/add-result.js';
import { selectAudience } from '../../segments/language/audience.js';
import { parseSegment } from '../../segments/language/parse-segment.js';
import { parseTargetAudience } from '../../segments/language/parse-target-audience.js';
import type { Group } from '../../segments/language/segment.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { Campaigns } from '../campaign/campaigns.service.js';
import { CampaignVariants } from '../variants/campaign-variants.service.js';
import { earlierCampaigns } from './earlier-campaigns.queries.js';
import {
  CampaignReadiness,
  isMarketing,
  type PreparedTemplate,
} from '../message/campaign-readiness.service.js';

/** Recipients that a campaign names by a rule. They are read once, when the campaign is filled. */
@Injectable()
export class Audiences {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly readiness: CampaignReadiness,
    private readonly adder: RecipientAdder,
    private readonly settings: OrganizationSettingsStore,
    private readonly clock: Clock,
    private readonly variants: CampaignVariants,
  ) {}

  /** Rejects an unreadable rule when it is given, not when the campaign starts. */
  assertReadable(rules: {
    targetAudience?: Record<string, unknown> | null | undefined;
    segmentQuery?: Record<string, unknown> | null | undefined;
  }): void {
    if (rules.targetAudience) this.ofTargetAudience(rules.targetAudience);
    if (rules.segmentQuery) this.ofSegment(rules.segmentQuery);
  }

  /** Call it before the campaign is locked: looking up the template takes a connection of its own and may call Meta. */
  async refOf(organizationId: string, id: string): Promise<CampaignRef> {
    const campaign = await this.campaigns.get(organizationId, id);
    return { id, organizationId, isMarketing: await this.readiness.isMarketing(campaign) };
  }

  /** Those who join a campaign whose experiment has started get their variant at once. The caller holds the campaign. */
  async dividing(tx: EntityManager, ref: CampaignRef): Promise<CampaignRef> {
    return { ...ref, assignment: await this.variants.assignmentOf(tx, ref.id) };
  }

  /** Fills a campaign of the WhatsApp API from its target. A campaign that lists its recipients already has them. */
  async fill(tx: EntityManager, campaign: Campaign, prepared: PreparedTemplate): Promise<void> {
    const { id, organizationId, targetType, sourceCampaignId } = campaign;
    if (targetType === 'manual') return;
    const leavesOut = await this.metBefore(tx, campaign);
    const ref: CampaignRef = {
      ...{ id, organizationId, isMarketing: isMarketing(prepared), isChosen: true },
      ...(leavesOut === undefined ? {} : { leavesOut }),
    };
    if (targetType === 'responders' && sourceCampaignId !== null) {
      await this.adder.addResponders(tx, ref, sourceCampaignId);
    } else if (targetType === 'all') {
      await this.addSegment(tx, ref, undefined);
    } else if (targetType === 'segment') {
      await this.addSegment(tx, ref, this.ofSegment(campaign.segmentQuery));
    }
  }

  /** Takes out those that `fill` has put in, so that the target chooses again. Recipients that were listed stay. */
  async empty(tx: EntityManager, campaign: Campaign): Promise<void> {
    await this.adder.removeChosen(tx, campaign.id);
  }

  async addTargetAudience(
    tx: EntityManager,
    ref: CampaignRef,
    { targetAudience }: Campaign,
  ): Promise<AddResult> {
    if (targetAudience === null) {
      const detail = 'This campaign has no target_audience to take recipients from.';
      throw new DomainError('rule', 'no_target_audience', detail);
    }
    return this.addSegment(tx, ref, this.ofTargetAudience(targetAudience));
  }

  /**
   * Those who got an earlier campaign of the series, where this one is not for them. Days count on the campaign's clock: a
   * message that went out some seconds after its hour must not hold up the next one at that hour.
   */
  private async metBefore(tx: EntityManager, campaign: Campaign): Promise<MetBefore | undefined> {
    const { id, seriesId, oncePerPerson, minGapDays } = campaign;
    if (seriesId === null || (!oncePerPerson && minGapDays === null)) return undefined;
    const today = dayAt(this.clock.now(), campaign.timeZone);
    const since = oncePerPerson ? null : startOfDay(addDays(today, 1 - (minGapDays ?? 0)), campaign.timeZone);
    const earlier = await earlierCampaigns(tx, { seriesId, id }, since);
    const underWay = earlier.filter(({ isUnderWay }) => isUnderWay);
    return { campaigns: earlier.map((one) => one.id), underWay: underWay.map((one) => one.id), since };
  }

  private async addSegment(
    tx: EntityManager,
    ref: CampaignRef,
    segment: Group | undefined,
  ): Promise<AddResult> {
    const { organizationId } = ref;
    const { consentPolicy } = await this.settings.get(organizationId, tx);
    return this.adder.addAudience(tx, ref, selectAudience({ organizationId, consentPolicy, segment }));
  }

  /** The customers that a campaign of the WhatsApp API chooses by their data. */
  ofSegment(query: unknown): Group {
    const parsed = parseSegment(query, this.clock.now());
    return parsed.ok ? parsed.segment : reject('segmentQuery', parsed.errors);
  }

  private ofTargetAudience(query: unknown): Group | undefined {
    const parsed = parseTargetAudience(query, this.clock.now());
    return parsed.ok ? parsed.segment : reject('target_audience', parsed.errors);
  }
}

function reject(name: string, errors: FieldError[]): never {
  throw invalidFields(
    errors.map(({ field, message }) => ({ field: field === '' ? name : `${name}.${field}`, message })),
  );
}
