import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../platform/database/sql.js';

export interface UsedTemplate {
  organizationId: string;
  businessAccountId: string;
  name: string;
  language: string;
}

/** Only running campaigns, of which there are few, so their index is enough. */
export async function activeWith(
  db: EntityManager,
  { organizationId, businessAccountId, name, language }: UsedTemplate,
): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT c.id FROM marketing_campaigns c JOIN senders s ON s.id = c.sender_id
         WHERE c.status = 'active' AND c.organization_id = ${organizationId} AND c.template_name = ${name}
           AND c.language_code = ${language} AND s.business_account_id = ${businessAccountId}
         ORDER BY c.id`,
  );
  return rows.map(({ id }) => id);
}
