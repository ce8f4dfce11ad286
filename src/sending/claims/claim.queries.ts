import type { EntityManager } from 'typeorm';
import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { judgement, type JudgementRules } from '../../messages/judgement/judgement.js';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { EarlierClaim } from './judge-claim.js';
import type { SliceRow } from '../slices/leases.queries.js';

/** What the sender, its portfolio and the organization say about whether a message may go. */
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
    sql`SELECT (s.status = 'active' AND s.verified_at IS NOT NULL) AS "senderIsActive", s.portfolio_id AS "portfolioId",
               coalesce(p.is_unlimited, false) AS "isUnlimited", o.consent_policy AS "consentPolicy",
               o.frequency_cap_messages AS "capMessages", o.frequency_cap_days AS "capDays"
          FROM senders s
          JOIN organizations o ON o.id = s.organization_id
          LEFT JOIN portfolios p ON p.id = s.portfolio_id
         WHERE s.id = ${senderId} AND s.organization_id = ${organizationId}`,
  );
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

/** A recipient whose message is sent now, with the values that fill it. */
export interface Claimed {
  id: string;
  phoneNumber: string;
  attempt: number;
  /** Of the campaign's experiment; null: none. */
  variant: number | null;
  customerId: string | null;
  name: string | null;
  variables: Record<string, unknown> | null;
  customer: Record<string, unknown> | null;
}

export interface ClaimRules extends JudgementRules {
  isMarketing: boolean;
  suppressed: readonly string[];
  /** Null: no variant of an experiment has been dropped. */
  others: OtherVariants | null;
}

/** What each of the recipients gets instead, in their order, if they have a dropped variant. */
export interface OtherVariants {
  dropped: readonly number[];
  variants: readonly number[];
}

const MINUTE_MS = 60_000;

/**
 * The claim: the statement that takes the recipients also judges them. Recipients that fail a check are skipped. Once an
 * experiment is decided, those who have not been attempted get the winner; a retry keeps the variant of its first attempt.
 * People who still have a dropped variant were being claimed as it was dropped, by a claim that came to nothing.
 */
export async function claim(
  tx: EntityManager,
  ids: readonly string[],
  rules: ClaimRules,
): Promise<(Claimed & { skipReason: string | null })[]> {
  const { isMarketing, suppressed, others, now } = rules;
  const { profile, skipReason } = judgement(
    {
      phoneNumber: sql`r.phone_number`,
      customerId: sql`r.customer_id`,
      isSuppressed: sql`r.id = ANY(${suppressed}::uuid[])`,
      isMarketing,
      needsConsent: true,
    },
    rules,
  );
  const isWon = sql`c.winner IS NOT NULL AND r.attempts = 0 AND r.variant > 0`;
  return rowsOf(
    tx,
    sql`WITH judged AS (
          SELECT r.id, p.id AS profile_id,
                 CASE WHEN p.id IS NOT NULL THEN jsonb_build_object(
                   'name', p.display_name, 'email', p.email, 'city', p.city, 'state', p.state, 'zipcode', p.zipcode,
                   'country', p.country, 'customerTier', p.customer_tier, 'customer_tier', p.customer_tier,
                   'attributes', p.attributes) END AS customer,
                 ${skipReason} AS skip_reason
            FROM campaign_recipients r
            LEFT JOIN LATERAL (${profile}) AS p ON true
           WHERE r.id = ANY(${ids}::uuid[])
        )
        UPDATE campaign_recipients r
           SET variant = CASE WHEN ${isWon} THEN c.winner ${otherVariant(ids, others)} ELSE r.variant END,
               wave = CASE WHEN ${isWon} THEN 1 ELSE r.wave END,
               status = CASE WHEN j.skip_reason IS NULL THEN 'sending' ELSE 'skipped' END,
               failure_reason = j.skip_reason,
               error_code = CASE WHEN j.skip_reason IS NULL THEN NULL ELSE r.error_code END,
               attempts = CASE WHEN j.skip_reason IS NULL THEN r.attempts + 1 ELSE r.attempts END,
               attempted_at = CASE WHEN j.skip_reason IS NULL THEN ${now} ELSE r.attempted_at END,
               last_retry_at = CASE WHEN j.skip_reason IS NULL AND r.attempts > 0 THEN ${now} ELSE r.last_retry_at END,
               customer_id = coalesce(j.profile_id, r.customer_id), updated_at = ${now}
          FROM judged j, marketing_campaigns c
         WHERE r.id = j.id AND c.id = r.campaign_id AND c.status = 'active' AND r.wave <= c.open_wave
        RETURNING r.id, r.phone_number AS "phoneNumber", r.attempts AS attempt, r.variant, r.customer_id AS "customerId", r.name,
                  r.variables, j.customer, j.skip_reason AS "skipReason"`,
  );
}

function otherVariant(ids: readonly string[], others: OtherVariants | null): Sql {
  if (others === null) return sql``;
  const { dropped, variants } = others;
  const own = sql`(${variants}::smallint[])[array_position(${ids}::uuid[], r.id)]`;
  return sql`WHEN r.attempts = 0 AND r.variant = ANY(${dropped}::smallint[]) THEN ${own}`;
}

/** The other slices of the campaign that were claimed from since then: when last, and their whole size. */
export async function paceSince(tx: EntityManager, slice: SliceRow, since: Date): Promise<EarlierClaim[]> {
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
 * How many people campaigns of higher rank are about to message in the same portfolio: that much of what is left of
 * its limit is theirs.
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
  // A slice without room looks again within a minute, and units that become free meanwhile belong to it.
  const soon = new Date(now.getTime() + MINUTE_MS);
  const row = await firstOf<{ people: number }>(
    tx,
    sql`SELECT coalesce(sum(s.size), 0)::int AS people
          FROM campaign_slices s
          JOIN marketing_campaigns c ON c.id = s.campaign_id AND c.status = 'active'
          JOIN senders n ON n.id = s.sender_id AND n.status = 'active' AND n.verified_at IS NOT NULL
         WHERE n.portfolio_id = ${portfolioId} AND s.state IN ('waiting', 'taken') AND s.due_at <= ${soon}
           AND c.id <> ${campaignId} AND (c.priority, c.created_at, c.id) < (${priority}, ${createdAt}, ${campaignId})`,
  );
  return row?.people ?? 0;
}
