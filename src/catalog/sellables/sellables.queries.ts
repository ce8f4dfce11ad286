import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Sellable } from './sellable.js';

export interface CatalogPlace {
  organizationId: string;
  catalogId: string;
}

// A preorder is sold before it is there. A variant stands for itself.
const STOCKED = sql`(CASE WHEN i.variant_id IS NULL
  THEN p.availability <> 'out_of_stock' AND (p.quantity IS NULL OR p.quantity > 0 OR p.availability = 'preorder')
  ELSE v.availability <> 'out_of_stock' AND (v.quantity IS NULL OR v.quantity > 0 OR v.availability = 'preorder') END)`;
const ACTIVE = sql`(c.is_active AND p.is_active AND coalesce(v.is_active, true))`;
// `missing`: it was there, and a read did not find it.
const AT_META = sql`((i.agreed IS NOT NULL OR i.meta_product_id IS NOT NULL) AND i.status <> 'missing')`;

const SELLABLE = sql`i.catalog_id AS "catalogId", i.product_id AS "productId", i.variant_id AS "variantId",
  i.retailer_id AS sku, coalesce(v.name, p.name) AS name, i.role = 'group' AS "isGroup", ${ACTIVE} AS "isActive",
  p.is_visible AS "isVisible", ${STOCKED} AS "isInStock", ${AT_META} AS "isAtMeta", i.status AS "syncStatus",
  i.review_status AS "reviewStatus", i.review_reasons AS "reviewReasons"`;

const JOINED = sql`JOIN whatsapp_products p ON p.id = i.product_id
  JOIN whatsapp_catalogs c ON c.id = i.catalog_id
  LEFT JOIN whatsapp_product_variants v ON v.id = i.variant_id`;

export async function sellablesBySku(
  db: EntityManager,
  { organizationId, catalogId }: CatalogPlace,
  skus: readonly string[],
): Promise<Sellable[]> {
  return rowsOf(
    db,
    sql`SELECT ${SELLABLE} FROM whatsapp_catalog_items i ${JOINED}
         WHERE i.organization_id = ${organizationId} AND i.catalog_id = ${catalogId} AND i.removed_at IS NULL
           AND i.retailer_id = ANY(${skus}::text[])`,
  );
}

/** The SKUs of products and variants with these ids, in one catalog or in all of the organization. */
export async function skusOf(
  db: EntityManager,
  { organizationId, catalogId }: { organizationId: string; catalogId: string | null },
  ids: readonly string[],
): Promise<{ id: string; sku: string }[]> {
  const within = (alias: Sql): Sql =>
    sql`${alias}.organization_id = ${organizationId}
        AND ${catalogId === null ? sql`true` : sql`${alias}.catalog_id = ${catalogId}`}`;
  return rowsOf(
    db,
    sql`SELECT p.id, p.sku FROM whatsapp_products p WHERE p.id = ANY(${ids}::uuid[]) AND ${within(sql`p`)}
         UNION ALL
        SELECT v.id, v.sku FROM whatsapp_product_variants v WHERE v.id = ANY(${ids}::uuid[]) AND ${within(sql`v`)}`,
  );
}

/** In the order of creation, a product before its variants; those that can certainly not be sent are left out. */
export async function likelySellables(
  db: EntityManager,
  { organizationId, catalogId }: CatalogPlace,
  limit: number,
): Promise<Sellable[]> {
  return rowsOf(
    db,
    sql`SELECT ${SELLABLE}
          FROM whatsapp_products p
          JOIN whatsapp_catalogs c ON c.id = p.catalog_id
          LEFT JOIN whatsapp_product_variants v ON v.product_id = p.id
          JOIN whatsapp_catalog_items i ON i.catalog_id = p.catalog_id AND i.retailer_id = coalesce(v.sku, p.sku)
         WHERE p.organization_id = ${organizationId} AND p.catalog_id = ${catalogId} AND i.removed_at IS NULL
           AND i.role <> 'group' AND ${ACTIVE} AND p.is_visible AND ${STOCKED} AND ${AT_META}
           AND lower(coalesce(i.review_status, '')) <> 'rejected'
         ORDER BY p.id, v.id LIMIT ${limit}`,
  );
}

