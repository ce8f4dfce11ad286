import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { StoredTimes } from './reach-times.js';

export interface LockedPortfolio {
  /** Null: not known. */
  messagingLimit: number | null;
  lateDeliveryAllowance: number;
  peopleCounted: number;
  countedSince: Date | null;
}

/**
 * Whoever changes the ledger holds this lock, so that the count on the row is always that of the rows. It must be a
 * statement of its own: what comes after it sees what the holder before has committed. An unlimited portfolio is not
 * locked at all: its numbers send a thousand a second and must not wait for one another.
 */
export async function lockLimited(
  tx: EntityManager,
  portfolioId: string,
): Promise<LockedPortfolio | undefined> {
  return firstOf<LockedPortfolio>(
    tx,
    sql`SELECT messaging_limit AS "messagingLimit", late_delivery_allowance AS "lateDeliveryAllowance",
               people_counted AS "peopleCounted", counted_since AS "countedSince"
          FROM portfolios WHERE id = ${portfolioId} AND NOT is_unlimited FOR NO KEY UPDATE`,
  );
}

export async function lockPortfolio(tx: EntityManager, portfolioId: string): Promise<void> {
  await rowsOf(tx, sql`SELECT 1 FROM portfolios WHERE id = ${portfolioId} FOR NO KEY UPDATE`);
}

/** Those counted later than `after`, up to and including `upTo`. */
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
 * Each person by a look-up of their own (LIMIT keeps the join from being turned round): without statistics, as after
 * the first sends of a big day, the planner would read all people of the portfolio instead, 13 ms for 95,000.
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

/** JSON, because the times of each person are a list of their own length, and arrays of SQL are rectangular. */
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

/** By their places in the table, which nobody changes while the portfolio is locked. */
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

/** The time of the person who is the n-th to leave (0: the first). */
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

/** From the count that is kept, corrected by the stretch between its instant and the one that is asked for. */
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
