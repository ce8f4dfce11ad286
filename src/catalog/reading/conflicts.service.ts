import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { SyncAccounts } from '../calls/sync-account.service.js';
import { Catalog } from '../catalogs/catalog.entity.js';
import { remoteDigest } from './judge-item.js';
import type { Digests, RemoteValues, TwoWayField } from '../items/item-fields.js';
import { itemsById } from '../items/item-rows.queries.js';
import type { ItemRow } from '../items/item-row.js';
import * as queries from './conflicts.queries.js';
import { Pulls } from './pulls.service.js';

type PullFacts = Parameters<Pulls['update']>[1];

export interface Decision {
  itemId: string;
  sku: string;
  status: string;
}

/** Items that both sides have changed, under a policy that leaves the decision to a person. */
@Injectable()
export class Conflicts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly pulls: Pulls,
    private readonly accounts: SyncAccounts,
  ) {}

  async list(
    organizationId: string,
    catalogId: string,
    place: { before: string | undefined; limit: number; offset: number },
  ): Promise<queries.ConflictRow[]> {
    return queries.conflictsOf(this.database.manager, { organizationId, catalogId }, place);
  }

  async count(organizationId: string, catalogId: string): Promise<number> {
    return queries.countConflicts(this.database.manager, { organizationId, catalogId });
  }

  /** Ours goes to Meta with the next push, or Meta's becomes ours at once. */
  async decide(
    organizationId: string,
    catalogId: string,
    itemId: string,
    take: 'local' | 'meta',
  ): Promise<Decision> {
    const catalog = await new Scoped(this.database.manager, Catalog, organizationId, 'catalog').get(
      catalogId,
    );
    const of = { organizationId, catalogId };
    const facts = take === 'meta' ? await this.factsOf(catalog) : null;
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const [row] = await itemsById(tx, of, [itemId]);
      if (row === undefined) throw notFound('conflict', itemId);
      if (row.conflict === null || row.isRemoved) throw settledAlready(row);
      const theirs: Digests = {};
      for (const [field, values] of Object.entries(row.conflict))
        theirs[field as TwoWayField] = remoteDigest(field as TwoWayField, values.theirs);
      if (facts !== null) await this.takeTheirs(tx, facts, row, theirs, now);
      else if (!(await queries.takeOurs(tx, of, itemId, theirs, now))) throw settledAlready(row);
      const [after = row] = await itemsById(tx, of, [itemId]);
      return { itemId, sku: row.retailerId, status: after.status };
    });
  }

  /** The number of the sender too: items without an address of their own lead to it. */
  private async factsOf(catalog: Catalog): Promise<PullFacts> {
    return {
      organizationId: catalog.organizationId,
      catalogId: catalog.id,
      catalogIsActive: catalog.isActive,
      defaults: {
        catalogName: catalog.name,
        currency: catalog.currency,
        defaultBrand: catalog.defaultBrand,
        websiteUrl: catalog.websiteUrl,
        defaultImageUrl: catalog.defaultImageUrl,
        whatsappNumber: await this.numberOf(catalog),
      },
    };
  }

  private async numberOf({ organizationId, senderId }: Catalog): Promise<string | null> {
    try {
      return await this.accounts.numberOf(await this.accounts.of(organizationId, senderId));
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }

  private async takeTheirs(
    tx: Parameters<Pulls['update']>[0],
    facts: PullFacts,
    row: ItemRow,
    theirs: Digests,
    now: Date,
  ): Promise<void> {
    const fields = Object.keys(theirs) as TwoWayField[];
    const values: RemoteValues = {};
    for (const field of fields) values[field] = row.conflict?.[field]?.theirs ?? '';
    const agreed = { ...row.agreed, ...theirs };
    const pull = { row, values, fields, remote: null, agreed, conflict: null };
    if ((await this.pulls.update(tx, facts, [pull], now)) === 1) return;
    const [after] = await itemsById(tx, facts, [row.id]);
    const refusal = after?.problems.find(({ code }) => code === 'pull_refused');
    if (refusal !== undefined) throw new DomainError('rule', 'pull_refused', refusal.message);
    throw settledAlready(row);
  }
}

function settledAlready({ retailerId }: ItemRow): DomainError {
  return new DomainError(
    'conflict',
    'conflict_settled',
    `There is nothing to decide about ${retailerId} any more.`,
  );
}
