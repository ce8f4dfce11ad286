import type { EntityManager } from 'typeorm';
import { execute, firstOf, identifier, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { ConsentState } from '../consent/consent.queries.js';
import { belongsTo } from '../profiles/belongs-to.js';
import type { CustomerImport } from './customer-import.entity.js';
import { TEXT_FIELD_NAMES, TEXT_FIELDS } from '../profiles/profile-fields.js';
import { STAGED_COLUMNS } from './staged-row.js';

const STAGING = identifier('customer_staging');
export const COPY_STAGED = `COPY customer_staging (${STAGED_COLUMNS.map(([name]) => name).join(', ')}) FROM STDIN`;

/** Lives as long as the connection. Every commit empties it, so each batch starts with an empty table. */
export async function createStaging(db: EntityManager): Promise<void> {
  const columns = STAGED_COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ');
  await db.query(`CREATE TEMP TABLE customer_staging (${columns}, profile_id uuid) ON COMMIT DELETE ROWS`);
}

/**
 * A batch is small and the customers are many, but the planner cannot know: it has never seen the staging table, and
 * its statistics of a table that grows by a million rows are a minute old. Left alone, it reads all customers for
 * every batch.
 */
export async function lookUpOneByOne(tx: EntityManager): Promise<void> {
  await tx.query('SET LOCAL enable_hashjoin = off');
  await tx.query('SET LOCAL enable_mergejoin = off');
}

export async function dropStaging(db: EntityManager): Promise<void> {
  await db.query('DROP TABLE IF EXISTS customer_staging');
}

/** How a staged row finds its profile: by the number or, if the row has none, by the user id. */
export const BY_PHONE = { row: sql`s.phone IS NOT NULL`, profile: sql`p.whatsapp_phone = s.phone` };
export const BY_USER_ID = {
  row: sql`s.phone IS NULL`,
  profile: sql`p.whatsapp_user_id = s.whatsapp_user_id`,
};
export type StagedKey = typeof BY_PHONE;

/** OFFSET 0 makes PostgreSQL look up each row through the index on just these two columns. */
export async function matchProfiles(
  tx: EntityManager,
  organizationId: string,
  { row, profile }: StagedKey,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE ${STAGING} staged SET profile_id = found.id
          FROM (SELECT s.ctid AS place, known.id FROM ${STAGING} s CROSS JOIN LATERAL
                  (SELECT p.id FROM user_profiles p
                    WHERE ${profile} AND p.${belongsTo(organizationId)} OFFSET 0) known
                 WHERE ${row} AND s.profile_id IS NULL) found
         WHERE staged.ctid = found.place`,
  );
}

interface Change {
  column: Sql;
  value: Sql;
}

/** The new value of each column: from the row, or else the old one. The only place that decides it. */
function changes(areTagsAdded: boolean): Change[] {
  const plain = [
    'wa_id',
    'whatsapp_user_id',
    ...TEXT_FIELD_NAMES.map((name) => TEXT_FIELDS[name].column),
    'is_active',
  ].map((name) => {
    const column = identifier(name);
    return { column, value: sql`coalesce(s.${column}, p.${column})` };
  });
  const added = sql`p.tags || ARRAY(SELECT tag FROM unnest(s.tags) WITH ORDINALITY AS t (tag, place)
                                     WHERE tag <> ALL (p.tags) ORDER BY place)`;
  return [
    ...plain,
    {
      column: sql`tags`,
      value: areTagsAdded
        ? sql`CASE WHEN s.tags IS NULL OR s.tags <@ p.tags THEN p.tags ELSE ${added} END`
        : sql`coalesce(s.tags, p.tags)`,
    },
    {
      column: sql`attributes`,
      value: sql`CASE WHEN s.attributes IS NULL OR s.attributes = p.attributes THEN p.attributes
                      ELSE merge_attributes(p.attributes, s.attributes) END`,
    },
  ];
}

function differs(areTagsAdded: boolean): Sql {
  const all = changes(areTagsAdded);
  const before = join(
    all.map(({ column }) => sql`p.${column}`),
    ', ',
  );
  const after = join(
    all.map(({ value }) => value),
    ', ',
  );
  return sql`(${after}) IS DISTINCT FROM (${before})`;
}

/**
 * The known customers of the batch, found within the organization by `matchProfiles`. Without a second condition on
 * the organization: with it the planner would read all its customers.
 */
const MATCHED = sql`${STAGING} s JOIN user_profiles p ON p.id = s.profile_id`;

/**
 * Locks the profiles that will change, in the order of their numbers, before changing any: two imports of the same
 * people then queue up instead of deadlocking. Unchanged profiles are not locked, because a lock is a write.
 */
export async function lockChanging(
  tx: EntityManager,
  { row }: StagedKey,
  areTagsAdded: boolean,
): Promise<number> {
  const locked = await rowsOf(
    tx,
    sql`SELECT p.id FROM ${MATCHED} WHERE ${row} AND (s.has_consent OR ${differs(areTagsAdded)})
         ORDER BY p.whatsapp_phone, p.whatsapp_user_id FOR UPDATE OF p`,
  );
  return locked.length;
}

export async function updateChanging(
  tx: EntityManager,
  { row }: StagedKey,
  areTagsAdded: boolean,
  now: Date,
): Promise<string[]> {
  const assignments = join(
    changes(areTagsAdded).map(({ column, value }) => sql`${column} = ${value}`),
    ', ',
  );
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`UPDATE user_profiles p SET ${assignments}, updated_at = ${now} FROM ${STAGING} s
         WHERE p.id = s.profile_id AND ${row} AND ${differs(areTagsAdded)}
        RETURNING p.id`,
  );
  return rows.map(({ id }) => id);
}

export interface Inserted {
  id: string;
  phone: string | null;
  userId: string | null;
}

/**
 * Inserts the new customers in the order of their numbers. If another transaction inserts one of them at the same
 * time, this fails, and the batch is retried with that customer known. ON CONFLICT would make every insert pay for a
 * rare case.
 */
export async function insertMissing(
  tx: EntityManager,
  organizationId: string,
  { row }: StagedKey,
  now: Date,
): Promise<Inserted[]> {
  const text = join(
    TEXT_FIELD_NAMES.map((name) => identifier(TEXT_FIELDS[name].column)),
    ', ',
  );
  return rowsOf<Inserted>(
    tx,
    sql`INSERT INTO user_profiles
          (id, organization_id, whatsapp_phone, wa_id, whatsapp_user_id, ${text}, tags, is_active, attributes,
           created_at, updated_at)
        SELECT id, ${organizationId}, phone, wa_id, whatsapp_user_id, ${text}, coalesce(tags, '{}'),
               coalesce(is_active, true), coalesce(attributes, '{}'), ${now}, ${now}
          FROM ${STAGING} s WHERE ${row} AND s.profile_id IS NULL ORDER BY phone, whatsapp_user_id
        RETURNING id, whatsapp_phone AS phone, whatsapp_user_id AS "userId"`,
  );
}

/** Argentine mobiles keep the spelling in which they first arrived; see number-variants.ts. */
export async function alignArgentina(tx: EntityManager, organizationId: string): Promise<void> {
  await execute(
    tx,
    sql`UPDATE ${STAGING} s
           SET phone = coalesce(
                 (SELECT p.whatsapp_phone FROM user_profiles p
                   WHERE p.${belongsTo(organizationId)} AND p.whatsapp_phone ~ '^\\+549?\\d{10}$'
                     AND "right"(p.whatsapp_phone, 10) = "right"(s.phone, 10)), phone)
         WHERE s.phone ~ '^\\+549?\\d{10}$'`,
  );
}

/** Rows whose user id belongs to a profile without a number, or with another number. */
export async function userIdsElsewhere(
  tx: EntityManager,
  organizationId: string,
): Promise<{ line: number; phone: string; userId: string; hasNumber: boolean }[]> {
  return rowsOf(
    tx,
    sql`SELECT s.line, s.phone, s.whatsapp_user_id AS "userId", known.phone IS NOT NULL AS "hasNumber"
          FROM ${STAGING} s CROSS JOIN LATERAL
            (SELECT p.whatsapp_phone AS phone FROM user_profiles p
              WHERE p.${belongsTo(organizationId)} AND p.whatsapp_user_id = s.whatsapp_user_id OFFSET 0) known
         WHERE s.phone IS NOT NULL AND known.phone IS DISTINCT FROM s.phone
         ORDER BY s.phone`,
  );
}

export async function unstage(tx: EntityManager, lines: readonly number[]): Promise<void> {
  await execute(tx, sql`DELETE FROM ${STAGING} WHERE line = ANY(${lines}::int[])`);
}

/** The current consent of the staged customers, both known and new. */
export async function stagedConsent(
  tx: EntityManager,
): Promise<({ line: number; id: string } & ConsentState)[]> {
  return rowsOf(
    tx,
    sql`SELECT s.line, p.id, p.subscription, p.marketing_opt_in_at AS "marketingOptInAt",
               p.marketing_opt_out_at AS "marketingOptOutAt"
          FROM ${STAGING} s JOIN user_profiles p ON p.id = coalesce(s.profile_id, s.id) WHERE s.has_consent`,
  );
}

export interface NewImport {
  id: string;
  fileName: string | null;
  now: Date;
  consent: { source: string; at: Date; text: string | null } | null;
}

/** False if there is an import with this id, of whatever organization. */
export async function insertImport(
  db: EntityManager,
  organizationId: string,
  { id, fileName, now, consent }: NewImport,
): Promise<boolean> {
  const rows = await rowsOf(
    db,
    sql`INSERT INTO customer_imports
          (id, organization_id, status, file_name, consent_source, consent_at, consent_text, started_at, progress_at)
        VALUES (${id}, ${organizationId}, 'running', ${fileName}, ${consent?.source ?? null}, ${consent?.at ?? null},
                ${consent?.text ?? null}, ${now}, ${now})
        ON CONFLICT (id) DO NOTHING RETURNING id`,
  );
  return rows.length > 0;
}

export type ImportCounts = Pick<
  CustomerImport,
  'rowsRead' | 'rowsCreated' | 'rowsUpdated' | 'rowsUnchanged' | 'rowsFailed'
>;

export async function noteProgress(
  db: EntityManager,
  organizationId: string,
  id: string,
  counts: ImportCounts,
  now: Date,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE customer_imports
           SET rows_read = ${counts.rowsRead}, rows_created = ${counts.rowsCreated},
               rows_updated = ${counts.rowsUpdated}, rows_unchanged = ${counts.rowsUnchanged},
               rows_failed = ${counts.rowsFailed}, progress_at = ${now}
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export interface ImportError {
  line: number;
  field: string;
  message: string;
}

export async function insertErrors(
  db: EntityManager,
  importId: string,
  errors: readonly ImportError[],
): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO customer_import_errors (import_id, line, field, message)
        SELECT ${importId}, line, field, message
          FROM unnest(${errors.map(({ line }) => line)}::int[], ${errors.map(({ field }) => field)}::text[],
                      ${errors.map(({ message }) => message)}::text[]) AS e (line, field, message)
        ON CONFLICT DO NOTHING`,
  );
}

