import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsService } from '../access/organizations/organization-settings.service.js';
import { waIdVariants } from '../rules/phone/number-variants.js';
import { normalizePhone } from '../rules/phone/phone-number.js';
import { Database } from '../platform/database/database.js';
import { notFound } from '../rules/errors/domain-error.js';
import { decodeCursor, encodeCursor, pageOf } from '../platform/http/paging.js';
import type { CampaignRecipient } from './recipient.entity.js';
import { RECIPIENT_STATES, type RecipientState } from './recipient-state.js';
import * as queries from './recipients.queries.js';

export interface RecipientsRequest {
  status?: RecipientState | undefined;
  page?: number | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface RecipientsPage {
  data: CampaignRecipient[];
  page?: number;
  limit: number;
  total?: number;
  nextCursor: string | null;
}

export type RemovalRequest = { ids: readonly string[] } | { phoneNumbers: readonly string[] };

export interface Removal {
  removed: number;
  /** Why the others stay; `input` as it was given. */
  notRemoved: { input: string; reason: string }[];
}

/** Nobody has been told about them yet, and no worker is about to. */
const UNSENT: readonly RecipientState[] = ['pending', 'queued', 'retry'];

/** Who is in a campaign, and taking those out again to whom nothing has been sent. */
@Injectable()
export class RecipientsService {
  constructor(
    private readonly database: Database,
    private readonly settings: OrganizationSettingsService,
  ) {}

  async list(
    organizationId: string,
    campaignId: string,
    { status, cursor, page: wantedPage = 1, limit: wantedLimit = 20 }: RecipientsRequest,
  ): Promise<RecipientsPage> {
    const { manager } = this.database;
    const size = await queries.campaignSize(manager, organizationId, campaignId);
    if (size === undefined) throw notFound('campaign', campaignId);
    const { page, limit, offset } = pageOf({ page: wantedPage, limit: wantedLimit });
    const after = cursor === undefined ? undefined : String(decodeCursor(cursor, ['uuid'])[0]);
    const rows = await queries.listRecipients(manager, organizationId, campaignId, {
      status,
      after,
      limit: limit + 1,
      offset: after === undefined ? offset : 0,
    });
    const data = rows.slice(0, limit);
    const last = data.at(-1);
    const nextCursor = rows.length > limit && last !== undefined ? encodeCursor([last.id]) : null;
    if (after !== undefined) return { data, limit, nextCursor };
    const total =
      status === undefined ? size : await queries.countInState(manager, organizationId, campaignId, status);
    return { data, page, limit, total, nextCursor };
  }

  async get(organizationId: string, campaignId: string, id: string): Promise<CampaignRecipient> {
    const found = await queries.findRecipient(this.database.manager, organizationId, campaignId, id);
    if (found === undefined) throw notFound('recipient', id);
    return found;
  }

  /** Those who are pending, queued but not yet claimed, or waiting for another attempt. */
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
