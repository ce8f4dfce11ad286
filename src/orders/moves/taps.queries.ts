import type { EntityManager } from 'typeorm';
import { firstOf, sql } from '../../platform/database/sql.js';

/** Whether this tap of the customer has moved the order already. */
export async function wasTapped(
  tx: EntityManager,
  organizationId: string,
  orderId: string,
  wamid: string,
): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM whatsapp_order_history
         WHERE organization_id = ${organizationId} AND order_id = ${orderId} AND data->>'tap' = ${wamid}`,
  );
  return row !== undefined;
}
