import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { parseTimeZone } from '../../rules/calendar/time-zone.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { RecipientInput } from '../../recipients/recipient-input.js';
import { allSettings, withDefaults } from '../campaign/campaign-fields.js';
import type { CampaignChanges, CampaignInput } from '../campaign/campaign-input.js';
import { assertCommand } from '../campaign/campaign-state.js';
import { storeWindow } from '../campaign/campaign-window.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { campaignsOf } from '../campaign/campaigns.service.js';
import { RecipientIntake } from '../intake/recipient-intake.service.js';
import { OpenCampaigns } from '../planning/open-campaigns.service.js';
import { DraftChecks } from './draft-checks.service.js';

/** Creates campaigns and changes them until they start. */
@Injectable()
export class CampaignDrafts {
  constructor(
    private readonly database: Database,
    private readonly checks: DraftChecks,
    private readonly opened: OpenCampaigns,
    private readonly intake: RecipientIntake,
    private readonly clock: Clock,
    private readonly calendar: CalendarSettings,
  ) {}

  async create(
    organizationId: string,
    actorId: string | null,
    input: CampaignInput,
    recipients?: readonly RecipientInput[],
  ): Promise<Campaign> {
    this.assertAhead(input.scheduledFor);
    const fields = await this.fieldsOf(organizationId, input);
    const campaign = await this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const id = uuidV7();
      await this.checks.holdFiles(tx, organizationId, fields);
      await campaignsOf(tx, organizationId).insert({
        id,
        ...fields,
        status: 'draft',
        statusChangedAt: now,
        createdBy: actorId,
        createdAt: now,
        updatedAt: now,
      });
      return campaignsOf(tx, organizationId).get(id);
    });
    return this.withRecipients(campaign, recipients);
  }

  /** The campaign as `create` would store it, checked in the same way. Nothing is stored. */
  async outline(organizationId: string, input: CampaignInput): Promise<Campaign> {
    this.assertAhead(input.scheduledFor);
    const fields = await this.fieldsOf(organizationId, input);
    const now = this.clock.now();
    const stored = { status: 'draft' as const, statusChangedAt: now, createdAt: now, updatedAt: now };
    return { ...NEW, ...fields, ...stored, id: uuidV7(), organizationId };
  }

  /** Only before the campaign starts. A campaign that is already scheduled is planned again with the changes. */
  async update(
    organizationId: string,
    id: string,
    input: CampaignChanges,
    recipients?: readonly RecipientInput[],
  ): Promise<Campaign> {
    this.assertAhead(input.scheduledFor);
    const known = await campaignsOf(this.database.manager, organizationId).get(id);
    const fields = await this.fieldsOf(organizationId, { ...inputOf(known), ...given(input) });
    const changed = await this.database.transaction(async (tx) => {
      const open = await this.opened.open(tx, organizationId, id);
      assertCommand('edit', open.campaign.status);
      await this.checks.holdFiles(tx, organizationId, fields);
      await campaignsOf(tx, organizationId).update(id, { ...fields, updatedAt: open.now });
      if (open.campaign.status === 'scheduled') await this.opened.plan(open);
      return campaignsOf(tx, organizationId).get(id);
    });
    return this.withRecipients(changed, recipients);
  }

  /** In a transaction of its own: the campaign stays stored when its recipients cannot be added. */
  private async withRecipients(
    campaign: Campaign,
    recipients: readonly RecipientInput[] | undefined,
  ): Promise<Campaign> {
    if (recipients === undefined) return campaign;
    const { organizationId, id } = campaign;
    await this.intake.addItems(organizationId, id, recipients);
    return campaignsOf(this.database.manager, organizationId).get(id);
  }

  private assertAhead(scheduledFor: Date | null | undefined): void {
    if (scheduledFor === null || scheduledFor === undefined || scheduledFor > this.clock.now()) return;
    const detail = 'scheduledFor lies in the past: give a later instant, or leave it out and send at once.';
    throw new DomainError('rule', 'scheduled_in_the_past', detail);
  }

  private async fieldsOf(organizationId: string, input: CampaignInput) {
    const timeZone = zone(input.timeZone ?? this.calendar.timeZone);
    const settings = withDefaults({ ...input, timeZone });
    const senderId = await this.checks.senderOf(organizationId, settings);
    return { ...settings, senderId, ...storeWindow(input.sendWindowStart, input.sendWindowEnd) };
  }
}

/** What the database gives to a new row. */
const NEW = {
  statusReason: null,
  startDate: null,
  totalTargetCustomers: 0,
  messagesPending: 0,
  messagesSent: 0,
  messagesDelivered: 0,
  messagesRead: 0,
  messagesResponded: 0,
  messagesFailed: 0,
  messagesSkipped: 0,
  messagesOptedOut: 0,
  estimatedCompletionDate: null,
  plannedLimit: null,
  planAt: null,
  planDue: null,
  feedAt: null,
  releasedOn: null,
  attemptsJudged: 0,
  attemptsFailed: 0,
  failureCause: null,
  failureCausesDiffer: false,
  startedAt: null,
  completedAt: null,
  createdBy: null,
};

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
  const settings = allSettings(campaign);
  if (campaign.sendWindowOff || campaign.sendWindowStart !== null) return settings;
  return { ...settings, sendWindowStart: undefined, sendWindowEnd: undefined };
}

function given(input: CampaignChanges): Partial<CampaignInput> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
