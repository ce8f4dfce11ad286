import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { Day } from '../../rules/calendar/day.js';
import type { OccurrenceState } from './series-state.js';

export interface Figures {
  recipients: number;
  pending: number;
  sent: number;
  delivered: number;
  read: number;
  responded: number;
  failed: number;
  skipped: number;
  optedOut: number;
}

export interface OccurrenceFigures extends Figures {
  id: string;
  number: number;
  localDate: Day;
  state: OccurrenceState;
  reason: string | null;
  campaignId: string | null;
}

export interface SeriesSums extends Figures {
  occurrences: number;
  created: number;
  queued: number;
  skippedOccurrences: number;
  missed: number;
  failedOccurrences: number;
}

/** Newest first. */
export async function listFigures(
  db: EntityManager,
  seriesId: string,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<OccurrenceFigures[]> {
  const older =
    before === undefined
      ? sql`true`
      : sql`o.number < (SELECT number FROM campaign_series_occurrences WHERE id = ${before})`;
  return rowsOf<OccurrenceFigures>(
    db,
    sql`SELECT o.id, o.number, o.local_date AS "localDate", o.state, o.reason, o.campaign_id AS "campaignId",
               coalesce(c.total_target_customers, 0) AS recipients, coalesce(c.messages_pending, 0) AS pending,
               coalesce(c.messages_sent, 0) AS sent, coalesce(c.messages_delivered, 0) AS delivered,
               coalesce(c.messages_read, 0) AS read, coalesce(c.messages_responded, 0) AS responded,
               coalesce(c.messages_failed, 0) AS failed, coalesce(c.messages_skipped, 0) AS skipped,
               coalesce(c.messages_opted_out, 0) AS "optedOut"
          FROM campaign_series_occurrences o LEFT JOIN marketing_campaigns c ON c.id = o.campaign_id
         WHERE o.series_id = ${seriesId} AND ${older}
         ORDER BY o.number DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function sumFigures(db: EntityManager, seriesId: string): Promise<SeriesSums> {
  const row = await firstOf<SeriesSums>(
    db,
    sql`SELECT count(*)::int AS occurrences,
               (count(*) FILTER (WHERE o.state = 'created'))::int AS created,
               (count(*) FILTER (WHERE o.state = 'queued'))::int AS queued,
               (count(*) FILTER (WHERE o.state = 'skipped'))::int AS "skippedOccurrences",
               (count(*) FILTER (WHERE o.state = 'missed'))::int AS missed,
               (count(*) FILTER (WHERE o.state = 'failed'))::int AS "failedOccurrences",
               coalesce(sum(c.total_target_customers), 0)::int AS recipients,
               coalesce(sum(c.messages_pending), 0)::int AS pending, coalesce(sum(c.messages_sent), 0)::int AS sent,
               coalesce(sum(c.messages_delivered), 0)::int AS delivered,
               coalesce(sum(c.messages_read), 0)::int AS read,
               coalesce(sum(c.messages_responded), 0)::int AS responded,
               coalesce(sum(c.messages_failed), 0)::int AS failed,
               coalesce(sum(c.messages_skipped), 0)::int AS skipped,
               coalesce(sum(c.messages_opted_out), 0)::int AS "optedOut"
          FROM campaign_series_occurrences o LEFT JOIN marketing_campaigns c ON c.id = o.campaign_id
         WHERE o.series_id = ${seriesId}`,
  );
  if (row === undefined) throw new TypeError('a sum has a row');
  return row;
}
