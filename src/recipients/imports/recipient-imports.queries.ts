import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { InsertedCounts } from '../add-result.js';
import type { RecipientImport } from './recipient-import.entity.js';

/** Each takes up to 100,000 errors with it. */
const BITE = 2;
/** Three beats: one may be late, and one may be lost. */
const LEASE = sql`clock_timestamp() + interval '60 seconds'`;

export interface ImportPlace {
  organizationId: string;
  campaignId: string;
}

/** False if there is an import with this id, of whatever organization. */
export async function insertImport(
  db: EntityManager,
  { organizationId, campaignId }: ImportPlace,
  { id, fileName, now }: { id: string; fileName: string | null; now: Date },
): Promise<boolean> {
  const rows = await rowsOf(
    db,
    sql`INSERT INTO recipient_imports
          (id, organization_id, campaign_id, status, file_name, alive_until, started_at, progress_at)
        VALUES (${id}, ${organizationId}, ${campaignId}, 'running', ${fileName}, ${LEASE}, ${now}, ${now})
        ON CONFLICT (id) DO NOTHING RETURNING id`,
  );
  return rows.length > 0;
}

export async function renewLease(db: EntityManager, id: string): Promise<void> {
  await execute(db, sql`UPDATE recipient_imports SET alive_until = ${LEASE} WHERE id = ${id}`);
}

export interface Progress extends InsertedCounts {
  /** Rows that could be recipients. */
  valid: number;
  failed: number;
}

/** Adds what one batch has done: its transaction may be repeated, and counts what it holds itself. */
export async function noteProgress(
  db: EntityManager,
  id: string,
  { valid, failed, added, restricted, unsubscribed }: Progress,
  now: Date,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE recipient_imports
           SET rows_read = rows_read + ${valid + failed}, rows_added = rows_added + ${added},
               rows_known = rows_known + ${valid - added}, rows_failed = rows_failed + ${failed},
               rows_restricted = rows_restricted + ${restricted},
               rows_unsubscribed = rows_unsubscribed + ${unsubscribed}, progress_at = ${now}, alive_until = ${LEASE}
         WHERE id = ${id}`,
  );
}

export interface ImportedRowError {
  line: number;
  input: string;
  message: string;
}

export async function insertErrors(
  db: EntityManager,
  importId: string,
  errors: readonly ImportedRowError[],
): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO recipient_import_errors (import_id, line, input, message)
        SELECT ${importId}, line, input, message
          FROM unnest(${errors.map(({ line }) => line)}::int[], ${errors.map(({ input }) => input)}::text[],
                      ${errors.map(({ message }) => message)}::text[]) AS e (line, input, message)
        ON CONFLICT DO NOTHING`,
  );
}

export async function finishImport(
  db: EntityManager,
  id: string,
  { status, reason, now }: { status: RecipientImport['status']; reason: string | null; now: Date },
): Promise<void> {
  await execute(
    db,
    sql`UPDATE recipient_imports
           SET status = ${status}, failure_reason = ${reason}, finished_at = ${now}, progress_at = ${now}
         WHERE id = ${id}`,
  );
}

/** Of imports whose process has not been heard of for a minute. */
export async function closeAbandoned(
  db: EntityManager,
  { organizationId, campaignId }: ImportPlace,
  reason: string,
  now: Date,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE recipient_imports SET status = 'interrupted', failure_reason = ${reason}, finished_at = ${now}
         WHERE organization_id = ${organizationId} AND campaign_id = ${campaignId} AND status = 'running'
           AND alive_until < clock_timestamp()`,
  );
}

const IMPORT = sql`id, organization_id AS "organizationId", campaign_id AS "campaignId", status,
  file_name AS "fileName", rows_read AS "rowsRead", rows_added AS "rowsAdded", rows_known AS "rowsKnown",
  rows_failed AS "rowsFailed", rows_restricted AS "rowsRestricted", rows_unsubscribed AS "rowsUnsubscribed",
  failure_reason AS "failureReason", alive_until AS "aliveUntil", started_at AS "startedAt",
  progress_at AS "progressAt", finished_at AS "finishedAt"`;

export async function findImport(
  db: EntityManager,
  { organizationId, campaignId }: ImportPlace,
  id: string,
): Promise<RecipientImport | undefined> {
  return firstOf(
    db,
    sql`SELECT ${IMPORT} FROM recipient_imports
         WHERE organization_id = ${organizationId} AND campaign_id = ${campaignId} AND id = ${id}`,
  );
}

/** Newest first. */
export async function listImports(
  db: EntityManager,
  { organizationId, campaignId }: ImportPlace,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<RecipientImport[]> {
  const older = before === undefined ? sql`true` : sql`id < ${before}`;
  return rowsOf(
    db,
    sql`SELECT ${IMPORT} FROM recipient_imports
         WHERE organization_id = ${organizationId} AND campaign_id = ${campaignId} AND ${older}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countImports(
  db: EntityManager,
  { organizationId, campaignId }: ImportPlace,
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM recipient_imports
         WHERE organization_id = ${organizationId} AND campaign_id = ${campaignId}`,
  );
  return row?.n ?? 0;
}

export async function errorsAfter(
  db: EntityManager,
  importId: string,
  line: number,
  limit: number,
): Promise<ImportedRowError[]> {
  return rowsOf(
    db,
    sql`SELECT line, input, message FROM recipient_import_errors
         WHERE import_id = ${importId} AND line > ${line} ORDER BY line LIMIT ${limit}`,
  );
}

/** An import that has not moved for so long runs no more, whatever its row says. */
export async function purgeRecipientImports(tx: EntityManager, before: Date): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM recipient_imports
         WHERE id IN (SELECT id FROM recipient_imports WHERE progress_at < ${before} ORDER BY id LIMIT ${BITE})`,
  );
}
