import type { EntityManager } from 'typeorm';
import { firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import { PLANNABLE_LIMIT } from '../../senders/quota/plannable-limit.js';
import type { Day } from '../../rules/calendar/day.js';
import type { CampaignHours } from '../campaign/campaign-calendar.js';
import type { ExplainingExperiment } from './assigned-in.js';
import type { ExplainedAttempt } from './explain-recipient.js';
import type { RecipientHours, WaitingFacts } from './waiting-reason.js';

/** Every send to one recipient from the message log, through the index of attempts. */
export async function attemptsOf(
  db: EntityManager,
  organizationId: string,
  recipientId: string,
): Promise<ExplainedAttempt[]> {
  return rowsOf<ExplainedAttempt>(
    db,
    sql`SELECT attempt, status, template_name AS "templateName", whatsapp_message_id AS "whatsappMessageId",
               created_at AS "createdAt", accepted_at AS "acceptedAt", sent_at AS "sentAt",
               delivered_at AS "deliveredAt", read_at AS "readAt", failed_at AS "failedAt",
               held_at AS "heldAt", doubted_at AS "doubtedAt",
               error_code AS "errorCode", error_subcode AS "errorSubcode", error_title AS "errorTitle",
               error_details AS "errorDetails", fbtrace_id AS "fbtraceId", http_status AS "httpStatus"
          FROM whatsapp_messages
         WHERE recipient_id = ${recipientId} AND organization_id = ${organizationId}
         ORDER BY attempt`,
  );
}

/** Undefined: the campaign has none. */
export async function experimentOf(
  db: EntityManager,
  campaignId: string,
  variant: number | null,
): Promise<ExplainingExperiment | undefined> {
  if (variant === null) return undefined;
  return firstOf<ExplainingExperiment>(
    db,
    sql`SELECT e.started_at AS "startedAt", e.decided_at AS "decidedAt", v.key
          FROM campaign_experiments e
          LEFT JOIN campaign_variants v ON v.campaign_id = e.campaign_id AND v.number = ${variant}
         WHERE e.campaign_id = ${campaignId}`,
  );
}

/**
 * One row with everything that can hold up a campaign. People are counted only while it is sending under a known
 * limit: along an index, and never more than the limit allows.
 */
export async function readWaitingFacts(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
  countedSince: Date,
): Promise<(WaitingFacts & CampaignHours) | undefined> {
  return firstOf<WaitingFacts & CampaignHours>(
    db,
    sql`SELECT c.status, c.status_reason AS "statusReason", c.scheduled_for AS "scheduledFor",
               c.start_date AS "startDate", c.released_on AS "releasedOn", c.time_zone AS "timeZone",
               c.send_window_start AS "sendWindowStart", c.send_window_end AS "sendWindowEnd",
               c.send_window_off AS "sendWindowOff", c.send_in_recipient_zone AS "sendInRecipientZone",
               c.has_send_times AS "hasSendTimes", c.status_changed_at AS "statusChangedAt", c.open_wave AS "openWave",
               c.messages_pending AS pending,
               (SELECT min(d.send_date) FROM campaign_send_schedule d
                 WHERE d.campaign_id = c.id AND d.messages_remaining > 0) AS "nextDay",
               s.name AS "senderName", s.status AS "senderStatus", s.status_reason AS "senderReason",
               s.verified_at IS NOT NULL AS "senderIsVerified",
               s.paused_until AS "senderPausedUntil", pace.held_until AS "senderHeldUntil",
               ${PLANNABLE_LIMIT} AS "limit",
               reach.people AS "peopleCounted", reach.oldest + interval '24 hours' AS "nextUnitAt"
          FROM marketing_campaigns c
          LEFT JOIN senders s ON s.id = c.sender_id
          LEFT JOIN sender_pace pace ON pace.sender_id = s.id
          LEFT JOIN portfolios p ON p.id = s.portfolio_id AND NOT p.is_unlimited AND p.messaging_limit IS NOT NULL
         CROSS JOIN LATERAL (SELECT count(*)::int AS people, min(r.counted_at) AS oldest
                               FROM portfolio_reach r
                              WHERE r.portfolio_id = p.id AND r.counted_at > ${countedSince}
                                AND c.status = 'active') AS reach
         WHERE c.id = ${campaignId} AND c.organization_id = ${organizationId}`,
  );
}

/** The clock of a recipient, and the hour of the variant it gets. */
export async function hoursOf(db: EntityManager, recipientId: string): Promise<RecipientHours | undefined> {
  return firstOf<RecipientHours>(
    db,
    sql`SELECT CASE WHEN c.send_in_recipient_zone THEN z.name END AS zone, v.send_at AS "sendAt",
               e.decided_at AS "decidedAt"
          FROM campaign_recipients r
          JOIN marketing_campaigns c ON c.id = r.campaign_id
          LEFT JOIN time_zones z ON z.id = r.zone_id
          LEFT JOIN campaign_experiments e ON e.campaign_id = r.campaign_id
          LEFT JOIN campaign_variants v
            ON v.campaign_id = r.campaign_id
           AND v.number = CASE WHEN r.variant > 0 AND r.attempts = 0 THEN coalesce(c.winner, r.variant) ELSE r.variant END
         WHERE r.id = ${recipientId}`,
  );
}

/** The zones of those who are still to be sent to on this day. */
export async function zonesWaiting(db: EntityManager, campaignId: string, today: Day): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    db,
    sql`SELECT z.name FROM time_zones z
         WHERE EXISTS (SELECT FROM campaign_recipients r
                        WHERE r.campaign_id = ${campaignId} AND r.scheduled_send_date = ${today}
                          AND r.zone_id = z.id AND r.slice_id IS NULL AND r.status IN ('pending', 'retry'))
         ORDER BY z.name`,
  );
  return rows.map(({ name }) => name);
}
