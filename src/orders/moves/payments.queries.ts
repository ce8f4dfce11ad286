import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';

/** Whether the customer is paying at a gateway. */
export async function hasPending(
  tx: EntityManager,
  organizationId: string,
  orderId: string,
): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM whatsapp_payments
         WHERE organization_id = ${organizationId} AND order_id = ${orderId}
           AND (state = 'pending' OR state = 'failed' AND error->>'code' = 'trying_again')`,
  );
  return row !== undefined;
}

/**
 * Ends requests that nobody has tried to pay, and returns their attempts. Those that went out are still looked up: the
 * customer may pay late. A link is looked at at once, which closes it at its gateway.
 */
export async function cancelRequested(
  tx: EntityManager,
  organizationId: string,
  orderId: string,
  now: Date,
): Promise<number[]> {
  const rows = await rowsOf<{ attempt: number }>(
    tx,
    sql`UPDATE whatsapp_payments
           SET state = 'cancelled', next_reminder_at = NULL, updated_at = ${now},
               next_lookup_at = CASE WHEN state = 'requested' AND provider = 'razorpay' THEN ${now}::timestamptz
                                     WHEN state = 'requested' THEN next_lookup_at END
         WHERE organization_id = ${organizationId} AND order_id = ${orderId} AND state IN ('created', 'requested')
        RETURNING attempt`,
  );
  return rows.map(({ attempt }) => attempt);
}

export interface RecordedPayment {
  id: string;
  orderId: string;
  method: string;
  attempt: number;
  reference: string | null;
  amount: string;
  currency: string;
  receivedAt: Date;
  note: string | null;
  keyId: string | null;
  userId: string | null;
}

/** Whether this money was recorded before. Certain only under the lock of the order. */
export async function isRecorded(
  tx: EntityManager,
  organizationId: string,
  orderId: string,
  method: string,
  reference: string,
): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM whatsapp_payments
         WHERE organization_id = ${organizationId} AND order_id = ${orderId} AND provider = 'manual'
           AND method = ${method} AND reference = ${reference}`,
  );
  return row !== undefined;
}

/** Money that somebody has received. */
export async function insertRecorded(
  tx: EntityManager,
  organizationId: string,
  payment: RecordedPayment,
  now: Date,
): Promise<void> {
  const { id, orderId, method, attempt, reference, amount, currency, receivedAt, note, keyId, userId } =
    payment;
  await execute(
    tx,
    sql`INSERT INTO whatsapp_payments
          (id, organization_id, order_id, provider, method, attempt, reference, state, amount, currency,
           captured_amount, captured_at, note, key_id, user_id, created_at, updated_at)
        VALUES (${id}, ${organizationId}, ${orderId}, 'manual', ${method}, ${attempt}, ${reference}, 'captured',
                ${amount}::numeric, ${currency}, ${amount}::numeric, ${receivedAt}::timestamptz, ${note}, ${keyId},
                ${userId}, ${now}::timestamptz, ${now}::timestamptz)`,
  );
}
