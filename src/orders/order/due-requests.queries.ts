import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';

export interface DueRequest {
  organizationId: string;
  orderId: string;
  createdAt: Date;
}

/** The customers of these orders are to be asked for money, in the transaction that is the reason for it. */
export async function queueRequests(
  tx: EntityManager,
  organizationId: string,
  orderIds: readonly string[],
  now: Date,
): Promise<void> {
  if (orderIds.length === 0) return;
  await execute(
    tx,
    sql`INSERT INTO due_payment_requests (order_id, organization_id, due_at, created_at)
        SELECT id, ${organizationId}::uuid, ${now}::timestamptz, ${now}::timestamptz
          FROM unnest(${orderIds}::uuid[]) AS n (id)
            ON CONFLICT (order_id) DO NOTHING`,
  );
}

/** Of all organizations. A worker that dies with them gives them back at `until`. */
export async function claimRequests(
  tx: EntityManager,
  { now, until, limit }: { now: Date; until: Date; limit: number },
): Promise<DueRequest[]> {
  return rowsOf(
    tx,
    sql`UPDATE due_payment_requests SET due_at = ${until}
         WHERE order_id IN (SELECT order_id FROM due_payment_requests WHERE due_at <= ${now}
                             ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING organization_id AS "organizationId", order_id AS "orderId", created_at AS "createdAt"`,
  );
}

/** False: another worker has dealt with it. Under the lock of the order. */
export async function takeRequest(
  tx: EntityManager,
  organizationId: string,
  orderId: string,
): Promise<boolean> {
  const taken = await execute(
    tx,
    sql`DELETE FROM due_payment_requests WHERE organization_id = ${organizationId} AND order_id = ${orderId}`,
  );
  return taken > 0;
}
