import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';

/** After a refusal the rate stays down this long; then every second restores this share of the full rate. */
const REST_SECONDS = 5;
const GROWTH = 0.05;
/** Refusals come in bursts, a chunk at a time: one this soon after a slow-down belongs to the same event. */
const ONE_EVENT_SECONDS = 2;

/** Whole messages per second at this instant. */
function rateAt(now: Date): Sql {
  return sql`floor(least(s.throughput_per_second, coalesce(
    p.lowered_to + s.throughput_per_second * ${GROWTH}::float8
      * greatest(0, extract(epoch FROM ${now}::timestamptz - p.lowered_at)::float8 - ${REST_SECONDS}::float8),
    s.throughput_per_second)))`;
}

export interface Turn {
  startAt: Date;
  perSecond: number;
}

/**
 * A leaky bucket (GCRA) in one statement. The messages of a chunk are sent all at once, so a second that begins with a
 * chunk carries one chunk more than the bucket lets through. The bucket therefore leaks slower by that much, less the
 * one message that a second would hold anyway. A chunk above the usual twentieth of a second waits until its surplus
 * has leaked too. Durations are rounded up to the microsecond, or a thousand chunks would add up to one too many.
 *
 * Returns no row when this number has never sent, or does not exist.
 */
export async function takeTurn(
  db: EntityManager,
  senderId: string,
  count: number,
  now: Date,
): Promise<Turn | undefined> {
  return firstOf<Turn>(
    db,
    sql`WITH pace AS (
          SELECT ${rateAt(now)} AS rate, greatest(p.free_at, ${now}, p.held_until) AS base
            FROM sender_pace p JOIN senders s ON s.id = p.sender_id
           WHERE p.sender_id = ${senderId} FOR UPDATE OF p
        ), leak AS (
          SELECT rate, base, ceil(rate / 20) AS chunk, rate - ceil(rate / 20) + 1 AS leaks FROM pace
        ), turn AS (
          SELECT rate, base + ceil(greatest(0, ${count}::float8 - chunk) * 1e6 / leaks) * interval '1 microsecond' AS start,
                 ceil(${count}::float8 * 1e6 / leaks) * interval '1 microsecond' AS lasts
            FROM leak
        )
        UPDATE sender_pace p SET free_at = turn.start + turn.lasts
          FROM turn WHERE p.sender_id = ${senderId}
        RETURNING turn.start AS "startAt", turn.rate AS "perSecond"`,
  );
}

export async function openPace(db: EntityManager, senderId: string, now: Date): Promise<void> {
  await rowsOf(
    db,
    sql`INSERT INTO sender_pace (sender_id, free_at) SELECT id, ${now} FROM senders WHERE id = ${senderId}
        ON CONFLICT (sender_id) DO NOTHING`,
  );
}

export interface PaceState {
  senderId: string;
  perSecond: number;
  heldUntil: Date | null;
}

export async function paceOf(
  db: EntityManager,
  senderIds: readonly string[],
  now: Date,
): Promise<PaceState[]> {
  return rowsOf<PaceState>(
    db,
    sql`SELECT s.id AS "senderId", ${rateAt(now)} AS "perSecond",
               CASE WHEN p.held_until > ${now} THEN p.held_until END AS "heldUntil"
          FROM senders s LEFT JOIN sender_pace p ON p.sender_id = s.id
         WHERE s.id = ANY(${senderIds}::uuid[])`,
  );
}

export async function halve(
  tx: EntityManager,
  senderIds: readonly string[],
  { now, heldUntil }: { now: Date; heldUntil: Date },
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO sender_pace (sender_id, free_at)
        SELECT id, ${now} FROM senders WHERE id = ANY(${senderIds}::uuid[]) ORDER BY id
        ON CONFLICT (sender_id) DO NOTHING`,
  );
  await execute(
    tx,
    sql`WITH locked AS (
          SELECT p.sender_id, p.lowered_to, p.lowered_at, ${rateAt(now)} AS rate,
                 coalesce(p.lowered_at > ${now}::timestamptz - make_interval(secs => ${ONE_EVENT_SECONDS}), false) AS again
            FROM sender_pace p JOIN senders s ON s.id = p.sender_id
           WHERE p.sender_id = ANY(${senderIds}::uuid[]) ORDER BY p.sender_id FOR UPDATE OF p
        )
        UPDATE sender_pace p
           SET lowered_to = CASE WHEN again THEN locked.lowered_to ELSE greatest(1, rate / 2) END,
               lowered_at = CASE WHEN again THEN locked.lowered_at ELSE ${now} END,
               held_until = greatest(p.held_until, ${heldUntil})
          FROM locked WHERE p.sender_id = locked.sender_id`,
  );
}

export async function release(tx: EntityManager, senderId: string): Promise<void> {
  await execute(
    tx,
    sql`UPDATE sender_pace SET held_until = NULL, lowered_to = NULL, lowered_at = NULL WHERE sender_id = ${senderId}`,
  );
}
