import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsStore } from '../access/organizations/organization-settings.service.js';
import { waIdVariants } from '../rules/phone/number-variants.js';
import { normalizePhone } from '../rules/phone/phone-number.js';
import { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { notFound } from '../rules/errors/domain-error.js';
import { isDay } from '../rules/calendar/day.js';
import { invalidFields } from '../platform/http/validation.js';
import { type Page, pageFrom } from '../platform/http/paging.js';
import type { CampaignRecipient } from './recipient.entity.js';
import { matchingRecipients, type RecipientFilter } from './recipient-filter.js';
import { RECIPIENT_STATES, type RecipientState } from './recipient-state.js';
import * as queries from './recipients.queries.js';

export interface RecipientsRequest extends RecipientFilter {
  page?: number | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export type RemovalRequest = { ids: readonly string[] } | { phoneNumbers: readonly string[] };

export interface Removal {
  removed: number;
  /** Why the others stay; `input` is as given. */
  notRemoved: { input: string; reason: string }[];
}

/** No message has been sent to them, and no worker is sending one. */
const UNSENT: readonly RecipientState[] = ['pending', 'queued', 'retry'];

/** Lists and counts the recipients of a campaign, and removes those that have not been sent to. */
@Injectable()
export class Recipients {
  constructor(
    private readonly database: Database,
    private readonly settings: OrganizationSettingsStore,
  ) {}

  async list(
    organizationId: string,
    campaignId: string,
    { page, limit, cursor, ...wanted }: RecipientsRequest,
  ): Promise<Page<CampaignRecipient>> {
    const { manager } = this.database;
    const size = await queries.campaignSize(manager, organizationId, campaignId);
    if (size === undefined) throw notFound('campaign', campaignId);
    const filter = await this.matching(organizationId, campaignId, wanted);
    return pageFrom(
      { page, limit, cursor },
      {
        rows: ({ before: after, ...place }) =>
          queries.listRecipients(manager, organizationId, campaignId, { filter, after, ...place }),
        show: (row) => row,
        count: async () =>
          filter === undefined ? size : queries.countMatching(manager, organizationId, campaignId, filter),
      },
    );
  }

  /** Numbers in a search are read as the organization's country writes them. Undefined: all recipients match. */
  async matching(
    organizationId: string,
    campaignId: string,
    filter: RecipientFilter,
  ): Promise<Sql | undefined> {
    if (filter.day !== undefined && !isDay(filter.day)) {
      throw invalidFields([{ field: 'day', message: 'must be a day, as in 2025-01-15' }]);
    }
    if (Object.values(filter).every((value) => value === undefined)) return undefined;
    if (filter.search === undefined) return matchingRecipients(campaignId, filter, null);
    const { defaultCountry } = await this.settings.get(organizationId);
    return matchingRecipients(campaignId, filter, defaultCountry);
  }

  /** By id, for events. The caller has found them in the organization. */
  async shown(tx: EntityManager, ids: readonly string[]): Promise<Map<string, CampaignRecipient>> {
    const rows = ids.length === 0 ? [] : await queries.recipientsById(tx, ids);
    return new Map(rows.map((row) => [row.id, row]));
  }

  async get(organizationId: string, campaignId: string, id: string): Promise<CampaignRecipient> {
    const found = await queries.findRecipient(this.database.manager, organizationId, campaignId, id);
    if (found === undefined) throw notFound('recipient', id);
    return found;
  }

  /** Removes recipients that are pending, queued but not yet claimed, or waiting for a retry. */
  async removeUnsent(
    tx: EntityManager,
    organizationId: string,
    campaignId: string,
    request: RemovalRequest,
  ): Promise<Removal> {
    const wanted =
      'ids' in request
        ? request.ids.map((input) => ({ input, keys: [input.toLowerCase()] }))
        : await this.spellingsOf(tx, organizationId, request.phoneNumbers);
    const by = 'ids' in request ? 'ids' : 'numbers';
    const keys = wanted.flatMap((one) => ('keys' in one ? one.keys : []));
    const keyOf = ({ id, phoneNumber }: queries.KnownRecipient): string => (by === 'ids' ? id : phoneNumber);

    const removed = await queries.deleteUnsent(tx, organizationId, campaignId, by, keys, UNSENT);
    const gone = new Set(removed.map(keyOf));
    const kept = await queries.findKnown(tx, organizationId, campaignId, by, keys);
    const states = new Map(kept.map((recipient) => [keyOf(recipient), recipient.status]));
    const notRemoved = wanted.flatMap((one) => {
      if (!('keys' in one)) return [one];
      if (one.keys.some((key) => gone.has(key))) return [];
      const state = one.keys.map((key) => states.get(key)).find((known) => known !== undefined);
      return [{ input: one.input, reason: reasonToStay(state) }];
    });
    return { removed: removed.length, notRemoved };
  }

  async countByStatus(
    db: EntityManager,
    organizationId: string,
    campaignId: string,
  ): Promise<Record<RecipientState, number>> {
    const counts = Object.fromEntries(RECIPIENT_STATES.map((state) => [state, 0])) as Record<
      RecipientState,
      number
    >;
    for (const { status, count } of await queries.countByStatus(db, organizationId, campaignId)) {
      counts[status] = count;
    }
    return counts;
  }

  async countPending(tx: EntityManager, organizationId: string, campaignId: string): Promise<number> {
    return queries.countInState(tx, organizationId, campaignId, 'pending');
  }

  private async spellingsOf(
    tx: EntityManager,
    organizationId: string,
    numbers: readonly string[],
  ): Promise<({ input: string; keys: string[] } | { input: string; reason: string })[]> {
    const { defaultCountry } = await this.settings.get(organizationId, tx);
    return numbers.map((input) => {
      const phone = normalizePhone(input, defaultCountry ?? undefined);
      return phone.ok ? { input, keys: waIdVariants(phone.e164) } : { input, reason: phone.reason };
    });
  }
}

function reasonToStay(state: RecipientState | undefined): string {
  return state === undefined ? 'is not a recipient of this campaign' : `is ${state} already`;
}
