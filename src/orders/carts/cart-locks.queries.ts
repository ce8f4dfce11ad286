import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';

/** Who sends orders, by all names. */
export interface Orderers {
  customerIds: readonly string[];
  phones: readonly string[];
  userIds: readonly string[];
}

export const NOBODY: Orderers = { customerIds: [], phones: [], userIds: [] };

/**
 * Locks what orders touch among carts, all of it together and by id, before any stock is locked: the carts that become
 * orders, and the abandoned ones of their people and of others who order, whose reminders are taken back.
 */
export async function lockForOrders(
  tx: EntityManager,
  organizationId: string,
  ids: readonly string[],
  { customerIds, phones, userIds }: Orderers = NOBODY,
): Promise<void> {
  const abandoned = sql`c.organization_id = ${organizationId} AND c.status = 'abandoned'`;
  await rowsOf(
    tx,
    sql`SELECT id FROM whatsapp_carts
         WHERE organization_id = ${organizationId} AND id IN (
               SELECT unnest(${ids}::uuid[])
                UNION ALL
               SELECT c.id FROM whatsapp_carts c
                WHERE ${abandoned} AND (c.customer_id = ANY(${customerIds}::uuid[])
                                        OR c.phone_number = ANY(${phones}::text[])
                                        OR c.whatsapp_user_id = ANY(${userIds}::text[]))
                UNION ALL
               SELECT c.id FROM whatsapp_carts named JOIN whatsapp_carts c
                        ON ${abandoned} AND (c.customer_id = named.customer_id OR c.phone_number = named.phone_number
                                             OR c.whatsapp_user_id = named.whatsapp_user_id)
                WHERE named.organization_id = ${organizationId} AND named.id = ANY(${ids}::uuid[]))
         ORDER BY id FOR NO KEY UPDATE`,
  );
}
