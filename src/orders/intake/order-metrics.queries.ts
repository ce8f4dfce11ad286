import type { EntityManager } from 'typeorm';
import { firstOf, sql } from '../../platform/database/sql.js';

/** Over all organizations. */
export async function ordersNeedingReview(db: EntityManager): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM whatsapp_orders WHERE flags <> '{}' AND needs_review AND status = 'pending'`,
  );
  return row?.n ?? 0;
}
