import type { JudgedAttempt, JudgedRecipient } from './judge.ts';
import { query } from './query.ts';

/** The states as the contract counts them, written down a second time. */
const COUNTS = `
  count(*)::int AS total,
  count(*) FILTER (WHERE status IN ('pending', 'queued', 'sending', 'held', 'retry'))::int AS pending,
  count(*) FILTER (WHERE status IN ('sent', 'delivered', 'read', 'responded'))::int AS sent,
  count(*) FILTER (WHERE status IN ('delivered', 'read', 'responded'))::int AS delivered,
  count(*) FILTER (WHERE status IN ('read', 'responded'))::int AS read,
  count(*) FILTER (WHERE status = 'responded')::int AS responded,
  count(*) FILTER (WHERE status = 'failed')::int AS failed,
  count(*) FILTER (WHERE status = 'skipped')::int AS skipped,
  count(*) FILTER (WHERE status = 'opted_out')::int AS opted_out`;

export type Counts = Record<
  'total' | 'pending' | 'sent' | 'delivered' | 'read' | 'responded' | 'failed' | 'skipped' | 'opted_out',
  number
>;

/** The recount of a campaign's recipients, and each place where the same counters are stored. */
export interface KeptCounts {
  id: string;
  counted: Counts;
  kept: Counts;
  analytics: Pick<Counts, 'sent' | 'delivered' | 'read' | 'responded' | 'failed'>;
  schedule: Pick<Counts, 'total' | 'sent' | 'pending'>;
}

export function keptCounts(url: string): Promise<KeptCounts[]> {
  return query<KeptCounts>(
    url,
    `SELECT c.id,
            (SELECT to_jsonb(r) FROM (SELECT ${COUNTS} FROM campaign_recipients WHERE campaign_id = c.id) r) AS counted,
            jsonb_build_object('total', total_target_customers, 'pending', messages_pending, 'sent', messages_sent,
              'delivered', messages_delivered, 'read', messages_read, 'responded', messages_responded,
              'failed', messages_failed, 'skipped', messages_skipped, 'opted_out', messages_opted_out) AS kept,
            (SELECT jsonb_build_object('sent', sum(messages_sent), 'delivered', sum(messages_delivered),
                      'read', sum(messages_read), 'responded', sum(messages_responded), 'failed', sum(messages_failed))
               FROM campaign_analytics WHERE campaign_id = c.id) AS analytics,
            (SELECT jsonb_build_object('total', sum(batch_size), 'sent', sum(messages_sent),
                      'pending', sum(messages_remaining))
               FROM campaign_send_schedule WHERE campaign_id = c.id) AS schedule
       FROM marketing_campaigns c ORDER BY c.id`,
  );
}

export function recipientsIn(url: string): Promise<JudgedRecipient[]> {
  return query<JudgedRecipient>(
    url,
    `SELECT id, campaign_id AS "campaignId", phone_number AS phone, status, attempts, error_code AS "errorCode",
            failure_reason AS "failureReason", whatsapp_message_id AS wamid
       FROM campaign_recipients ORDER BY id`,
  );
}

export function attemptsIn(url: string): Promise<JudgedAttempt[]> {
  return query<JudgedAttempt>(
    url,
    `SELECT recipient_id AS "recipientId", attempt, status, whatsapp_message_id AS wamid,
            accepted_at IS NOT NULL AS "isAnswered"
       FROM whatsapp_messages WHERE recipient_id IS NOT NULL`,
  );
}

/** Customers who replied, once per message. */
export async function writersIn(url: string): Promise<string[]> {
  const rows = await query<{ phone: string }>(
    url,
    `SELECT phone_number AS phone FROM whatsapp_messages WHERE direction = 'in' ORDER BY id`,
  );
  return rows.map(({ phone }) => phone);
}

export async function ledgerIn(url: string): Promise<string[]> {
  const rows = await query<{ phone: string }>(url, `SELECT phone_number AS phone FROM portfolio_reach`);
  return rows.map(({ phone }) => phone);
}

/** The state of everything, in numbers that stop changing when nothing moves any more. */
export interface Standing {
  /** Recipients by state. */
  states: Record<string, number>;
  campaigns: string[];
  /** The last moment until which a retry waits. */
  retryAt: string | null;
  /** Webhook events by result. */
  events: Record<string, number>;
  /** Slices by state. */
  slices: Record<string, number>;
}

export async function standingIn(url: string): Promise<Standing> {
  const tally = (table: string, column: string): string =>
    `(SELECT coalesce(jsonb_object_agg(state, n), '{}')
        FROM (SELECT ${column} AS state, count(*) AS n FROM ${table} GROUP BY 1) AS tallied)`;
  const [standing] = await query<Standing & { retryAt: string | null }>(
    url,
    `SELECT ${tally('campaign_recipients', 'status')} AS states,
            ${tally('webhook_events', 'status')} AS events,
            ${tally('campaign_slices', 'state')} AS slices,
            (SELECT array_agg(status || coalesce(': ' || status_reason, '') ORDER BY id)
               FROM marketing_campaigns) AS campaigns,
            (SELECT to_char(max(next_attempt_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
               FROM campaign_recipients WHERE status = 'retry') AS "retryAt"`,
  );
  if (standing === undefined) throw new Error('the database does not answer');
  return standing;
}
