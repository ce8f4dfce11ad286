import type { EntityManager } from 'typeorm';
import { and, firstOf, identifier, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { ItemProblem, ItemStatus } from './catalog-item.entity.js';
import type { Availability } from './product-fields.js';
import type { ProductValues, VariantValues } from './product-input.js';
import { PRODUCT_COLUMNS, VARIANT_COLUMNS } from './product-columns.js';

/** Where an item stands with Meta. */
export interface ShownSync {
  syncStatus: ItemStatus;
  problems: ItemProblem[];
  reviewStatus: string | null;
  reviewReasons: string[];
  lastSentAt: Date | null;
}

export interface ShownProduct extends ProductValues, ShownSync {
  id: string;
  catalogId: string;
  metaProductId: string | null;
  sku: string;
  currency: string;
  hasVariants: boolean;
  reservedQuantity: number;
  isAvailable: boolean;
  viewCount: number;
  shareCount: number;
  cartAddCount: number;
  purchaseCount: number;
  lastSyncAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface ShownVariant extends VariantValues, ShownSync {
  id: string;
  productId: string;
  metaProductId: string | null;
  sku: string;
  reservedQuantity: number;
  isAvailable: boolean;
  purchaseCount: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface ProductFilter {
  q?: string;
  sku?: string;
  category?: string;
  tag?: string;
  availability?: Availability;
  isActive?: boolean;
  isVisible?: boolean;
  hasVariants?: boolean;
  syncStatus?: ItemStatus;
  reviewStatus?: string;
  updatedSince?: Date;
}

export interface CatalogPlace {
  organizationId: string;
  catalogId: string;
}

interface ListPlace {
  before: string | undefined;
  limit: number;
  offset: number;
}

const values = (list: Readonly<Record<string, readonly [column: string, type: string]>>, alias: Sql): Sql =>
  join(
    Object.entries(list).map(
      ([field, [column]]) => sql`${alias}.${identifier(column)} AS ${identifier(field)}`,
    ),
    ', ',
  );

const SYNC = sql`coalesce(i.status, 'not_synced') AS "syncStatus", coalesce(i.problems, '[]') AS problems,
  i.review_status AS "reviewStatus", coalesce(i.review_reasons, '{}') AS "reviewReasons", i.sent_at AS "lastSentAt"`;

/** Whether there is anything left to sell. A preorder is sold before it is there. */
const inStock = (alias: Sql): Sql =>
  sql`(${alias}.availability <> 'out_of_stock'
       AND (${alias}.quantity IS NULL OR ${alias}.quantity > 0 OR ${alias}.availability = 'preorder'))`;

// A group is not sold itself: it is available when one of its variants is.
const IS_AVAILABLE = sql`(c.is_active AND p.is_active AND p.is_visible AND CASE WHEN p.has_variants
  THEN EXISTS (SELECT FROM whatsapp_product_variants v WHERE v.product_id = p.id AND v.is_active AND ${inStock(sql`v`)})
  ELSE ${inStock(sql`p`)} END)`;

const PRODUCT = sql`p.id, p.catalog_id AS "catalogId", p.meta_product_id AS "metaProductId", p.sku, p.currency,
  p.has_variants AS "hasVariants", p.reserved_quantity AS "reservedQuantity", ${IS_AVAILABLE} AS "isAvailable",
  p.view_count AS "viewCount", p.share_count AS "shareCount", p.cart_add_count AS "cartAddCount",
  p.purchase_count AS "purchaseCount", p.last_sync_at AS "lastSyncAt", p.created_at AS "createdAt",
  p.updated_at AS "updatedAt", ${values(PRODUCT_COLUMNS, sql`p`)}, ${SYNC}`;

const PRODUCTS = sql`whatsapp_products p JOIN whatsapp_catalogs c ON c.id = p.catalog_id
  LEFT JOIN whatsapp_catalog_items i ON i.catalog_id = p.catalog_id AND i.retailer_id = p.sku`;

const VARIANT = sql`v.id, v.product_id AS "productId", v.meta_product_id AS "metaProductId", v.sku,
  v.reserved_quantity AS "reservedQuantity",
  (c.is_active AND p.is_active AND p.is_visible AND v.is_active AND ${inStock(sql`v`)}) AS "isAvailable",
  v.purchase_count AS "purchaseCount", v.created_at AS "createdAt", v.updated_at AS "updatedAt",
  ${values(VARIANT_COLUMNS, sql`v`)}, ${SYNC}`;

const VARIANTS = sql`whatsapp_product_variants v JOIN whatsapp_products p ON p.id = v.product_id
  JOIN whatsapp_catalogs c ON c.id = p.catalog_id
  LEFT JOIN whatsapp_catalog_items i ON i.catalog_id = v.catalog_id AND i.retailer_id = v.sku`;

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

function matching({ organizationId, catalogId }: CatalogPlace, filter: ProductFilter): Sql {
  const { q, sku, category, tag, availability, isActive, isVisible, hasVariants, updatedSince } = filter;
  const { syncStatus, reviewStatus } = filter;
  return and([
    sql`p.organization_id = ${organizationId}`,
    sql`p.catalog_id = ${catalogId}`,
    ...(q === undefined ? [] : [sql`(p.name ILIKE ${`%${escaped(q)}%`} OR p.sku LIKE ${`${escaped(q)}%`})`]),
    ...(sku === undefined ? [] : [sql`p.sku = ${sku}`]),
    ...(category === undefined ? [] : [sql`p.category = ${category}`]),
    ...(tag === undefined ? [] : [sql`p.tags @> ${[tag]}::text[]`]),
    ...(availability === undefined ? [] : [sql`p.availability = ${availability}`]),
    ...(isActive === undefined ? [] : [sql`p.is_active = ${isActive}`]),
    ...(isVisible === undefined ? [] : [sql`p.is_visible = ${isVisible}`]),
    ...(hasVariants === undefined ? [] : [sql`p.has_variants = ${hasVariants}`]),
    ...(updatedSince === undefined ? [] : [sql`p.updated_at >= ${updatedSince}`]),
    ...(syncStatus === undefined ? [] : [sql`coalesce(i.status, 'not_synced') = ${syncStatus}`]),
    ...(reviewStatus === undefined ? [] : [sql`i.review_status = ${reviewStatus}`]),
  ]);
}

/** In the order of creation. Ids are ordered by it, so a cursor needs only the id. */
export async function listProducts(
  db: EntityManager,
  place: CatalogPlace,
  filter: ProductFilter,
  { before: after, limit, offset }: ListPlace,
): Promise<ShownProduct[]> {
  const later = after === undefined ? sql`true` : sql`p.id > ${after}`;
  return rowsOf(
    db,
    sql`SELECT ${PRODUCT} FROM ${PRODUCTS} WHERE ${matching(place, filter)} AND ${later}
         ORDER BY p.id LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countProducts(
  db: EntityManager,
  place: CatalogPlace,
  filter: ProductFilter,
): Promise<number> {
  const asksItems = filter.syncStatus !== undefined || filter.reviewStatus !== undefined;
  const from = asksItems ? PRODUCTS : sql`whatsapp_products p`;
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM ${from} WHERE ${matching(place, filter)}`,
  );
  return row?.n ?? 0;
}

export async function findProduct(
  db: EntityManager,
  { organizationId, catalogId }: CatalogPlace,
  id: string,
): Promise<ShownProduct | undefined> {
  return firstOf(
    db,
    sql`SELECT ${PRODUCT} FROM ${PRODUCTS}
         WHERE p.organization_id = ${organizationId} AND p.catalog_id = ${catalogId} AND p.id = ${id}`,
  );
}

export async function shownProducts(
  db: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<ShownProduct[]> {
  if (ids.length === 0) return [];
  return rowsOf(
    db,
    sql`SELECT ${PRODUCT} FROM ${PRODUCTS}
         WHERE p.organization_id = ${organizationId} AND p.id = ANY(${ids}::uuid[])`,
  );
}

export async function shownVariants(
  db: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<ShownVariant[]> {
  if (ids.length === 0) return [];
  return rowsOf(
    db,
    sql`SELECT ${VARIANT} FROM ${VARIANTS}
         WHERE v.organization_id = ${organizationId} AND v.id = ANY(${ids}::uuid[])`,
  );
}

export interface ProductPlace extends CatalogPlace {
  productId: string;
}

const variantsOf = ({ organizationId, catalogId, productId }: ProductPlace): Sql =>
  sql`v.organization_id = ${organizationId} AND v.catalog_id = ${catalogId} AND v.product_id = ${productId}`;

/** In the order of creation. */
export async function listVariants(
  db: EntityManager,
  place: ProductPlace,
  { before: after, limit, offset }: ListPlace,
): Promise<ShownVariant[]> {
  const later = after === undefined ? sql`true` : sql`v.id > ${after}`;
  return rowsOf(
    db,
    sql`SELECT ${VARIANT} FROM ${VARIANTS} WHERE ${variantsOf(place)} AND ${later}
         ORDER BY v.id LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countVariants(db: EntityManager, place: ProductPlace): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM whatsapp_product_variants v WHERE ${variantsOf(place)}`,
  );
  return row?.n ?? 0;
}

export async function findVariant(
  db: EntityManager,
  place: ProductPlace,
  id: string,
): Promise<ShownVariant | undefined> {
  return firstOf(db, sql`SELECT ${VARIANT} FROM ${VARIANTS} WHERE ${variantsOf(place)} AND v.id = ${id}`);
}
