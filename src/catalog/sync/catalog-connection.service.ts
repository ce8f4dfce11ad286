import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Senders } from '../../senders/directory/senders.service.js';
import type { GraphFailure } from '../../whatsapp/graph/graph-answer.js';
import { metaRefusal } from '../../whatsapp/graph/meta-refusal.js';
import { type CatalogAnswer, CatalogClient } from '../../whatsapp/catalogs/catalog.client.js';
import { Catalog } from '../catalogs/catalog.entity.js';
import { type SyncAccount, SyncAccounts } from '../calls/sync-account.service.js';
import { storeConnection } from './sync-runs.queries.js';
import { storeVisibility } from './visibility.queries.js';

export interface ConnectionOfNumber {
  /** Null: a number of the account that is not connected here. */
  senderId: string | null;
  phoneNumberId: string;
  isCartEnabled: boolean | null;
  isCatalogVisible: boolean | null;
}

export interface ConnectionState {
  wabaId: string;
  connected: boolean;
  connectedCatalogId: string | null;
  numbers: ConnectionOfNumber[];
  feeds: number;
  warnings: { code: string; message: string }[];
}

export interface ConnectionChange {
  replace?: boolean | undefined;
  isCartEnabled?: boolean | undefined;
  isCatalogVisible?: boolean | undefined;
}

const MOST_SENDERS = 200;

