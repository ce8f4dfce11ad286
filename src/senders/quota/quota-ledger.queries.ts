import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { StoredTimes } from './reach-times.js';

export interface LockedPortfolio {
  /** Null: unknown. */
  messagingLimit: number | null;
  lateDeliveryAllowance: number;
  directReserve: number;
  peopleCounted: number;
  countedSince: Date | null;
}

/**
 * Every change of the ledger holds this lock, so that the count on the portfolio always matches the rows. It must be a
 * statement of its own: only later statements see what the previous holder committed. An unlimited portfolio is not
 * locked at all: its numbers send a thousand messages per second and must not wait for one another.
 */
export async function lockLimited(
  tx: EntityManager,
  portfolioId: string,
): Promise<LockedPortfolio | undefined> {
  return firstOf<LockedPortfolio>(
    tx,
    sql`SELECT messaging_limit AS "messagingLimit", late_delivery_allowance AS "lateDeliveryAllowance",
               direct_reserve AS "directReserve",
               people_counted AS "peopleCounted", counted_since AS "countedSince"
          FROM portfolios WHERE id = ${portfolioId} AND NOT is_unlimited FOR NO KEY UPDATE`,
  );
}

/** Read without a lock, for those who only tell. */
export async function limitsOf(
  db: EntityManager,
  portfolioId: string,
): Promise<{ messagingLimit: number | null; directReserve: number } | undefined> {
  return firstOf(
    db,
    sql`SELECT CASE WHEN NOT is_unlimited THEN messaging_limit END AS "messagingLimit",
               direct_reserve AS "directReserve"
          FROM portfolios WHERE id = ${portfolioId}`,
  );
}

export async function lockPortfolio(tx: EntityManager, portfolioId: string): Promise<void> {
  await rowsOf(tx, sql`SELECT 1 FROM portfolios WHERE id = ${portfolioId} FOR NO KEY UPDATE`);
}

/** People counted after `after`, up to and including `upTo`. */
export async function countBetween(
  db: EntityManager,
  portfolioId: string,
  after: Date,
  upTo: Date | null,
): Promise<number> {
  const row = await firstOf<{ people: number }>(
    db,
    sql`SELECT count(*)::int AS people FROM portfolio_reach
         WHERE portfolio_id = ${portfolioId} AND counted_at > ${after}
           AND counted_at <= coalesce(${upTo}::timestamptz, 'infinity')`,
  );
  return row?.people ?? 0;
}

export type ReachRow = StoredTimes & { phone: string };

/**
 * Looks each person up separately (LIMIT keeps the planner from reversing the join). Without statistics, as after the
 * first sends of a big day, the planner would read all people of the portfolio instead: 13 ms for 95,000.
 */
export async function reachAmong(
  tx: EntityManager,
  portfolioId: string,
  phones: readonly string[],
): Promise<ReachRow[]> {
  return rowsOf<ReachRow>(
    tx,
    sql`SELECT asked.phone, r.counted_at AS "countedAt", r.earlier
          FROM unnest(${phones}::varchar[]) AS asked (phone)
         CROSS JOIN LATERAL
               (SELECT counted_at, earlier FROM portfolio_reach
                 WHERE portfolio_id = ${portfolioId} AND phone_number = asked.phone LIMIT 1) r`,
  );
}

/** JSON, because each person has a different number of times, and SQL arrays are rectangular. */
export async function writeReach(
  tx: EntityManager,
  portfolioId: string,
  rows: readonly ReachRow[],
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO portfolio_reach (portfolio_id, phone_number, counted_at, earlier)
        SELECT ${portfolioId}, phone, "countedAt", earlier
          FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            AS r (phone varchar, "countedAt" timestamptz, earlier timestamptz[])
         ORDER BY phone
        ON CONFLICT (portfolio_id, phone_number)
        DO UPDATE SET counted_at = excluded.counted_at, earlier = excluded.earlier`,
  );
}

/** Deletes by row location (ctid), which cannot change while the portfolio is locked. */
export async function forget(
  tx: EntityManager,
  portfolioId: string,
  phones: readonly string[],
): Promise<void> {
  await execute(
    tx,
    sql`DELETE FROM portfolio_reach WHERE ctid = ANY(ARRAY(
          SELECT r.place FROM unnest(${phones}::varchar[]) AS asked (phone)
           CROSS JOIN LATERAL
                 (SELECT ctid AS place FROM portfolio_reach
                   WHERE portfolio_id = ${portfolioId} AND phone_number = asked.phone LIMIT 1) r))`,
  );
}

export async function storeCount(
  tx: EntityManager,
  portfolioId: string,
  { people, since }: { people: number; since: Date },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE portfolios SET people_counted = ${people}, counted_since = ${since} WHERE id = ${portfolioId}`,
  );
}

