import type { EntityManager } from 'typeorm';
import type { LastEvent } from '../../whatsapp/parsing/event-order.js';
import { and, rowsOf, type Sql, sql } from '../../platform/database/sql.js';

/** The template an event is about, as far as it says. */
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
  qualityScore: string | null;
  components: Record<string, unknown>[];
  /** By the kind of event. */
  lastEvents: Partial<Record<string, LastEvent>>;
  listedAt: Date | null;
}

/**
 * Locks the templates an event is about. A known id decides; the name alone may already belong to a successor, which
 * matters when the event reports the end of a template (`isEnd`). Several organizations may have numbers in one
 * account; each then has its own row.
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
               category, status, quality_score AS "qualityScore", components, last_events AS "lastEvents",
               listed_at AS "listedAt"
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

/** Fields the change does not name stay. A listing begun before `asOf` does not undo the change. */
export async function changeTemplate(
  tx: EntityManager,
  id: string,
  change: TemplateChange,
  { lastEvents, asOf, now }: { lastEvents: Record<string, LastEvent>; asOf: Date; now: Date },
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
               last_events = last_events || ${JSON.stringify(lastEvents)}::jsonb,
               synced_at = greatest(synced_at, ${asOf}), updated_at = ${now}
         WHERE id = ${id}`,
  );
}
