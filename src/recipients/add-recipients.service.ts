import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsStore } from '../access/organizations/organization-settings.service.js';
import { Consents } from '../customers/consent/consent.service.js';
import { numberIdentity, waIdVariants } from '../rules/phone/number-variants.js';
import { Clock } from '../platform/clock/clock.js';
import type { Sql } from '../platform/database/sql.js';
import { notFound } from '../rules/errors/domain-error.js';
import { uuidV7 } from '../rules/ids/uuid-v7.js';
import * as queries from './add-recipients.queries.js';
import { type AddResult, AddTally, type InsertedCounts } from './add-result.js';
import { ROWS_AT_ONCE } from './import-recipients.js';
import { type CheckedRecipient, checkRecipient, type RecipientInput } from './recipient-input.js';
import type { Assignment } from './variants/variant-bucket.js';
import type { MetBefore } from './met-before.queries.js';
import { campaignSize } from './recipients.queries.js';

/** A campaign as its owner hands it over. */
export interface CampaignRef {
  id: string;
  organizationId: string;
  isMarketing: boolean;
  /** Its own rule names them as it is sent. */
  isChosen?: boolean;
  /** Of its experiment, once it has started. */
  assignment?: Assignment | null;
  leavesOut?: MetBefore;
}

export type { MetBefore } from './met-before.queries.js';

/** The organization's rules for the numbers it is given. */
export interface AddRules {
  defaultCountry: string | undefined;
  target: queries.Target;
}

const ARGENTINA = '+54';

/** Adds people to a campaign, each once. The caller has checked the campaign's state and holds its lock. */
@Injectable()
export class RecipientAdder {
  constructor(
    private readonly settings: OrganizationSettingsStore,
    private readonly consent: Consents,
    private readonly clock: Clock,
  ) {}

  async addItems(
    tx: EntityManager,
    campaign: CampaignRef,
    items: readonly RecipientInput[],
  ): Promise<AddResult> {
    const { defaultCountry, target } = await this.rules(campaign, tx);
    const tally = new AddTally();
    const valid: CheckedRecipient[] = [];
    for (const item of items) {
      const check = checkRecipient(item, defaultCountry);
      if (check.ok) valid.push(check);
      else tally.reject({ input: item.phoneNumber, reason: check.reason });
    }
    for (let start = 0; start < valid.length; start += ROWS_AT_ONCE) {
      const rows = valid.slice(start, start + ROWS_AT_ONCE);
      tally.count(rows.length, await this.insert(tx, target, rows));
    }
    return tally.result();
  }

  /**
   * `audience` selects `customer_id`, the ids of profiles. Profiles that belong to another organization, have no
   * number, are inactive or lack consent are skipped here, whatever the statement selects. Adds in profile id order.
   */
  async addAudience(tx: EntityManager, campaign: CampaignRef, audience: Sql): Promise<AddResult> {
    const { target } = await this.rules(campaign, tx);
    return resultOf(await queries.insertAudience(tx, target, audience));
  }

  /** Adds recipients that replied to an earlier campaign and may still receive messages, in the order of that campaign. */
  async addResponders(
    tx: EntityManager,
    campaign: CampaignRef,
    sourceCampaignId: string,
  ): Promise<AddResult> {
    const source = await campaignSize(tx, campaign.organizationId, sourceCampaignId);
    if (source === undefined) throw notFound('campaign', sourceCampaignId);
    const { target } = await this.rules(campaign, tx);
    return resultOf(await queries.insertResponders(tx, target, sourceCampaignId));
  }

  /** Removes those that the campaign's own rule has added: the rule is read again when the campaign is sent. */
  async removeChosen(tx: EntityManager, campaignId: string): Promise<void> {
    await queries.deleteChosen(tx, campaignId);
  }

  async rules(
    { id, organizationId, isMarketing, isChosen = false, assignment = null, leavesOut }: CampaignRef,
    db?: EntityManager,
  ): Promise<AddRules> {
    const { defaultCountry, consentPolicy } = await this.settings.get(organizationId, db);
    return {
      defaultCountry: defaultCountry ?? undefined,
      target: {
        campaignId: id,
        ...{ organizationId, isMarketing, consentPolicy, isChosen, assignment, now: this.clock.now() },
        ...(leavesOut === undefined ? {} : { leavesOut }),
      },
    };
  }

  /** Inserts at most `ROWS_AT_ONCE` rows in one statement, with ids in the order of the rows. */
  async insert(
    tx: EntityManager,
    target: queries.Target,
    rows: readonly CheckedRecipient[],
  ): Promise<InsertedCounts> {
    const distinct = distinctPersons(rows);
    const numbers = distinct.map(({ phoneNumber }) => phoneNumber);
    const suppressed = await this.consent.suppressedAmong(tx, target.organizationId, numbers);
    const spellings = await this.otherSpellings(tx, target, numbers);
    const added = distinct.map(({ phoneNumber, name, variables }) => ({
      id: uuidV7(),
      phoneNumber,
      otherSpelling: spellings.get(phoneNumber) ?? null,
      name,
      variables,
      isSuppressed: suppressed.has(phoneNumber),
    }));
    return queries.insertRecipients(tx, target, added);
  }

  /**
   * The spellings in profiles where they differ from the given ones: only Argentine numbers are stored as written, with
   * or without the mobile 9. Looked up first, so the one large statement joins profiles by equality alone: with two
   * spellings in the condition no plan is safe when statistics are old.
   */
  private async otherSpellings(
    tx: EntityManager,
    { organizationId }: queries.Target,
    numbers: readonly string[],
  ): Promise<Map<string, string>> {
    const candidates = numbers
      .filter((number) => number.startsWith(ARGENTINA))
      .flatMap((number) => waIdVariants(number).map((spelling) => ({ number, spelling })))
      .filter(({ number, spelling }) => number !== spelling);
    if (candidates.length === 0) return new Map();
    const asked = candidates.map(({ spelling }) => spelling);
    const known = await queries.numbersOfProfiles(tx, organizationId, asked);
    return new Map(
      candidates
        .filter(({ spelling }) => known.has(spelling))
        .map(({ number, spelling }) => [number, spelling]),
    );
  }
}

/** The first row of each person. The database would reject the others too, but only after receiving them. */
function distinctPersons(rows: readonly CheckedRecipient[]): CheckedRecipient[] {
  const persons = new Set<string>();
  return rows.filter(({ phoneNumber }) => {
    const person = numberIdentity(phoneNumber);
    return !persons.has(person) && persons.add(person);
  });
}

function resultOf({ valid, invalid, invalidCount, ...inserted }: queries.ChosenCounts): AddResult {
  const tally = new AddTally();
  tally.count(valid, inserted);
  const reason = 'The phone number in the profile is not an international phone number.';
  return {
    ...tally.result(),
    invalid: invalid.map((input) => ({ input, reason })),
    invalidCount,
  };
}
