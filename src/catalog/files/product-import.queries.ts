import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { Compliance } from '../products/product-fields.js';
import type { ImportCounts, ImportError } from './import-run.js';
import type { ProductImport } from './product-import.entity.js';

export const COPY_STAGED = 'COPY product_staging (line, sku, parent_sku, body) FROM STDIN';

/** Lives as long as the connection. SKUs compare byte by byte, as in the catalog. */
export async function createStaging(db: EntityManager): Promise<void> {
  await db.query(
    `CREATE TEMP TABLE product_staging (line integer, sku text COLLATE "C", parent_sku text COLLATE "C", body text)`,
  );
}

export async function dropStaging(db: EntityManager): Promise<void> {
  await db.query('DROP TABLE IF EXISTS product_staging');
}

/**
 * The staged rows, each product together with its variants and both in the order of the file. Of rows with the same
 * SKU the last one counts; the others come along with the line of the one that does. The cursor outlives transactions:
 * every batch is one of its own.
 */
export async function openStaged(db: EntityManager): Promise<void> {
  await db.query('ANALYZE product_staging');
  await db.query(`
    DECLARE staged_products NO SCROLL CURSOR WITH HOLD FOR
    SELECT line, sku, parent_sku AS "parentSku", body, last_line AS "lastLine", coalesce(parent_sku, sku) AS family
      FROM (SELECT *, max(line) OVER (PARTITION BY sku) AS last_line,
                   min(line) OVER (PARTITION BY coalesce(parent_sku, sku)) AS family_line
              FROM product_staging) AS s
     WHERE body IS NOT NULL
     ORDER BY family_line, coalesce(parent_sku, sku), parent_sku IS NOT NULL, line`);
}

export interface StagedRow {
  line: number;
  sku: string;
  parentSku: string | null;
  body: string;
  lastLine: number;
  family: string;
}

export async function fetchStaged(db: EntityManager, limit: number): Promise<StagedRow[]> {
  return db.query<StagedRow[]>(`FETCH ${Math.trunc(limit)} FROM staged_products`);
}

export async function closeStaged(db: EntityManager): Promise<void> {
  await db.query('CLOSE staged_products');
}

export async function productsAmong(
  tx: EntityManager,
  catalogId: string,
  skus: readonly string[],
): Promise<Set<string>> {
  const rows = await rowsOf<{ sku: string }>(
    tx,
    sql`SELECT sku FROM whatsapp_products WHERE catalog_id = ${catalogId} AND sku = ANY(${skus}::text[])`,
  );
  return new Set(rows.map(({ sku }) => sku));
}

export async function complianceOf(
  tx: EntityManager,
  catalogId: string,
  skus: readonly string[],
): Promise<Map<string, Compliance>> {
  const rows = await rowsOf<{ sku: string; compliance: Compliance }>(
    tx,
    sql`SELECT sku, compliance FROM whatsapp_products
         WHERE catalog_id = ${catalogId} AND sku = ANY(${skus}::text[]) AND compliance IS NOT NULL`,
  );
  return new Map(rows.map(({ sku, compliance }) => [sku, compliance]));
}

export type NewImport = Pick<
  ProductImport,
  'id' | 'organizationId' | 'catalogId' | 'mode' | 'stock' | 'isDryRun' | 'fileName'
>;

/** False if there is an import with this id, of whatever organization. */
export async function insertImport(db: EntityManager, row: NewImport, now: Date): Promise<boolean> {
  const rows = await rowsOf(
    db,
    sql`INSERT INTO product_imports
          (id, organization_id, catalog_id, status, mode, stock, is_dry_run, file_name, started_at, progress_at)
        VALUES (${row.id}, ${row.organizationId}, ${row.catalogId}, 'running', ${row.mode}, ${row.stock},
                ${row.isDryRun}, ${row.fileName}, ${now}, ${now})
        ON CONFLICT (id) DO NOTHING RETURNING id`,
  );
  return rows.length > 0;
}

/** Forgets the oldest imports of a catalog, with their errors. */
export async function forgetOldImports(
  db: EntityManager,
  organizationId: string,
  catalogId: string,
  kept: number,
): Promise<void> {
  await execute(
    db,
    sql`DELETE FROM product_imports
         WHERE organization_id = ${organizationId} AND catalog_id = ${catalogId} AND status <> 'running'
           AND id < (SELECT id FROM product_imports WHERE catalog_id = ${catalogId}
                      ORDER BY id DESC LIMIT 1 OFFSET ${kept - 1})`,
  );
}