/** A product as Meta names it in a webhook. */
export interface NamedAtMeta {
  organizationId: string;
  metaCatalogId: string;
  retailerId: string;
}

export interface FoundAtMeta extends NamedAtMeta {
  catalogId: string;
  productId: string;
  variantId: string | null;
}

/** Removed ones too, whose product is gone: the message says what it was about, and nothing is counted for it. */
export async function namedAtMeta(db: EntityManager, named: readonly NamedAtMeta[]): Promise<FoundAtMeta[]> {
  return rowsOf(
    db,
    sql`SELECT c.organization_id AS "organizationId", c.meta_catalog_id AS "metaCatalogId",
               i.retailer_id AS "retailerId", i.catalog_id AS "catalogId", i.product_id AS "productId",
               i.variant_id AS "variantId"
          FROM (SELECT DISTINCT organization_id, meta_catalog_id, retailer_id
                  FROM unnest(${named.map((one) => one.organizationId)}::uuid[],
                              ${named.map((one) => one.metaCatalogId)}::text[],
                              ${named.map((one) => one.retailerId)}::text[])
                    AS asked (organization_id, meta_catalog_id, retailer_id)) AS asked
          JOIN whatsapp_catalogs c
            ON c.organization_id = asked.organization_id AND c.meta_catalog_id = asked.meta_catalog_id
          JOIN whatsapp_catalog_items i ON i.catalog_id = c.id AND i.retailer_id = asked.retailer_id`,
  );
}

/** By Meta's own id of the item, which clicks carry. */
export async function byMetaId(
  db: EntityManager,
  asked: readonly { organizationId: string; metaProductId: string }[],
): Promise<
  {
    organizationId: string;
    metaProductId: string;
    catalogId: string;
    productId: string;
    variantId: string | null;
  }[]
> {
  return rowsOf(
    db,
    sql`SELECT c.organization_id AS "organizationId", i.meta_product_id AS "metaProductId",
               i.catalog_id AS "catalogId", i.product_id AS "productId", i.variant_id AS "variantId"
          FROM (SELECT DISTINCT organization_id, meta_product_id
                  FROM unnest(${asked.map((one) => one.organizationId)}::uuid[],
                              ${asked.map((one) => one.metaProductId)}::text[])
                    AS asked (organization_id, meta_product_id)) AS asked
          JOIN whatsapp_catalogs c ON c.organization_id = asked.organization_id
          JOIN whatsapp_catalog_items i ON i.catalog_id = c.id AND i.meta_product_id = asked.meta_product_id`,
  );
}

export interface OurCatalog {
  catalogId: string;
  metaCatalogId: string;
}

export async function catalogAtMeta(
  db: EntityManager,
  organizationId: string,
  metaCatalogId: string,
): Promise<OurCatalog | undefined> {
  return firstOf(
    db,
    sql`SELECT id AS "catalogId", meta_catalog_id AS "metaCatalogId" FROM whatsapp_catalogs
         WHERE organization_id = ${organizationId} AND meta_catalog_id = ${metaCatalogId}`,
  );
}

/** The catalog that was last found connected to the account of a sender, or of the default one. */
export async function lastConnected(
  db: EntityManager,
  organizationId: string,
  senderId: string | null,
): Promise<OurCatalog | undefined> {
  const ownDefault = sql`(SELECT d.id FROM senders d WHERE d.organization_id = ${organizationId} AND d.is_default)`;
  return firstOf(
    db,
    sql`SELECT c.id AS "catalogId", c.meta_catalog_id AS "metaCatalogId"
          FROM whatsapp_catalogs c
          JOIN senders own ON own.id = coalesce(c.sender_id, ${ownDefault})
          JOIN senders asked ON asked.id = coalesce(${senderId}::uuid, ${ownDefault})
         WHERE c.organization_id = ${organizationId} AND c.meta_catalog_id = c.connected_catalog_id
           AND own.organization_id = ${organizationId} AND asked.organization_id = ${organizationId}
           AND own.business_account_id IS NOT DISTINCT FROM asked.business_account_id
         ORDER BY c.connection_checked_at DESC, c.id LIMIT 1`,
  );
}
