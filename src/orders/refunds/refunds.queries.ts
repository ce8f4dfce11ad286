import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { GatewayError, KnownPayment } from '../gateways/payment-gateway.js';
import type { Outcome } from './match-refunds.js';
import type { RefundState } from '../order/refund-state.js';

/** A payment keeps the id of an account that is gone. */
const ACCOUNT = sql`(SELECT a.id FROM payment_accounts a WHERE a.id = p.account_id) AS "accountId"`;

export { refundsOf, type StoredRefund } from '../order/order-refunds.queries.js';

export interface CapturedPayment {
  id: string;
  provider: string;
  accountId: string | null;
  /** What was captured less what refunds have given back or are about to. */
  left: string;
}

/** The money of an order that came in its currency, the newest first. */
export async function capturedPayments(
  tx: EntityManager,
  organizationId: string,
  { id, currency }: { id: string; currency: string },
): Promise<CapturedPayment[]> {
  return rowsOf(
    tx,
    sql`SELECT p.id, p.provider, ${ACCOUNT},
               p.captured_amount - coalesce(r.amount, 0) AS "left"
          FROM whatsapp_payments p
               LEFT JOIN LATERAL (SELECT sum(amount) AS amount FROM whatsapp_refunds
                                   WHERE payment_id = p.id AND state <> 'failed') AS r ON true
         WHERE p.organization_id = ${organizationId} AND p.order_id = ${id} AND p.state = 'captured'
           AND p.currency = ${currency}
         ORDER BY p.captured_at DESC, p.attempt DESC`,
  );
}

export async function isPaymentOf(
  tx: EntityManager,
  organizationId: string,
  orderId: string,
  paymentId: string,
): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM whatsapp_payments
         WHERE organization_id = ${organizationId} AND order_id = ${orderId} AND id = ${paymentId}`,
  );
  return row !== undefined;
}

/**
 * What refunds of an order have given back or are about to: for each item, and of the shipping fee. The share of an item
 * that failed to go back counts until it is asked for again: its units are gone, and others must not be worth more for it.
 */
export async function givenBack(
  tx: EntityManager,
  organizationId: string,
  orderId: string,
): Promise<{ items: Map<string, string>; shipping: string; underWay: string }> {
  const items = await rowsOf<{ itemId: string; amount: string }>(
    tx,
    sql`SELECT n.item_id AS "itemId", sum(n.amount) AS amount
          FROM whatsapp_refunds r JOIN whatsapp_refund_items n ON n.refund_id = r.id
         WHERE r.organization_id = ${organizationId} AND r.order_id = ${orderId}
           AND (r.state <> 'failed' OR NOT EXISTS (SELECT FROM whatsapp_refunds again WHERE again.repeats_id = r.id))
         GROUP BY n.item_id`,
  );
  const sums = await firstOf<{ shipping: string; underWay: string }>(
    tx,
    sql`SELECT coalesce(sum(shipping), 0)::numeric(15, 2) AS shipping,
               coalesce(sum(amount) FILTER (WHERE state <> 'succeeded'), 0)::numeric(15, 2) AS "underWay"
          FROM whatsapp_refunds
         WHERE organization_id = ${organizationId} AND order_id = ${orderId} AND state <> 'failed'`,
  );
  return {
    items: new Map(items.map(({ itemId, amount }) => [itemId, amount])),
    ...{ shipping: sums?.shipping ?? '0', underWay: sums?.underWay ?? '0' },
  };
}

export interface NewRefund {
  id: string;
  paymentId: string;
  state: RefundState;
  amount: string;
  shipping: string;
  /** What a person has to do first. */
  error: GatewayError | null;
  items: { itemId: string; quantity: number; amount: string }[];
}

export interface RefundRequest {
  orderId: string;
  /** The failed refund that this one repeats. */
  repeats: string | null;
  reason: string | null;
  restock: boolean;
  keyId: string | null;
  userId: string | null;
}

export async function insertRefunds(
  tx: EntityManager,
  organizationId: string,
  { orderId, repeats, reason, restock, keyId, userId }: RefundRequest,
  refunds: readonly NewRefund[],
  now: Date,
): Promise<void> {
  if (refunds.length === 0) return;
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_refunds
          (id, organization_id, order_id, payment_id, state, amount, shipping, error, repeats_id, reason, restock,
           next_try_at, key_id, user_id, created_at, updated_at)
        SELECT n.id, ${organizationId}::uuid, ${orderId}::uuid, n."paymentId", n.state, n.amount, n.shipping, n.error,
               ${repeats}::uuid, ${reason}, ${restock}, CASE WHEN n.state = 'requested' THEN ${now}::timestamptz END, ${keyId}::uuid,
               ${userId}::uuid, ${now}::timestamptz, ${now}::timestamptz
          FROM json_to_recordset(${JSON.stringify(refunds)}::json)
               AS n (id uuid, "paymentId" uuid, state text, amount numeric, shipping numeric, error jsonb)`,
  );
  const items = refunds.flatMap((refund) => refund.items.map((item) => ({ ...item, refundId: refund.id })));
  if (items.length === 0) return;
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_refund_items (refund_id, item_id, quantity, amount)
        SELECT n."refundId", n."itemId", n.quantity, n.amount
          FROM json_to_recordset(${JSON.stringify(items)}::json)
               AS n ("refundId" uuid, "itemId" uuid, quantity integer, amount numeric)`,
  );
}

/** What became of refunds. A refund that may still end is looked up again. */
export async function writeOutcomes(
  tx: EntityManager,
  organizationId: string,
  outcomes: readonly Outcome[],
  { now, lookUpAt }: { now: Date; lookUpAt: Date },
): Promise<void> {
  if (outcomes.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_refunds r
           SET state = n.state, gateway_id = coalesce(n."gatewayId", r.gateway_id), error = n.error, next_try_at = NULL,
               next_lookup_at = CASE WHEN n.state IN ('pending', 'unknown')
                                     THEN coalesce(r.next_lookup_at, ${lookUpAt}::timestamptz) END,
               updated_at = ${now}
          FROM json_to_recordset(${JSON.stringify(outcomes)}::json)
               AS n (id uuid, state text, "gatewayId" text, error jsonb)
         WHERE r.organization_id = ${organizationId} AND r.id = n.id`,
  );
}

