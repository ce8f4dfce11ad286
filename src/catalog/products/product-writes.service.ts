import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { DomainError, type FieldError, notFound } from '../../rules/errors/domain-error.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { CatalogEvents } from '../events/catalog-events.service.js';
import { type StockTurn, turnOf } from '../events/stock-turn.js';
import { IMAGE_LOST, holdImages } from '../images/held-images.queries.js';
import { imagesIn } from '../images/image-key.js';
import type { Movement } from '../stock/movement.js';
import { insertMovements } from '../stock/movements.queries.js';
import {
  type Decisions,
  decideWrites,
  isProduct,
  type Known,
  type KnownProduct,
  type KnownVariant,
  type NewProduct,
  type NewVariant,
  type ReadRow,
} from './decide-writes.js';
import { optionsKey } from './options-key.js';
import { readProduct, readSku, readVariant } from './product-rules.js';
import { refused, type WritePolicy, type WriteResult, type WriteRow } from './product-write.js';
import * as queries from './product-writes.queries.js';

/** Where rows are written, and who writes them. */
export interface WriteScope {
  organizationId: string;
  catalogId: string;
  keyId: string | null;
}

/** A SKU that another transaction takes and gives up again, over and over, has to be lost sometime. */
const MAX_ROUNDS = 5;

/**
 * The one way in which products and variants are written: for one from the API, thousands from a file, and what was
 * changed at Meta. Applies the rows to the catalog in the caller's transaction and returns what became of each, in the
 * same order. A row that is refused does not stop the others.
 *
 * What has to go to Meta afterwards is marked by triggers on the tables.
 */
@Injectable()
export class ProductWrites {
  constructor(
    private readonly clock: Clock,
    private readonly events: CatalogEvents,
  ) {}

  /** For a change that looks at the product first: in the order in which `apply` takes its locks. */
  async lock(tx: EntityManager, scope: Omit<WriteScope, 'keyId'>, productId: string): Promise<void> {
    const currency = await queries.holdCurrency(tx, scope);
    if (currency === undefined) throw notFound('catalog', scope.catalogId);
    await queries.lockProducts(tx, scope.catalogId, [productId]);
  }

  async apply(
    tx: EntityManager,
    scope: WriteScope,
    rows: readonly WriteRow[],
    policy: WritePolicy,
  ): Promise<WriteResult[]> {
    const currency = await queries.holdCurrency(tx, scope);
    if (currency === undefined) throw notFound('catalog', scope.catalogId);
    const results = new Map<number, WriteResult>();
    let pending = readRows(rows, currency, results);
    for (let round = 1; pending.length > 0; round++) {
      if (round > MAX_ROUNDS) {
        for (const { place, row } of pending)
          results.set(place, refused('sku_taken', 'sku', `${row.sku} is taken`));
        break;
      }
      const at = { currency, now: this.clock.now() };
      pending = await new Round(tx, scope, policy, at, this.events).run(pending, results);
    }
    return rows.map((_, place) => {
      const result = results.get(place);
      if (result === undefined) throw new TypeError(`row ${place} was not settled`);
      return result;
    });
  }
}

/** Checks each row for itself. Of rows with the same SKU the last one counts. */
function readRows(rows: readonly WriteRow[], currency: string, results: Map<number, WriteResult>): ReadRow[] {
  const bySku = new Map<string, ReadRow>();
  for (const [place, given] of rows.entries()) {
    const skuOrErrors = skuOf(given.sku);
    const sku = typeof skuOrErrors === 'string' ? skuOrErrors : given.sku;
    const { read, errors } =
      given.kind === 'product'
        ? readingOf({ place, row: { ...given, sku } }, readProduct(given.input, currency))
        : readingOf({ place, row: { ...given, sku } }, readVariant(given.input, currency));
    const all = [...(typeof skuOrErrors === 'string' ? [] : skuOrErrors), ...errors];
    const former = bySku.get(sku);
    if (former !== undefined) {
      const message = `${sku} stands in a later row again, which counts`;
      results.set(former.place, refused('repeated', 'sku', message));
      bySku.delete(sku);
    }
    if (all.length === 0) bySku.set(sku, read);
    else {
      const problems = all.map((error) => ({ code: 'invalid' as const, ...error }));
      results.set(place, { outcome: 'refused', problems });
    }
  }
  return [...bySku.values()];
}

function readingOf<Row, Values>(
  at: { place: number; row: Row },
  { values, errors }: { values: Values; errors: FieldError[] },
) {
  return { read: { ...at, values }, errors };
}

