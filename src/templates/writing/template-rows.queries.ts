import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';

export interface TemplateName {
  organizationId: string;
  businessAccountId: string;
  name: string;
  language: string;
}

export interface NewTemplate extends TemplateName {
  category: string;
  parameterFormat: string;
  components: readonly object[];
}

/**
 * Before Meta is asked: its review may answer sooner than the call, and its news then finds the template by its name. A
 * deleted template of that name comes back to life.
 */
export async function storeSubmitted(tx: EntityManager, template: NewTemplate, now: Date): Promise<string> {
  const row = await firstOf<{ id: string }>(
    tx,
    sql`INSERT INTO whatsapp_templates
          (organization_id, business_account_id, meta_template_id, name, language, category, status,
           parameter_format, components, synced_at, created_at, updated_at)
        VALUES (${template.organizationId}, ${template.businessAccountId}, '', ${template.name},
                ${template.language}, ${template.category}, 'PENDING', ${template.parameterFormat},
                ${JSON.stringify(template.components)}::jsonb, ${now}, ${now}, ${now})
        ON CONFLICT (organization_id, business_account_id, name, language) DO UPDATE
           SET meta_template_id = '', category = excluded.category, next_category = NULL,
               status = excluded.status, status_reason = NULL, quality_score = NULL,
               parameter_format = excluded.parameter_format, components = excluded.components, last_events = '{}',
               listed_at = NULL, synced_at = excluded.synced_at, updated_at = excluded.updated_at
        RETURNING id`,
  );
  return row?.id ?? '';
}

/** What Meta answered. News of its review that came first is newer. */
export async function storeTaken(
  db: EntityManager,
  id: string,
  { metaTemplateId, status, category }: { metaTemplateId: string; status: string; category: string },
  now: Date,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE whatsapp_templates
           SET meta_template_id = ${metaTemplateId},
               status = CASE WHEN last_events -> 'status' IS NULL THEN ${status} ELSE status END,
               category = CASE WHEN last_events -> 'category' IS NULL THEN ${category} ELSE category END,
               updated_at = ${now}
         WHERE id = ${id}`,
  );
}

/** Meta did not take it. One that was known before stays as deleted, because campaigns may name it. */
export async function undoSubmitted(tx: EntityManager, id: string, submittedAt: Date): Promise<void> {
  const removed = await execute(
    tx,
    sql`DELETE FROM whatsapp_templates
         WHERE id = ${id} AND meta_template_id = '' AND created_at = ${submittedAt}`,
  );
  if (removed > 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_templates SET status = 'DELETED' WHERE id = ${id} AND meta_template_id = ''`,
  );
}

export interface KnownRow {
  id: string;
  businessAccountId: string;
  metaTemplateId: string;
  name: string;
  language: string;
  status: string;
  category: string;
  parameterFormat: string;
  /** The last news of its status. */
  statusNews: object | null;
}

interface Wanted {
  businessAccountId: string | undefined;
  name: string;
  language: string | undefined;
}

function named(organizationId: string, { businessAccountId, name, language }: Wanted): Sql {
  return sql`
    SELECT id, business_account_id AS "businessAccountId", meta_template_id AS "metaTemplateId", name, language,
           status, category, parameter_format AS "parameterFormat", last_events -> 'status' AS "statusNews"
      FROM whatsapp_templates
     WHERE organization_id = ${organizationId} AND name = ${name} AND status <> 'DELETED'
       AND ${businessAccountId === undefined ? sql`true` : sql`business_account_id = ${businessAccountId}`}
       AND ${language === undefined ? sql`true` : sql`language = ${language}`}
     ORDER BY id`;
}

/** Those that exist, of one account or of all, in one language or in all. */
export async function findNamed(
  db: EntityManager,
  organizationId: string,
  wanted: Wanted,
): Promise<KnownRow[]> {
  return rowsOf(db, named(organizationId, wanted));
}

export async function lockNamed(
  tx: EntityManager,
  organizationId: string,
  wanted: Wanted,
): Promise<KnownRow[]> {
  return rowsOf(tx, sql`${named(organizationId, wanted)} FOR UPDATE`);
}

export async function languagesLeft(
  db: EntityManager,
  organizationId: string,
  { businessAccountId, name }: { businessAccountId: string; name: string },
): Promise<string[]> {
  const rows = await rowsOf<{ language: string }>(
    db,
    sql`SELECT language FROM whatsapp_templates
         WHERE organization_id = ${organizationId} AND business_account_id = ${businessAccountId}
           AND name = ${name} AND status <> 'DELETED'`,
  );
  return rows.map(({ language }) => language);
}

/** After an edit: what Meta reviews now. If its review has answered already, the status stays. */
export async function storeEdited(
  db: EntityManager,
  { id, statusNews }: Pick<KnownRow, 'id' | 'statusNews'>,
  { components, category }: { components: readonly object[]; category: string },
  now: Date,
): Promise<void> {
  const before = statusNews === null ? null : JSON.stringify(statusNews);
  await execute(
    db,
    sql`UPDATE whatsapp_templates
           SET components = ${JSON.stringify(components)}::jsonb, category = ${category},
               status = CASE WHEN last_events -> 'status' IS NOT DISTINCT FROM ${before}::jsonb
                             THEN 'PENDING' ELSE status END,
               status_reason = NULL, synced_at = greatest(synced_at, ${now}), updated_at = ${now}
         WHERE id = ${id}`,
  );
}

/** What Meta still reports about this second is older than the deletion, and must not bring the template back. */
export async function storeDeleted(tx: EntityManager, ids: readonly string[], now: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_templates
           SET status = 'DELETED', status_reason = NULL, synced_at = greatest(synced_at, ${now}),
               listed_at = date_trunc('second', ${now}::timestamptz) + interval '1 second', updated_at = ${now}
         WHERE id = ANY(${ids}::uuid[])`,
  );
}

export async function storeUnpaused(tx: EntityManager, id: string, now: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_templates
           SET status = 'APPROVED', status_reason = NULL, synced_at = greatest(synced_at, ${now}),
               updated_at = ${now}
         WHERE id = ${id}`,
  );
}

/** Another template of the account in this language that says the same. */
export async function sameText(
  db: EntityManager,
  { organizationId, businessAccountId, name, language }: TemplateName,
  texts: readonly string[],
): Promise<string | undefined> {
  const row = await firstOf<{ name: string }>(
    db,
    sql`SELECT name FROM whatsapp_templates
         WHERE organization_id = ${organizationId} AND business_account_id = ${businessAccountId}
           AND language = ${language} AND name <> ${name} AND status <> 'DELETED'
           AND (SELECT array_agg(part ->> 'text' ORDER BY part ->> 'type') FROM jsonb_array_elements(components) AS part
                 WHERE upper(part ->> 'type') IN ('BODY', 'FOOTER')) = ${texts}::text[]
         LIMIT 1`,
  );
  return row?.name;
}
