import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { CatalogClient } from '../../whatsapp/catalogs/catalog.client.js';
import { type BusinessAccount, BusinessAccounts } from '../../whatsapp/graph/business-accounts.js';
import type { Catalog } from '../catalogs/catalog.entity.js';
import { storeConnection } from '../sync/sync-runs.queries.js';
import * as queries from './sellables.queries.js';

/** Meta allows few calls about an account, and a connection changes rarely. */
const FRESH_MS = 60_000;

type Asked = Pick<
  Catalog,
  'id' | 'organizationId' | 'senderId' | 'metaCatalogId' | 'connectedCatalogId' | 'connectionCheckedAt'
>;

/** The catalog at Meta from which a WhatsApp account sells. Undefined: Meta did not say. */
type Connected = string | null | undefined;

interface Answer {
  at: number;
  connected: Connected;
}

/** From which catalog an account sells. Meta allows one, and messages about products of any other fail. */
@Injectable()
export class ConnectedCatalogs {
  /** Of this process: the answers that are awaited, and the last ones. A request may hold an older row than these. */
  private readonly underWay = new Map<string, Promise<Connected>>();
  private readonly answers = new Map<string, Answer>();

  constructor(
    private readonly database: Database,
    private readonly accounts: BusinessAccounts,
    private readonly client: CatalogClient,
    private readonly clock: Clock,
  ) {}

  /** Whether the account of the catalog's sender sells from it. Asked at most once a minute; null: nobody knows. */
  async isConnected(catalog: Asked): Promise<boolean | null> {
    const connected = await this.connectedTo(catalog);
    return connected === undefined ? null : connected !== null && connected === catalog.metaCatalogId;
  }

  /** What the account of a sender sells from, asked of Meta now. */
  async ofSender(
    organizationId: string,
    senderId: string | null,
  ): Promise<{ metaCatalogId: Connected; account: BusinessAccount | null }> {
    const account = await this.accountOf(organizationId, senderId);
    if (account === null) return { metaCatalogId: undefined, account };
    return { metaCatalogId: await this.ask(account), account };
  }

  /** Our catalog with that id at Meta. */
  async ours(organizationId: string, metaCatalogId: string): Promise<queries.OurCatalog | undefined> {
    return queries.catalogAtMeta(this.database.manager, organizationId, metaCatalogId);
  }

  /** The catalog of ours that was connected to the sender's account when somebody last looked. */
  async lastKnown(organizationId: string, senderId: string | null): Promise<queries.OurCatalog | undefined> {
    return queries.lastConnected(this.database.manager, organizationId, senderId);
  }

  async note(organizationId: string, catalogId: string, connected: string | null): Promise<void> {
    const of = { organizationId, catalogId };
    await storeConnection(this.database.manager, of, connected, this.clock.now());
  }

  private async connectedTo(catalog: Asked): Promise<Connected> {
    const { id, organizationId, senderId } = catalog;
    const last = latest(storedIn(catalog), this.answers.get(id));
    if (last !== undefined && this.clock.now().getTime() - last.at < FRESH_MS)
      return last.connected === undefined ? storedIn(catalog)?.connected : last.connected;
    const asking =
      this.underWay.get(id) ??
      this.askAndNote(organizationId, id, senderId).finally(() => this.underWay.delete(id));
    this.underWay.set(id, asking);
    const connected = await asking;
    return connected === undefined ? storedIn(catalog)?.connected : connected;
  }

  private async askAndNote(
    organizationId: string,
    catalogId: string,
    senderId: string | null,
  ): Promise<Connected> {
    const { metaCatalogId: connected } = await this.ofSender(organizationId, senderId);
    if (connected !== undefined) await this.note(organizationId, catalogId, connected);
    this.answers.set(catalogId, { at: this.clock.now().getTime(), connected });
    return connected;
  }

  private async ask({ token, businessAccountId }: BusinessAccount): Promise<Connected> {
    const answer = await this.client.connected(token, businessAccountId);
    return answer.outcome === 'ok' ? (answer.value[0]?.id ?? null) : undefined;
  }

  private async accountOf(organizationId: string, senderId: string | null): Promise<BusinessAccount | null> {
    try {
      return await this.accounts.ofSender(organizationId, senderId ?? undefined);
    } catch (error) {
      // Without the account's id nobody can be asked.
      if (error instanceof DomainError && error.kind === 'rule') return null;
      throw error;
    }
  }
}

function storedIn({ connectedCatalogId, connectionCheckedAt }: Asked): Answer | undefined {
  return connectionCheckedAt === null
    ? undefined
    : { at: connectionCheckedAt.getTime(), connected: connectedCatalogId };
}

function latest(one: Answer | undefined, other: Answer | undefined): Answer | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.at > one.at ? other : one;
}