/** Whether the WhatsApp account sells from the catalog, asked of Meta and changed at Meta while the caller waits. */
@Injectable()
export class CatalogConnection {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly accounts: SyncAccounts,
    private readonly senders: Senders,
    private readonly client: CatalogClient,
  ) {}

  async read(organizationId: string, catalogId: string): Promise<ConnectionState> {
    const catalog = await this.catalogOf(organizationId, catalogId);
    const account = await this.accounts.of(organizationId, catalog.senderId);
    return this.state(catalog, account);
  }

  async connect(
    organizationId: string,
    catalogId: string,
    change: ConnectionChange,
  ): Promise<ConnectionState> {
    const catalog = await this.catalogOf(organizationId, catalogId);
    const { metaCatalogId } = catalog;
    if (metaCatalogId === null) {
      const detail =
        'The catalog does not exist at Meta yet. Synchronise it first, or set its metaCatalogId.';
      throw new DomainError('rule', 'catalog_not_at_meta', detail);
    }
    const account = await this.accounts.of(organizationId, catalog.senderId);
    const { token, businessAccountId } = account;
    const [connected] = this.value(
      await this.client.connected(token, businessAccountId),
      'show the connected catalog',
      token,
    );
    if (connected !== undefined && connected.id !== metaCatalogId) {
      if (change.replace !== true) {
        const detail = `The account sells from the catalog "${connected.name}" (${connected.id}). Messages that name its products would break: pass "replace": true to replace it all the same.`;
        throw new DomainError('conflict', 'another_catalog_connected', detail);
      }
      this.value(
        await this.client.disconnect(token, businessAccountId, connected.id),
        'disconnect the catalog',
        token,
      );
    }
    if (connected?.id !== metaCatalogId) {
      this.value(
        await this.client.connect(token, businessAccountId, metaCatalogId),
        'connect the catalog',
        token,
      );
    }
    const pending = catalog.visibilityDueAt === null ? undefined : catalog.isPublic;
    const { isCartEnabled, isCatalogVisible = pending } = change;
    await this.setNumbers(account, { isCartEnabled, isCatalogVisible });
    if (isCatalogVisible !== undefined) {
      const now = this.clock.now();
      await storeVisibility(this.database.manager, { organizationId, catalogId }, isCatalogVisible, now);
    }
    return this.state(catalog, account);
  }

  /**
   * Shows the catalog on the profiles of all numbers of the account, or hides it there. False: the account sells from
   * another one by now, which is nobody's to show or hide here.
   */
  async show(organizationId: string, catalogId: string, isCatalogVisible: boolean): Promise<boolean> {
    const catalog = await this.catalogOf(organizationId, catalogId);
    const account = await this.accounts.of(organizationId, catalog.senderId);
    const { token, businessAccountId } = account;
    const [connected] = this.value(
      await this.client.connected(token, businessAccountId),
      'show the connected catalog',
      token,
    );
    const connectedId = connected?.id ?? null;
    if (connectedId !== null && connectedId === catalog.metaCatalogId) {
      await this.setNumbers(account, { isCatalogVisible });
      return true;
    }
    const of = { organizationId, catalogId };
    await storeConnection(this.database.manager, of, connectedId, this.clock.now());
    return false;
  }

  async disconnect(organizationId: string, catalogId: string): Promise<void> {
    const catalog = await this.catalogOf(organizationId, catalogId);
    const { token, businessAccountId } = await this.accounts.of(organizationId, catalog.senderId);
    const [connected] = this.value(
      await this.client.connected(token, businessAccountId),
      'show the connected catalog',
      token,
    );
    const isOurs = connected !== undefined && connected.id === catalog.metaCatalogId;
    if (isOurs) {
      this.value(
        await this.client.disconnect(token, businessAccountId, connected.id),
        'disconnect the catalog',
        token,
      );
    }
    const left = isOurs ? null : (connected?.id ?? null);
    await storeConnection(this.database.manager, { organizationId, catalogId }, left, this.clock.now());
  }

  /** The settings are those of a number at Meta, and the catalog of the account serves all its numbers. */
  private async setNumbers(
    { token, businessAccountId }: SyncAccount,
    { isCartEnabled, isCatalogVisible }: ConnectionChange,
  ): Promise<void> {
    if (isCartEnabled === undefined && isCatalogVisible === undefined) return;
    const numbers = this.value(
      await this.client.phoneNumbers(token, businessAccountId),
      'list the numbers',
      token,
    );
    for (const number of numbers) {
      const answer = await this.client.setSettings(token, number, { isCartEnabled, isCatalogVisible });
      this.value(answer, `change the settings of number ${number}`, token);
    }
  }

  private async state(catalog: Catalog, { token, businessAccountId }: SyncAccount): Promise<ConnectionState> {
    const { organizationId, metaCatalogId } = catalog;
    const [connected] = this.value(
      await this.client.connected(token, businessAccountId),
      'show the connected catalog',
      token,
    );
    const feeds =
      metaCatalogId === null
        ? []
        : this.value(await this.client.feeds(token, metaCatalogId), 'list the feeds of the catalog', token);
    const numbers = await this.numbers(organizationId, token, businessAccountId);
    const connectedId = connected?.id ?? null;
    const of = { organizationId, catalogId: catalog.id };
    await storeConnection(this.database.manager, of, connectedId, this.clock.now());
    const isConnected = connectedId !== null && connectedId === metaCatalogId;
    return {
      wabaId: businessAccountId,
      connected: isConnected,
      connectedCatalogId: connectedId,
      numbers,
      feeds: feeds.length,
      warnings: warningsOf(isConnected, numbers, feeds.length),
    };
  }

  private async numbers(
    organizationId: string,
    token: string,
    businessAccountId: string,
  ): Promise<ConnectionOfNumber[]> {
    const ids = this.value(
      await this.client.phoneNumbers(token, businessAccountId),
      'list the numbers',
      token,
    );
    const [senders] = await this.senders.list(organizationId, { limit: MOST_SENDERS, offset: 0 });
    const known = new Map(senders.map(({ sender }) => [sender.phoneNumberId, sender.id]));
    const numbers: ConnectionOfNumber[] = [];
    for (const phoneNumberId of ids) {
      const settings = this.value(
        await this.client.settings(token, phoneNumberId),
        `show the settings of number ${phoneNumberId}`,
        token,
      );
      numbers.push({ senderId: known.get(phoneNumberId) ?? null, phoneNumberId, ...settings });
    }
    return numbers;
  }

  private value<T>(answer: CatalogAnswer<T>, task: string, token: string): T {
    if (answer.outcome === 'ok') return answer.value;
    throw upstreamRefusal(answer, task, token);
  }

  private async catalogOf(organizationId: string, catalogId: string): Promise<Catalog> {
    return new Scoped(this.database.manager, Catalog, organizationId, 'catalog').get(catalogId);
  }
}

/** The caller waits for Meta here, so its refusal is the answer. */
function upstreamRefusal(failure: GraphFailure, task: string, token: string): DomainError {
  const refusal = metaRefusal(failure, task, token);
  const { cause, retryAfterSeconds = 30 } = refusal.extra;
  if (refusal.kind === 'rule')
    return new DomainError('bad-gateway', 'meta_refused', refusal.message, { cause });
  if (refusal.kind !== 'unavailable') return refusal;
  return new DomainError('unavailable', 'meta_unreachable', refusal.message, { cause, retryAfterSeconds });
}

function warningsOf(
  isConnected: boolean,
  numbers: readonly ConnectionOfNumber[],
  feeds: number,
): ConnectionState['warnings'] {
  const warnings: ConnectionState['warnings'] = [];
  if (feeds > 0) {
    const message = `The catalog has ${feeds} product feed${feeds === 1 ? '' : 's'} at Meta. A feed is a second writer: it overwrites what is synchronised. Remove it in Commerce Manager.`;
    warnings.push({ code: 'feed_present', message });
  }
  if (isConnected && numbers.some(({ isCartEnabled }) => isCartEnabled === false)) {
    const message = 'A number has its cart switched off: customers can look at products, but not order them.';
    warnings.push({ code: 'cart_disabled', message });
  }
  return warnings;
}
