import type { EntityManager } from 'typeorm';
import { execute, sql } from '../../platform/database/sql.js';

/** By id: the order in which all code locks carts and orders. */
export async function passOn(
  tx: EntityManager,
  organizationId: string,
  from: string,
  to: string,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_carts SET customer_id = ${to}
         WHERE id IN (SELECT id FROM whatsapp_carts WHERE organization_id = ${organizationId} AND customer_id = ${from}
                       ORDER BY id FOR NO KEY UPDATE)`,
  );
  await execute(
    tx,
    sql`UPDATE whatsapp_orders SET customer_id = ${to}
         WHERE id IN (SELECT id FROM whatsapp_orders WHERE organization_id = ${organizationId} AND customer_id = ${from}
                       ORDER BY id FOR NO KEY UPDATE)`,
  );
}
