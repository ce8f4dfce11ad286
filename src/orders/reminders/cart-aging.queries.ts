import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';
import { CART } from '../carts/carts.queries.js';
import type { CartRow } from '../carts/cart-row.js';

/**
 * Carts that nobody has changed for as long as their shop says. They count as abandoned from the moment at which that
 * time was over, however late this runs. A cart that another worker or a caller holds waits for the next turn.
 */
export async function abandonIdle(
  tx: EntityManager,
  { now, defaultMinutes, limit }: { now: Date; defaultMinutes: number; limit: number },
): Promise<CartRow[]> {
  return rowsOf(
    tx,
    sql`WITH shops AS (
          SELECT o.id, make_interval(mins => coalesce((s.settings->>'cartAbandonAfterMinutes')::int,
                                                      ${defaultMinutes}::int)) AS patience
            FROM organizations o LEFT JOIN commerce_settings s ON s.organization_id = o.id),
        idle AS MATERIALIZED (
          SELECT found.id, shops.patience FROM shops
           CROSS JOIN LATERAL (
             SELECT c.id FROM whatsapp_carts c
              WHERE c.organization_id = shops.id AND c.status IN ('active', 'checkout')
                AND c.last_activity_at <= ${now}::timestamptz - shops.patience
                AND (c.expires_at IS NULL OR c.expires_at > ${now})
              ORDER BY c.last_activity_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED) AS found
           LIMIT ${limit}),
        abandoned AS (
          UPDATE whatsapp_carts c
             SET status = 'abandoned', abandoned_at = c.last_activity_at + idle.patience, updated_at = ${now}
            FROM idle WHERE c.id = idle.id RETURNING c.*)
        SELECT ${CART} FROM abandoned c`,
  );
}

/** Ends carts whose time is over. Returns their ids. */
export async function expireOver(tx: EntityManager, now: Date, limit: number): Promise<ExpiredCart[]> {
  return rowsOf(
    tx,
    sql`WITH over AS MATERIALIZED (
          SELECT id FROM whatsapp_carts
           WHERE status IN ('active', 'checkout', 'abandoned') AND expires_at <= ${now}
           ORDER BY expires_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED),
        expired AS (
          UPDATE whatsapp_carts c SET status = 'expired', updated_at = ${now}
            FROM over WHERE c.id = over.id RETURNING c.id, c.organization_id)
        SELECT id, organization_id AS "organizationId" FROM expired`,
  );
}

export interface ExpiredCart {
  id: string;
  organizationId: string;
}

/** Carts that never became an order are not kept for ever. */
export async function purgeExpired(tx: EntityManager, before: Date, limit: number): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM whatsapp_carts
         WHERE id IN (SELECT id FROM whatsapp_carts WHERE status = 'expired' AND expires_at < ${before}
                       ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  );
}
