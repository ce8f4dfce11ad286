import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';
import type { SliceRow } from '../slices/leases.queries.js';

export type DoubtfulSlice = SliceRow & { organizationId: string };

/**
 * Slices in which nobody was written to since then, and somebody may still be in doubt: also those that still have
 * others to write to, and wait for a number that is paused.
 */
export async function findDoubtful(db: EntityManager, before: Date, limit: number): Promise<DoubtfulSlice[]> {
  return rowsOf<DoubtfulSlice>(
    db,
    sql`SELECT s.id, s.campaign_id AS "campaignId", s.sender_id AS "senderId", s.send_date AS "sendDate",
               s.first_recipient AS "firstRecipient", s.last_recipient AS "lastRecipient", s.size, s.state,
               s.due_at AS "dueAt", s.last_claim_at AS "lastClaimAt", c.organization_id AS "organizationId"
          FROM campaign_slices s JOIN marketing_campaigns c ON c.id = s.campaign_id
         WHERE s.last_claim_at <= ${before}
           AND (s.state = 'in_doubt'
                OR (s.state = 'waiting'
                    AND EXISTS (SELECT FROM campaign_recipients r
                                 WHERE r.campaign_id = s.campaign_id AND r.slice_id = s.id AND r.status = 'sending'
                                   AND r.id BETWEEN s.first_recipient AND s.last_recipient)))
         ORDER BY s.last_claim_at LIMIT ${limit}`,
  );
}

export async function settleUnconfirmed(
  tx: EntityManager,
  slice: SliceRow,
  { before, now }: { before: Date; now: Date },
): Promise<number> {
  return execute(
    tx,
    sql`UPDATE campaign_recipients r
           SET status = 'failed', failed_at = ${now}, failure_reason = 'unconfirmed', error_code = NULL, updated_at = ${now}
         WHERE r.id IN (SELECT id FROM campaign_recipients
                         WHERE campaign_id = ${slice.campaignId} AND slice_id = ${slice.id} AND status = 'sending'
                           AND id BETWEEN ${slice.firstRecipient} AND ${slice.lastRecipient}
                           AND attempted_at <= ${before}
                         ORDER BY id FOR UPDATE)`,
  );
}
