import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { NewEvent } from './new-event.js';
import type { TemplateEvent } from './template-event.entity.js';

export async function insertEvent(db: EntityManager, event: NewEvent, at: Date): Promise<string> {
  const { organizationId, businessAccountId, name, language, kind } = event;
  const row = await firstOf<{ id: string }>(
    db,
    sql`INSERT INTO template_events
          (organization_id, business_account_id, name, language, kind, before, after, reason, actor_id, at)
        VALUES (${organizationId}, ${businessAccountId}, ${name}, ${language}, ${kind}, ${event.before ?? null},
                ${event.after ?? null}, ${event.reason ?? null}, ${event.actorId ?? null}, ${at})
        RETURNING id`,
  );
  return row?.id ?? '';
}

/** An attempt that Meta refused stays in the history, and uses nothing of the budget. */
export async function markRefused(db: EntityManager, id: string, reason: string): Promise<void> {
  await execute(db, sql`UPDATE template_events SET kind = 'refused', reason = ${reason} WHERE id = ${id}`);
}

/** For an attempt that never reached Meta. */
export async function dropEvent(db: EntityManager, id: string): Promise<void> {
  await execute(db, sql`DELETE FROM template_events WHERE id = ${id}`);
}

/** Until the transaction ends no other one counts or uses the budgets of the account. */
export async function lockBudget(tx: EntityManager, businessAccountId: string): Promise<void> {
  await execute(
    tx,
    sql`SELECT pg_advisory_xact_lock(hashtextextended(${`template budget ${businessAccountId}`}, 0))`,
  );
}

/** When the last ones happened, the latest first; `template` narrows them to one of the account. */
export async function latestTimes(
  tx: EntityManager,
  {
    businessAccountId,
    kind,
    since,
    template,
    limit,
  }: {
    businessAccountId: string;
    kind: string;
    since: Date;
    template?: { name: string; language: string };
    limit: number;
  },
): Promise<Date[]> {
  const narrowed =
    template === undefined ? sql`true` : sql`name = ${template.name} AND language = ${template.language}`;
  const rows = await rowsOf<{ at: Date }>(
    tx,
    sql`SELECT at FROM template_events
         WHERE business_account_id = ${businessAccountId} AND kind = ${kind} AND at > ${since} AND ${narrowed}
         ORDER BY at DESC LIMIT ${limit}`,
  );
  return rows.map(({ at }) => at);
}

/** When an approved template of this name was last deleted from the account; `language` null: any. */
export async function deletedSince(
  db: EntityManager,
  { businessAccountId, name, language }: { businessAccountId: string; name: string; language: string | null },
  since: Date,
): Promise<Date | undefined> {
  const row = await firstOf<{ at: Date }>(
    db,
    sql`SELECT at FROM template_events
         WHERE business_account_id = ${businessAccountId} AND kind = 'deleted' AND before = 'APPROVED'
           AND at > ${since} AND name = ${name}
           AND ${language === null ? sql`true` : sql`language = ${language}`}
         ORDER BY at DESC LIMIT 1`,
  );
  return row?.at;
}

/** Newest first. */
export async function listEvents(
  db: EntityManager,
  { organizationId, name, language }: { organizationId: string; name: string; language: string | undefined },
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<TemplateEvent[]> {
  return rowsOf(
    db,
    sql`SELECT id, organization_id AS "organizationId", business_account_id AS "businessAccountId", name, language,
               kind, before, after, reason, actor_id AS "actorId", at
          FROM template_events
         WHERE organization_id = ${organizationId} AND name = ${name}
           AND ${language === undefined ? sql`true` : sql`language = ${language}`}
           AND ${before === undefined ? sql`true` : sql`id < ${before}`}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countEvents(
  db: EntityManager,
  { organizationId, name, language }: { organizationId: string; name: string; language: string | undefined },
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM template_events
         WHERE organization_id = ${organizationId} AND name = ${name}
           AND ${language === undefined ? sql`true` : sql`language = ${language}`}`,
  );
  return row?.n ?? 0;
}

export interface ShownTemplate {
  id: string;
  metaTemplateId: string;
  businessAccountId: string;
  name: string;
  language: string;
  category: string;
  nextCategory: string | null;
  status: string;
  statusReason: string | null;
  qualityScore: string | null;
}

/** By the place in the list. */
export async function shownTemplates(
  db: EntityManager,
  named: readonly Pick<NewEvent, 'organizationId' | 'businessAccountId' | 'name' | 'language'>[],
): Promise<Map<number, ShownTemplate>> {
  const rows = await rowsOf<ShownTemplate & { place: number }>(
    db,
    sql`SELECT t.id, t.meta_template_id AS "metaTemplateId", t.business_account_id AS "businessAccountId", t.name,
               t.language, t.category, t.next_category AS "nextCategory", t.status, t.status_reason AS "statusReason",
               t.quality_score AS "qualityScore", (named.place - 1)::int AS place
          FROM unnest(${named.map(({ organizationId }) => organizationId)}::uuid[],
                      ${named.map(({ businessAccountId }) => businessAccountId)}::text[],
                      ${named.map(({ name }) => name)}::text[], ${named.map(({ language }) => language)}::text[])
               WITH ORDINALITY AS named (organization_id, business_account_id, name, language, place)
          JOIN whatsapp_templates t USING (organization_id, business_account_id, name, language)`,
  );
  return new Map(rows.map(({ place, ...template }) => [place, template]));
}