export async function noteProgress(
  db: EntityManager,
  organizationId: string,
  id: string,
  counts: ImportCounts,
  now: Date,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE product_imports
           SET rows_read = ${counts.rowsRead}, rows_created = ${counts.rowsCreated},
               rows_updated = ${counts.rowsUpdated}, rows_unchanged = ${counts.rowsUnchanged},
               rows_failed = ${counts.rowsFailed}, progress_at = ${now}
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export async function noteWarnings(
  db: EntityManager,
  organizationId: string,
  id: string,
  warnings: readonly string[],
): Promise<void> {
  await execute(
    db,
    sql`UPDATE product_imports SET warnings = ${JSON.stringify(warnings)}::jsonb
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export async function insertErrors(
  db: EntityManager,
  importId: string,
  errors: readonly ImportError[],
): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO product_import_errors (import_id, line, field, sku, message)
        SELECT ${importId}, line, field, sku, message
          FROM unnest(${errors.map(({ line }) => line)}::int[], ${errors.map(({ field }) => field)}::text[],
                      ${errors.map(({ sku }) => sku)}::text[], ${errors.map(({ message }) => message)}::text[])
            AS e (line, field, sku, message)
        ON CONFLICT DO NOTHING`,
  );
}

export async function finishImport(
  db: EntityManager,
  organizationId: string,
  id: string,
  { status, reason, now }: { status: ProductImport['status']; reason: string | null; now: Date },
): Promise<void> {
  await execute(
    db,
    sql`UPDATE product_imports
           SET status = ${status}, failure_reason = ${reason}, finished_at = ${now}, progress_at = ${now}
         WHERE organization_id = ${organizationId} AND id = ${id} AND status = 'running'`,
  );
}

/** The connection of a running import holds this lock, so it disappears together with the process. */
export async function holdImport(db: EntityManager, id: string): Promise<boolean> {
  const row = await firstOf<{ held: boolean }>(
    db,
    sql`SELECT pg_try_advisory_lock(hashtextextended(${`product import ${id}`}, 0)) AS held`,
  );
  return row?.held === true;
}

export async function releaseImport(db: EntityManager, id: string): Promise<void> {
  await rowsOf(db, sql`SELECT pg_advisory_unlock(hashtextextended(${`product import ${id}`}, 0))`);
}

export async function isImportAbandoned(tx: EntityManager, id: string): Promise<boolean> {
  const row = await firstOf<{ free: boolean }>(
    tx,
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${`product import ${id}`}, 0)) AS free`,
  );
  return row?.free === true;
}

const IMPORT = sql`id, organization_id AS "organizationId", catalog_id AS "catalogId", status, mode, stock,
  is_dry_run AS "isDryRun", file_name AS "fileName", warnings, rows_read AS "rowsRead", rows_created AS "rowsCreated",
  rows_updated AS "rowsUpdated", rows_unchanged AS "rowsUnchanged", rows_failed AS "rowsFailed",
  failure_reason AS "failureReason", started_at AS "startedAt", progress_at AS "progressAt",
  finished_at AS "finishedAt"`;

export interface ImportPlace {
  organizationId: string;
  catalogId: string;
}

export async function findImport(
  db: EntityManager,
  { organizationId, catalogId }: ImportPlace,
  id: string,
): Promise<ProductImport | undefined> {
  return firstOf(
    db,
    sql`SELECT ${IMPORT} FROM product_imports
         WHERE organization_id = ${organizationId} AND catalog_id = ${catalogId} AND id = ${id}`,
  );
}

export async function runningImports(
  db: EntityManager,
  { organizationId, catalogId }: ImportPlace,
): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT id FROM product_imports
         WHERE organization_id = ${organizationId} AND catalog_id = ${catalogId} AND status = 'running'`,
  );
  return rows.map(({ id }) => id);
}

/** Newest first. */
export async function listImports(
  db: EntityManager,
  { organizationId, catalogId }: ImportPlace,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<ProductImport[]> {
  const older = before === undefined ? sql`true` : sql`id < ${before}`;
  return rowsOf(
    db,
    sql`SELECT ${IMPORT} FROM product_imports
         WHERE organization_id = ${organizationId} AND catalog_id = ${catalogId} AND ${older}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countImports(
  db: EntityManager,
  { organizationId, catalogId }: ImportPlace,
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM product_imports
         WHERE organization_id = ${organizationId} AND catalog_id = ${catalogId}`,
  );
  return row?.n ?? 0;
}

export async function errorsAfter(
  db: EntityManager,
  importId: string,
  after: Pick<ImportError, 'line' | 'field'>,
  limit: number,
): Promise<ImportError[]> {
  return rowsOf(
    db,
    sql`SELECT line, field, sku, message FROM product_import_errors
         WHERE import_id = ${importId} AND (line, field) > (${after.line}, ${after.field})
         ORDER BY line, field LIMIT ${limit}`,
  );
}

export async function linesWithErrors(db: EntityManager, importId: string): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(DISTINCT line)::int AS n FROM product_import_errors WHERE import_id = ${importId}`,
  );
  return row?.n ?? 0;
}