function skuOf(given: string): string | FieldError[] {
  try {
    return readSku(given);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.extra.errors ?? [{ field: 'sku', message: error.message }];
  }
}

/** One pass over the rows that are not settled. Those whose SKU was taken meanwhile are left for the next one. */
class Round {
  constructor(
    private readonly tx: EntityManager,
    private readonly scope: WriteScope,
    private readonly policy: WritePolicy,
    private readonly at: { currency: string; now: Date },
    private readonly events: CatalogEvents,
  ) {}

  async run(rows: readonly ReadRow[], results: Map<number, WriteResult>): Promise<ReadRow[]> {
    // Without locks first: most rows of a file that is imported again are unchanged, and a lock is a write.
    const first = decideWrites(rows, await this.read(rows), this.policy);
    settle(results, first.settled);
    const changing = await this.withImages(
      rows.filter(({ place }) => !first.settled.has(place)),
      results,
    );
    if (changing.length === 0) return [];
    const decided = decideWrites(changing, await this.lock(changing, first), this.policy);
    settle(results, decided.settled);
    const taken = await this.write(decided, results);
    return changing.filter(({ place }) => taken.has(place));
  }

  /** Keeps the images that the rows name, and refuses rows whose image is being removed. */
  private async withImages(
    rows: readonly ReadRow[],
    results: Map<number, WriteResult>,
  ): Promise<readonly ReadRow[]> {
    const { organizationId } = this.scope;
    const named = rows.map((row) => imagesIn(addressesOf(row), organizationId));
    const lost = await holdImages(this.tx, organizationId, [...new Set(named.flat())]);
    if (lost.size === 0) return rows;
    return rows.filter(({ place }, index) => {
      const isLost = named[index]?.some((sha256) => lost.has(sha256)) === true;
      if (isLost) results.set(place, refused('invalid', 'imageUrl', IMAGE_LOST));
      return !isLost;
    });
  }

  private async read(rows: readonly ReadRow[]): Promise<Known> {
    const { catalogId } = this.scope;
    const parents = rows.flatMap(({ row }) => (row.kind === 'variant' ? [row.parent] : []));
    const wanted = {
      skus: rows.map(({ row }) => row.sku),
      parentSkus: parents.flatMap((parent) => ('sku' in parent ? [parent.sku] : [])),
      parentIds: parents.flatMap((parent) => ('id' in parent ? [parent.id] : [])),
    };
    const products = await queries.findProducts(this.tx, catalogId, wanted);
    const variants = await queries.findVariants(this.tx, catalogId, wanted);
    return this.withOptions(rows, products, variants);
  }

  /** Reads again what will change, now that nobody else can change it. */
  private async lock(rows: readonly ReadRow[], first: Decisions): Promise<Known> {
    const { catalogId } = this.scope;
    const productIds = [
      ...first.changedProducts.map(({ known }) => known.id),
      ...first.newVariants.flatMap(({ parent }) => ('id' in parent ? [parent.id] : [])),
      ...first.changedVariants.map(({ known }) => known.productId),
    ];
    const variantIds = first.changedVariants.map(({ known }) => known.id);
    const products = await queries.lockProducts(this.tx, catalogId, [...new Set(productIds)]);
    const variants = await queries.lockVariants(this.tx, catalogId, variantIds);
    return this.withOptions(rows, products, variants);
  }

  private async withOptions(
    rows: readonly ReadRow[],
    products: KnownProduct[],
    variants: KnownVariant[],
  ): Promise<Known> {
    const ids = new Map(products.map(({ sku, id }) => [sku, id]));
    const owned = new Map(variants.map(({ sku, productId }) => [sku, productId]));
    const wanted = rows.flatMap((read) => {
      if (isProduct(read)) return [];
      const { parent, sku } = read.row;
      const productId = 'id' in parent ? parent.id : ids.get(parent.sku);
      const { optionsKey: key } = read.values;
      if (productId === undefined || (key === undefined && owned.has(sku))) return [];
      return [{ productId, optionsKey: key ?? optionsKey({}) }];
    });
    return { products, variants, options: await queries.heldOptions(this.tx, wanted) };
  }

