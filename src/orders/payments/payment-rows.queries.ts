import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { NamedPayments } from './payment-names.js';
import { isUnpaid, type PaymentState } from './payment-state.js';

export interface PaymentRow {
  id: string;
  organizationId: string;
  orderId: string;
  accountId: string | null;
  senderId: string | null;
  provider: 'whatsapp' | 'razorpay' | 'payu' | 'upi';
  method: string;
  attempt: number;
  reference: string;
  state: PaymentState;
  amount: string;
  currency: string;
  capturedAmount: string;
  gatewayId: string | null;
  transactionId: string | null;
  url: string | null;
  expiresAt: Date;
  requestedAt: Date;
  lookups: number;
  error: Record<string, unknown> | null;
  remindersSent: number;
}

/** The payments among which each account gives its few. */
const LOOKED_THROUGH = 1_000;

const COLUMNS = sql`
  id, organization_id AS "organizationId", order_id AS "orderId", account_id AS "accountId", sender_id AS "senderId",
  provider, method, attempt, reference, state, amount, currency, captured_amount AS "capturedAmount",
  gateway_id AS "gatewayId", transaction_id AS "transactionId", url, expires_at AS "expiresAt",
  requested_at AS "requestedAt", lookups, error, reminders_sent AS "remindersSent"`;

/** The request that the customer can pay. Certain only under the lock of the order. */
export async function openRequest(
  tx: EntityManager,
  organizationId: string,
  orderId: string,
): Promise<PaymentRow | undefined> {
  return firstOf(
    tx,
    sql`SELECT ${COLUMNS} FROM whatsapp_payments
         WHERE organization_id = ${organizationId} AND order_id = ${orderId} AND provider <> 'manual'
           AND state IN ('created', 'requested', 'pending')`,
  );
}

/** After the lock of its order, as everywhere. */
export async function lockPayment(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<PaymentRow | undefined> {
  return firstOf(
    tx,
    sql`SELECT ${COLUMNS} FROM whatsapp_payments
         WHERE organization_id = ${organizationId} AND id = ${id} AND provider <> 'manual' FOR NO KEY UPDATE`,
  );
}

export type NewPayment = Omit<
  PaymentRow,
  'capturedAmount' | 'gatewayId' | 'transactionId' | 'lookups' | 'error' | 'remindersSent'
> & {
  nextLookupAt: Date | null;
  nextReminderAt: Date | null;
  messageId: string | null;
  keyId: string | null;
  userId: string | null;
};

export async function insertPayment(tx: EntityManager, payment: NewPayment, now: Date): Promise<void> {
  const { id, organizationId, orderId, accountId, senderId, provider, method, attempt, reference } = payment;
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_payments
          (id, organization_id, order_id, account_id, sender_id, provider, method, attempt, reference, state, amount,
           currency, url, expires_at, requested_at, next_lookup_at, next_reminder_at, message_id, key_id, user_id,
           created_at, updated_at)
        VALUES (${id}, ${organizationId}, ${orderId}, ${accountId}, ${senderId}, ${provider}, ${method}, ${attempt},
                ${reference}, ${payment.state}, ${payment.amount}::numeric, ${payment.currency}, ${payment.url},
                ${payment.expiresAt}, ${payment.requestedAt}, ${payment.nextLookupAt}, ${payment.nextReminderAt},
                ${payment.messageId}, ${payment.keyId}, ${payment.userId}, ${now}, ${now})`,
  );
}

export interface PaymentChanges {
  id: string;
  organizationId: string;
  state: PaymentState;
  capturedAmount: string;
  gatewayId: string | null;
  transactionId: string | null;
  url: string | null;
  error: Record<string, unknown> | null;
  nextLookupAt: Date | null;
  /** Until when this worker has claimed it: a webhook that came meanwhile asks for one more look. */
  claimedUntil: Date;
  messageId?: string | null;
}

/** Writes a locked payment back. What is paid, failed or over is not reminded of any more. */
export async function updatePayment(tx: EntityManager, payment: PaymentChanges, now: Date): Promise<void> {
  const { id, organizationId, state, capturedAmount, gatewayId, transactionId, url, error } = payment;
  await execute(
    tx,
    sql`UPDATE whatsapp_payments
           SET state = ${state}, captured_amount = ${capturedAmount}::numeric, gateway_id = ${gatewayId},
               transaction_id = ${transactionId}, url = ${url}, error = ${error === null ? null : JSON.stringify(error)}::jsonb,
               captured_at = CASE WHEN ${state}::text = 'captured' THEN coalesce(captured_at, ${now}::timestamptz) END,
               next_lookup_at = CASE WHEN next_lookup_at = ${payment.claimedUntil}::timestamptz
                                     THEN ${payment.nextLookupAt}::timestamptz ELSE next_lookup_at END,
               next_reminder_at = CASE WHEN ${isUnpaid(state)}::boolean THEN next_reminder_at END,
               message_id = coalesce(${payment.messageId ?? null}::uuid, message_id), updated_at = ${now}
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

/** Ends a request for the sake of another one. It is still looked up: the customer may pay it all the same. */
export async function cancelRequest(
  tx: EntityManager,
  organizationId: string,
  id: string,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_payments
           SET state = 'cancelled', next_reminder_at = NULL, updated_at = ${now},
               next_lookup_at = CASE WHEN provider = 'razorpay' THEN ${now}::timestamptz ELSE next_lookup_at END
         WHERE organization_id = ${organizationId} AND id = ${id} AND state IN ('created', 'requested')`,
  );
}

/**
 * Takes payments whose time has come, and keeps other workers from them until `until`. Accounts whose gateway does not
 * answer are left out, so that they hold up no other, and each account gives its few: that is the pace of its gateway.
 */
export async function claimDue(
  tx: EntityManager,
  {
    now,
    until,
    limit,
    ofAccount,
    without,
  }: { now: Date; until: Date; limit: number; ofAccount: number; without: readonly string[] },
): Promise<PaymentRow[]> {
  const turn = sql`
    SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY account_id ORDER BY next_lookup_at) AS place
                      FROM (SELECT id, account_id, next_lookup_at FROM whatsapp_payments
                             WHERE next_lookup_at <= ${now}
                               AND (account_id IS NULL OR account_id <> ALL(${without}::uuid[]))
                             ORDER BY next_lookup_at LIMIT ${LOOKED_THROUGH}) AS due) AS placed
     WHERE place <= ${ofAccount}`;
  return rowsOf(
    tx,
    sql`UPDATE whatsapp_payments SET next_lookup_at = ${until}, lookups = lookups + 1
         WHERE id IN (SELECT id FROM whatsapp_payments
                       WHERE id IN (${turn}) AND next_lookup_at <= ${now}
                       ORDER BY next_lookup_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING ${COLUMNS}`,
  );
}

/** When a payment is looked at next, unless a webhook has asked for it sooner. */
export async function postpone(
  db: EntityManager,
  { id, organizationId }: { id: string; organizationId: string },
  { from, until }: { from: Date; until: Date | null },
): Promise<void> {
  await execute(
    db,
    sql`UPDATE whatsapp_payments SET next_lookup_at = ${until}::timestamptz
         WHERE organization_id = ${organizationId} AND id = ${id} AND next_lookup_at = ${from}`,
  );
}

/** A webhook says nothing that is believed: it is a reason to look. */
export async function wakeByAccount(
  tx: EntityManager,
  { organizationId, accountId }: { organizationId: string; accountId: string },
  { references, gatewayIds, transactionIds }: NamedPayments,
  now: Date,
): Promise<void> {
  const own = sql`organization_id = ${organizationId} AND account_id = ${accountId} AND state <> 'created'`;
  // Each of the three has an index of its own; together in one condition they would read every payment.
  const named = sql`
    SELECT id FROM whatsapp_payments
     WHERE ${own} AND provider = ANY(${['razorpay', 'payu']}::text[]) AND provider <> 'manual'
       AND reference IS NOT NULL AND reference = ANY(${references}::text[])
    UNION ALL
    SELECT id FROM whatsapp_payments WHERE ${own} AND gateway_id IS NOT NULL AND gateway_id = ANY(${gatewayIds}::text[])
    UNION ALL
    SELECT id FROM whatsapp_payments
     WHERE ${own} AND transaction_id IS NOT NULL AND transaction_id = ANY(${transactionIds}::text[])`;
  await execute(
    tx,
    sql`UPDATE whatsapp_payments SET next_lookup_at = ${now}
         WHERE id IN (SELECT id FROM whatsapp_payments WHERE id IN (${named}) ORDER BY id FOR UPDATE)`,
  );
}

export async function wakeByReference(
  tx: EntityManager,
  organizationId: string,
  references: readonly string[],
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_payments SET next_lookup_at = ${now}
         WHERE id IN (SELECT id FROM whatsapp_payments
                       WHERE organization_id = ${organizationId} AND provider = 'whatsapp'
                         AND reference = ANY(${references}::text[]) ORDER BY id FOR UPDATE)`,
  );
}

