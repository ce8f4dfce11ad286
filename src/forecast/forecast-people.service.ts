import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsStore } from '../access/organizations/organization-settings.service.js';
import type { Campaign } from '../campaigns/campaign/campaign.entity.js';
import { RecipientZones } from '../campaigns/planning/recipient-zones.service.js';
import { Consents } from '../customers/consent/consent.service.js';
import type { JudgementRules } from '../messages/judgement/judgement.js';
import { WhatsappSettings } from '../whatsapp/whatsapp-settings.js';
import { type Joins, notChosen, type People, peopleOf } from './forecast-people.js';
import * as queries from './people.queries.js';

const DAY_MS = 86_400_000;
/** So many numbers are hashed for the list of suppressions; a hash takes some microseconds. */
const MAX_HASHED = 100_000;
const HASHED_AT_ONCE = 2_000;

export interface FoundPeople {
  people: queries.PlannedPeople['people'];
  rules: JudgementRules;
  counts: queries.PeopleCount;
  /** Who matches and will not be added. */
  notChosen: queries.LeftOut[];
  suppressed: string[];
  /** Of so many it is not known whether they are suppressed. */
  unchecked: number;
}

/** Who a campaign would go to: it only reads, and inside the transaction of the forecast. */
@Injectable()
export class ForecastPeople {
  constructor(
    private readonly consent: Consents,
    private readonly settings: OrganizationSettingsStore,
    private readonly whatsapp: WhatsappSettings,
    private readonly zones: RecipientZones,
  ) {}

  async find(
    tx: EntityManager,
    { id: campaignId, organizationId }: Campaign,
    joins: Joins,
    now: Date,
  ): Promise<FoundPeople> {
    const { consentPolicy, frequencyCap } = await this.settings.get(organizationId, tx);
    const place = { organizationId, campaignId, consentPolicy };
    const people = peopleOf(place, joins);
    const left = notChosen(place, joins);
    const counts = await queries.countPeople(tx, people);
    const total = counts.there + counts.released + counts.joining;
    return {
      people,
      rules: {
        organizationId,
        consentPolicy,
        capMessages: frequencyCap?.messages ?? null,
        capDays: frequencyCap?.days ?? null,
        skipUs: this.whatsapp.usMarketing === 'skip',
        now,
      },
      counts,
      notChosen: left === null ? [] : await queries.countByReason(tx, left),
      ...(await this.suppressedOf(tx, organizationId, people, total)),
    };
  }

  /** Only where it matters: the profiles of all of them are read for it. */
  async inOtherZones(tx: EntityManager, campaign: Campaign, { people }: FoundPeople): Promise<number> {
    return campaign.sendInRecipientZone ? this.zones.countElsewhere(tx, campaign, people.rows) : 0;
  }

  async joiningForFree(
    tx: EntityManager,
    { people, counts }: FoundPeople,
    { portfolioId, senderId, now }: { portfolioId: string | null; senderId: string | null; now: Date },
  ): Promise<string[]> {
    if (portfolioId === null || counts.joining === 0) return [];
    const since = new Date(now.getTime() - DAY_MS);
    return queries.joiningForFree(tx, people, { portfolioId, senderId, since });
  }

  private async suppressedOf(
    tx: EntityManager,
    organizationId: string,
    people: People,
    total: number,
  ): Promise<{ suppressed: string[]; unchecked: number }> {
    if (!(await this.consent.hasRefusals(tx, organizationId))) return { suppressed: [], unchecked: 0 };
    const strangers = total > MAX_HASHED;
    const rows = await queries.numbersToCheck(tx, people, {
      ...{ organizationId, strangers },
      limit: MAX_HASHED + 1,
    });
    const suppressed: string[] = [];
    for (let start = 0; start < Math.min(rows.length, MAX_HASHED); start += HASHED_AT_ONCE) {
      const part = rows.slice(start, start + HASHED_AT_ONCE);
      const numbers = part.map(({ phoneNumber }) => phoneNumber);
      const found = await this.consent.suppressedAmong(tx, organizationId, numbers);
      suppressed.push(...part.flatMap(({ id, phoneNumber }) => (found.has(phoneNumber) ? [id] : [])));
      await breathe();
    }
    return { suppressed, unchecked: rows.length > MAX_HASHED ? total - MAX_HASHED : 0 };
  }
}
