import { Injectable } from '@nestjs/common';
import { OrganizationSettingsStore } from '../access/organizations/organization-settings.service.js';
import { assertMayTarget } from '../campaigns/api/may-target.js';
import type { CampaignInput } from '../campaigns/campaign/campaign-input.js';
import { assertCommand } from '../campaigns/campaign/campaign-state.js';
import { storeWindow } from '../campaigns/campaign/campaign-window.js';
import { Campaign } from '../campaigns/campaign/campaign.entity.js';
import { Campaigns } from '../campaigns/campaign/campaigns.service.js';
import { CampaignDrafts } from '../campaigns/drafts/campaign-drafts.service.js';
import { Audiences } from '../campaigns/intake/audience.service.js';
import { Clock } from '../platform/clock/clock.js';
import type { Principal } from '../platform/http/principal.js';
import { checkRecipient, type RecipientInput } from '../recipients/recipient-input.js';
import { type Day, dayAt } from '../rules/calendar/day.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { uuidV7 } from '../rules/ids/uuid-v7.js';
import { numberIdentity } from '../rules/phone/number-variants.js';
import { Senders } from '../senders/directory/senders.service.js';
import type { GivenPerson, Joins } from './forecast-people.js';
import type { LeftOut } from './people.queries.js';

/** What the caller would like to change. Undefined: as the campaign has it. */
export interface ForecastChanges {
  dailySendLimit?: number | null | undefined;
  rateLimit?: number | null | undefined;
  priority?: number | undefined;
  senderId?: string | undefined;
  startDate?: Day | undefined;
  window?: { start: string; end: string } | null | undefined;
}

/** A campaign as it would start now, and who would be added to it. */
export interface ForecastSubject {
  campaign: Campaign;
  joins: Joins;
  /** Given numbers that cannot be added. */
  refused: LeftOut[];
}

const SHOWN = 3;

/** Finds out what is to be foretold: a campaign of ours with changes, or one that is not saved. */
@Injectable()
export class ForecastSubjects {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly drafts: CampaignDrafts,
    private readonly audiences: Audiences,
    private readonly senders: Senders,
    private readonly settings: OrganizationSettingsStore,
    private readonly clock: Clock,
  ) {}

  async saved(caller: Principal, id: string, changes: ForecastChanges): Promise<ForecastSubject> {
    const { organizationId } = caller;
    const campaign = await this.campaigns.get(organizationId, id);
    assertCommand('forecast', campaign.status);
    const { senderId, window, startDate, ...settings } = changes;
    if (senderId !== undefined) await this.senders.get(organizationId, senderId);
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    const changed = Object.assign(new Campaign(), campaign, Object.fromEntries(given), {
      ...(senderId === undefined ? {} : { senderId }),
      ...(window === undefined ? {} : storeWindow(window?.start ?? null, window?.end ?? null)),
    });
    this.startOn(changed, startDate);
    const joins: Joins = campaign.status === 'draft' ? this.joinsOf(campaign) : { kind: 'nobody' };
    if (joins.kind === 'customers') assertMayTarget(caller, { targetType: campaign.targetType });
    return { campaign: changed, joins, refused: [] };
  }

  async unsaved(
    caller: Principal,
    input: CampaignInput,
    {
      recipients,
      startDate,
    }: { recipients?: readonly RecipientInput[] | undefined; startDate?: Day | undefined },
  ): Promise<ForecastSubject> {
    const { organizationId } = caller;
    assertMayTarget(caller, {
      targetType: input.targetType,
      audience: input.segmentQuery,
    });
    const campaign = await this.drafts.outline(organizationId, input);
    this.startOn(campaign, startDate);
    if (recipients === undefined) return { campaign, joins: this.joinsOf(campaign), refused: [] };
    if (campaign.targetType !== 'manual') {
      const detail =
        'Give recipients with targetType manual only: the other types choose their people themselves.';
      throw new DomainError('rule', 'two_audiences', detail);
    }
    const { defaultCountry } = await this.settings.get(organizationId);
    const { people, refused } = checked(recipients, defaultCountry ?? undefined);
    return { campaign, joins: { kind: 'given', people }, refused };
  }

  private startOn(campaign: Campaign, startDate: Day | undefined): void {
    if (startDate === undefined) return;
    const today = dayAt(this.clock.now(), campaign.timeZone);
    if (startDate < today) {
      const detail = `startDate ${startDate} is in the past; today is ${today} in ${campaign.timeZone}.`;
      throw new DomainError('rule', 'start_date_in_the_past', detail);
    }
    campaign.startDate = startDate;
    campaign.scheduledFor = null;
  }

  private joinsOf(campaign: Campaign): Joins {
    const { targetType, segmentQuery, sourceCampaignId } = campaign;
    if (targetType === 'all') return { kind: 'customers', segment: undefined };
    if (targetType === 'segment') {
      return { kind: 'customers', segment: this.audiences.ofSegment(segmentQuery) };
    }
    if (targetType === 'responders' && sourceCampaignId !== null)
      return { kind: 'responders', sourceCampaignId };
    return { kind: 'nobody' };
  }
}

function checked(
  recipients: readonly RecipientInput[],
  defaultCountry: string | undefined,
): { people: GivenPerson[]; refused: LeftOut[] } {
  const people: GivenPerson[] = [];
  const persons = new Set<string>();
  const refused = new Map<string, LeftOut>();
  const refuse = (reason: string, input: string): void => {
    const known = refused.get(reason) ?? { reason, count: 0, sample: [] };
    refused.set(reason, known);
    known.count++;
    if (known.sample.length < SHOWN) known.sample.push(input);
  };
  for (const recipient of recipients) {
    const check = checkRecipient(recipient, defaultCountry);
    if (!check.ok) {
      refuse(check.reason, recipient.phoneNumber);
      continue;
    }
    const person = numberIdentity(check.phoneNumber);
    if (persons.has(person)) {
      refuse('Listed more than once', check.phoneNumber);
      continue;
    }
    persons.add(person);
    const { phoneNumber, name, variables } = check;
    people.push({ id: uuidV7(), phoneNumber, name, variables });
  }
  return { people, refused: [...refused.values()] };
}
