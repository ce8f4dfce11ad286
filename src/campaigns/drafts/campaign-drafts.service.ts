import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { RecipientInput } from '../../recipients/recipient-input.js';
import type { CampaignInput } from '../campaign/campaign-input.js';
import { ALL_WAVES } from '../campaign/open-wave.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { campaignsOf } from '../campaign/campaigns.service.js';
import { RecipientIntake } from '../intake/recipient-intake.service.js';
import { DraftChecks } from './draft-checks.service.js';
import { DraftFields, inputWith } from './draft-fields.service.js';

const LONGEST_NAME = 200;
const COPY = ' (copy)';

/** Creates campaigns, new ones and copies. */
@Injectable()
export class CampaignDrafts {
  constructor(
    private readonly database: Database,
    private readonly fields: DraftFields,
    private readonly checks: DraftChecks,
    private readonly intake: RecipientIntake,
    private readonly clock: Clock,
  ) {}

  async create(
    organizationId: string,
    actorId: string | null,
    input: CampaignInput,
    recipients?: readonly RecipientInput[],
  ): Promise<Campaign> {
    this.fields.assertAhead(input.scheduledFor);
    const fields = await this.fields.of(organizationId, input);
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
      await this.checks.storeLinks(tx, { id, organizationId, links: fields.links });
      return campaignsOf(tx, organizationId).get(id);
    });
    if (recipients === undefined) return campaign;
    // In a transaction of its own: the campaign stays stored when its recipients cannot be added.
    await this.intake.addItems(organizationId, campaign.id, recipients);
    return campaignsOf(this.database.manager, organizationId).get(campaign.id);
  }

  /** The campaign as `create` would store it, checked in the same way. Nothing is stored. */
  async outline(organizationId: string, input: CampaignInput): Promise<Campaign> {
    this.fields.assertAhead(input.scheduledFor);
    const fields = await this.fields.of(organizationId, input);
    const now = this.clock.now();
    const stored = { status: 'draft' as const, statusChangedAt: now, createdAt: now, updatedAt: now };
    return { ...NEW, ...fields, ...stored, id: uuidV7(), organizationId };
  }

  /** The settings, the message and the rule that chooses people; neither the people nor the day of the start. */
  async duplicate(
    organizationId: string,
    actorId: string | null,
    source: Campaign,
    name: string | undefined,
  ): Promise<Campaign> {
    const copied = inputWith(source, { name: name ?? nameOfCopy(source.name), scheduledFor: null });
    return this.create(organizationId, actorId, copied);
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
  paceChangedAt: null,
  archivedAt: null,
  winner: null,
  openWave: ALL_WAVES,
  hasSendTimes: false,
  createdBy: null,
  seriesId: null,
  occurrenceId: null,
  oncePerPerson: false,
  minGapDays: null,
};

/** Never half of a character that takes two units. */
function nameOfCopy(name: string): string {
  const kept = name.slice(0, LONGEST_NAME - COPY.length);
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}${COPY}`;
}
