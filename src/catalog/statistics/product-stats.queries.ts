import type { EntityManager } from 'typeorm';
import { execute, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { StatsRange } from './stats-range.js';

/** Stands for none in the keys of the table. */
export const NIL = '00000000-0000-0000-0000-000000000000';

export interface StatsSums {
  shares: number;
  views: number;
  cartAdds: number;
  units: number;
  orders: number;
  /** `45000.00` */
  revenue: string;
}

export interface StatsKey {
  catalogId: string;
  /** null: the catalog as a whole, for orders and their revenue. An order of three products is one order. */
  productId: string | null;
  variantId: string | null;
  campaignId: string | null;
  date: string;
}

export type StatsDelta = StatsKey & StatsSums;

// A row without a product counts orders of the catalog; the rows of products count everything else.
const OF_CATALOG = sql`product_id = '00000000-0000-0000-0000-000000000000'`;
const SUMS_OF_PRODUCT = sql`coalesce(sum(shares), 0)::int AS shares, coalesce(sum(views), 0)::int AS views,
  coalesce(sum(cart_adds), 0)::int AS "cartAdds", coalesce(sum(units), 0)::int AS units,
  coalesce(sum(orders), 0)::int AS orders, coalesce(sum(revenue), 0)::numeric(18, 2) AS revenue`;
const SUMS_OF_CATALOG = sql`coalesce(sum(shares), 0)::int AS shares, coalesce(sum(views), 0)::int AS views,
  coalesce(sum(cart_adds), 0)::int AS "cartAdds", coalesce(sum(units), 0)::int AS units,
  coalesce(sum(orders) FILTER (WHERE ${OF_CATALOG}), 0)::int AS orders,
  coalesce(sum(revenue) FILTER (WHERE ${OF_CATALOG}), 0)::numeric(18, 2) AS revenue`;

/** In the order of the keys, so that two batches with the same days queue up instead of deadlocking. */
export async function addToDays(
  tx: EntityManager,
  organizationId: string,
  deltas: readonly StatsDelta[],
): Promise<void> {
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_product_stats AS kept
          (organization_id, catalog_id, product_id, variant_id, campaign_id, date, shares, views, cart_adds, units,
           orders, revenue)
        SELECT ${organizationId}::uuid, d.*
          FROM (SELECT n."catalogId", coalesce(n."productId", ${NIL}), coalesce(n."variantId", ${NIL}),
                       coalesce(n."campaignId", ${NIL}), n.date, sum(n.shares), sum(n.views), sum(n."cartAdds"),
                       sum(n.units), sum(n.orders), sum(n.revenue)
                  FROM ${recordset(deltas)} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 5, 3, 4) AS d
            ON CONFLICT (catalog_id, product_id, date, variant_id, campaign_id) DO UPDATE
           SET shares = kept.shares + excluded.shares, views = kept.views + excluded.views,
               cart_adds = kept.cart_adds + excluded.cart_adds, units = kept.units + excluded.units,
               orders = kept.orders + excluded.orders, revenue = kept.revenue + excluded.revenue`,
  );
}

/** The counters that products, variants and the catalog carry. Products before variants, the catalog last. */
export async function addToCounters(
  tx: EntityManager,
  organizationId: string,
  deltas: readonly StatsDelta[],
): Promise<void> {
  await execute(
    tx,
    sql`WITH d AS MATERIALIZED (
          SELECT n."productId" AS id, sum(n.views) AS views, sum(n.shares) AS shares, sum(n."cartAdds") AS cart_adds,
                 sum(n.units) AS units
            FROM ${recordset(deltas)} WHERE n."productId" IS NOT NULL GROUP BY 1),
        locked AS MATERIALIZED (
          SELECT p.id FROM whatsapp_products p WHERE p.id IN (SELECT id FROM d) AND p.organization_id = ${organizationId}
           ORDER BY p.id FOR NO KEY UPDATE)
        UPDATE whatsapp_products p
           SET view_count = p.view_count + d.views, share_count = p.share_count + d.shares,
               cart_add_count = p.cart_add_count + d.cart_adds, purchase_count = p.purchase_count + d.units
          FROM d JOIN locked USING (id) WHERE p.id = d.id`,
  );
  await execute(
    tx,
    sql`WITH d AS MATERIALIZED (
          SELECT n."variantId" AS id, sum(n.units) AS units FROM ${recordset(deltas)}
           WHERE n."variantId" IS NOT NULL AND n.units <> 0 GROUP BY 1),
        locked AS MATERIALIZED (
          SELECT v.id FROM whatsapp_product_variants v
           WHERE v.id IN (SELECT id FROM d) AND v.organization_id = ${organizationId}
           ORDER BY v.id FOR NO KEY UPDATE)
        UPDATE whatsapp_product_variants v SET purchase_count = v.purchase_count + d.units
          FROM d JOIN locked USING (id) WHERE v.id = d.id`,
  );
  await execute(
    tx,
    sql`WITH d AS MATERIALIZED (
          SELECT n."catalogId" AS id, sum(n.orders) AS orders, sum(n.revenue) AS revenue
            FROM ${recordset(deltas)} WHERE n."productId" IS NULL GROUP BY 1),
        locked AS MATERIALIZED (
          SELECT c.id FROM whatsapp_catalogs c WHERE c.id IN (SELECT id FROM d) AND c.organization_id = ${organizationId}
           ORDER BY c.id FOR NO KEY UPDATE)
        UPDATE whatsapp_catalogs c
           SET total_orders = c.total_orders + d.orders, total_revenue = c.total_revenue + d.revenue
          FROM d JOIN locked USING (id) WHERE c.id = d.id`,
  );
}

const recordset = (deltas: readonly StatsDelta[]): Sql =>
  sql`json_to_recordset(${JSON.stringify(deltas)}::json)
        AS n ("catalogId" uuid, "productId" uuid, "variantId" uuid, "campaignId" uuid, date date, shares int, views int,
              "cartAdds" int, units int, orders int, revenue numeric)`;

export interface StatsOf {
  organizationId: string;
  catalogId: string;
  /** Absent: the whole catalog. */
  productId?: string;
}

const within = ({ organizationId, catalogId, productId }: StatsOf, { from, to }: StatsRange): Sql =>
  sql`organization_id = ${organizationId} AND catalog_id = ${catalogId} AND date BETWEEN ${from} AND ${to}
      AND ${productId === undefined ? sql`true` : sql`product_id = ${productId}`}`;
const sumsOf = ({ productId }: StatsOf): Sql => (productId === undefined ? SUMS_OF_CATALOG : SUMS_OF_PRODUCT);

export async function statsByDay(
  db: EntityManager,
  of: StatsOf,
  range: StatsRange,
): Promise<(StatsSums & { date: string })[]> {
  return rowsOf(
    db,
    sql`SELECT to_char(date, 'YYYY-MM-DD') AS date, ${sumsOf(of)} FROM whatsapp_product_stats
         WHERE ${within(of, range)} GROUP BY whatsapp_product_stats.date ORDER BY whatsapp_product_stats.date`,
  );
}

export async function statsInAll(db: EntityManager, of: StatsOf, range: StatsRange): Promise<StatsSums> {
  const [sums] = await rowsOf<StatsSums>(
    db,
    sql`SELECT ${sumsOf(of)} FROM whatsapp_product_stats WHERE ${within(of, range)}`,
  );
  return sums ?? { shares: 0, views: 0, cartAdds: 0, units: 0, orders: 0, revenue: '0.00' };
}

/** The campaigns that brought the most revenue first. What no campaign brought is not among them. */
export async function statsByCampaign(
  db: EntityManager,
  of: StatsOf,
  range: StatsRange,
  limit: number,
): Promise<(StatsSums & { campaignId: string })[]> {
  return rowsOf(
    db,
    sql`SELECT campaign_id AS "campaignId", ${SUMS_OF_CATALOG} FROM whatsapp_product_stats
         WHERE ${within(of, range)} AND campaign_id <> ${NIL}
         GROUP BY campaign_id ORDER BY revenue DESC, units DESC, campaign_id LIMIT ${limit}`,
  );
}

/** The products that brought the most, with their name as long as they exist. */
export async function bestProducts(
  db: EntityManager,
  of: StatsOf,
  range: StatsRange,
  limit: number,
): Promise<(StatsSums & { productId: string; sku: string | null; name: string | null })[]> {
  return rowsOf(
    db,
    sql`SELECT best.*, p.sku, p.name
          FROM (SELECT product_id AS "productId", ${SUMS_OF_PRODUCT} FROM whatsapp_product_stats
                 WHERE ${within(of, range)} AND product_id <> ${NIL}
                 GROUP BY product_id ORDER BY sum(revenue) DESC, sum(units) DESC, sum(views) DESC, product_id
                 LIMIT ${limit}) AS best
          LEFT JOIN whatsapp_products p ON p.id = best."productId" AND p.organization_id = ${of.organizationId}
         ORDER BY best.revenue DESC, best.units DESC, best.views DESC, best."productId"`,
  );
}
