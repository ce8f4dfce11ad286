import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import { statesBefore } from '../../rules/state-machine.js';
import type { DueDate } from '../timing/due-dates.js';
import type { Occurrence } from './series.js';
import { OCCURRENCE_MOVES, type OccurrenceState } from './series-state.js';

const COLUMNS = sql`
  o.id, o.series_id AS "seriesId", o.number, o.local_date AS "localDate", o.due_at AS "dueAt", o.state, o.reason,
  o.campaign_id AS "campaignId", o.series_version AS "seriesVersion", o.created_at AS "createdAt",
  o.updated_at AS "updatedAt"`;

export interface NewOccurrence extends DueDate {
  id: string;
  seriesId: string;
  seriesVersion: number;
  state: OccurrenceState;
  reason: string | null;
  campaignId: string | null;
}

/** Undefined: the date has one already. The caller holds the series, so numbers have no gaps. */
export async function insertOccurrence(
  tx: EntityManager,
  one: NewOccurrence,
  now: Date,
): Promise<Occurrence | undefined> {
  return firstOf<Occurrence>(
    tx,
    sql`INSERT INTO campaign_series_occurrences AS o
          (id, series_id, number, local_date, due_at, state, reason, campaign_id, series_version, created_at, updated_at)
        SELECT ${one.id}::uuid, ${one.seriesId}::uuid,
               (SELECT coalesce(max(number), 0) + 1 FROM campaign_series_occurrences WHERE series_id = ${one.seriesId}),
               ${one.localDate}::date, ${one.at}::timestamptz, ${one.state}, ${one.reason}, ${one.campaignId}::uuid,
               ${one.seriesVersion}::int, ${now}::timestamptz, ${now}::timestamptz
        ON CONFLICT (series_id, local_date) DO NOTHING
        RETURNING ${COLUMNS}`,
  );
}

/** Dates that passed without a campaign, in one statement. Those that have an occurrence already keep it. */
export async function insertPassed(
  tx: EntityManager,
  { seriesId, seriesVersion, reason }: { seriesId: string; seriesVersion: number; reason: string },
  passed: readonly DueDate[],
  now: Date,
): Promise<Occurrence[]> {
  return rowsOf<Occurrence>(
    tx,
    sql`INSERT INTO campaign_series_occurrences AS o
          (series_id, number, local_date, due_at, state, reason, series_version, created_at, updated_at)
        SELECT ${seriesId}::uuid,
               (SELECT coalesce(max(number), 0) FROM campaign_series_occurrences WHERE series_id = ${seriesId})
                 + row_number() OVER (ORDER BY p.local_date),
               p.local_date, p.due_at, 'skipped', ${reason}, ${seriesVersion}::int, ${now}::timestamptz,
               ${now}::timestamptz
          FROM unnest(${passed.map(({ localDate }) => localDate)}::date[], ${passed.map(({ at }) => at)}::timestamptz[])
               AS p (local_date, due_at)
         WHERE NOT EXISTS (SELECT 1 FROM campaign_series_occurrences known
                            WHERE known.series_id = ${seriesId} AND known.local_date = p.local_date)
        RETURNING ${COLUMNS}`,
  );
}

/** Only from a state that allows it; undefined: it is in another one. */
export async function moveOccurrence(
  tx: EntityManager,
  id: string,
  change: { state: OccurrenceState; reason: string | null; campaignId?: string | null },
  now: Date,
): Promise<Occurrence | undefined> {
  const { state, reason, campaignId } = change;
  return firstOf<Occurrence>(
    tx,
    sql`UPDATE campaign_series_occurrences o
           SET state = ${state}, reason = ${reason}, updated_at = ${now},
               campaign_id = ${campaignId === undefined ? sql`o.campaign_id` : sql`${campaignId}::uuid`}
         WHERE o.id = ${id} AND o.state = ANY(${statesBefore(OCCURRENCE_MOVES, state)}::text[])
        RETURNING ${COLUMNS}`,
  );
}

export async function findByDate(
  tx: EntityManager,
  seriesId: string,
  localDate: Day,
): Promise<Occurrence | undefined> {
  return firstOf<Occurrence>(
    tx,
    sql`SELECT ${COLUMNS} FROM campaign_series_occurrences o
         WHERE o.series_id = ${seriesId} AND o.local_date = ${localDate}`,
  );
}

export async function queuedOf(tx: EntityManager, seriesId: string): Promise<Occurrence[]> {
  return rowsOf<Occurrence>(
    tx,
    sql`SELECT ${COLUMNS} FROM campaign_series_occurrences o
         WHERE o.series_id = ${seriesId} AND o.state = 'queued' ORDER BY o.number`,
  );
}

