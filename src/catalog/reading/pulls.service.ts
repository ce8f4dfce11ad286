import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { agreedAs, changedFields, digestsOf, theirSide } from '../items/item-digest.js';
import { type Digests, type RemoteValues, TWO_WAY_FIELDS, type TwoWayField } from '../items/item-fields.js';
import { CatalogEvents } from '../events/catalog-events.service.js';
import { itemOf, type ItemRow } from '../items/item-row.js';
import { itemsById, itemsBySku, itemsOfVariants } from '../items/item-rows.queries.js';
import type { ItemProblem } from '../items/item-problem.js';
import { changesOf, groupOf, productOf, variantOf } from '../items/product-of-remote.js';
import type { RemoteItem } from '../items/remote-item.js';
import type { RunFacts, RunProblem } from '../calls/sync-run.js';
import type { WriteProblem, WriteResult, WriteRow } from '../products/product-write.js';
import { ProductWrites } from '../products/product-writes.service.js';
import type { ItemState } from './item-state.js';
import * as queries from './item-states.queries.js';
import { factsOf, isNewlyRejected, remoteDigests } from './judge-item.js';

/** What Meta has of an item, and the fields of it that are to become ours. */
export interface Pull {
  row: ItemRow;
  values: RemoteValues;
  fields: TwoWayField[];
  /** Null: only the fields are pulled, all else stays. */
  remote: RemoteItem | null;
  agreed: ItemRow['agreed'];
  conflict: ItemRow['conflict'];
}

type Catalog = Pick<RunFacts, 'organizationId' | 'catalogId' | 'catalogIsActive' | 'defaults'>;

/** Writes what was changed or made at Meta, through the rules that hold for every caller. */
@Injectable()
export class Pulls {
  constructor(
    private readonly writes: ProductWrites,
    private readonly events: CatalogEvents,
  ) {}

  /** Returns how many items have changed here. An item that was edited meanwhile is left to the next read. */
  async update(tx: EntityManager, catalog: Catalog, pulls: readonly Pull[], now: Date): Promise<number> {
    if (pulls.length === 0) return 0;
    await queries.lockProducts(tx, catalog, [...new Set(pulls.map(({ row }) => row.productId))]);
    const before = await this.rowsById(tx, catalog, idsOf(pulls));
    const still = pulls.filter(({ row }) => {
      const known = before.get(row.id);
      return known?.version === row.version && !known.isInFlight && !known.isRemoved;
    });
    const shared = still.filter(({ row, fields }) => row.role === 'variant' && fields.some(isShared));
    const families = [...new Set(shared.map(({ row }) => row.productId))];
    for (const row of await itemsOfVariants(tx, catalog, families)) before.set(row.id, row);
    const refusals = await this.apply(tx, catalog, still);
    const after = await this.rowsById(tx, catalog, [...before.keys()]);
    const pulled = new Map(still.map((pull) => [pull.row.id, pull]));
    const states = [...before.values()].flatMap((was) => {
      const [row, pull] = [after.get(was.id), pulled.get(was.id)];
      if (row === undefined) return [];
      if (pull !== undefined) return [stateOf(catalog, pull, was, row, refusals.get(was.id) ?? [], now)];
      return siblingState(catalog, was, row, now);
    });
    const stored = await queries.storeStates(tx, catalog, states, now);
    await queries.storeProductIds(tx, catalog, stored, now);
    const rejected = states.flatMap((state) => {
      const was = before.get(state.id);
      return was !== undefined && isNewlyRejected(was, state) ? [was] : [];
    });
    await this.events.rejected(tx, catalog, rejected);
    return still.filter(({ row }) => !refusals.has(row.id)).length;
  }

  private async apply(
    tx: EntityManager,
    catalog: Catalog,
    pulls: readonly Pull[],
  ): Promise<Map<string, ItemProblem[]>> {
    const rows: WriteRow[] = [];
    const owners: string[][] = [];
    const products = new Map<string, { place: number }>();
    for (const { row, values, fields } of pulls) {
      const changes = changesOf(values, fields, row.role === 'variant');
      if (row.variant !== null && row.variantId !== null && Object.keys(changes.variant).length > 0) {
        const { sku } = row.variant;
        rows.push({ kind: 'variant', sku, parent: { id: row.productId }, input: changes.variant });
        owners.push([row.id]);
      }
      if (row.product === null || Object.keys(changes.product).length === 0) continue;
      const known = products.get(row.product.sku);
      const first = known === undefined ? undefined : rows[known.place];
      if (first?.kind === 'product' && known !== undefined) {
        // Siblings that say different things about their product: the first one counts.
        first.input = { ...changes.product, ...first.input };
        owners[known.place]?.push(row.id);
        continue;
      }
      products.set(row.product.sku, { place: rows.length });
      rows.push({ kind: 'product', sku: row.product.sku, input: changes.product });
      owners.push([row.id]);
    }
    const results = await this.write(tx, catalog, rows, 'update');
    const refusals = new Map<string, ItemProblem[]>();
    results.forEach((result, place) => {
      if (result.outcome !== 'refused') return;
      for (const id of owners[place] ?? []) {
        refusals.set(id, [...(refusals.get(id) ?? []), ...result.problems.map(refusalOf)]);
      }
    });
    return refusals;
  }

