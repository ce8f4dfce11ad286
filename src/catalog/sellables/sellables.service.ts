import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { isUuid } from '../../rules/ids/is-uuid.js';
import { type Sellable, whyUnsendable } from './sellable.js';
import * as queries from './sellables.queries.js';

export type { FoundAtMeta, NamedAtMeta } from './sellables.queries.js';

/** Enough for the rare row that the filter lets through and the rule refuses. */
const CANDIDATES = 10;

/** Finds what callers and customers name: by our id, by SKU, and by the names that Meta uses. */
@Injectable()
export class Sellables {
  constructor(private readonly database: Database) {}

  /** By reference, which is the id of a product or variant, or an SKU. What the catalog does not have is missing. */
  async find(
    place: queries.CatalogPlace,
    references: readonly string[],
    db: EntityManager = this.database.manager,
  ): Promise<Map<string, Sellable>> {
    if (references.length === 0) return new Map();
    const skus = await this.skusBehind(db, place, references);
    const found = await queries.sellablesBySku(db, place, [...new Set(skus.values())]);
    const bySku = new Map(found.map((one) => [one.sku, one]));
    return new Map(
      references.flatMap((reference): [string, Sellable][] => {
        const sellable = bySku.get(skus.get(reference) ?? '');
        return sellable === undefined ? [] : [[reference, sellable]];
      }),
    );
  }

  /** The SKU behind each id; other references are missing. */
  async skusByIds(
    organizationId: string,
    references: readonly string[],
    db: EntityManager = this.database.manager,
  ): Promise<Map<string, string>> {
    const ids = references.filter(isUuid);
    if (ids.length === 0) return new Map();
    const found = await queries.skusOf(db, { organizationId, catalogId: null }, ids);
    const skus = new Map(found.map(({ id, sku }) => [id, sku]));
    return new Map(
      ids.flatMap((id): [string, string][] => {
        const sku = skus.get(id.toLowerCase());
        return sku === undefined ? [] : [[id, sku]];
      }),
    );
  }

  /** The first that may be sent, in the order of creation. */
  async first(place: queries.CatalogPlace): Promise<Sellable | undefined> {
    const likely = await queries.likelySellables(this.database.manager, place, CANDIDATES);
    return likely.find((one) => whyUnsendable(one) === null);
  }

  /** In one look-up for a whole batch of webhooks. */
  async namedAtMeta(
    db: EntityManager,
    named: readonly queries.NamedAtMeta[],
  ): Promise<queries.FoundAtMeta[]> {
    return named.length === 0 ? [] : queries.namedAtMeta(db, named);
  }

  async byMetaId(db: EntityManager, asked: readonly { organizationId: string; metaProductId: string }[]) {
    return asked.length === 0 ? [] : queries.byMetaId(db, asked);
  }

  private async skusBehind(
    db: EntityManager,
    place: queries.CatalogPlace,
    references: readonly string[],
  ): Promise<Map<string, string>> {
    const ids = references.filter(isUuid);
    const found = ids.length === 0 ? [] : await queries.skusOf(db, place, ids);
    const byId = new Map(found.map(({ id, sku }) => [id, sku]));
    return new Map(
      references.map((reference) => [
        reference,
        byId.get(reference.toLowerCase()) ?? reference.normalize('NFC'),
      ]),
    );
  }
}
