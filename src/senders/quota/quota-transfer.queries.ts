import type { EntityManager } from 'typeorm';
import { execute, sql } from '../../platform/database/sql.js';

/** The caller holds the lock of the portfolio. Without senders: all of the portfolio. */
export async function adoptPeople(
  tx: EntityManager,
  portfolioId: string,
  { senderId, since }: { senderId: string | null; since: Date },
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO portfolio_reach AS known (portfolio_id, phone_number, counted_at)
        SELECT ${portfolioId}::uuid, phone_number, max(counted_at) FROM sent_people
         WHERE created_at > ${since} AND counted_at > ${since}
           AND sender_id IN (SELECT id FROM senders WHERE portfolio_id = ${portfolioId}
                                                      AND (${senderId}::uuid IS NULL OR id = ${senderId}))
         GROUP BY phone_number ORDER BY phone_number
        ON CONFLICT (portfolio_id, phone_number) DO UPDATE
           SET counted_at = greatest(known.counted_at, excluded.counted_at),
               earlier = ARRAY(SELECT DISTINCT at
                                 FROM unnest(known.earlier || ARRAY[known.counted_at, excluded.counted_at]) AS at
                                WHERE at < greatest(known.counted_at, excluded.counted_at) ORDER BY at)`,
  );
  // Null: the next claim counts the people itself.
  await execute(
    tx,
    sql`UPDATE portfolios SET people_counted = 0, counted_since = NULL WHERE id = ${portfolioId}`,
  );
}

/** A portfolio that knows no limit yet takes that of the one before. */
export async function carryLimit(
  tx: EntityManager,
  { from, to, now }: { from: string; to: string; now: Date },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE portfolios p
           SET messaging_limit = former.messaging_limit, is_unlimited = former.is_unlimited,
               late_delivery_allowance = former.late_delivery_allowance, direct_reserve = former.direct_reserve,
               limit_checked_at = former.limit_checked_at, limit_last_event = former.limit_last_event,
               updated_at = ${now}
          FROM portfolios former
         WHERE p.id = ${to} AND former.id = ${from}
           AND p.messaging_limit IS NULL AND NOT p.is_unlimited`,
  );
}