export interface DueReminder {
  id: string;
  organizationId: string;
  orderId: string;
}

/** Of all organizations; each order is then worked on within its own. */
export async function claimReminders(
  tx: EntityManager,
  { now, until, limit }: { now: Date; until: Date; limit: number },
): Promise<DueReminder[]> {
  return rowsOf(
    tx,
    sql`UPDATE whatsapp_payments SET next_reminder_at = ${until}
         WHERE id IN (SELECT id FROM whatsapp_payments WHERE next_reminder_at <= ${now}
                       ORDER BY next_reminder_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING id, organization_id AS "organizationId", order_id AS "orderId"`,
  );
}

export async function noteReminder(
  tx: EntityManager,
  { id, organizationId }: Pick<PaymentRow, 'id' | 'organizationId'>,
  { sent, next }: { sent: number; next: Date | null },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_payments SET reminders_sent = ${sent}, next_reminder_at = ${next}::timestamptz
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

/** Meta's id of the catalog that an order came from. */
export async function metaCatalogOf(
  tx: EntityManager,
  organizationId: string,
  catalogId: string,
): Promise<string | null> {
  const row = await firstOf<{ metaCatalogId: string | null }>(
    tx,
    sql`SELECT meta_catalog_id AS "metaCatalogId" FROM whatsapp_catalogs
         WHERE organization_id = ${organizationId} AND id = ${catalogId}`,
  );
  return row?.metaCatalogId ?? null;
}

/** Payments inside WhatsApp that this number asked for: those that may still come, and those that may go back. */
export async function needsSender(
  db: EntityManager,
  { organizationId, senderId, since }: { organizationId: string; senderId: string; since: Date },
): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`SELECT 1 FROM whatsapp_payments p
         WHERE p.organization_id = ${organizationId} AND p.provider = 'whatsapp' AND p.sender_id = ${senderId}
           AND (p.state IN ('created', 'requested', 'pending') OR p.next_lookup_at IS NOT NULL
                OR p.captured_at > ${since}
                   AND p.captured_amount > (SELECT coalesce(sum(r.amount), 0) FROM whatsapp_refunds r
                                             WHERE r.payment_id = p.id AND r.state = 'succeeded'))
         LIMIT 1`,
  );
  return row !== undefined;
}