  /** Returns the places of the rows whose SKU is no longer free. */
  private async write(decided: Decisions, results: Map<number, WriteResult>): Promise<Set<number>> {
    const { tx, scope } = this;
    const { now } = this.at;
    const products = await this.claimProducts(decided.newProducts);
    const variants = await this.claimVariants(decided.newVariants, products.ids);
    await queries.insertProducts(tx, scope, products.rows, this.at);
    await queries.updateProducts(
      tx,
      decided.changedProducts.map(({ known, values }) => ({ ...values, id: known.id })),
      now,
    );
    await queries.insertVariants(tx, scope, variants.rows, now);
    await queries.updateVariants(
      tx,
      decided.changedVariants.map(({ known, values }) => ({ ...values, id: known.id })),
      now,
    );
    await insertMovements(tx, scope.organizationId, this.movements(decided, products, variants), now);
    await this.events.stockTurned(tx, scope.organizationId, turnsOf(decided));
    for (const [place, id] of [...products.ids, ...variants.ids])
      results.set(place, { outcome: 'created', id });
    for (const { place, known } of [...decided.changedProducts, ...decided.changedVariants]) {
      results.set(place, { outcome: 'updated', id: known.id });
    }
    return new Set([...products.lost, ...variants.lost]);
  }

  private async claimProducts(wanted: readonly NewProduct[]) {
    const named = wanted.map((product) => ({ ...product, id: uuidV7() }));
    const claims = named.map(({ sku, id }) => ({ sku, productId: id, variantId: null }));
    const free = await queries.claimSkus(this.tx, this.scope, claims, this.at.now);
    const won = named.filter(({ sku }) => free.has(sku));
    return {
      rows: won.map(({ id, sku, values }) => ({ ...values, id, sku })),
      ids: new Map(won.map(({ place, id }) => [place, id])),
      lost: named.filter(({ sku }) => !free.has(sku)).map(({ place }) => place),
    };
  }

  private async claimVariants(wanted: readonly NewVariant[], products: ReadonlyMap<number, string>) {
    const named = wanted.flatMap((variant) => {
      const { parent } = variant;
      const productId = 'id' in parent ? parent.id : products.get(parent.place);
      return productId === undefined ? [] : [{ ...variant, productId, id: uuidV7() }];
    });
    const claims = named.map(({ sku, id, productId }) => ({ sku, productId, variantId: id }));
    const free = await queries.claimSkus(this.tx, this.scope, claims, this.at.now);
    const won = named.filter(({ sku }) => free.has(sku));
    const ids = new Map(won.map(({ place, id }) => [place, id]));
    return {
      rows: won.map(({ id, sku, productId, values }) => ({ ...values, id, sku, productId })),
      ids,
      lost: wanted.filter(({ place }) => !ids.has(place)).map(({ place }) => place),
    };
  }

  private movements(
    decided: Decisions,
    products: { rows: readonly { id: string; quantity: number | null }[] },
    variants: { rows: readonly { id: string; productId: string; quantity: number | null }[] },
  ): Movement[] {
    const none = { quantity: null, reservedQuantity: 0 };
    return [
      ...products.rows.flatMap((row) => this.movement({ productId: row.id, variantId: null }, none, row)),
      ...decided.changedProducts.flatMap(({ known, values }) =>
        this.movement({ productId: known.id, variantId: null }, known, values),
      ),
      ...variants.rows.flatMap((row) =>
        this.movement({ productId: row.productId, variantId: row.id }, none, row),
      ),
      ...decided.changedVariants.flatMap(({ known, values }) =>
        this.movement({ productId: known.productId, variantId: known.id }, known, values),
      ),
    ];
  }

  private movement(
    sellable: { productId: string; variantId: string | null },
    before: { quantity: number | null; reservedQuantity: number },
    { quantity }: { quantity: number | null },
  ): Movement[] {
    if (quantity === before.quantity) return [];
    return [
      {
        ...sellable,
        kind: this.policy.movement,
        quantity: (quantity ?? 0) - (before.quantity ?? 0),
        reserved: 0,
        quantityAfter: quantity,
        reservedAfter: before.reservedQuantity,
        orderId: null,
        reason: null,
        keyId: this.scope.keyId,
      },
    ];
  }
}

function turnsOf({ changedProducts, changedVariants }: Decisions): StockTurn[] {
  const sellables = [
    ...changedProducts.map((changed) => ({ ...changed, productId: changed.known.id, variantId: null })),
    ...changedVariants.map((changed) => ({
      ...changed,
      productId: changed.known.productId,
      variantId: changed.known.id,
    })),
  ];
  return sellables.flatMap(({ known, values, productId, variantId }) => {
    const turn = turnOf(known.quantity, values.quantity);
    return turn === undefined ? [] : [{ productId, variantId, turn }];
  });
}

function addressesOf({ values }: ReadRow): (string | null)[] {
  return [values.imageUrl ?? null, ...('imageUrls' in values ? (values.imageUrls ?? []) : [])];
}

function settle(results: Map<number, WriteResult>, settled: ReadonlyMap<number, WriteResult>): void {
  for (const [place, result] of settled) results.set(place, result);
}
