import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { Absence, LastLook } from '../timing/lateness.js';

/** The clock of the database, which no process moves and all of them share. */
export async function realTime(db: EntityManager): Promise<Date> {
  const row = await firstOf<{ now: Date }>(db, sql`SELECT clock_timestamp() AS now`);
  if (row === undefined) throw new TypeError('a clock has a time');
  return row.now;
}

/** Held until the transaction ends; undefined: nobody has ever looked. */
export async function lockLastLook(tx: EntityManager): Promise<LastLook | undefined> {
  return firstOf<LastLook>(
    tx,
    sql`SELECT looked_at AS at, real_at AS "realAt" FROM series_watch WHERE id FOR UPDATE`,
  );
}

export async function noteLook(tx: EntityManager, { at, realAt }: LastLook): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO series_watch (looked_at, real_at) VALUES (${at}, ${realAt})
        ON CONFLICT (id) DO UPDATE SET looked_at = greatest(series_watch.looked_at, excluded.looked_at),
                                       real_at = greatest(series_watch.real_at, excluded.real_at)`,
  );
}

export async function addAbsence(tx: EntityManager, { from, to }: Absence): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO series_absences (began_at, ended_at) VALUES (${from}, ${to})
        ON CONFLICT (began_at) DO UPDATE SET ended_at = greatest(series_absences.ended_at, excluded.ended_at)`,
  );
}

/** Those that no occurrence lies before any more are forgotten: they delay nothing. */
export async function forgetAbsences(tx: EntityManager, now: Date): Promise<void> {
  await execute(
    tx,
    sql`DELETE FROM series_absences WHERE ended_at < least(
          ${now}::timestamptz,
          (SELECT min(next_due_at) FROM campaign_series WHERE next_made_at IS NOT NULL),
          (SELECT min(scheduled_for) FROM marketing_campaigns WHERE status = 'scheduled' AND series_id IS NOT NULL))`,
  );
}

export async function readAbsences(tx: EntityManager): Promise<Absence[]> {
  return rowsOf<Absence>(
    tx,
    sql`SELECT began_at AS "from", ended_at AS "to" FROM series_absences ORDER BY began_at`,
  );
}