  /** Products for items that only Meta knows: a group becomes a product with variants, all else a plain product. */
  async create(
    tx: EntityManager,
    catalog: Catalog,
    finds: readonly RemoteItem[],
    now: Date,
  ): Promise<{ created: number; problems: Omit<RunProblem, 'at'>[] }> {
    const known = await this.knownSkus(tx, catalog, finds);
    const { rows, bySku } = rowsOfFinds(finds, known);
    const results = await this.write(tx, catalog, rows, 'create');
    const problems: Omit<RunProblem, 'at'>[] = [];
    const made = new Map<string, RemoteItem>();
    results.forEach((result, place) => {
      const sku = rows[place]?.sku ?? '';
      const remote = bySku.get(sku);
      if (result.outcome === 'refused')
        problems.push(...result.problems.map((problem) => unmade(sku, problem)));
      else if (remote !== undefined) made.set(sku, remote);
    });
    await this.agree(tx, catalog, made, now);
    return { created: made.size, problems };
  }

  private async agree(
    tx: EntityManager,
    catalog: Catalog,
    made: ReadonlyMap<string, RemoteItem>,
    now: Date,
  ): Promise<void> {
    const rows = await itemsBySku(tx, catalog, [...made.keys()]);
    const states = rows.flatMap((row) => {
      const remote = made.get(row.retailerId);
      const item = itemOf(row, catalog, now);
      if (remote === undefined || item === null) return [];
      const state: ItemState = {
        id: row.id,
        version: row.version,
        status: 'synced',
        isDirty: false,
        agreed: agreedOfNew(digestsOf(item.values), remoteDigests(remote.values)),
        missingReads: 0,
        conflict: null,
        ...factsOf(row, remote, false),
      };
      return [state];
    });
    const stored = await queries.storeStates(tx, catalog, states, now);
    await queries.storeProductIds(tx, catalog, stored, now);
  }

  private async knownSkus(
    tx: EntityManager,
    catalog: Catalog,
    finds: readonly RemoteItem[],
  ): Promise<Map<string, ItemRow>> {
    const skus = finds.flatMap(({ retailerId, groupId }) =>
      groupId === null ? [retailerId] : [retailerId, groupId],
    );
    const rows = await itemsBySku(tx, catalog, [...new Set(skus)]);
    return new Map(rows.map((row) => [row.retailerId, row]));
  }

  private async rowsById(
    tx: EntityManager,
    catalog: Catalog,
    ids: readonly string[],
  ): Promise<Map<string, ItemRow>> {
    const rows = await itemsById(tx, catalog, ids);
    return new Map(rows.map((row) => [row.id, row]));
  }

  private async write(
    tx: EntityManager,
    { organizationId, catalogId }: Catalog,
    rows: readonly WriteRow[],
    mode: 'update' | 'create',
  ): Promise<WriteResult[]> {
    if (rows.length === 0) return [];
    const scope = { organizationId, catalogId, keyId: null };
    return this.writes.apply(tx, scope, rows, { mode, stock: 'keep', movement: 'set' });
  }
}

function idsOf(pulls: readonly Pull[]): string[] {
  return pulls.map(({ row }) => row.id);
}

/** A variant has its name, its price and its availability to itself; everything else is its product's. */
function isShared(field: TwoWayField): boolean {
  return field !== 'name' && field !== 'price' && field !== 'availability';
}

/** What was refused stays as it was, and says so. */
function stateOf(
  catalog: Catalog,
  { remote, agreed, conflict, fields, row: judged }: Pull,
  was: ItemRow,
  row: ItemRow,
  refusals: ItemProblem[],
  now: Date,
): ItemState {
  const isRefused = refusals.length > 0;
  const settled = settle(
    catalog,
    { was, row, agreed: isRefused ? judged.agreed : agreed },
    isRefused ? [] : fields,
    now,
  );
  const facts = remote === null ? knownFacts(row) : factsOf(row, remote, settled.isDirty);
  return {
    id: row.id,
    version: row.version,
    status: conflict !== null ? 'conflict' : settled.isDirty ? 'dirty' : 'synced',
    ...settled,
    missingReads: 0,
    conflict,
    ...facts,
    problems: [...facts.problems.filter(({ code }) => code !== 'pull_refused'), ...refusals],
  };
}

