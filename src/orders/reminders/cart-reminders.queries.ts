import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import { CART } from '../carts/carts.queries.js';
import type { CartRow } from '../carts/cart-row.js';

/** The organizations that remind, and have a cart to be reminded of. */
export async function remindingOrganizations(db: EntityManager): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT s.organization_id AS id FROM commerce_settings s
         WHERE jsonb_array_length(coalesce(s.settings->'cartReminders', '[]')) > 0
           AND EXISTS (SELECT FROM whatsapp_carts c
                        WHERE c.organization_id = s.organization_id AND c.status = 'abandoned')
         ORDER BY 1`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Locks the carts whose next reminder is due, a look into the index for each reminder: what waits for a later one, or has
 * had its last, is not read. What a caller or another worker holds waits for the next turn.
 */
export async function lockDue(
  tx: EntityManager,
  organizationId: string,
  { afterMinutes, now, limit }: { afterMinutes: readonly number[]; now: Date; limit: number },
): Promise<CartRow[]> {
  return rowsOf(
    tx,
    sql`SELECT due.* FROM unnest(${afterMinutes}::int[]) WITH ORDINALITY AS reminder (minutes, n)
         CROSS JOIN LATERAL (
           SELECT ${CART} FROM whatsapp_carts c
            WHERE c.organization_id = ${organizationId} AND c.status = 'abandoned'
              AND c.reminders_done = (reminder.n - 1)::smallint
              AND c.abandoned_at <= ${now}::timestamptz - make_interval(mins => reminder.minutes)
              AND (c.expires_at IS NULL OR c.expires_at > ${now})
              AND EXISTS (SELECT FROM whatsapp_cart_items i WHERE i.cart_id = c.id)
            ORDER BY c.abandoned_at LIMIT ${limit} FOR NO KEY UPDATE OF c SKIP LOCKED) AS due
         LIMIT ${limit}`,
  );
}

export interface RemindingTemplate {
  components: unknown;
  parameterFormat: string;
  category: string;
}

/** A template that may be sent from the sender now. */
export async function approvedTemplate(
  db: EntityManager,
  organizationId: string,
  { name, language, senderId }: { name: string; language: string; senderId: string },
): Promise<RemindingTemplate | undefined> {
  return firstOf(
    db,
    sql`SELECT t.components, t.parameter_format AS "parameterFormat", t.category
          FROM whatsapp_templates t JOIN senders s ON s.business_account_id = t.business_account_id
         WHERE t.organization_id = ${organizationId} AND s.organization_id = ${organizationId} AND s.id = ${senderId}
           AND t.name = ${name} AND t.language = ${language} AND t.status = 'APPROVED'`,
  );
}

/** Why the reminder must not go: the cart is no longer abandoned, or its person has ordered since. */
export function hindrance(
  organizationId: string,
  { dedupeKey, customerId }: { dedupeKey: Sql; customerId: Sql },
): Sql {
  const cart = sql`FROM whatsapp_carts c
    WHERE c.organization_id = ${organizationId} AND c.id = split_part(${dedupeKey}, ':', 2)::uuid`;
  const since = sql`o.organization_id = ${organizationId} AND o.created_at >= c.last_activity_at`;
  return sql`CASE WHEN NOT EXISTS (SELECT ${cart} AND c.status = 'abandoned') THEN 'cart_changed'
                  WHEN EXISTS (SELECT ${cart}
                                 AND (EXISTS (SELECT FROM whatsapp_orders o WHERE ${since} AND o.customer_id = ${customerId})
                                      OR EXISTS (SELECT FROM whatsapp_orders o
                                                  WHERE ${since} AND o.phone_number = c.phone_number)))
                  THEN 'ordered' END`;
}

/** Notes on locked carts which reminders have had their turn. */
export async function noteReminders(
  tx: EntityManager,
  organizationId: string,
  notes: readonly { cartId: string; done: number; sent: number }[],
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE whatsapp_carts c
           SET reminders_done = n.done, reminders_sent = c.reminders_sent + n.sent, updated_at = ${now}
          FROM json_to_recordset(${JSON.stringify(notes)}::json) AS n ("cartId" uuid, done smallint, sent smallint)
         WHERE c.organization_id = ${organizationId} AND c.id = n."cartId"`,
  );
}
