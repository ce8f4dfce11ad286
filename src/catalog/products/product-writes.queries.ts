import type { EntityManager } from 'typeorm';
import { execute, identifier, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { KnownProduct, KnownVariant } from './decide-writes.js';
import { PRODUCT_COLUMNS, VARIANT_COLUMNS } from './product-columns.js';
import type { ProductValues, VariantValues } from './product-input.js';

export interface CatalogOfWrite {
  organizationId: string;
  catalogId: string;
}

type ColumnList = Readonly<Record<string, readonly [column: string, type: string]>>;

const columnsOf = (list: ColumnList): Sql =>
  join(
    Object.values(list).map(([column]) => identifier(column)),
    ', ',
  );
const selected = (list: ColumnList, alias: Sql): Sql =>
  join(
    Object.entries(list).map(
      ([field, [column]]) => sql`${alias}.${identifier(column)} AS ${identifier(field)}`,
    ),
    ', ',
  );
/** The rows of a JSON text, which PostgreSQL reads faster than as many parameters. */
const recordset = (rows: readonly object[], list: ColumnList): Sql => {
  const types = Object.entries(list).map(([field, [, type]]) => `"${field}" ${type}`);
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) AS n (${raw(types.join(', '))})`;
};
const raw = (text: string): Sql => join([sql``, sql``], text);
const taken = (list: ColumnList): Sql =>
  join(
    Object.keys(list).map((field) => sql`n.${identifier(field)}`),
    ', ',
  );
const assigned = (list: ColumnList): Sql =>
  join(
    Object.entries(list).map(([field, [column]]) => sql`${identifier(column)} = n.${identifier(field)}`),
    ', ',
  );

const KNOWN_PRODUCT = sql`p.id, p.sku, p.reserved_quantity AS "reservedQuantity", ${selected(PRODUCT_COLUMNS, sql`p`)}`;
const KNOWN_VARIANT = sql`v.id, v.sku, v.product_id AS "productId", v.reserved_quantity AS "reservedQuantity",
  ${selected(VARIANT_COLUMNS, sql`v`)}`;

/**
 * The currency of the catalog, which nobody can change before this transaction ends: a change of currency locks the
 * row. The lock does not stop the triggers that count products there.
 */
export async function holdCurrency(
  tx: EntityManager,
  { organizationId, catalogId }: CatalogOfWrite,
): Promise<string | undefined> {
  const rows = await rowsOf<{ currency: string }>(
    tx,
    sql`SELECT currency FROM whatsapp_catalogs WHERE id = ${catalogId} AND organization_id = ${organizationId}
           FOR KEY SHARE`,
  );
  return rows[0]?.currency;
}

export interface Wanted {
  skus: readonly string[];
  /** SKUs and ids of the products that variants name as theirs. */
  parentSkus: readonly string[];
  parentIds: readonly string[];
}

/** Products by SKU, by id, and those that the wanted variants belong to. */
export async function findProducts(
  tx: EntityManager,
  catalogId: string,
  { skus, parentSkus, parentIds }: Wanted,
): Promise<KnownProduct[]> {
  return rowsOf(
    tx,
    sql`SELECT ${KNOWN_PRODUCT} FROM whatsapp_products p
         WHERE p.catalog_id = ${catalogId} AND p.sku = ANY(${[...skus, ...parentSkus]}::text[])
         UNION ALL
        SELECT ${KNOWN_PRODUCT} FROM whatsapp_products p
         WHERE p.catalog_id = ${catalogId} AND p.id = ANY(${parentIds}::uuid[])
           AND p.sku <> ALL(${[...skus, ...parentSkus]}::text[])`,
  );
}

export async function findVariants(
  tx: EntityManager,
  catalogId: string,
  { skus }: Wanted,
): Promise<KnownVariant[]> {
  return rowsOf(
    tx,
    sql`SELECT ${KNOWN_VARIANT} FROM whatsapp_product_variants v
         WHERE v.catalog_id = ${catalogId} AND v.sku = ANY(${skus}::text[])`,
  );
}

/**
 * In the order of ids, products before variants, as everywhere. Not FOR UPDATE, which would also stop the foreign keys
 * of rows that name these.
 */
export async function lockProducts(
  tx: EntityManager,
  catalogId: string,
  ids: readonly string[],
): Promise<KnownProduct[]> {
  if (ids.length === 0) return [];
  return rowsOf(
    tx,
    sql`SELECT ${KNOWN_PRODUCT} FROM whatsapp_products p
         WHERE p.catalog_id = ${catalogId} AND p.id = ANY(${ids}::uuid[]) ORDER BY p.id FOR NO KEY UPDATE`,
  );
}

export async function lockVariants(
  tx: EntityManager,
  catalogId: string,
  ids: readonly string[],
): Promise<KnownVariant[]> {
  if (ids.length === 0) return [];
  return rowsOf(
    tx,
    sql`SELECT ${KNOWN_VARIANT} FROM whatsapp_product_variants v
         WHERE v.catalog_id = ${catalogId} AND v.id = ANY(${ids}::uuid[]) ORDER BY v.id FOR NO KEY UPDATE`,
  );
}

/** Which of these options are in use. */
export async function heldOptions(
  tx: EntityManager,
  wanted: readonly { productId: string; optionsKey: string }[],
): Promise<{ productId: string; optionsKey: string; sku: string }[]> {
  if (wanted.length === 0) return [];
  return rowsOf(
    tx,
    sql`SELECT v.product_id AS "productId", v.options_key AS "optionsKey", v.sku
          FROM unnest(${wanted.map(({ productId }) => productId)}::uuid[],
                      ${wanted.map((want) => want.optionsKey)}::text[]) AS w (product_id, options_key)
          JOIN whatsapp_product_variants v ON v.product_id = w.product_id
           AND v.options_key = w.options_key COLLATE "C"`,
  );
}

export interface Claim {
  sku: string;
  productId: string;
  variantId: string | null;
}

/** Returns the SKUs that were free. Waits for other transactions that are about to take one of them. */
export async function claimSkus(
  tx: EntityManager,
  { organizationId, catalogId }: CatalogOfWrite,
  claims: readonly Claim[],
  now: Date,
): Promise<Set<string>> {
  if (claims.length === 0) return new Set();
  const rows = await rowsOf<{ sku: string }>(
    tx,
    sql`SELECT claimed AS sku FROM claim_catalog_items(
          ${claims.map(() => organizationId)}::uuid[], ${claims.map(() => catalogId)}::uuid[],
          ${claims.map(({ sku }) => sku)}::text[],
          ${claims.map(({ variantId }) => (variantId === null ? 'product' : 'variant'))}::text[],
          ${claims.map(({ productId }) => productId)}::uuid[], ${claims.map(({ variantId }) => variantId)}::uuid[],
          ${claims.map(() => now)}::timestamptz[]) AS claimed`,
  );
  return new Set(rows.map(({ sku }) => sku));
}

const IDENTITY = { id: ['id', 'uuid'], sku: ['sku', 'text'] } as const;

export async function insertProducts(
  tx: EntityManager,
  { organizationId, catalogId }: CatalogOfWrite,
  rows: readonly (ProductValues & { id: string; sku: string })[],
  { currency, now }: { currency: string; now: Date },
): Promise<void> {
  if (rows.length === 0) return;
  const list = { ...IDENTITY, ...PRODUCT_COLUMNS };
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_products (organization_id, catalog_id, currency, created_at, updated_at, ${columnsOf(list)})
        SELECT ${organizationId}::uuid, ${catalogId}::uuid, ${currency}, ${now}::timestamptz, ${now}::timestamptz,
               ${taken(list)}
          FROM ${recordset(rows, list)}`,
  );
}

