import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, sql } from '../../platform/database/sql.js';

export async function itemsByStatus(db: EntityManager): Promise<{ status: string; items: number }[]> {
  return rowsOf(db, sql`SELECT status, count(*)::int AS items FROM whatsapp_catalog_items GROUP BY status`);
}

/** How long until the last of the runs that Meta keeps waiting goes on; 0 when none waits. */
export async function longestWait(db: EntityManager, now: Date): Promise<number> {
  const row = await firstOf<{ seconds: number }>(
    db,
    sql`SELECT coalesce(extract(epoch FROM max(waiting_until) - ${now}::timestamptz), 0)::float8 AS seconds
          FROM whatsapp_sync_runs WHERE status = 'running' AND waiting_until > ${now}`,
  );
  return row?.seconds ?? 0;
}
