import type { EntityManager } from 'typeorm';
import { and, rowsOf, type Sql, sql } from '../../platform/database/sql.js';

/** Which template an event is about, as far as it says so. */
export interface TemplateKey {
  wabaId: string | null;
  templateId: string | null;
  name: string | null;
  language: string | null;
}

export interface KnownTemplate {
  id: string;
  organizationId: string;
  businessAccountId: string;
  name: string;
  language: string;
  category: string;
  status: string;
  components: Record<string, unknown>[];
}

/**
 * Locks what an event is about. The id decides where it is known; the name alone may already belong to a successor
 * of the template the event means, which matters when it tells of the end (`isEnd`). Several organizations may have
 * numbers in one account, and then each has its row.
 */
export async function lockTemplates(
  tx: EntityManager,
  { wabaId, templateId, name, language }: TemplateKey,
  isEnd: boolean,
  organizations: readonly string[] | null,
): Promise<KnownTemplate[]> {
  const among = organizations === null ? sql`true` : sql`organization_id = ANY(${organizations}::uuid[])`;
  const byId =
    templateId === null
      ? []
      : await locked(tx, [
          among,
          sql`meta_template_id = ${templateId}`,
          ...(wabaId === null ? [] : [sql`business_account_id = ${wabaId}`]),
        ]);
  const isNamed = wabaId !== null && name !== null && language !== null;
  if (byId.length > 0 || !isNamed || (isEnd && templateId !== null)) return byId;
  return locked(tx, [
    among,
    sql`business_account_id = ${wabaId}`,
    sql`name = ${name}`,
    sql`language = ${language}`,
  ]);
}

async function locked(tx: EntityManager, conditions: Sql[]): Promise<KnownTemplate[]> {
  return rowsOf(
    tx,
    sql`SELECT id, organization_id AS "organizationId", business_account_id AS "businessAccountId", name, language,
               category, status, components
          FROM whatsapp_templates WHERE ${and(conditions)} ORDER BY id FOR UPDATE`,
  );
}

export interface TemplateChange {
  status?: string;
  statusReason?: string | null;
  category?: string;
  nextCategory?: string | null;
  qualityScore?: string;
  components?: Record<string, unknown>[];
}

/** What the change does not name stays; all of it is as of now, so a listing begun before does not undo it. */
export async function changeTemplate(
  tx: EntityManager,
  id: string,
  change: TemplateChange,
  now: Date,
): Promise<void> {
  const { status, statusReason, category, nextCategory, qualityScore, components } = change;
  await rowsOf(
    tx,
    sql`UPDATE whatsapp_templates
           SET status = coalesce(${status ?? null}, status),
               status_reason = CASE WHEN ${statusReason !== undefined} THEN ${statusReason ?? null} ELSE status_reason END,
               category = coalesce(${category ?? null}, category),
               next_category = CASE WHEN ${nextCategory !== undefined} THEN ${nextCategory ?? null} ELSE next_category END,
               quality_score = coalesce(${qualityScore ?? null}, quality_score),
               components = coalesce(${components === undefined ? null : JSON.stringify(components)}::jsonb, components),
               synced_at = ${now}, updated_at = ${now}
         WHERE id = ${id}`,
  );
}
