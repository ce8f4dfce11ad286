import type { EntityManager } from 'typeorm';
import { firstOf, sql } from '../../platform/database/sql.js';
import type { WaitingFacts } from './waiting-reason.js';

/**
 * One row of everything that may hold a campaign up. People are counted only for one that is sending under a known
 * limit: along an index, and never more of them than the limit has room for.
 */
export async function readWaitingFacts(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
  countedSince: Date,
): Promise<WaitingFacts | undefined> {
  return firstOf<WaitingFacts>(
    db,
    sql`SELECT c.status, c.status_reason AS "statusReason", c.scheduled_for AS "scheduledFor",
               c.start_date AS "startDate", c.released_on AS "releasedOn", c.time_zone AS "timeZone",
               c.send_window_start AS "sendWindowStart", c.send_window_end AS "sendWindowEnd",
               c.send_window_off AS "sendWindowOff", c.messages_pending AS pending,
               (SELECT min(d.send_date) FROM campaign_send_schedule d
                 WHERE d.campaign_id = c.id AND d.messages_remaining > 0) AS "nextDay",
               s.name AS "senderName", s.status AS "senderStatus", s.status_reason AS "senderReason",
               s.paused_until AS "senderPausedUntil", pace.held_until AS "senderHeldUntil",
               CASE WHEN p.id IS NOT NULL THEN greatest(0, p.messaging_limit - p.late_delivery_allowance) END AS "limit",
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
