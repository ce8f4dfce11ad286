import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';

export interface NewFulfillment {
  id: string;
  orderId: string;
  trackingNumber: string | null;
  carrier: string | null;
  trackingUrl: string | null;
  keyId: string | null;
  userId: string | null;
  items: readonly { itemId: string; quantity: number }[];
}

export async function insertFulfillment(
  tx: EntityManager,
  organizationId: string,
  { id, orderId, trackingNumber, carrier, trackingUrl, keyId, userId, items }: NewFulfillment,
  at: Date,
): Promise<void> {
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_fulfillments
          (id, organization_id, order_id, tracking_number, carrier, tracking_url, at, key_id, user_id)
        VALUES (${id}, ${organizationId}, ${orderId}, ${trackingNumber}, ${carrier}, ${trackingUrl},
                ${at}::timestamptz, ${keyId}, ${userId})`,
  );
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_fulfillment_items (fulfillment_id, item_id, quantity)
        SELECT ${id}::uuid, * FROM unnest(${items.map(({ itemId }) => itemId)}::uuid[],
                                          ${items.map(({ quantity }) => quantity)}::int[])`,
  );
}
