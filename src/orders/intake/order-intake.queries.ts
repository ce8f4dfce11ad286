import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';

export interface NewCart {
  id: string;
  wamid: string;
  catalogId: string | null;
  senderId: string | null;
  customerId: string | null;
  phoneNumber: string | null;
  whatsappUserId: string | null;
  currency: string;
  notes: string | null;
}

/** Returns the messages that are new. Whatever else they say, a message is one cart. */
export async function insertCarts(
  tx: EntityManager,
  organizationId: string,
  carts: readonly NewCart[],
  now: Date,
): Promise<Set<string>> {
  const rows = await rowsOf<{ wamid: string }>(
    tx,
    sql`INSERT INTO whatsapp_carts
          (id, organization_id, catalog_id, sender_id, source, source_message_id, phone_number, whatsapp_user_id,
           customer_id, status, currency, notes, checkout_at, converted_at, last_activity_at, created_at, updated_at)
        SELECT n.id, ${organizationId}::uuid, n."catalogId", n."senderId", 'message', n.wamid, n."phoneNumber",
               n."whatsappUserId", n."customerId", 'converted', n.currency, n.notes, ${now}::timestamptz,
               ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
          FROM json_to_recordset(${JSON.stringify(carts)}::json)
               AS n (id uuid, wamid text, "catalogId" uuid, "senderId" uuid, "customerId" uuid, "phoneNumber" text,
                     "whatsappUserId" text, currency text, notes text)
         ORDER BY n.wamid
            ON CONFLICT (organization_id, source_message_id) WHERE source_message_id IS NOT NULL DO NOTHING
        RETURNING source_message_id AS wamid`,
  );
  return new Set(rows.map(({ wamid }) => wamid));
}

export interface CartSums {
  id: string;
  subtotal: string;
  tax: string;
  total: string;
}

export async function sumCarts(
  tx: EntityManager,
  organizationId: string,
  carts: readonly CartSums[],
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_carts c SET subtotal = n.subtotal, tax = n.tax, total = n.total
          FROM json_to_recordset(${JSON.stringify(carts)}::json)
               AS n (id uuid, subtotal numeric, tax numeric, total numeric)
         WHERE c.organization_id = ${organizationId} AND c.id = n.id`,
  );
}

export interface NewCartItem {
  id: string;
  cartId: string;
  lineNo: number;
  productId: string | null;
  variantId: string | null;
  retailerId: string | null;
  productName: string;
  quantity: number;
  unitPrice: string;
  shownPrice: string | null;
  totalPrice: string;
  problems: readonly string[];
}

export async function insertCartItems(
  tx: EntityManager,
  organizationId: string,
  items: readonly NewCartItem[],
  now: Date,
): Promise<void> {
  if (items.length === 0) return;
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_cart_items
          (id, organization_id, cart_id, line_no, product_id, variant_id, retailer_id, product_name, quantity,
           unit_price, shown_price, total_price, problems, created_at, updated_at)
        SELECT n.id, ${organizationId}::uuid, n."cartId", n."lineNo", n."productId", n."variantId", n."retailerId",
               n."productName", n.quantity, n."unitPrice", n."shownPrice", n."totalPrice", n.problems,
               ${now}::timestamptz, ${now}::timestamptz
          FROM json_to_recordset(${JSON.stringify(items)}::json)
               AS n (id uuid, "cartId" uuid, "lineNo" integer, "productId" uuid, "variantId" uuid, "retailerId" text,
                     "productName" text, quantity integer, "unitPrice" numeric, "shownPrice" numeric,
                     "totalPrice" numeric, problems text[])`,
  );
}

/** Takes `count` numbers of a year. Held to the commit, so that none is left out and none is given twice. */
export async function takeNumbers(
  tx: EntityManager,
  organizationId: string,
  year: number,
  count: number,
): Promise<bigint> {
  const row = await firstOf<{ last: string }>(
    tx,
    sql`INSERT INTO order_counters AS c (organization_id, year, last) VALUES (${organizationId}, ${year}, ${count})
            ON CONFLICT (organization_id, year) DO UPDATE SET last = c.last + excluded.last
        RETURNING last`,
  );
  if (row === undefined) throw new TypeError('a counter always has a value');
  return BigInt(row.last) - BigInt(count) + 1n;
}

export interface RecentOrder {
  person: string;
  orderNumber: string;
}

/** The newest pending order of each of these people. */
export async function recentOrders(
  tx: EntityManager,
  organizationId: string,
  people: { phones: readonly string[]; userIds: readonly string[] },
  since: Date,
): Promise<RecentOrder[]> {
  return rowsOf(
    tx,
    sql`SELECT DISTINCT ON (person) person, order_number AS "orderNumber"
          FROM (SELECT phone_number AS person, order_number, id FROM whatsapp_orders
                 WHERE organization_id = ${organizationId} AND phone_number = ANY(${people.phones})
                   AND status = 'pending' AND created_at > ${since}
                 UNION ALL
                SELECT whatsapp_user_id, order_number, id FROM whatsapp_orders
                 WHERE organization_id = ${organizationId} AND created_at > ${since} AND phone_number IS NULL
                   AND whatsapp_user_id = ANY(${people.userIds}) AND status = 'pending') AS recent
         ORDER BY person, id DESC`,
  );
}
