import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { Database } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { parseTimeZone } from '../../rules/calendar/time-zone.js';
import { SendersService } from '../../senders/directory/senders.service.js';
import { AudienceService } from '../intake/audience.service.js';
import type { CampaignChanges, CampaignInput } from './campaign-input.js';
import { CampaignReadiness } from '../message/campaign-readiness.service.js';
import { assertCommand } from './campaign-state.js';
import { storeWindow } from './campaign-window.js';
import { Campaign } from './campaign.entity.js';
import * as queries from './campaigns.queries.js';
import { PlanningService } from '../planning/planning.service.js';

/** What a campaign is: making, reading, changing and removing it. What becomes of it is the lifecycle's. */
@Injectable()
export class CampaignsService {
  constructor(
    private readonly database: Database,
    private readonly senders: SendersService,
    private readonly readiness: CampaignReadiness,
    private readonly audience: AudienceService,
    private readonly planning: PlanningService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async create(organizationId: string, keyId: string, input: CampaignInput): Promise<Campaign> {
    this.assertAhead(input.scheduledFor);
    const fields = await this.fieldsOf(organizationId, input);
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const id = uuidV7();
      await campaignsOf(tx, organizationId).insert({
        id,
        ...fields,
        status: 'draft',
        statusChangedAt: now,
        createdBy: keyId,
        createdAt: now,
        updatedAt: now,
      });
      return campaignsOf(tx, organizationId).get(id);
    });
  }

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

  async count(organizationId: string, filter: queries.CampaignFilter): Promise<number> {
    return queries.countCampaigns(this.database.manager, organizationId, filter);
  }

  /** Only before it starts. A campaign that has a date already is planned anew with what has changed. */
  async update(organizationId: string, id: string, input: CampaignChanges): Promise<Campaign> {
    this.assertAhead(input.scheduledFor);
    const known = await this.get(organizationId, id);
    const fields = await this.fieldsOf(organizationId, { ...inputOf(known), ...given(input) });
    return this.database.transaction(async (tx) => {
      const scope = await this.planning.begin(tx, organizationId, id);
      const campaign = await this.lock(tx, organizationId, id);
      assertCommand('edit', campaign.status);
      await campaignsOf(tx, organizationId).update(id, {
        ...fields,
        updatedAt: this.clock.now(),
      });
      if (campaign.status === 'scheduled') await this.planning.plan(tx, organizationId, id, scope);
      return campaignsOf(tx, organizationId).get(id);
    });
  }

  async remove(tx: EntityManager, organizationId: string, id: string): Promise<void> {
    await campaignsOf(tx, organizationId).delete(id);
  }

  async lock(tx: EntityManager, organizationId: string, id: string): Promise<Campaign> {
    const campaign = await queries.lockCampaign(tx, organizationId, id);
    if (campaign === undefined) throw notFound('campaign', id);
    return campaign;
  }

  private assertAhead(scheduledFor: Date | null | undefined): void {
    if (scheduledFor === null || scheduledFor === undefined || scheduledFor > this.clock.now()) return;
    const detail = 'scheduledFor lies in the past: give a later instant, or leave it out and send at once.';
    throw new DomainError('rule', 'scheduled_in_the_past', detail);
  }

  private async fieldsOf(organizationId: string, input: CampaignInput) {
    this.audience.assertReadable(input);
    const { scheduledFor = null, sourceCampaignId = null, targetType = 'manual' } = input;
    const timeZone = zone(input.timeZone ?? this.config.timeZone);
    if (targetType === 'responders') {
      if (sourceCampaignId === null) {
        throw new DomainError('rule', 'source_missing', 'targetType responders needs the sourceCampaignId.');
      }
      await this.get(organizationId, sourceCampaignId);
    }
    if (targetType === 'segment' && (input.segmentQuery ?? null) === null) {
      throw new DomainError('rule', 'segment_missing', 'targetType segment needs a segmentQuery.');
    }
    const senderId = input.senderId ?? (await this.defaultSenderId(organizationId));
    if (senderId !== null) await this.senders.get(organizationId, senderId);
    const templateName = input.templateName;
    const languageCode = input.languageCode ?? 'en_US';
    await this.readiness.templateOf({ organizationId, senderId, templateName, languageCode });
    return {
      name: input.name,
      description: input.description ?? null,
      senderId,
      templateName,
      languageCode,
      templateVariables: input.templateVariables ?? null,
      templateComponents: input.templateComponents ?? null,
      targetType,
      targetAudience: input.targetAudience ?? null,
      segmentQuery: input.segmentQuery ?? null,
      sourceCampaignId,
      priority: input.priority ?? 5,
      dailySendLimit: input.dailySendLimit === undefined ? 250 : input.dailySendLimit,
      rateLimit: input.rateLimit ?? null,
      retryFailed: input.retryFailed ?? true,
      maxRetries: input.maxRetries ?? 3,
      breakerFirstFailures: input.breakerFirstFailures === undefined ? 10 : input.breakerFirstFailures,
      breakerFailurePercent: input.breakerFailurePercent === undefined ? 50 : input.breakerFailurePercent,
      breakerMinAttempts: input.breakerMinAttempts ?? 50,
      scheduledFor,
      ...storeWindow(input.sendWindowStart, input.sendWindowEnd),
      timeZone,
      tags: input.tags ?? [],
    };
  }

  /** A campaign may be written before a number is connected; it cannot start before. */
  private async defaultSenderId(organizationId: string): Promise<string | null> {
    const [senders] = await this.senders.list(organizationId, { page: 1, limit: 200, offset: 0 });
    return senders.find(({ sender }) => sender.isDefault)?.sender.id ?? null;
  }
}

function campaignsOf(db: EntityManager, organizationId: string): Scoped<Campaign> {
  return new Scoped(db, Campaign, organizationId, 'campaign');
}

function zone(name: string): string {
  try {
    return parseTimeZone(name);
  } catch (error) {
    if (error instanceof DomainError) throw new DomainError('rule', error.code, error.message);
    throw error;
  }
}

/** A campaign as the input that would make it, so that a change is judged like a new one. */
function inputOf(campaign: Campaign): CampaignInput {
  const window = campaign.sendWindowOff
    ? { sendWindowStart: null, sendWindowEnd: null }
    : campaign.sendWindowStart === null
      ? {}
      : { sendWindowStart: campaign.sendWindowStart, sendWindowEnd: campaign.sendWindowEnd };
  return {
    name: campaign.name,
    description: campaign.description,
    templateName: campaign.templateName,
    languageCode: campaign.languageCode,
    templateVariables: campaign.templateVariables,
    templateComponents: campaign.templateComponents,
    targetType: campaign.targetType,
    targetAudience: campaign.targetAudience,
    segmentQuery: campaign.segmentQuery,
    sourceCampaignId: campaign.sourceCampaignId,
    senderId: campaign.senderId,
    priority: campaign.priority,
    dailySendLimit: campaign.dailySendLimit,
    rateLimit: campaign.rateLimit,
    retryFailed: campaign.retryFailed,
    maxRetries: campaign.maxRetries,
    breakerFirstFailures: campaign.breakerFirstFailures,
    breakerFailurePercent: campaign.breakerFailurePercent,
    breakerMinAttempts: campaign.breakerMinAttempts,
    scheduledFor: campaign.scheduledFor,
    timeZone: campaign.timeZone,
    tags: campaign.tags,
    ...window,
  };
}

function given(input: CampaignChanges): Partial<CampaignInput> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
