import type { EntityManager } from 'typeorm';
import { rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import { parseMoney } from '../../rules/money/money.js';
import { readRate } from './order-money.js';
import type { KnownItem, PricingCatalog } from './price-line.js';

interface CatalogTexts {
  id: string;
  metaCatalogId: string | null;
  currency: string;
  isActive: boolean;
  taxPercent: string;
  pricesIncludeTax: boolean;
  honourPercent: string;
  senderId: string | null;
}

async function catalogsWhere(
  db: EntityManager,
  organizationId: string,
  condition: Sql,
): Promise<(PricingCatalog & { taxPercent: string; senderId: string | null })[]> {
  const rows = await rowsOf<CatalogTexts>(
    db,
    sql`SELECT id, meta_catalog_id AS "metaCatalogId", currency, is_active AS "isActive", tax_percent AS "taxPercent",
               prices_include_tax AS "pricesIncludeTax", honour_shown_price_percent AS "honourPercent",
               sender_id AS "senderId"
          FROM whatsapp_catalogs WHERE organization_id = ${organizationId} AND ${condition}`,
  );
  return rows.map(({ honourPercent, ...row }) => ({
    ...row,
    taxRate: readRate(row.taxPercent),
    honourRate: readRate(honourPercent),
  }));
}

export type Catalogued = Awaited<ReturnType<typeof catalogsWhere>>[number];

export async function catalogsAtMeta(
  db: EntityManager,
  organizationId: string,
  metaCatalogIds: readonly string[],
): Promise<Catalogued[]> {
  if (metaCatalogIds.length === 0) return [];
  return catalogsWhere(db, organizationId, sql`meta_catalog_id = ANY(${metaCatalogIds})`);
}

export async function catalogById(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<Catalogued | undefined> {
  const [catalog] = await catalogsById(db, organizationId, [id]);
  return catalog;
}

export async function catalogsById(
  db: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<Catalogued[]> {
  return ids.length === 0 ? [] : catalogsWhere(db, organizationId, sql`id = ANY(${ids}::uuid[])`);
}

export interface FoundItem extends KnownItem {
  catalogId: string;
  retailerId: string;
}

type Texts = Omit<FoundItem, 'price' | 'salePrice'> & { price: string | null; salePrice: string | null };

const COLUMNS = sql`i.catalog_id AS "catalogId", i.retailer_id AS "retailerId", i.product_id AS "productId",
  i.variant_id AS "variantId",
  CASE WHEN p.id IS NULL OR (i.variant_id IS NOT NULL AND v.id IS NULL) THEN 'gone'
       WHEN p.has_variants AND i.variant_id IS NULL THEN 'group' ELSE 'sellable' END AS kind,
  coalesce(v.name, p.name, i.retailer_id) AS name, coalesce(v.image_url, p.image_url) AS image, v.options,
  CASE WHEN i.variant_id IS NULL THEN p.price ELSE v.price END AS price,
  CASE WHEN i.variant_id IS NULL THEN p.sale_price ELSE v.sale_price END AS "salePrice",
  p.sale_starts_at AS "saleStartsAt", p.sale_ends_at AS "saleEndsAt",
  coalesce(p.is_active AND p.is_visible AND coalesce(v.is_active, true)
           AND coalesce(v.availability, p.availability) <> 'out_of_stock', false) AS "isForSale"`;
const LIVE = sql`LEFT JOIN whatsapp_products p ON p.id = i.product_id AND i.removed_at IS NULL
                 LEFT JOIN whatsapp_product_variants v ON v.id = i.variant_id AND i.removed_at IS NULL`;

const withMoney = ({ price, salePrice, ...rest }: Texts): FoundItem => ({
  ...rest,
  price: price === null ? 0n : parseMoney(price),
  salePrice: salePrice === null ? null : parseMoney(salePrice),
});

/** What SKUs of catalogs stand for, those of deleted products included. */
export async function itemsBySku(
  db: EntityManager,
  organizationId: string,
  wanted: readonly { catalogId: string; retailerId: string }[],
): Promise<FoundItem[]> {
  if (wanted.length === 0) return [];
  const rows = await rowsOf<Texts>(
    db,
    sql`SELECT ${COLUMNS}
          FROM (SELECT DISTINCT catalog_id, retailer_id
                  FROM unnest(${wanted.map(({ catalogId }) => catalogId)}::uuid[],
                              ${wanted.map(({ retailerId }) => retailerId)}::text[]) AS n (catalog_id, retailer_id)) AS n
               JOIN whatsapp_catalog_items i ON i.catalog_id = n.catalog_id AND i.retailer_id = n.retailer_id
               ${LIVE}
         WHERE i.organization_id = ${organizationId}`,
  );
  return rows.map(withMoney);
}

/** Products and variants by their ids; a variant by its own. */
export async function itemsById(
  db: EntityManager,
  organizationId: string,
  ids: { productIds: readonly string[]; variantIds: readonly string[] },
): Promise<FoundItem[]> {
  const rows = await rowsOf<Texts>(
    db,
    sql`SELECT ${COLUMNS} FROM whatsapp_catalog_items i ${LIVE}
         WHERE i.organization_id = ${organizationId} AND i.removed_at IS NULL
           AND ((i.catalog_id, i.retailer_id) IN
                  (SELECT catalog_id, sku FROM whatsapp_products
                    WHERE organization_id = ${organizationId} AND id = ANY(${ids.productIds}::uuid[]))
                OR (i.catalog_id, i.retailer_id) IN
                  (SELECT catalog_id, sku FROM whatsapp_product_variants
                    WHERE organization_id = ${organizationId} AND id = ANY(${ids.variantIds}::uuid[])))`,
  );
  return rows.map(withMoney);
}
