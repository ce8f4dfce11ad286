import type { EntityManager } from 'typeorm';
import { and, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { PageRequest } from '../../platform/http/paging.js';

export interface TemplateFilter {
  status?: string | undefined;
  category?: string | undefined;
  language?: string | undefined;
  search?: string | undefined;
}

/** Deleted templates are shown only on request. */
function matching(organizationId: string, { status, category, language, search }: TemplateFilter): Sql {
  return and([
    sql`organization_id = ${organizationId}`,
    status === undefined ? sql`status <> 'DELETED'` : sql`status = ${status}`,
    ...(category === undefined ? [] : [sql`category = ${category}`]),
    ...(language === undefined ? [] : [sql`language = ${language}`]),
    ...(search === undefined
      ? []
      : [
          sql`(strpos(name, lower(${search})) > 0 OR EXISTS (
                SELECT 1 FROM jsonb_array_elements(components) AS part
                 WHERE strpos(lower(part ->> 'text'), lower(${search})) > 0))`,
        ]),
  ]);
}

export async function findIds(
  db: EntityManager,
  organizationId: string,
  filter: TemplateFilter,
  { limit, offset }: PageRequest,
): Promise<{ ids: string[]; total: number }> {
  const where = matching(organizationId, filter);
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT id FROM whatsapp_templates WHERE ${where}
         ORDER BY name, language, id LIMIT ${limit} OFFSET ${offset}`,
  );
  const counted = await firstOf<{ total: number }>(
    db,
    sql`SELECT count(*)::int AS total FROM whatsapp_templates WHERE ${where}`,
  );
  return { ids: rows.map(({ id }) => id), total: counted?.total ?? 0 };
}
