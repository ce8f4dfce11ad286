import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type {
  CampaignCounters,
  CampaignFigures,
  CostLine,
  DayFigures,
  FailureSample,
  ScheduledBatch,
  TimelineHour,
  TimelineSums,
} from './campaign-figures.js';

const COUNTERS = sql`id, status, total_target_customers AS total, messages_pending AS pending, messages_sent AS sent,
  messages_delivered AS delivered, messages_read AS read, messages_responded AS responded, messages_failed AS failed,
  messages_skipped AS skipped, messages_opted_out AS "optedOut"`;

export async function findFigures(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<CampaignFigures | undefined> {
  return firstOf<CampaignFigures>(
    db,
    sql`SELECT ${COUNTERS}, name, time_zone AS "timeZone", started_at AS "startedAt", completed_at AS "completedAt",
               estimated_completion_date AS "estimatedCompletionDate"
          FROM marketing_campaigns WHERE id = ${id} AND organization_id = ${organizationId}`,
  );
}

/** For watchers that were authorized before: several organizations at once. */
export async function readCounters(db: EntityManager, ids: readonly string[]): Promise<CampaignCounters[]> {
  return rowsOf<CampaignCounters>(
    db,
    sql`SELECT ${COUNTERS} FROM marketing_campaigns WHERE id = ANY(${ids})`,
  );
}

/** The newest hours in which something happened, oldest first. */
export async function readTimeline(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
  limit: number,
): Promise<TimelineHour[]> {
  return rowsOf<TimelineHour>(
    db,
    sql`SELECT * FROM (
          SELECT t.hour, to_char(t.hour AT TIME ZONE coalesce(c.time_zone, 'UTC'), 'YYYY-MM-DD"T"HH24:MI') AS "localTime",
                 t.messages_sent AS sent, t.messages_delivered AS delivered, t.messages_read AS read,
                 t.messages_responded AS responded, t.messages_failed AS failed
            FROM campaign_timeline t JOIN marketing_campaigns c ON c.id = t.campaign_id
           WHERE t.campaign_id = ${campaignId} AND c.organization_id = ${organizationId}
             AND t.messages_sent + t.messages_delivered + t.messages_read + t.messages_responded + t.messages_failed > 0
           ORDER BY t.hour DESC LIMIT ${limit}) AS newest
         ORDER BY hour`,
  );
}

export async function sumTimeline(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
): Promise<TimelineSums> {
  const sums = await firstOf<TimelineSums>(
    db,
    sql`SELECT coalesce(sum(messages_clicked), 0)::int AS clicks,
               coalesce(sum(delivered_timed), 0)::int AS "deliveredTimed",
               coalesce(sum(delivered_ms), 0)::bigint AS "deliveredMs",
               coalesce(sum(read_timed), 0)::int AS "readTimed",
               coalesce(sum(read_ms), 0)::bigint AS "readMs",
               coalesce(sum(responded_timed), 0)::int AS "respondedTimed",
               coalesce(sum(responded_ms), 0)::bigint AS "respondedMs"
          FROM campaign_timeline t JOIN marketing_campaigns c ON c.id = t.campaign_id
         WHERE t.campaign_id = ${campaignId} AND c.organization_id = ${organizationId}`,
  );
  if (sums === undefined) throw new TypeError('an aggregate always has one row');
  return sums;
}

export interface ErrorCount {
  /** null: failures that carry no code of Meta's. */
  code: number | null;
  count: number;
}

export async function countErrors(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
): Promise<ErrorCount[]> {
  return rowsOf<ErrorCount>(
    db,
    sql`SELECT nullif(e.error_code, -1) AS code, e.recipients AS count
          FROM campaign_errors e JOIN marketing_campaigns c ON c.id = e.campaign_id
         WHERE e.campaign_id = ${campaignId} AND c.organization_id = ${organizationId} AND e.recipients > 0
         ORDER BY e.recipients DESC, e.error_code`,
  );
}

/** Meta's pricing information about the messages, counted when it arrived. */
export async function readCosts(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
): Promise<CostLine[]> {
  return rowsOf<CostLine>(
    db,
    sql`SELECT k.category, k.type, k.billable, k.free, k.unknown
          FROM campaign_costs k JOIN marketing_campaigns c ON c.id = k.campaign_id
         WHERE k.campaign_id = ${campaignId} AND c.organization_id = ${organizationId} 
           AND k.billable + k.free + k.unknown > 0
         ORDER BY k.category, k.type`,
  );
}

export async function sampleFailures(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
  limit: number,
): Promise<FailureSample[]> {
  return rowsOf<FailureSample>(
    db,
    sql`SELECT r.id AS "recipientId", r.phone_number AS "phoneNumber", r.name, r.error_code AS "errorCode",
               r.failure_reason AS reason, r.retry_count AS "retryCount", r.failed_at AS "failedAt"
          FROM campaign_recipients r JOIN marketing_campaigns c ON c.id = r.campaign_id
         WHERE r.campaign_id = ${campaignId} AND c.organization_id = ${organizationId}
           AND r.failed_at IS NOT NULL AND r.status = 'failed'
         ORDER BY r.failed_at DESC LIMIT ${limit}`,
  );
}

/** A day whose recipients were all retried on another day has nothing left to show. */
export async function readDays(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
): Promise<DayFigures[]> {
  return rowsOf<DayFigures>(
    db,
    sql`SELECT a.date, a.messages_sent AS sent, a.messages_delivered AS delivered, a.messages_read AS read,
               a.messages_responded AS responded, a.messages_failed AS failed
          FROM campaign_analytics a JOIN marketing_campaigns c ON c.id = a.campaign_id
         WHERE a.campaign_id = ${campaignId} AND c.organization_id = ${organizationId}
           AND a.messages_sent + a.messages_failed > 0
         ORDER BY a.date`,
  );
}

export async function readSchedule(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
): Promise<ScheduledBatch[]> {
  return rowsOf<ScheduledBatch>(
    db,
    sql`SELECT s.send_date AS "sendDate", s.batch_number AS "batchNumber", s.batch_size AS "batchSize",
               s.messages_sent AS sent, s.messages_remaining AS remaining, s.status
          FROM campaign_send_schedule s JOIN marketing_campaigns c ON c.id = s.campaign_id
         WHERE s.campaign_id = ${campaignId} AND c.organization_id = ${organizationId}
         ORDER BY s.send_date, s.batch_number`,
  );
}