/** The payment that money goes back to. */
export interface RefundedPayment extends KnownPayment {
  paymentId: string;
  organizationId: string;
  orderId: string;
  accountId: string | null;
  senderId: string | null;
  currency: string;
}

export interface DueRefund extends RefundedPayment {
  id: string;
  amount: string;
  tries: number;
  createdAt: Date;
}

const PAYMENT = sql`p.id AS "paymentId", p.organization_id AS "organizationId", p.order_id AS "orderId",
  ${ACCOUNT}, p.sender_id AS "senderId", p.currency, p.reference, p.gateway_id AS "gatewayId",
  p.transaction_id AS "transactionId"`;

/** Takes refunds that are to be sent, of all organizations. A worker that dies with them gives them back at `until`. */
export async function claimRequested(
  db: EntityManager,
  { now, until, limit }: { now: Date; until: Date; limit: number },
): Promise<DueRefund[]> {
  return rowsOf(
    db,
    sql`WITH due AS (
          SELECT id FROM whatsapp_refunds
           WHERE state = 'requested' AND sent_at IS NULL AND next_try_at <= ${now}
           ORDER BY next_try_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED),
        claimed AS (
          UPDATE whatsapp_refunds r SET next_try_at = ${until}, tries = r.tries + 1, updated_at = ${now}
            FROM due WHERE r.id = due.id
          RETURNING r.id, r.payment_id, r.amount, r.tries, r.created_at)
        SELECT c.id, c.amount, c.tries, c.created_at AS "createdAt", ${PAYMENT}
          FROM claimed c JOIN whatsapp_payments p ON p.id = c.payment_id ORDER BY c.id`,
  );
}

/** The mark before the call, committed by itself. Only one caller ever sets it, so a refund is sent at most once. */
export async function markSent(
  db: EntityManager,
  organizationId: string,
  id: string,
  now: Date,
): Promise<boolean> {
  const marked = await execute(
    db,
    sql`UPDATE whatsapp_refunds SET sent_at = ${now}, updated_at = ${now}
         WHERE organization_id = ${organizationId} AND id = ${id} AND state = 'requested' AND sent_at IS NULL`,
  );
  return marked === 1;
}

/** The gateway has certainly not been asked: the refund may be sent again. */
export async function unmarkSent(db: EntityManager, organizationId: string, id: string): Promise<void> {
  await execute(
    db,
    sql`UPDATE whatsapp_refunds SET sent_at = NULL
         WHERE organization_id = ${organizationId} AND id = ${id} AND state = 'requested'`,
  );
}

export async function tryAgainAt(
  db: EntityManager,
  organizationId: string,
  id: string,
  at: Date,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE whatsapp_refunds SET next_try_at = ${at}
         WHERE organization_id = ${organizationId} AND id = ${id} AND state = 'requested' AND sent_at IS NULL`,
  );
}

/** Refunds that were sent before `before` and whose answer nobody wrote down, of all organizations. */
export async function unanswered(
  db: EntityManager,
  before: Date,
  limit: number,
): Promise<{ id: string; organizationId: string; orderId: string }[]> {
  return rowsOf(
    db,
    sql`SELECT id, organization_id AS "organizationId", order_id AS "orderId" FROM whatsapp_refunds
         WHERE state = 'requested' AND sent_at <= ${before} ORDER BY sent_at, id LIMIT ${limit}`,
  );
}

export interface LookedUp {
  id: string;
  lookUps: number;
  createdAt: Date;
  payment: RefundedPayment;
}

/** Refunds that are to be looked up, of all organizations, locked until the transaction ends. */
export async function lockLookUps(tx: EntityManager, now: Date, limit: number): Promise<LookedUp[]> {
  const rows = await rowsOf<RefundedPayment & Omit<LookedUp, 'payment'>>(
    tx,
    sql`SELECT r.id, r.lookups AS "lookUps", r.created_at AS "createdAt", ${PAYMENT}
          FROM whatsapp_refunds r JOIN whatsapp_payments p ON p.id = r.payment_id
         WHERE r.next_lookup_at <= ${now} ORDER BY r.next_lookup_at, r.id LIMIT ${limit}
           FOR UPDATE OF r SKIP LOCKED`,
  );
  return rows.map(({ id, lookUps, createdAt, ...payment }) => ({ id, lookUps, createdAt, payment }));
}

export async function setLookUps(
  tx: EntityManager,
  looks: readonly { id: string; at: Date | null }[],
): Promise<void> {
  if (looks.length === 0) return;
  await execute(
    tx,
    sql`UPDATE whatsapp_refunds r SET next_lookup_at = n.at, lookups = r.lookups + 1
          FROM json_to_recordset(${JSON.stringify(looks)}::json) AS n (id uuid, at timestamptz) WHERE r.id = n.id`,
  );
}

/** Over all organizations. */
export async function countUnknown(db: EntityManager): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM whatsapp_refunds WHERE state = 'unknown'`,
  );
  return row?.n ?? 0;
}
