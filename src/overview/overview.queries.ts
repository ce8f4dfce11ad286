import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, sql } from '../platform/database/sql.js';
import type { CampaignState } from '../campaigns/campaign/campaign-state.js';
import type { Day } from '../rules/calendar/day.js';
import type { DayFigures, PlannedDay } from './overview.js';

export interface RunningCampaign {
  id: string;
  name: string;
  priority: number;
  rateLimit: number | null;
  throughput: number | null;
  timeZone: string;
  sendWindowStart: string | null;
  sendWindowEnd: string | null;
  sendWindowOff: boolean;
  total: number;
  pending: number;
  sent: number;
  delivered: number;
  read: number;
  responded: number;
  estimatedCompletionDate: string | null;
  /** Of its plan for today. */
  plannedToday: number;
  leftToday: number;
}

/** What is being sent, by priority and age. The counters are columns: nothing is counted here. */
export async function runningCampaigns(
  db: EntityManager,
  organizationId: string,
  today: Day,
  limit: number,
): Promise<RunningCampaign[]> {
  return rowsOf(
    db,
    sql`SELECT c.id, c.name, c.priority, c.rate_limit AS "rateLimit", s.throughput_per_second AS throughput,
               c.time_zone AS "timeZone", c.send_window_start AS "sendWindowStart",
               c.send_window_end AS "sendWindowEnd", c.send_window_off AS "sendWindowOff",
               c.total_target_customers AS total, c.messages_pending AS pending, c.messages_sent AS sent,
               c.messages_delivered AS delivered, c.messages_read AS read, c.messages_responded AS responded,
               c.estimated_completion_date AS "estimatedCompletionDate",
               coalesce(plan.planned, 0)::int AS "plannedToday", coalesce(plan.remaining, 0)::int AS "leftToday"
          FROM marketing_campaigns c LEFT JOIN senders s ON s.id = c.sender_id
          LEFT JOIN LATERAL
               (SELECT sum(batch_size) AS planned, sum(messages_remaining) AS remaining
                  FROM campaign_send_schedule WHERE campaign_id = c.id AND send_date = ${today}) AS plan ON true
         WHERE c.organization_id = ${organizationId} AND c.status = 'active'
         ORDER BY c.priority, c.id LIMIT ${limit}`,
  );
}

