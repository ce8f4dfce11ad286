import type { EntityManager } from 'typeorm';
import { firstOf, sql } from '../../platform/database/sql.js';

/** Whether this tap has been answered. */
export async function wasHeard(tx: EntityManager, organizationId: string, key: string): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM whatsapp_cart_messages WHERE organization_id = ${organizationId} AND dedupe_key = ${key}`,
  );
  return row !== undefined;
}

export async function orderOfCart(
  tx: EntityManager,
  organizationId: string,
  cartId: string,
): Promise<{ orderNumber: string; status: string } | undefined> {
  return firstOf(
    tx,
    sql`SELECT order_number AS "orderNumber", status FROM whatsapp_orders
         WHERE organization_id = ${organizationId} AND cart_id = ${cartId}`,
  );
}