export async function finishImport(
  db: EntityManager,
  organizationId: string,
  id: string,
  { status, reason, now }: { status: CustomerImport['status']; reason: string | null; now: Date },
): Promise<void> {
  await execute(
    db,
    sql`UPDATE customer_imports
           SET status = ${status}, failure_reason = ${reason}, finished_at = ${now}, progress_at = ${now}
         WHERE organization_id = ${organizationId} AND id = ${id} AND status = 'running'`,
  );
}

/**
 * The connection of a running import holds this lock, so it disappears together with the process. A reader that can
 * take the lock knows at once that the import has stopped.
 */
export async function holdImport(db: EntityManager, id: string): Promise<boolean> {
  const row = await firstOf<{ held: boolean }>(
    db,
    sql`SELECT pg_try_advisory_lock(hashtextextended(${`customer import ${id}`}, 0)) AS held`,
  );
  return row?.held === true;
}

export async function releaseImport(db: EntityManager, id: string): Promise<void> {
  await rowsOf(db, sql`SELECT pg_advisory_unlock(hashtextextended(${`customer import ${id}`}, 0))`);
}

export async function isImportAbandoned(tx: EntityManager, id: string): Promise<boolean> {
  const row = await firstOf<{ free: boolean }>(
    tx,
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${`customer import ${id}`}, 0)) AS free`,
  );
  return row?.free === true;
}

const IMPORT = sql`id, organization_id AS "organizationId", status, file_name AS "fileName",
  rows_read AS "rowsRead", rows_created AS "rowsCreated", rows_updated AS "rowsUpdated",
  rows_unchanged AS "rowsUnchanged", rows_failed AS "rowsFailed", failure_reason AS "failureReason",
  consent_source AS "consentSource", consent_at AS "consentAt", consent_text AS "consentText",
  started_at AS "startedAt", progress_at AS "progressAt", finished_at AS "finishedAt"`;

export async function findImport(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<CustomerImport | undefined> {
  return firstOf(
    db,
    sql`SELECT ${IMPORT} FROM customer_imports WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export async function runningImports(db: EntityManager, organizationId: string): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT id FROM customer_imports WHERE organization_id = ${organizationId} AND status = 'running'`,
  );
  return rows.map(({ id }) => id);
}

/** Newest first. */
export async function listImports(
  db: EntityManager,
  organizationId: string,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<CustomerImport[]> {
  const older = before === undefined ? sql`true` : sql`id < ${before}`;
  return rowsOf(
    db,
    sql`SELECT ${IMPORT} FROM customer_imports WHERE organization_id = ${organizationId} AND ${older}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countImports(db: EntityManager, organizationId: string): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM customer_imports WHERE organization_id = ${organizationId}`,
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
    sql`SELECT line, field, message FROM customer_import_errors
         WHERE import_id = ${importId} AND (line, field) > (${after.line}, ${after.field})
         ORDER BY line, field LIMIT ${limit}`,
  );
}

export async function linesWithErrors(db: EntityManager, importId: string): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(DISTINCT line)::int AS n FROM customer_import_errors WHERE import_id = ${importId}`,
  );
  return row?.n ?? 0;
}
