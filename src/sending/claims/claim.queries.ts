import type { EntityManager } from 'typeorm';
import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { consentCondition } from '../../customers/consent/mailable.js';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import { usAreaCodes } from '../../rules/phone/us-area-codes.js';
import type { SliceRow } from '../slices/leases.queries.js';

/** What of the sender, its portfolio and the organization decides whether somebody may be written to. */
export interface ClaimTerms {
  senderIsActive: boolean;
  portfolioId: string | null;
  isUnlimited: boolean;
  consentPolicy: ConsentPolicy;
  capMessages: number | null;
  capDays: number | null;
}

export async function termsOf(
  tx: EntityManager,
  organizationId: string,
  senderId: string,
): Promise<ClaimTerms | undefined> {
  return firstOf<ClaimTerms>(
    tx,
    sql`SELECT s.status = 'active' AS "senderIsActive", s.portfolio_id AS "portfolioId",
               coalesce(p.is_unlimited, false) AS "isUnlimited", o.consent_policy AS "consentPolicy",
               o.frequency_cap_messages AS "capMessages", o.frequency_cap_days AS "capDays"
          FROM senders s
          JOIN organizations o ON o.id = s.organization_id
          LEFT JOIN portfolios p ON p.id = s.portfolio_id
         WHERE s.id = ${senderId} AND s.organization_id = ${organizationId}`,
  );
}

/** Two campaigns that claim the same person at once must each see what the other does. */
export async function lockFrequency(tx: EntityManager, organizationId: string): Promise<void> {
  await rowsOf(tx, sql`SELECT pg_advisory_xact_lock(hashtextextended(${`frequency ${organizationId}`}, 0))`);
}

export interface Candidate {
  id: string;
  phoneNumber: string;
}

export async function lockCandidates(
  tx: EntityManager,
  slice: SliceRow,
  limit: number,
): Promise<Candidate[]> {
  return rowsOf<Candidate>(
    tx,
    sql`SELECT id, phone_number AS "phoneNumber" FROM campaign_recipients
         WHERE campaign_id = ${slice.campaignId} AND slice_id = ${slice.id} AND status = 'queued'
           AND id BETWEEN ${slice.firstRecipient} AND ${slice.lastRecipient}
         ORDER BY id LIMIT ${limit} FOR UPDATE`,
  );
}

/** Somebody who is written to now, with all that the message is filled from. */
export interface Claimed {
  id: string;
  phoneNumber: string;
  attempt: number;
  customerId: string | null;
  name: string | null;
  variables: Record<string, unknown> | null;
  customer: Record<string, unknown> | null;
}

export interface Skipped {
  id: string;
  phoneNumber: string;
  skipReason: string;
}

export interface ClaimRules extends ClaimTerms {
  organizationId: string;
  isMarketing: boolean;
  skipUs: boolean;
  suppressed: readonly string[];
  now: Date;
}

export const SKIPPED = {
  unsubscribed: 'User unsubscribed',
  inactive: 'Customer is not active',
  us: 'Marketing messages to US numbers are not delivered by WhatsApp',
} as const;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * The claim: consent, refusals, the country and the frequency cap are judged by the very statement that takes the
 * recipients, so nobody who said STOP a moment ago slips through. Who may not be written to is skipped.
 */