/** A variant whose product has taken over a value from another variant. */
function siblingState(catalog: Catalog, was: ItemRow, row: ItemRow, now: Date): ItemState[] {
  if (row.version === was.version || was.agreed === null || row.isInFlight || row.isRemoved) return [];
  const settled = settle(catalog, { was, row, agreed: was.agreed }, [], now);
  const untouched = was.status === 'missing' ? 'missing' : 'synced';
  return [
    {
      id: row.id,
      version: row.version,
      status: was.status === 'conflict' ? 'conflict' : settled.isDirty ? 'dirty' : untouched,
      ...settled,
      missingReads: was.missingReads,
      conflict: was.conflict,
      ...knownFacts(row),
    },
  ];
}

/** A pull never starts a push: whatever it has changed here is agreed, next to what Meta has. */
function settle(
  catalog: Catalog,
  { was, row, agreed }: { was: ItemRow; row: ItemRow; agreed: Digests | null },
  pulled: readonly TwoWayField[],
  now: Date,
): { agreed: Digests; isDirty: boolean } {
  const [before, after] = [was, row].map((item) => itemOf(item, catalog, now));
  const settled: Digests = { ...agreed };
  if (after === null || after === undefined) return { agreed: settled, isDirty: true };
  const ours = digestsOf(after.values);
  for (const field of TWO_WAY_FIELDS) {
    const theirs = theirSide(settled[field]);
    const isNew = pulled.includes(field) || before?.values[field] !== after.values[field];
    if (isNew && theirs !== undefined) settled[field] = agreedAs(ours[field] ?? '', theirs);
  }
  return { agreed: settled, isDirty: changedFields(ours, settled).length > 0 };
}

/** What Meta does not show of a new item counts as agreed to be what we have now. */
function agreedOfNew(ours: Digests, theirs: Digests): Digests {
  const agreed: Digests = { ...ours };
  for (const field of TWO_WAY_FIELDS) {
    const own = ours[field] ?? '';
    agreed[field] = agreedAs(own, theirs[field] ?? own);
  }
  return agreed;
}

function knownFacts({ metaProductId, problems, reviewStatus, reviewReasons, imageStatus }: ItemRow) {
  return { metaProductId, problems, reviewStatus, reviewReasons, imageStatus };
}

/**
 * The siblings of a group whose SKU is free become variants of a new product; siblings of a product that has variants
 * join it. Where the SKU of the group is taken by something that is sold itself, each becomes a product of its own:
 * making a group of that product would delete its item at Meta.
 */
function rowsOfFinds(finds: readonly RemoteItem[], known: ReadonlyMap<string, ItemRow>) {
  const rows: WriteRow[] = [];
  const bySku = new Map<string, RemoteItem>();
  const groups = new Map<string, RemoteItem[]>();
  const found = new Set(finds.map(({ retailerId }) => retailerId));
  for (const item of finds) {
    if (known.has(item.retailerId)) continue;
    bySku.set(item.retailerId, item);
    const siblings = groups.get(item.groupId ?? item.retailerId) ?? [];
    groups.set(item.groupId ?? item.retailerId, [...siblings, item]);
  }
  for (const [group, siblings] of groups) {
    const parent = known.get(group);
    const joins = parent?.role === 'group' && !parent.isRemoved;
    const isFree = parent === undefined && !found.has(group);
    if (!joins && !(isFree && siblings.length > 1)) {
      rows.push(
        ...siblings.map((item) => ({
          kind: 'product' as const,
          sku: item.retailerId,
          input: productOf(item),
        })),
      );
      continue;
    }
    if (!joins) rows.push({ kind: 'product', sku: group, input: groupOf(siblings) });
    rows.push(...variantRows(group, siblings));
  }
  return { rows, bySku };
}

/** Variants differ in their options; where Meta's do not, the SKU tells them apart. */
function variantRows(group: string, siblings: readonly RemoteItem[]): WriteRow[] {
  const taken = new Set<string>();
  return siblings.map((item) => {
    const input = variantOf(item);
    const key = JSON.stringify(Object.entries(input.options ?? {}).sort());
    const isDistinct = Object.keys(input.options ?? {}).length > 0 && !taken.has(key);
    taken.add(key);
    const options = isDistinct ? input.options : { ...input.options, sku: item.retailerId };
    return {
      kind: 'variant',
      sku: item.retailerId,
      parent: { sku: group },
      input: { ...input, options: options ?? {} },
    };
  });
}

function refusalOf({ field, message }: WriteProblem): ItemProblem {
  const text = `Meta's value of ${field} cannot be taken over: ${message}. Change it at Meta, or here.`;
  return { source: 'drumbeat', code: 'pull_refused', message: text };
}

function unmade(sku: string, { field, message }: WriteProblem): Omit<RunProblem, 'at'> {
  return { code: 'item_not_taken', sku, message: `No product was made of this item: ${field} ${message}.` };
}
