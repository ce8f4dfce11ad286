import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';

export interface KnownCustomer {
  id: string;
  phone: string | null;
  userId: string | null;
  name: string | null;
  isActive: boolean;
  isUnsubscribed: boolean;
}

/** The customers with these ids, numbers and user ids. */
export async function customersOf(
  db: EntityManager,
  organizationId: string,
  { ids, contacts }: { ids: readonly string[]; contacts: readonly string[] },
): Promise<KnownCustomer[]> {
  const columns = sql`id, whatsapp_phone AS phone, whatsapp_user_id AS "userId", display_name AS name,
    is_active AS "isActive", subscription = 'unsubscribed' AS "isUnsubscribed"`;
  const own = sql`organization_id IS NOT DISTINCT FROM ${organizationId}`;
  return rowsOf(
    db,
    sql`SELECT ${columns} FROM user_profiles
         WHERE organization_id = ${organizationId} AND id = ANY(${ids}::uuid[])
         UNION
        SELECT ${columns} FROM user_profiles WHERE ${own} AND whatsapp_phone = ANY(${contacts}::text[])
         UNION
        SELECT ${columns} FROM user_profiles WHERE ${own} AND whatsapp_user_id = ANY(${contacts}::text[])`,
  );
}
