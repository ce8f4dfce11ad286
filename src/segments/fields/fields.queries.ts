import type { EntityManager } from 'typeorm';
import { firstOf, identifier, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { CustomerColumn } from '../language/customer-columns.js';
import { likePattern } from '../language/compile-columns.js';

/** For the rest of this transaction. */
export async function boundStatements(tx: EntityManager, timeoutMs: number): Promise<void> {
  await rowsOf(tx, sql`SELECT set_config('statement_timeout', ${String(timeoutMs)}, true)`);
}

export async function idBounds(
  db: EntityManager,
  organizationId: string,
): Promise<{ first: string; last: string } | undefined> {
  const ids = sql`SELECT id FROM user_profiles WHERE organization_id = ${organizationId} ORDER BY id`;
  const row = await firstOf<{ first: string | null; last: string | null }>(
    db,
    sql`SELECT (${ids} LIMIT 1) AS first, (${ids} DESC LIMIT 1) AS last`,
  );
  const { first = null, last = null } = row ?? {};
  return first === null || last === null ? undefined : { first, last };
}

/** Which customers to look at: so many at both ends of the list, and after each probe between them. */
export interface SampleOf {
  organizationId: string;
  probes: readonly string[];
  perProbe: number;
  atEachEnd: number;
}

/**
 * Ids only, from the index of the list: what it costs does not grow with the number of customers. Ids are in order of
 * creation, so the sample holds old customers, new ones, and some of every import between.
 */
function sampledIds({ organizationId, probes, perProbe, atEachEnd }: SampleOf): Sql {
  const own = sql`user_profiles p WHERE p.organization_id = ${organizationId}`;
  return sql`SELECT id FROM (SELECT p.id FROM ${own} ORDER BY p.id LIMIT ${atEachEnd}) AS oldest
             UNION SELECT id FROM (SELECT p.id FROM ${own} ORDER BY p.id DESC LIMIT ${atEachEnd}) AS newest
             UNION SELECT spread.id FROM unnest(${probes}::uuid[]) AS probe (id)
                     CROSS JOIN LATERAL (SELECT p.id FROM ${own} AND p.id >= probe.id ORDER BY p.id LIMIT ${perProbe})
                             AS spread`;
}

/** The attributes of a sample, at most `maxBytes` of text in all; documents of more than `maxEach` are skipped. */
export async function sampledAttributes(
  db: EntityManager,
  sample: SampleOf,
  { maxBytes, maxEach }: { maxBytes: number; maxEach: number },
): Promise<unknown[]> {
  const rows = await rowsOf<{ attributes: unknown }>(
    db,
    sql`SELECT attributes
          FROM (SELECT attributes, sum(bytes) OVER (ORDER BY md5(id::text)) AS upToHere
                  FROM (SELECT p.id, p.attributes, octet_length(p.attributes::text) AS bytes
                          FROM user_profiles p JOIN (${sampledIds(sample)}) AS chosen USING (id)
                         WHERE p.attributes <> '{}') AS documents
                 WHERE bytes <= ${maxEach}) AS counted
         WHERE upToHere <= ${maxBytes}`,
  );
  return rows.map(({ attributes }) => attributes);
}

/** Some of the newest customers, as JSON by the names of columns. */
export async function newestCustomers(
  db: EntityManager,
  organizationId: string,
  limit: number,
): Promise<Record<string, unknown>[]> {
  const rows = await rowsOf<{ customer: Record<string, unknown> }>(
    db,
    sql`SELECT to_jsonb(p) - 'attributes' AS customer FROM user_profiles p
         WHERE p.organization_id = ${organizationId} ORDER BY p.id DESC LIMIT ${limit}`,
  );
  return rows.map(({ customer }) => customer);
}

export interface SuggestedValue {
  value: string | number | boolean;
  label: string | null;
  customers: number | null;
}

export interface Wanted {
  search: string;
  limit: number;
}

/** Longer texts are not offered: nobody chooses a paragraph from a list. */
const MAX_VALUE = 200;

export async function columnValues(
  db: EntityManager,
  sample: SampleOf,
  { name, kind }: CustomerColumn,
  wanted: Wanted,
): Promise<SuggestedValue[]> {
  const column = join([sql`p`, identifier(name)], '.');
  const values =
    kind === 'set'
      ? sql`SELECT to_jsonb(element) AS value FROM unnest(${column}) AS element`
      : sql`SELECT to_jsonb(${column}) AS value`;
  return frequentValues(db, sample, values, wanted);
}

/** Lax mode steps through arrays by itself; the last step does so for an array of plain values. */
export async function attributeValues(
  db: EntityManager,
  sample: SampleOf,
  keys: readonly string[],
  wanted: Wanted,
): Promise<SuggestedValue[]> {
  const path = `$${keys.map((key) => `.${JSON.stringify(key)}`).join('')}[*]`;
  const values = sql`SELECT e.value FROM jsonb_path_query(p.attributes, ${path}::jsonpath, '{}', true) AS e (value)
                      WHERE jsonb_typeof(e.value) IN ('string', 'number', 'boolean')`;
  return frequentValues(db, sample, values, wanted);
}

/** What begins with the search comes first, then what most customers have. */
async function frequentValues(
  db: EntityManager,
  sample: SampleOf,
  values: Sql,
  { search, limit }: Wanted,
): Promise<SuggestedValue[]> {
  const text = sql`value #>> '{}'`;
  return rowsOf<SuggestedValue>(
    db,
    sql`SELECT value, NULL AS label, count(DISTINCT id)::int AS customers
          FROM (SELECT p.id, v.value FROM user_profiles p JOIN (${sampledIds(sample)}) AS chosen USING (id)
                 CROSS JOIN LATERAL (${values}) AS v) AS held
         WHERE value IS NOT NULL AND ${text} <> '' AND length(${text}) <= ${MAX_VALUE}
           AND ${text} ILIKE ${likePattern('contains', search)}
         GROUP BY value
         ORDER BY (${text} ILIKE ${likePattern('startsWith', search)}) DESC, customers DESC, ${text} LIMIT ${limit}`,
  );
}

/**
 * A condition on products accepts SKUs, which variants have too. At most `scanned` of each catalog are looked at, along
 * their unique index.
 */
export async function skuValues(
  db: EntityManager,
  organizationId: string,
  { search, limit }: Wanted,
  scanned: number,
): Promise<SuggestedValue[]> {
  const pattern = likePattern('contains', search);
  const first = (table: Sql): Sql =>
    sql`SELECT s.sku, s.name FROM ${table} s WHERE s.catalog_id = c.id ORDER BY s.sku LIMIT ${scanned}`;
  return rowsOf<SuggestedValue>(
    db,
    sql`SELECT sellable.sku AS value, min(sellable.name) AS label, NULL AS customers
          FROM whatsapp_catalogs c
         CROSS JOIN LATERAL ((${first(sql`whatsapp_products`)})
                             UNION ALL (${first(sql`whatsapp_product_variants`)})) AS sellable
         WHERE c.organization_id = ${organizationId} AND (sellable.sku ILIKE ${pattern} OR sellable.name ILIKE ${pattern})
         GROUP BY sellable.sku ORDER BY sellable.sku LIMIT ${limit}`,
  );
}
