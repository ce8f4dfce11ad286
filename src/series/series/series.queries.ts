import type { EntityManager } from 'typeorm';
import { and, execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { DueDate } from '../timing/due-dates.js';
import type { Series, SeriesSettings } from './series.js';
import type { SeriesState } from './series-state.js';

const COLUMNS = sql`
  id, organization_id AS "organizationId", name, state, state_reason AS "stateReason",
  state_changed_at AS "stateChangedAt", version, definition, experiment, schedule, rrule, local_time AS "localTime",
  time_zone AS "timeZone", starts_on AS "startsOn", except_dates::text[] AS "exceptDates", overlap, missed,
  extract(epoch FROM late_tolerance)::int AS "lateToleranceS", extract(epoch FROM lead_time)::int AS "leadTimeS",
  once_per_person AS "oncePerPerson", min_gap_days AS "minGapDays", source, next_local_date AS "nextLocalDate",
  next_due_at AS "nextDueAt", occurrences, created_by AS "createdBy", created_at AS "createdAt",
  updated_at AS "updatedAt"`;

export interface SeriesFilter {
  state: SeriesState | undefined;
  search: string | undefined;
}

function matching(organizationId: string, { state, search }: SeriesFilter) {
  const conditions = [sql`organization_id = ${organizationId}`];
  if (state !== undefined) conditions.push(sql`state = ${state}`);
  if (search !== undefined) {
    conditions.push(sql`name ILIKE ${`%${search.replace(/[\\%_]/g, '\\$&')}%`}`);
  }
  return and(conditions);
}

/** Newest first. */
export async function listSeries(
  db: EntityManager,
  organizationId: string,
  filter: SeriesFilter,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<Series[]> {
  const older = before === undefined ? sql`true` : sql`id < ${before}`;
  return rowsOf<Series>(
    db,
    sql`SELECT ${COLUMNS} FROM campaign_series WHERE ${matching(organizationId, filter)} AND ${older}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countSeries(
  db: EntityManager,
  organizationId: string,
  filter: SeriesFilter,
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM campaign_series WHERE ${matching(organizationId, filter)}`,
  );
  return row?.n ?? 0;
}

export async function findSeries(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<Series | undefined> {
  return firstOf<Series>(
    db,
    sql`SELECT ${COLUMNS} FROM campaign_series WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export async function lockSeries(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<Series | undefined> {
  return firstOf<Series>(
    tx,
    sql`SELECT ${COLUMNS} FROM campaign_series
         WHERE organization_id = ${organizationId} AND id = ${id} FOR NO KEY UPDATE`,
  );
}

/** The next occurrence of an active series is to be made, or that of a paused one passes. */
const IS_DUE = (now: Date) =>
  sql`(next_made_at <= ${now} AND (state = 'active' OR (state = 'paused' AND next_due_at <= ${now})))`;

/** In the order of their instants. `without`: those that have had their turn. */
export async function readDue(
  db: EntityManager,
  now: Date,
  limit: number,
  without: readonly string[] = [],
): Promise<Series[]> {
  return rowsOf<Series>(
    db,
    sql`SELECT ${COLUMNS} FROM campaign_series WHERE ${IS_DUE(now)} AND id <> ALL(${without}::uuid[])
         ORDER BY next_made_at, id LIMIT ${limit}`,
  );
}

/** Undefined: another worker has it, or it was changed meanwhile. */
export async function takeDue(tx: EntityManager, known: Series, now: Date): Promise<Series | undefined> {
  return firstOf<Series>(
    tx,
    sql`SELECT ${COLUMNS} FROM campaign_series
         WHERE id = ${known.id} AND version = ${known.version} AND next_due_at = ${known.nextDueAt}
           AND ${IS_DUE(now)}
         FOR NO KEY UPDATE SKIP LOCKED`,
  );
}

/** Its next date, made ahead of its hour, waits until the earlier one may be over. */
export async function lookAgain(tx: EntityManager, id: string, at: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE campaign_series SET next_made_at = least(${at}::timestamptz, next_due_at) WHERE id = ${id}`,
  );
}

/** Series with an occurrence in the queue and nothing under way. */
export async function readReleasable(db: EntityManager, limit: number): Promise<Series[]> {
  return rowsOf<Series>(
    db,
    sql`SELECT ${COLUMNS} FROM campaign_series s
         WHERE state = 'active'
           AND EXISTS (SELECT 1 FROM campaign_series_occurrences o WHERE o.series_id = s.id AND o.state = 'queued')
           AND NOT EXISTS (SELECT 1 FROM marketing_campaigns c
                            WHERE c.series_id = s.id AND c.status IN ('scheduled', 'active', 'paused'))
         ORDER BY id LIMIT ${limit}`,
  );
}

export async function insertSeries(
  tx: EntityManager,
  id: string,
  settings: SeriesSettings,
  { organizationId, createdBy, now }: { organizationId: string; createdBy: string | null; now: Date },
): Promise<void> {
  const s = settings;
  await execute(
    tx,
    sql`INSERT INTO campaign_series
          (id, organization_id, name, state_changed_at, definition, experiment, schedule, rrule, local_time, time_zone,
           starts_on, except_dates, overlap, missed, late_tolerance, lead_time, once_per_person, min_gap_days, source,
           created_by, created_at, updated_at)
        VALUES (${id}, ${organizationId}, ${s.name}, ${now}, ${JSON.stringify(s.definition)}::jsonb,
                ${jsonOf(s.experiment)}::jsonb, ${jsonOf(s.schedule)}::jsonb, ${s.rrule}, ${s.localTime},
                ${s.timeZone}, ${s.startsOn}, ${s.exceptDates}::date[], ${s.overlap}, ${s.missed},
                make_interval(secs => ${s.lateToleranceS}), make_interval(secs => ${s.leadTimeS}),
                ${s.oncePerPerson}, ${s.minGapDays}, ${s.source}, ${createdBy}, ${now}, ${now})`,
  );
}

export async function updateSeries(
  tx: EntityManager,
  id: string,
  settings: SeriesSettings,
  now: Date,
): Promise<void> {
  const s = settings;
  await execute(
    tx,
    sql`UPDATE campaign_series
           SET name = ${s.name}, version = version + 1, definition = ${JSON.stringify(s.definition)}::jsonb,
               experiment = ${jsonOf(s.experiment)}::jsonb, schedule = ${jsonOf(s.schedule)}::jsonb,
               rrule = ${s.rrule}, local_time = ${s.localTime}, time_zone = ${s.timeZone},
               starts_on = ${s.startsOn}, except_dates = ${s.exceptDates}::date[], overlap = ${s.overlap},
               missed = ${s.missed}, late_tolerance = make_interval(secs => ${s.lateToleranceS}),
               lead_time = make_interval(secs => ${s.leadTimeS}), once_per_person = ${s.oncePerPerson},
               min_gap_days = ${s.minGapDays}, source = ${s.source}, updated_at = ${now}
         WHERE id = ${id}`,
  );
}

export async function deleteSeries(tx: EntityManager, id: string): Promise<void> {
  await execute(tx, sql`DELETE FROM campaign_series WHERE id = ${id}`);
}

export async function setState(
  tx: EntityManager,
  id: string,
  { state, reason, now }: { state: SeriesState; reason: string | null; now: Date },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE campaign_series
           SET state = ${state}, state_reason = ${reason}, state_changed_at = ${now}, updated_at = ${now}
         WHERE id = ${id}`,
  );
}

/** The occurrence that comes next, and by how many the dates that were due have grown. */
export async function setNext(
  tx: EntityManager,
  id: string,
  next: DueDate | null,
  moreOccurrences: number,
): Promise<void> {
  const at = next?.at ?? null;
  await execute(
    tx,
    sql`UPDATE campaign_series
           SET next_local_date = ${next?.localDate ?? null}, next_due_at = ${at},
               next_made_at = ${at}::timestamptz - lead_time, occurrences = occurrences + ${moreOccurrences}
         WHERE id = ${id}`,
  );
}

function jsonOf(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