/** Counted already, although their time is still to come by the present rule or the changed one. */
export async function datesAhead(
  tx: EntityManager,
  seriesId: string,
  { now, today, next }: { now: Date; today: Day; next: Day | null },
): Promise<Day[]> {
  const rows = await rowsOf<{ day: Day }>(
    tx,
    sql`SELECT local_date AS day FROM campaign_series_occurrences
         WHERE series_id = ${seriesId} AND (due_at > ${now} OR local_date >= ${today})
           AND local_date < coalesce(${next}::date, 'infinity')`,
  );
  return rows.map(({ day }) => day);
}

/** The campaign of the latest occurrence that has one. */
export async function previousCampaign(db: EntityManager, seriesId: string): Promise<string | null> {
  const row = await firstOf<{ id: string }>(
    db,
    sql`SELECT campaign_id AS id FROM campaign_series_occurrences
         WHERE series_id = ${seriesId} AND campaign_id IS NOT NULL AND state = 'created'
         ORDER BY number DESC LIMIT 1`,
  );
  return row?.id ?? null;
}

/** How many of the latest occurrences failed one after the other, since the series was last started. */
export async function failuresInARow(tx: EntityManager, seriesId: string, since: Date): Promise<number> {
  const row = await firstOf<{ n: number }>(
    tx,
    sql`SELECT count(*)::int AS n FROM campaign_series_occurrences
         WHERE series_id = ${seriesId} AND state = 'failed' AND created_at >= ${since}
           AND number > coalesce((SELECT max(number) FROM campaign_series_occurrences
                                   WHERE series_id = ${seriesId} AND state <> 'failed'), 0)`,
  );
  return row?.n ?? 0;
}

/** Whatever of the series is scheduled or under way, the earliest first. */
export interface UnderWay {
  id: string;
  occurrenceId: string | null;
  status: 'scheduled' | 'active' | 'paused';
  name: string;
  localDate: Day | null;
  /** It starts now, or its plan ends today: it is over soon. */
  endsToday: boolean;
}

export async function underWay(tx: EntityManager, seriesId: string, now: Date): Promise<UnderWay[]> {
  return rowsOf<UnderWay>(
    tx,
    sql`SELECT c.id, c.occurrence_id AS "occurrenceId", c.status, c.name, o.local_date AS "localDate",
               CASE c.status WHEN 'scheduled' THEN c.scheduled_for <= ${now}
                    WHEN 'active'
                    THEN coalesce(c.estimated_completion_date <= (${now}::timestamptz AT TIME ZONE c.time_zone)::date,
                                  true)
                    ELSE false END AS "endsToday"
          FROM marketing_campaigns c
          LEFT JOIN campaign_series_occurrences o ON o.id = c.occurrence_id
         WHERE c.series_id = ${seriesId} AND c.status IN ('scheduled', 'active', 'paused')
         ORDER BY c.id`,
  );
}

export interface OccurrenceRange {
  from: Day | undefined;
  to: Day | undefined;
}

export async function listOccurrences(
  db: EntityManager,
  seriesId: string,
  { from, to }: OccurrenceRange,
  { before: after, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<Occurrence[]> {
  const later =
    after === undefined
      ? sql`true`
      : sql`o.local_date > (SELECT local_date FROM campaign_series_occurrences WHERE id = ${after})`;
  return rowsOf<Occurrence>(
    db,
    sql`SELECT ${COLUMNS} FROM campaign_series_occurrences o
         WHERE o.series_id = ${seriesId} AND ${later} AND o.local_date >= coalesce(${from ?? null}::date, '-infinity')
           AND o.local_date <= coalesce(${to ?? null}::date, 'infinity')
         ORDER BY o.local_date LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countOccurrences(
  db: EntityManager,
  seriesId: string,
  { from, to }: OccurrenceRange,
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM campaign_series_occurrences o
         WHERE o.series_id = ${seriesId} AND o.local_date >= coalesce(${from ?? null}::date, '-infinity')
           AND o.local_date <= coalesce(${to ?? null}::date, 'infinity')`,
  );
  return row?.n ?? 0;
}

/** The campaigns of the series whose time has come. */
export interface DueStart {
  organizationId: string;
  seriesId: string;
  campaignId: string;
}

export async function dueStarts(
  db: EntityManager,
  now: Date,
  limit: number,
  without: readonly string[],
): Promise<DueStart[]> {
  return rowsOf<DueStart>(
    db,
    sql`SELECT organization_id AS "organizationId", series_id AS "seriesId", id AS "campaignId"
          FROM marketing_campaigns
         WHERE status = 'scheduled' AND scheduled_for <= ${now} AND series_id IS NOT NULL
           AND id <> ALL(${without}::uuid[])
         ORDER BY scheduled_for, id LIMIT ${limit}`,
  );
}

/** Held until the transaction ends; undefined: another worker holds it, or the campaign has no occurrence. */
export async function takeOccurrence(tx: EntityManager, campaignId: string): Promise<Occurrence | undefined> {
  return firstOf<Occurrence>(
    tx,
    sql`SELECT ${COLUMNS} FROM campaign_series_occurrences o
         WHERE o.campaign_id = ${campaignId} FOR NO KEY UPDATE SKIP LOCKED`,
  );
}
