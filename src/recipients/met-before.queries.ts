import type { EntityManager } from 'typeorm';
import { execute, type Sql, sql } from '../platform/database/sql.js';

/** Earlier campaigns whose recipients are left out. */
export interface MetBefore {
  campaigns: readonly string[];
  /** Of these, the ones whose waiting recipients are still going to be written to. */
  underWay: readonly string[];
  /** Only those who were written to from here on; null: at any time. */
  since: Date | null;
}

/** A number of Argentina has two spellings. */
const numberOf = (column: Sql): Sql =>
  sql`CASE WHEN ${column} LIKE '+549%' THEN '+54' || substr(${column}, 5) ELSE ${column} END`;

/** A message that failed reached nobody; one in doubt may have. */
export function metBefore({ campaigns, underWay, since }: MetBefore): Sql {
  return sql`SELECT r.customer_id, ${numberOf(sql`r.phone_number`)} AS number FROM campaign_recipients r
              WHERE r.campaign_id = ANY(${campaigns}::uuid[])
                AND ((r.status IN ('sending', 'held', 'sent', 'delivered', 'read', 'responded')
                      OR (r.status = 'opted_out' AND r.sent_at IS NOT NULL))
                     AND (${since}::timestamptz IS NULL OR coalesce(r.sent_at, r.attempted_at, r.updated_at) >= ${since})
                     OR (r.status IN ('pending', 'queued', 'retry') AND r.campaign_id = ANY(${underWay}::uuid[])))`;
}

/** Two conditions, because PostgreSQL hashes each of them and neither together. */
export function isNew(): Sql {
  return sql`(NOT EXISTS (SELECT FROM met WHERE met.customer_id = c.customer_id)
              AND NOT EXISTS (SELECT FROM met WHERE met.number = ${numberOf(sql`c.phone_number`)}))`;
}

/** The recipients of a profile that turned out to be the same person as another. */
export async function passOnRecipients(tx: EntityManager, from: string, to: string): Promise<void> {
  await execute(tx, sql`UPDATE campaign_recipients SET customer_id = ${to} WHERE customer_id = ${from}`);
}
