import type { EntityManager } from 'typeorm';
import { and, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { OrderFlag } from './order-flags.js';
import type { LineRow, OrderRow } from './order-row.js';
import type { FulfillmentStatus, OrderStatus, PaymentStatus } from './order-status.js';
import { LINE, named, ORDER } from './orders.queries.js';
import type { RefundState } from './refund-state.js';

export interface OrderFilter {
  status?: OrderStatus;
  paymentStatus?: PaymentStatus;
  fulfillmentStatus?: FulfillmentStatus;
  needsReview?: boolean;
  flag?: OrderFlag;
  catalogId?: string;
  customerId?: string;
  campaignId?: string;
  /** Every spelling of the number. */
  phoneNumbers?: readonly string[];
  /** Created at or after this, and before that. */
  from?: Date;
  before?: Date;
  /** A part of the number or of the name. */
  q?: string;
}

interface ListPlace {
  before: string | undefined;
  limit: number;
  offset: number;
}

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

function matching(organizationId: string, filter: OrderFilter): Sql {
  const { status, paymentStatus, fulfillmentStatus, needsReview, flag, catalogId, customerId } = filter;
  const { campaignId, phoneNumbers, from, before, q } = filter;
  return and([
    sql`o.organization_id = ${organizationId}`,
    ...(status === undefined ? [] : [sql`o.status = ${status}`]),
    ...(paymentStatus === undefined ? [] : [sql`o.payment_status = ${paymentStatus}`]),
    ...(fulfillmentStatus === undefined ? [] : [sql`o.fulfillment_status = ${fulfillmentStatus}`]),
    ...(needsReview === undefined ? [] : [sql`o.needs_review = ${needsReview}`]),
    // An order that needs a look has a flag, and the index holds only those.
    ...(needsReview === true || flag !== undefined ? [sql`o.flags <> '{}'`] : []),
    ...(flag === undefined ? [] : [sql`o.flags @> ${[flag]}::text[]`]),
    ...(catalogId === undefined ? [] : [sql`o.catalog_id = ${catalogId}`]),
    ...(customerId === undefined ? [] : [sql`o.customer_id = ${customerId}`]),
    ...(campaignId === undefined ? [] : [sql`o.campaign_id = ${campaignId}`]),
    ...(phoneNumbers === undefined ? [] : [sql`o.phone_number = ANY(${phoneNumbers}::text[])`]),
    ...(from === undefined ? [] : [sql`o.created_at >= ${from}`]),
    ...(before === undefined ? [] : [sql`o.created_at < ${before}`]),
    ...(q === undefined
      ? []
      : [sql`(o.order_number ILIKE ${`%${escaped(q)}%`} OR o.customer_name ILIKE ${`%${escaped(q)}%`})`]),
  ]);
}

/** Newest first. Ids are ordered by time, so a cursor needs only the id. */
export async function listOrders(
  db: EntityManager,
  organizationId: string,
  filter: OrderFilter,
  { before, limit, offset }: ListPlace,
): Promise<OrderRow[]> {
  const older = before === undefined ? sql`true` : sql`o.id < ${before}`;
  return rowsOf(
    db,
    sql`SELECT ${ORDER} FROM whatsapp_orders o WHERE ${matching(organizationId, filter)} AND ${older}
         ORDER BY o.id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countOrders(
  db: EntityManager,
  organizationId: string,
  filter: OrderFilter,
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM whatsapp_orders o WHERE ${matching(organizationId, filter)}`,
  );
  return row?.n ?? 0;
}

export async function findOrder(
  db: EntityManager,
  organizationId: string,
  ref: string,
): Promise<OrderRow | undefined> {
  return firstOf(
    db,
    sql`SELECT ${ORDER} FROM whatsapp_orders o WHERE o.organization_id = ${organizationId} AND ${named(ref)}`,
  );
}

/** For a file: a page of orders, oldest first, with their lines. */
export async function exportedOrders(
  db: EntityManager,
  organizationId: string,
  filter: OrderFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<OrderRow[]> {
  const later = after === undefined ? sql`true` : sql`o.id > ${after}`;
  return rowsOf(
    db,
    sql`SELECT ${ORDER} FROM whatsapp_orders o WHERE ${matching(organizationId, filter)} AND ${later}
         ORDER BY o.id LIMIT ${limit}`,
  );
}

export interface ShownPayment {
  id: string;
  provider: string;
  method: string;
  state: string;
  amount: string;
  capturedAmount: string;
  currency: string;
  reference: string | null;
  transactionId: string | null;
  url: string | null;
  note: string | null;
  /** What went wrong, or what came instead of what was asked for. */
  error: Record<string, unknown> | null;
  expiresAt: Date | null;
  capturedAt: Date | null;
  createdAt: Date;
}

export interface ShownRefund {
  id: string;
  paymentId: string;
  repeats: string | null;
  state: RefundState;
  amount: string;
  shipping: string;
  reason: string | null;
  gatewayId: string | null;
  error: Record<string, unknown> | null;
  items: { itemId: string; quantity: number; amount: string }[];
  createdAt: Date;
  updatedAt: Date;
}

export interface ShownFulfillment {
  id: string;
  trackingNumber: string | null;
  carrier: string | null;
  trackingUrl: string | null;
  items: { itemId: string; quantity: number }[];
  at: Date;
}

export interface ShownMessage {
  event: string;
  messageId: string | null;
  status: string | null;
  notSentReason: string | null;
  at: Date;
}

export interface ShownHistory {
  id: string;
  at: Date;
  kind: string;
  from: string | null;
  to: string | null;
  actor: string;
  keyId: string | null;
  userId: string | null;
  reason: string | null;
  data: Record<string, unknown>;
}

/** What surrounds an order, oldest first. */
export interface OrderParts {
  lines: LineRow[];
  payments: ShownPayment[];
  refunds: ShownRefund[];
  fulfillments: ShownFulfillment[];
  messages: ShownMessage[];
  history: ShownHistory[];
}

export async function partsOf(
  db: EntityManager,
  { organizationId, id }: Pick<OrderRow, 'organizationId' | 'id'>,
): Promise<OrderParts> {
  const own = sql`organization_id = ${organizationId} AND order_id = ${id}`;
  const lines = await rowsOf<LineRow>(
    db,
    sql`SELECT ${LINE} FROM whatsapp_order_items i WHERE i.organization_id = ${organizationId} AND i.order_id = ${id} ORDER BY i.line_no`,
  );
  const payments = await rowsOf<ShownPayment>(
    db,
    sql`SELECT id, provider, method, state, amount, captured_amount AS "capturedAmount", currency, reference,
               transaction_id AS "transactionId", url, note, error, expires_at AS "expiresAt", captured_at AS "capturedAt",
               created_at AS "createdAt"
          FROM whatsapp_payments WHERE ${own} ORDER BY attempt`,
  );
  const refunds = await rowsOf<ShownRefund>(
    db,
    sql`SELECT r.id, r.payment_id AS "paymentId", r.repeats_id AS repeats, r.state, r.amount, r.shipping, r.reason,
               r.gateway_id AS "gatewayId", r.error, r.created_at AS "createdAt", r.updated_at AS "updatedAt",
               coalesce((SELECT json_agg(json_build_object('itemId', item_id, 'quantity', quantity,
                                                           'amount', amount::text) ORDER BY item_id)
                           FROM whatsapp_refund_items WHERE refund_id = r.id), '[]') AS items
          FROM whatsapp_refunds r WHERE ${own} ORDER BY r.id`,
  );
  const fulfillments = await rowsOf<ShownFulfillment>(
    db,
    sql`SELECT f.id, f.tracking_number AS "trackingNumber", f.carrier, f.tracking_url AS "trackingUrl", f.at,
               coalesce((SELECT json_agg(json_build_object('itemId', item_id, 'quantity', quantity) ORDER BY item_id)
                           FROM whatsapp_fulfillment_items WHERE fulfillment_id = f.id), '[]') AS items
          FROM whatsapp_fulfillments f WHERE ${own} ORDER BY f.id`,
  );
  const history = await rowsOf<ShownHistory>(
    db,
    sql`SELECT id, at, kind, from_value AS "from", to_value AS "to", actor, key_id AS "keyId", user_id AS "userId",
               reason, data
          FROM whatsapp_order_history WHERE ${own} ORDER BY id`,
  );
  return {
    lines,
    payments,
    refunds,
    fulfillments,
    messages: await messagesOf(db, organizationId, id),
    history,
  };
}

/** The outbox knows what has not been sent yet, the log what became of it. */
async function messagesOf(
  db: EntityManager,
  organizationId: string,
  orderId: string,
): Promise<ShownMessage[]> {
  return rowsOf(
    db,
    sql`SELECT n.event, b.id AS "messageId", coalesce(n.not_sent_reason, b.skip_reason) AS "notSentReason",
               n.at,
               coalesce(m.status, CASE b.state WHEN 'waiting' THEN 'queued' WHEN 'done' THEN 'accepted'
                                               ELSE b.state END) AS status
          FROM whatsapp_order_messages n
               LEFT JOIN message_outbox b
                 ON b.organization_id = n.organization_id AND b.dedupe_key = n.dedupe_key AND n.not_sent_reason IS NULL
               LEFT JOIN whatsapp_messages m ON m.id = b.id
         WHERE n.organization_id = ${organizationId} AND n.order_id = ${orderId} ORDER BY n.id`,
  );
}
