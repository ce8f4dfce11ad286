import type { EntityManager } from 'typeorm';
import { and, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { CartItemRow, CartRow } from './cart-row.js';
import type { CartStatus } from './cart-status.js';

export interface CartFilter {
  status?: CartStatus;
  source?: 'message' | 'api';
  phoneNumbers?: readonly string[];
  customerId?: string;
  catalogId?: string;
}

export const CART = sql`c.id, c.organization_id AS "organizationId", c.status, c.source, c.catalog_id AS "catalogId",
  c.sender_id AS "senderId", c.customer_id AS "customerId", c.phone_number AS "phoneNumber",
  c.whatsapp_user_id AS "whatsappUserId", c.currency, c.subtotal, c.tax, c.discount, c.total, c.notes,
  (SELECT o.id FROM whatsapp_orders o WHERE o.cart_id = c.id) AS "orderId", c.reminders_sent AS "remindersSent",
  c.reminders_done AS "remindersDone", c.expires_at AS "expiresAt", c.expires_fixed AS "expiresFixed",
  c.checkout_at AS "checkoutAt", c.abandoned_at AS "abandonedAt", c.converted_at AS "convertedAt",
  c.last_activity_at AS "lastActivityAt", c.created_at AS "createdAt", c.updated_at AS "updatedAt"`;

function matching(organizationId: string, filter: CartFilter): Sql {
  const { status, source, phoneNumbers, customerId, catalogId } = filter;
  return and([
    sql`c.organization_id = ${organizationId}`,
    ...(status === undefined ? [] : [sql`c.status = ${status}`]),
    ...(source === undefined ? [] : [sql`c.source = ${source}`]),
    ...(phoneNumbers === undefined ? [] : [sql`c.phone_number = ANY(${phoneNumbers}::text[])`]),
    ...(customerId === undefined ? [] : [sql`c.customer_id = ${customerId}`]),
    ...(catalogId === undefined ? [] : [sql`c.catalog_id = ${catalogId}`]),
  ]);
}

/** Newest first. */
export async function listCarts(
  db: EntityManager,
  organizationId: string,
  filter: CartFilter,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<CartRow[]> {
  const older = before === undefined ? sql`true` : sql`c.id < ${before}`;
  return rowsOf(
    db,
    sql`SELECT ${CART} FROM whatsapp_carts c WHERE ${matching(organizationId, filter)} AND ${older}
         ORDER BY c.id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countCarts(
  db: EntityManager,
  organizationId: string,
  filter: CartFilter,
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM whatsapp_carts c WHERE ${matching(organizationId, filter)}`,
  );
  return row?.n ?? 0;
}

export async function findCart(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<CartRow | undefined> {
  return firstOf(
    db,
    sql`SELECT ${CART} FROM whatsapp_carts c WHERE c.organization_id = ${organizationId} AND c.id = ${id}`,
  );
}

/** The cart of an order that is asked for in the same moment waits until the other one is done with it. */
export async function lockCart(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<CartRow | undefined> {
  return firstOf(
    tx,
    sql`SELECT ${CART} FROM whatsapp_carts c WHERE c.organization_id = ${organizationId} AND c.id = ${id}
           FOR NO KEY UPDATE OF c`,
  );
}

const ITEM = sql`id, line_no AS "lineNo", product_id AS "productId", variant_id AS "variantId", retailer_id AS sku,
  product_name AS "productName", quantity, unit_price AS "unitPrice", shown_price AS "shownPrice",
  total_price AS "totalPrice", problems, notes, custom_fields AS "customFields"`;

export async function itemsOfCarts(
  db: EntityManager,
  organizationId: string,
  cartIds: readonly string[],
): Promise<(CartItemRow & { cartId: string })[]> {
  if (cartIds.length === 0) return [];
  return rowsOf(
    db,
    sql`SELECT cart_id AS "cartId", ${ITEM} FROM whatsapp_cart_items
         WHERE organization_id = ${organizationId} AND cart_id = ANY(${cartIds}::uuid[])
         ORDER BY cart_id, line_no`,
  );
}

export interface ShownCartMessage {
  kind: 'summary' | 'reminder' | 'answer';
  number: number | null;
  messageId: string | null;
  status: string | null;
  notSentReason: string | null;
  at: Date;
}

/** The outbox knows what has not been sent yet, the log what became of it. */
export async function messagesOfCart(
  db: EntityManager,
  organizationId: string,
  cartId: string,
): Promise<ShownCartMessage[]> {
  return rowsOf(
    db,
    sql`SELECT n.kind, n.number, b.id AS "messageId", coalesce(n.not_sent_reason, b.skip_reason) AS "notSentReason",
               n.at,
               coalesce(m.status, CASE b.state WHEN 'waiting' THEN 'queued' WHEN 'done' THEN 'accepted'
                                               ELSE b.state END) AS status
          FROM whatsapp_cart_messages n
               LEFT JOIN message_outbox b
                 ON b.organization_id = n.organization_id AND b.dedupe_key = n.dedupe_key AND n.not_sent_reason IS NULL
               LEFT JOIN whatsapp_messages m ON m.id = b.id
         WHERE n.organization_id = ${organizationId} AND n.cart_id = ${cartId} ORDER BY n.id`,
  );
}
