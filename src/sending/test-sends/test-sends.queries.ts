import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';

/** Of these spellings of numbers, those whose profile is unsubscribed. */
export async function unsubscribedAmong(
  db: EntityManager,
  organizationId: string,
  spellings: readonly string[],
): Promise<Set<string>> {
  const rows = await rowsOf<{ number: string }>(
    db,
    sql`SELECT whatsapp_phone AS number FROM user_profiles
         WHERE organization_id = ${organizationId} AND whatsapp_phone = ANY(${spellings})
           AND subscription = 'unsubscribed'`,
  );
  return new Set(rows.map(({ number }) => number));
}
