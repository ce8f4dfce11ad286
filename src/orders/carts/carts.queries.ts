import type { EntityManager } from 'typeorm';
import { and, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';

export const CART_STATUSES = ['active', 'checkout', 'converted', 'abandoned', 'expired'] as const;
export type CartStatus = (typeof CART_STATUSES)[number];

export interface CartRow {
  id: string;
  status: CartStatus;
  source: 'message' | 'api';
  catalogId: string | null;
  customerId: string | null;
  phoneNumber: string | null;
  currency: string;
  subtotal: string;
  tax: string;
  discount: string;
  total: string;
  notes: string | null;
  orderId: string | null;
  expiresAt: Date | null;
  abandonedAt: Date | null;
  convertedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface CartItemRow {
  id: string;
  lineNo: number;
  productId: string | null;
  variantId: string | null;
  sku: string;
  productName: string;
  quantity: number;
  unitPrice: string;
  shownPrice: string | null;
  totalPrice: string;
  problems: string[];
  notes: string | null;
  customFields: Record<string, unknown> | null;
}

export interface CartFilter {
  status?: CartStatus;
  source?: 'message' | 'api';
  phoneNumbers?: readonly string[];
  customerId?: string;
  catalogId?: string;
}

const CART = sql`c.id, c.status, c.source, c.catalog_id AS "catalogId", c.customer_id AS "customerId",
  c.phone_number AS "phoneNumber", c.currency, c.subtotal, c.tax, c.discount, c.total, c.notes,
  (SELECT o.id FROM whatsapp_orders o WHERE o.cart_id = c.id) AS "orderId", c.expires_at AS "expiresAt",
  c.abandoned_at AS "abandonedAt", c.converted_at AS "convertedAt", c.created_at AS "createdAt",
  c.updated_at AS "updatedAt"`;

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

export async function itemsOfCart(
  db: EntityManager,
  organizationId: string,
  cartId: string,
): Promise<CartItemRow[]> {
  return rowsOf(
    db,
    sql`SELECT id, line_no AS "lineNo", product_id AS "productId", variant_id AS "variantId", retailer_id AS sku,
               product_name AS "productName", quantity, unit_price AS "unitPrice", shown_price AS "shownPrice",
               total_price AS "totalPrice", problems, notes, custom_fields AS "customFields"
          FROM whatsapp_cart_items WHERE organization_id = ${organizationId} AND cart_id = ${cartId}
         ORDER BY line_no`,
  );
}
