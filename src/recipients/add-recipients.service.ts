import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsService } from '../access/organizations/organization-settings.service.js';
import { ConsentService } from '../customers/consent/consent.service.js';
import { numberIdentity, waIdVariants } from '../rules/phone/number-variants.js';
import { Clock } from '../platform/clock/clock.js';
import type { Sql } from '../platform/database/sql.js';
import { notFound } from '../rules/errors/domain-error.js';
import { uuidV7 } from '../rules/ids/uuid-v7.js';
import * as queries from './add-recipients.queries.js';
import { type AddResult, AddTally, type InsertedCounts } from './add-result.js';
import { type CheckedRecipient, checkRecipient, type RecipientInput } from './recipient-input.js';
import { campaignSize } from './recipients.queries.js';

/** A campaign as its owner hands it over, in a state that allows what is asked for. */
export interface CampaignRef {
  id: string;
  organizationId: string;
  isMarketing: boolean;
}

/** What the organization says about the numbers that are given to it. */
export interface AddRules {
  defaultCountry: string | undefined;
  target: queries.Target;
}

/** Enough for a statement to be worth its round trip, and little enough for its parameters to stay small. */
export const ROWS_AT_ONCE = 10_000;

const ARGENTINA = '+54';

/** Puts people into a campaign, each once. The caller has judged the campaign's state and holds its lock. */
@Injectable()
export class AddRecipientsService {
  constructor(
    private readonly settings: OrganizationSettingsService,
    private readonly consent: ConsentService,
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
      else tally.refuse({ input: item.phoneNumber, reason: check.reason });
    }
    for (let start = 0; start < valid.length; start += ROWS_AT_ONCE) {
      const rows = valid.slice(start, start + ROWS_AT_ONCE);
      tally.count(rows.length, await this.insert(tx, target, rows));
    }
    return tally.result();
  }

  /**
   * `audience` selects `customer_id`, the ids of profiles. Profiles of others, without a number, inactive or
   * without consent are left out here, whatever the statement selects. Added in the order of the profiles' ids.
   */
  async addAudience(tx: EntityManager, campaign: CampaignRef, audience: Sql): Promise<AddResult> {
    const { target } = await this.rules(campaign, tx);
    return resultOf(await queries.insertAudience(tx, target, audience));
  }

  /** Those who answered an earlier campaign and may still be written to, in the order in which they stand there. */
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

  async rules({ id, organizationId, isMarketing }: CampaignRef, db?: EntityManager): Promise<AddRules> {
    const { defaultCountry, consentPolicy } = await this.settings.get(organizationId, db);
    return {
      defaultCountry: defaultCountry ?? undefined,
      target: { campaignId: id, organizationId, isMarketing, consentPolicy, now: this.clock.now() },
    };
  }

  /** At most `ROWS_AT_ONCE` of them, in one statement, with ids in the order of the rows. */
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
   * The spellings of profiles where they differ from the ones given: only Argentine numbers are kept as they were
   * written, with or without the 9 of mobiles. Looked up beforehand, so that the one large statement joins
   * profiles by equality alone: with two spellings in the condition no plan is safe when statistics are old.
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

/** The first row of each person: the database would refuse the others too, but only after having been sent them. */
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
  const reason = 'The profile has a phone number that is not an international one.';
  return {
    ...tally.result(),
    invalid: invalid.map((input) => ({ input, reason })),
    invalidCount,
  };
}
