import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Precondition } from '../../platform/http/entity-tag.js';
import { invalidFields } from '../../platform/http/validation.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import * as deletions from './delete-products.queries.js';
import type { ProductInput, VariantInput } from './product-input.js';
import { productTag } from './product-tag.js';
import { readSku } from './product-rules.js';
import type { WritePolicy, WriteResult, WriteRow } from './product-write.js';
import { ProductWrites } from './product-writes.service.js';
import * as queries from './shown-products.queries.js';
import type {
  CatalogPlace,
  ProductFilter,
  ProductPlace,
  ShownProduct,
  ShownVariant,
} from './shown-products.queries.js';

interface ListPlace {
  before: string | undefined;
  limit: number;
  offset: number;
}

const CREATE: WritePolicy = { mode: 'create', stock: 'set', movement: 'set' };
const UPDATE: WritePolicy = { mode: 'update', stock: 'set', movement: 'set' };

type Written<Place> = Place & { keyId: string | null };

/** Products and their variants, one at a time. */
@Injectable()
export class Products {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly writes: ProductWrites,
  ) {}

  async create(place: Written<CatalogPlace>, sku: string, input: ProductInput): Promise<ShownProduct> {
    const id = await this.write(place, { kind: 'product', sku, input }, CREATE);
    return this.get(place, id);
  }

  async get(place: CatalogPlace, id: string): Promise<ShownProduct> {
    const product = await queries.findProduct(this.database.manager, place, id);
    if (product === undefined) throw notFound('product', id);
    return product;
  }

  async list(place: CatalogPlace, filter: ProductFilter, at: ListPlace): Promise<ShownProduct[]> {
    return queries.listProducts(this.database.manager, place, filter, at);
  }

  async count(place: CatalogPlace, filter: ProductFilter): Promise<number> {
    return queries.countProducts(this.database.manager, place, filter);
  }

  async update(
    place: Written<CatalogPlace>,
    id: string,
    { sku, ...input }: ProductInput & { sku?: string },
    precondition?: Precondition,
  ): Promise<ShownProduct> {
    const known = await this.get(place, id);
    assertFixed(known, sku);
    const row: WriteRow = { kind: 'product', sku: known.sku, id, input };
    await this.write(place, row, UPDATE, async (tx) => {
      if (precondition === undefined) return;
      await this.writes.lock(tx, place, id);
      const locked = await queries.findProduct(tx, place, id);
      if (locked === undefined) throw notFound('product', id);
      precondition.assertMet(productTag(locked));
    });
    return this.get(place, id);
  }

  async delete(place: CatalogPlace, id: string): Promise<void> {
    const now = this.clock.now();
    const isDeleted = await this.database.transaction((tx) => deletions.deleteProduct(tx, place, id, now));
    if (!isDeleted) throw notFound('product', id);
  }

  async createVariant(place: Written<ProductPlace>, sku: string, input: VariantInput): Promise<ShownVariant> {
    await this.get(place, place.productId);
    const id = await this.write(
      place,
      { kind: 'variant', sku, parent: { id: place.productId }, input },
      CREATE,
    );
    return this.getVariant(place, id);
  }

  async getVariant(place: ProductPlace, id: string): Promise<ShownVariant> {
    const variant = await queries.findVariant(this.database.manager, place, id);
    if (variant === undefined) throw notFound('variant', id);
    return variant;
  }

  async listVariants(place: ProductPlace, at: ListPlace): Promise<ShownVariant[]> {
    return queries.listVariants(this.database.manager, place, at);
  }

  async countVariants(place: ProductPlace): Promise<number> {
    return queries.countVariants(this.database.manager, place);
  }

  async updateVariant(
    place: Written<ProductPlace>,
    id: string,
    { sku, ...input }: VariantInput & { sku?: string },
  ): Promise<ShownVariant> {
    const known = await this.getVariant(place, id);
    assertFixed(known, sku);
    const parent = { id: place.productId };
    await this.write(place, { kind: 'variant', sku: known.sku, id, parent, input }, UPDATE);
    return this.getVariant(place, id);
  }

  async deleteVariant(place: ProductPlace, id: string): Promise<void> {
    const now = this.clock.now();
    const isDeleted = await this.database.transaction((tx) => deletions.deleteVariant(tx, place, id, now));
    if (!isDeleted) throw notFound('variant', id);
  }

  private async write(
    place: Written<CatalogPlace>,
    row: WriteRow,
    policy: WritePolicy,
    check: (tx: EntityManager) => Promise<void> = async () => {},
  ): Promise<string> {
    const [result] = await this.database.transaction(async (tx) => {
      await check(tx);
      return this.writes.apply(tx, place, [row], policy);
    });
    if (result === undefined) throw new TypeError('one row has one result');
    return writtenId(result, row);
  }
}

function assertFixed({ sku }: { sku: string }, wanted: string | undefined): void {
  if (wanted === undefined || readSku(wanted) === sku) return;
  const detail = `The SKU ${sku} is how Meta and past orders know this product. To change it, delete the product and create another.`;
  throw new DomainError('rule', 'sku_is_fixed', detail);
}

function writtenId(result: WriteResult, row: WriteRow): string {
  if (result.outcome !== 'refused') return result.id;
  const [problem] = result.problems;
  switch (problem?.code) {
    case 'sku_taken':
      throw new DomainError('conflict', 'sku_taken', `The SKU is taken: ${problem.message}.`);
    case 'options_taken':
      throw new DomainError('conflict', 'options_taken', `These options ${problem.message}.`);
    case 'sku_unknown':
      throw notFound(row.kind, row.id ?? row.sku);
    case 'parent_unknown':
      throw notFound('product', row.kind === 'variant' && 'id' in row.parent ? row.parent.id : row.sku);
    default:
      throw invalidFields(result.problems.map(({ field, message }) => ({ field, message })));
  }
}