/** The caller has locked the rows. */
export async function updateProducts(
  tx: EntityManager,
  rows: readonly (ProductValues & { id: string })[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_products p SET ${assigned(PRODUCT_COLUMNS)}, updated_at = ${now}
          FROM ${recordset(rows, { id: IDENTITY.id, ...PRODUCT_COLUMNS })} WHERE p.id = n.id`,
  );
}

export async function insertVariants(
  tx: EntityManager,
  { organizationId, catalogId }: CatalogOfWrite,
  rows: readonly (VariantValues & { id: string; sku: string; productId: string })[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  const list = { ...IDENTITY, productId: ['product_id', 'uuid'], ...VARIANT_COLUMNS } as const;
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_product_variants (organization_id, catalog_id, created_at, updated_at, ${columnsOf(list)})
        SELECT ${organizationId}::uuid, ${catalogId}::uuid, ${now}::timestamptz, ${now}::timestamptz, ${taken(list)}
          FROM ${recordset(rows, list)}`,
  );
}

/** The caller has locked the rows. */
export async function updateVariants(
  tx: EntityManager,
  rows: readonly (VariantValues & { id: string })[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_product_variants v SET ${assigned(VARIANT_COLUMNS)}, updated_at = ${now}
          FROM ${recordset(rows, { id: IDENTITY.id, ...VARIANT_COLUMNS })} WHERE v.id = n.id`,
  );
}
