import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, sql } from '../../platform/database/sql.js';

/** By id, before anything else is locked. */
export async function lockCarts(
  tx: EntityManager,
  organizationId: string,
  ids: readonly string[],
): Promise<void> {
  await rowsOf(
    tx,
    sql`SELECT id FROM whatsapp_carts WHERE organization_id = ${organizationId} AND id = ANY(${ids}::uuid[])
         ORDER BY id FOR NO KEY UPDATE`,
  );
}

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
