import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';
import type { RefundState } from './refund-state.js';

export interface StoredRefund {
  id: string;
  paymentId: string;
  state: RefundState;
  amount: string;
  shipping: string;
  gatewayId: string | null;
  reason: string | null;
  isSent: boolean;
  repeats: string | null;
  createdAt: Date;
  updatedAt: Date;
  items: { itemId: string; quantity: number; amount: string }[];
}

/** Those of an order, oldest first. Certain only under the lock of the order. */
export async function refundsOf(
  tx: EntityManager,
  organizationId: string,
  orderId: string,
): Promise<StoredRefund[]> {
  return rowsOf(
    tx,
    sql`SELECT r.id, r.payment_id AS "paymentId", r.state, r.amount, r.shipping, r.gateway_id AS "gatewayId", r.reason,
               r.sent_at IS NOT NULL AS "isSent", r.repeats_id AS repeats, r.created_at AS "createdAt",
               r.updated_at AS "updatedAt",
               coalesce((SELECT json_agg(json_build_object('itemId', item_id, 'quantity', quantity,
                                                           'amount', amount::text) ORDER BY item_id)
                           FROM whatsapp_refund_items WHERE refund_id = r.id), '[]') AS items
          FROM whatsapp_refunds r
         WHERE r.organization_id = ${organizationId} AND r.order_id = ${orderId} ORDER BY r.id`,
  );
}