export async function countRunning(db: EntityManager, organizationId: string): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND status = 'active'`,
  );
  return row?.n ?? 0;
}

/** Added up over all campaigns: one row a campaign and day, found by its key. */
export async function figuresOf(
  db: EntityManager,
  organizationId: string,
  days: readonly Day[],
): Promise<(DayFigures & { date: Day })[]> {
  return rowsOf(
    db,
    sql`SELECT a.date::text AS date, sum(a.messages_sent)::int AS sent, sum(a.messages_delivered)::int AS arrived,
               sum(a.messages_read)::int AS read, sum(a.messages_responded)::int AS replied,
               sum(a.messages_failed)::int AS failed
          FROM marketing_campaigns c JOIN campaign_analytics a ON a.campaign_id = c.id
         WHERE c.organization_id = ${organizationId} AND c.status <> 'draft' AND a.date = ANY(${days}::date[])
         GROUP BY a.date`,
  );
}

/** Of what runs or is about to. A paused campaign is planned again when it resumes. */
export async function plannedBetween(
  db: EntityManager,
  organizationId: string,
  from: Day,
  to: Day,
): Promise<PlannedDay[]> {
  return rowsOf(
    db,
    sql`SELECT s.send_date::text AS date, sum(s.batch_size)::int AS planned, count(DISTINCT c.id)::int AS campaigns
          FROM marketing_campaigns c JOIN campaign_send_schedule s ON s.campaign_id = c.id
         WHERE c.organization_id = ${organizationId} AND s.send_date BETWEEN ${from} AND ${to}
           AND (c.status IN ('active', 'scheduled') OR (c.status = 'completed' AND s.send_date = ${from}))
         GROUP BY s.send_date`,
  );
}

export interface OrdersOfDay {
  currency: string;
  count: number;
  total: string;
}

export async function ordersBetween(
  db: EntityManager,
  organizationId: string,
  from: Date,
  to: Date,
): Promise<OrdersOfDay[]> {
  return rowsOf(
    db,
    sql`SELECT currency, count(*)::int AS count, sum(total)::text AS total FROM whatsapp_orders
         WHERE organization_id = ${organizationId} AND created_at >= ${from} AND created_at < ${to}
           AND status <> 'cancelled'
         GROUP BY currency ORDER BY currency`,
  );
}

export interface TroubledCampaign {
  id: string;
  name: string;
  status: 'paused' | 'failed';
  reason: string | null;
  since: Date;
}

export async function troubledCampaigns(
  db: EntityManager,
  organizationId: string,
  failedSince: Date,
  limit: number,
): Promise<TroubledCampaign[]> {
  return rowsOf(
    db,
    sql`SELECT id, name, status, status_reason AS reason, status_changed_at AS since FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND archived_at IS NULL
           AND (status = 'paused' OR (status = 'failed' AND status_changed_at > ${failedSince}))
         ORDER BY status, status_changed_at DESC, id LIMIT ${limit}`,
  );
}

export interface TroubledSender {
  id: string;
  name: string;
  isVerified: boolean;
  status: string;
  reason: string | null;
  quality: string | null;
  since: Date;
}

export async function troubledSenders(
  db: EntityManager,
  organizationId: string,
  limit: number,
): Promise<TroubledSender[]> {
  return rowsOf(
    db,
    sql`SELECT id, name, verified_at IS NOT NULL AS "isVerified", status,
               CASE WHEN verified_at IS NULL THEN verification_problem ELSE status_reason END AS reason,
               quality_rating AS quality, updated_at AS since
          FROM senders
         WHERE organization_id = ${organizationId}
           AND (verified_at IS NULL OR status <> 'active' OR quality_rating IN ('YELLOW', 'RED'))
         ORDER BY id LIMIT ${limit}`,
  );
}

export interface OpenOrders {
  count: number;
  since: Date | null;
}

/** At most `counted`: beyond that the exact number helps nobody. */
export async function openOrders(
  db: EntityManager,
  organizationId: string,
  which: 'pending' | 'flagged',
  counted: number,
): Promise<OpenOrders> {
  const condition = which === 'pending' ? sql`status = 'pending'` : sql`flags <> '{}'`;
  const row = await firstOf<OpenOrders>(
    db,
    sql`SELECT count(*)::int AS count, min(created_at) AS since
          FROM (SELECT created_at FROM whatsapp_orders
                 WHERE organization_id = ${organizationId} AND ${condition} ORDER BY id LIMIT ${counted}) AS open`,
  );
  return row ?? { count: 0, since: null };
}

export interface Onboarding {
  hasSender: boolean;
  hasCustomers: boolean;
  hasTemplate: boolean;
  hasTest: boolean;
  hasCampaign: boolean;
}

export async function onboardingOf(db: EntityManager, organizationId: string): Promise<Onboarding> {
  const row = await firstOf<Onboarding>(
    db,
    sql`SELECT EXISTS (SELECT FROM senders WHERE organization_id = ${organizationId} AND verified_at IS NOT NULL)
                 AS "hasSender",
               EXISTS (SELECT FROM user_profiles WHERE organization_id = ${organizationId}) AS "hasCustomers",
               EXISTS (SELECT FROM whatsapp_templates WHERE organization_id = ${organizationId} AND status = 'APPROVED')
                 AS "hasTemplate",
               EXISTS (SELECT FROM whatsapp_messages
                        WHERE organization_id = ${organizationId} AND purpose = 'test' AND recipient_id IS NULL
                          AND direction = 'out') AS "hasTest",
               EXISTS (SELECT FROM marketing_campaigns WHERE organization_id = ${organizationId} AND status <> 'draft')
                 AS "hasCampaign"`,
  );
  if (row === undefined) throw new TypeError('a list of conditions always has one row');
  return row;
}

export interface CampaignName {
  id: string;
  name: string;
  status: CampaignState;
  sent: number;
  scheduledFor: Date | null;
}

const NAME = sql`id, name, status, messages_sent AS sent, scheduled_for AS "scheduledFor"`;

/** The newest that has reached someone; looked for among the last hundred. */
export async function lastCampaign(
  db: EntityManager,
  organizationId: string,
): Promise<CampaignName | undefined> {
  return firstOf(
    db,
    sql`SELECT ${NAME}
          FROM (SELECT * FROM marketing_campaigns WHERE organization_id = ${organizationId}
                 ORDER BY id DESC LIMIT 100) AS newest
         WHERE messages_sent > 0 AND status <> 'active' ORDER BY id DESC LIMIT 1`,
  );
}

export async function nextCampaign(
  db: EntityManager,
  organizationId: string,
): Promise<CampaignName | undefined> {
  return firstOf(
    db,
    sql`SELECT ${NAME} FROM marketing_campaigns
         WHERE organization_id = ${organizationId} AND status = 'scheduled'
         ORDER BY coalesce(scheduled_for, start_date::timestamptz), id LIMIT 1`,
  );
}
