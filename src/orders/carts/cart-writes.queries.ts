import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import type { CartItemRow, CartRow } from './cart-row.js';

export async function insertCart(tx: EntityManager, cart: CartRow): Promise<void> {
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_carts
          (id, organization_id, catalog_id, sender_id, source, phone_number, whatsapp_user_id, customer_id, status,
           currency, subtotal, tax, discount, total, notes, expires_at, expires_fixed, last_activity_at, created_at,
           updated_at)
        VALUES (${cart.id}, ${cart.organizationId}, ${cart.catalogId}, ${cart.senderId}, ${cart.source},
                ${cart.phoneNumber}, ${cart.whatsappUserId}, ${cart.customerId}, ${cart.status}, ${cart.currency},
                ${cart.subtotal}, ${cart.tax}, ${cart.discount}, ${cart.total}, ${cart.notes}, ${cart.expiresAt},
                ${cart.expiresFixed}, ${cart.lastActivityAt}, ${cart.createdAt}, ${cart.updatedAt})`,
  );
}

/** Writes a locked cart back. */
export async function updateCart(tx: EntityManager, cart: CartRow, now: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_carts
           SET status = ${cart.status}, customer_id = ${cart.customerId}, subtotal = ${cart.subtotal},
               tax = ${cart.tax}, discount = ${cart.discount}, total = ${cart.total}, notes = ${cart.notes},
               expires_at = ${cart.expiresAt}, expires_fixed = ${cart.expiresFixed}, checkout_at = ${cart.checkoutAt},
               abandoned_at = ${cart.abandonedAt}, converted_at = ${cart.convertedAt},
               last_activity_at = ${cart.lastActivityAt}, updated_at = ${now}
         WHERE organization_id = ${cart.organizationId} AND id = ${cart.id}`,
  );
}

/** Afterwards the locked cart has these items and no others. */
export async function writeItems(
  tx: EntityManager,
  { id, organizationId }: Pick<CartRow, 'id' | 'organizationId'>,
  items: readonly CartItemRow[],
  { now, today }: { now: Date; today: Day },
): Promise<void> {
  await execute(
    tx,
    sql`DELETE FROM whatsapp_cart_items
         WHERE organization_id = ${organizationId} AND cart_id = ${id}
           AND id <> ALL(${items.map((item) => item.id)}::uuid[])`,
  );
  if (items.length === 0) return;
  await rowsOf(
    tx,
    sql`INSERT INTO whatsapp_cart_items AS i
          (id, organization_id, cart_id, line_no, product_id, variant_id, retailer_id, product_name, quantity,
           unit_price, shown_price, total_price, problems, notes, custom_fields, added_on, created_at,
           updated_at)
        SELECT n.id, ${organizationId}::uuid, ${id}::uuid, n."lineNo", n."productId", n."variantId", n.sku,
               n."productName", n.quantity, n."unitPrice", n."shownPrice", n."totalPrice", n.problems, n.notes,
               n."customFields", ${today}::date, ${now}::timestamptz, ${now}::timestamptz
          FROM json_to_recordset(${JSON.stringify(items)}::json)
               AS n (id uuid, "lineNo" integer, "productId" uuid, "variantId" uuid, sku text, "productName" text,
                     quantity integer, "unitPrice" numeric, "shownPrice" numeric, "totalPrice" numeric,
                     problems text[], notes text, "customFields" jsonb)
            ON CONFLICT (id) DO UPDATE
           SET line_no = excluded.line_no, product_name = excluded.product_name, quantity = excluded.quantity,
               unit_price = excluded.unit_price, shown_price = excluded.shown_price,
               total_price = excluded.total_price, problems = excluded.problems, notes = excluded.notes,
               custom_fields = excluded.custom_fields, updated_at = excluded.updated_at`,
  );
}

export interface NewCartMessage {
  cartId: string;
  kind: 'summary' | 'reminder' | 'answer';
  number: number | null;
  dedupeKey: string;
  notSentReason: string | null;
}

/** Returns the keys that are new. */
export async function insertCartMessages(
  tx: EntityManager,
  organizationId: string,
  messages: readonly NewCartMessage[],
  at: Date,
): Promise<Set<string>> {
  if (messages.length === 0) return new Set();
  const rows = await rowsOf<{ key: string }>(
    tx,
    sql`INSERT INTO whatsapp_cart_messages (organization_id, cart_id, kind, number, dedupe_key, not_sent_reason, at)
        SELECT ${organizationId}::uuid, n."cartId", n.kind, n.number, n."dedupeKey", n."notSentReason",
               ${at}::timestamptz
          FROM json_to_recordset(${JSON.stringify(messages)}::json)
               AS n ("cartId" uuid, kind text, number smallint, "dedupeKey" text, "notSentReason" text)
            ON CONFLICT (organization_id, dedupe_key) DO NOTHING
        RETURNING dedupe_key AS key`,
  );
  return new Set(rows.map(({ key }) => key));
}