/** When the n-th person to leave the day was counted (0: the first to leave). */
export async function nthToLeave(
  tx: EntityManager,
  portfolioId: string,
  after: Date,
  n: number,
): Promise<Date | undefined> {
  const row = await firstOf<{ countedAt: Date }>(
    tx,
    sql`SELECT counted_at AS "countedAt" FROM portfolio_reach
         WHERE portfolio_id = ${portfolioId} AND counted_at > ${after}
         ORDER BY counted_at OFFSET ${n} LIMIT 1`,
  );
  return row?.countedAt;
}

/** The stored count, corrected by the people between its instant and the requested one. */
export async function usedSince(db: EntityManager, portfolioId: string, since: Date): Promise<number> {
  const row = await firstOf<{ people: number }>(
    db,
    sql`SELECT CASE WHEN p.counted_since IS NULL
                 THEN (SELECT count(*) FROM portfolio_reach r
                        WHERE r.portfolio_id = p.id AND r.counted_at > ${since})
                 ELSE p.people_counted
                    - (SELECT count(*) FROM portfolio_reach r
                        WHERE r.portfolio_id = p.id AND r.counted_at > p.counted_since AND r.counted_at <= ${since})
                    + (SELECT count(*) FROM portfolio_reach r
                        WHERE r.portfolio_id = p.id AND r.counted_at > ${since} AND r.counted_at <= p.counted_since)
               END::int AS people
          FROM portfolios p WHERE p.id = ${portfolioId}`,
  );
  return row?.people ?? 0;
}

/** How much of the portfolio's reserve messages outside campaigns have used. Counts no further than that. */
export async function reserveUsed(db: EntityManager, portfolioId: string, since: Date): Promise<number> {
  const row = await firstOf<{ people: number }>(
    db,
    sql`SELECT (SELECT count(*) FROM (SELECT FROM portfolio_reach r
                 WHERE r.portfolio_id = p.id AND r.is_direct AND r.counted_at > ${since}
                 LIMIT p.direct_reserve) AS direct)::int AS people
          FROM portfolios p WHERE p.id = ${portfolioId}`,
  );
  return row?.people ?? 0;
}

/** Who was reached by a message outside campaigns first, and so counts for the reserve. */
export async function noteDirect(
  tx: EntityManager,
  portfolioId: string,
  phones: readonly string[],
  isDirect: boolean,
): Promise<void> {
  if (phones.length === 0) return;
  await execute(
    tx,
    sql`UPDATE portfolio_reach SET is_direct = ${isDirect}
         WHERE ctid = ANY(ARRAY(
               SELECT r.place FROM unnest(${phones}::varchar[]) AS asked (phone)
                CROSS JOIN LATERAL
                      (SELECT ctid AS place FROM portfolio_reach
                        WHERE portfolio_id = ${portfolioId} AND phone_number = asked.phone
                          AND is_direct <> ${isDirect} LIMIT 1) r))`,
  );
}

export async function reachedPortfolios(db: EntityManager): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT id FROM portfolios p
         WHERE EXISTS (SELECT FROM portfolio_reach r WHERE r.portfolio_id = p.id) ORDER BY id`,
  );
  return rows.map(({ id }) => id);
}

export async function forgetBefore(
  tx: EntityManager,
  portfolioId: string,
  before: Date,
  limit: number,
): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM portfolio_reach
         WHERE ctid = ANY(ARRAY(
               SELECT ctid FROM portfolio_reach
                WHERE portfolio_id = ${portfolioId} AND counted_at <= ${before}
                ORDER BY counted_at LIMIT ${limit}))`,
  );
}