export async function claim(
  tx: EntityManager,
  ids: readonly string[],
  rules: ClaimRules,
): Promise<(Claimed & { skipReason: string | null })[]> {
  const { organizationId, consentPolicy, isMarketing, skipUs, suppressed, capMessages, capDays, now } = rules;
  const usNumber = sql`(r.phone_number LIKE '+1%' AND substr(r.phone_number, 3, 3) = ANY(${usAreaCodes()}))`;
  const capped =
    !isMarketing || capMessages === null || capDays === null
      ? sql`NULL`
      : sql`CASE WHEN (SELECT count(*) FROM whatsapp_messages m
                        WHERE m.organization_id = ${organizationId} AND m.phone_number = r.phone_number
                          AND m.direction = 'out' AND m.purpose = 'campaign' AND m.category = 'MARKETING'
                          AND m.status <> 'failed'
                          AND m.created_at > ${new Date(now.getTime() - capDays * DAY_MS)}) >= ${capMessages}
                 THEN ${`Frequency cap: ${capMessages} marketing messages in ${capDays} days`} END`;
  return rowsOf(
    tx,
    sql`WITH judged AS (
          SELECT r.id, p.id AS profile_id,
                 CASE WHEN p.id IS NOT NULL THEN jsonb_build_object(
                   'name', p.display_name, 'email', p.email, 'city', p.city, 'state', p.state, 'zipcode', p.zipcode,
                   'country', p.country, 'customerTier', p.customer_tier, 'customer_tier', p.customer_tier,
                   'attributes', p.attributes) END AS customer,
                 CASE WHEN r.id = ANY(${suppressed}::uuid[]) THEN ${SKIPPED.unsubscribed}
                      WHEN CASE WHEN p.id IS NULL THEN ${consentPolicy === 'explicit'}::boolean
                                ELSE NOT ${consentCondition('p', consentPolicy)} END THEN ${SKIPPED.unsubscribed}
                      WHEN p.is_active = false THEN ${SKIPPED.inactive}
                      WHEN ${isMarketing && skipUs}::boolean AND ${usNumber} THEN ${SKIPPED.us}
                      ELSE ${capped} END AS skip_reason
            FROM campaign_recipients r
            LEFT JOIN LATERAL (
              SELECT u.* FROM user_profiles u
               WHERE u.organization_id = ${organizationId}
                 AND (u.id = r.customer_id OR (r.customer_id IS NULL AND u.whatsapp_phone = r.phone_number))
               LIMIT 1) AS p ON true
           WHERE r.id = ANY(${ids}::uuid[])
        )
        UPDATE campaign_recipients r
           SET status = CASE WHEN j.skip_reason IS NULL THEN 'sending' ELSE 'skipped' END,
               failure_reason = j.skip_reason,
               error_code = CASE WHEN j.skip_reason IS NULL THEN NULL ELSE r.error_code END,
               attempts = CASE WHEN j.skip_reason IS NULL THEN r.attempts + 1 ELSE r.attempts END,
               attempted_at = CASE WHEN j.skip_reason IS NULL THEN ${now} ELSE r.attempted_at END,
               last_retry_at = CASE WHEN j.skip_reason IS NULL AND r.attempts > 0 THEN ${now} ELSE r.last_retry_at END,
               customer_id = coalesce(r.customer_id, j.profile_id), updated_at = ${now}
          FROM judged j
         WHERE r.id = j.id AND EXISTS (SELECT FROM marketing_campaigns c WHERE c.id = r.campaign_id AND c.status = 'active')
        RETURNING r.id, r.phone_number AS "phoneNumber", r.attempts AS attempt, r.customer_id AS "customerId", r.name,
                  r.variables, j.customer, j.skip_reason AS "skipReason"`,
  );
}

/** What slices of this campaign have claimed since then: when each was last at it, and how much it holds. */
export async function paceSince(
  tx: EntityManager,
  slice: SliceRow,
  since: Date,
): Promise<{ at: Date; size: number }[]> {
  return rowsOf(
    tx,
    sql`SELECT last_claim_at AS at, size FROM campaign_slices
         WHERE campaign_id = ${slice.campaignId} AND id <> ${slice.id} AND last_claim_at > ${since}
         ORDER BY last_claim_at`,
  );
}

export async function noteClaim(
  tx: EntityManager,
  slice: SliceRow,
  { now, leasedUntil }: { now: Date; leasedUntil: Date },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE campaign_slices SET last_claim_at = ${now}, leased_until = ${leasedUntil} WHERE id = ${slice.id}`,
  );
}

/**
 * How many people campaigns that rank higher are about to write to, in the same portfolio: that much of what is left
 * of its limit is theirs.
 */
export async function dueAbove(
  tx: EntityManager,
  portfolioId: string,
  {
    campaignId,
    priority,
    createdAt,
    now,
  }: { campaignId: string; priority: number; createdAt: Date; now: Date },
): Promise<number> {
  // Whoever was refused looks again within a minute, and what gets free meanwhile is theirs.
  const soon = new Date(now.getTime() + MINUTE_MS);
  const row = await firstOf<{ people: number }>(
    tx,
    sql`SELECT coalesce(sum(s.size), 0)::int AS people
          FROM campaign_slices s
          JOIN marketing_campaigns c ON c.id = s.campaign_id AND c.status = 'active'
          JOIN senders n ON n.id = s.sender_id AND n.status = 'active'
         WHERE n.portfolio_id = ${portfolioId} AND s.state IN ('waiting', 'taken') AND s.due_at <= ${soon}
           AND c.id <> ${campaignId} AND (c.priority, c.created_at, c.id) < (${priority}, ${createdAt}, ${campaignId})`,
  );
  return row?.people ?? 0;
}
