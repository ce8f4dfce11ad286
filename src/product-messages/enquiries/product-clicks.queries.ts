import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';

/** Meta tells of clicks on messages of the last seven days, and may repeat them. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

export function clickKey(organizationId: string, clickId: string): string {
  return `${organizationId} ${clickId}`;
}

/** The keys of those that were not known, in the order in which two batches cannot deadlock. */
export async function noteClicks(
  tx: EntityManager,
  clicks: readonly { organizationId: string; clickId: string }[],
  now: Date,
): Promise<string[]> {
  if (clicks.length === 0) return [];
  const rows = await rowsOf<{ organizationId: string; clickId: string }>(
    tx,
    sql`INSERT INTO product_clicks (organization_id, click_id, seen_at)
        SELECT DISTINCT organization_id, click_id, ${now}::timestamptz
          FROM unnest(${clicks.map(({ organizationId }) => organizationId)}::uuid[],
                      ${clicks.map(({ clickId }) => clickId)}::text[]) AS click (organization_id, click_id)
         ORDER BY organization_id, click_id
        ON CONFLICT DO NOTHING
        RETURNING organization_id AS "organizationId", click_id AS "clickId"`,
  );
  await execute(
    tx,
    sql`DELETE FROM product_clicks WHERE ctid IN
          (SELECT ctid FROM product_clicks WHERE seen_at < ${new Date(now.getTime() - KEPT_MS)}
            LIMIT 100 FOR UPDATE SKIP LOCKED)`,
  );
  return rows.map(({ organizationId, clickId }) => clickKey(organizationId, clickId));
}
