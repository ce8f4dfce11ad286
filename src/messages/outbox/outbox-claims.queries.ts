import type { EntityManager } from 'typeorm';
import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import { judgement, type JudgementRules, SKIPPED } from '../judgement/judgement.js';
import type { MessagePurpose } from '../log/message-state.js';
import type { MessageCategory, MessageHours } from './new-outbox-message.js';
import type { WaitReason } from './wait-reason.js';

/** A sender that may send now, locked or not. */
export const MAY_SEND = (now: Date): Sql =>
  sql`s.status = 'active' AND s.verified_at IS NOT NULL AND (p.held_until IS NULL OR p.held_until <= ${now})`;

/** Priority, then what people asked for before marketing. Each rank is one look into the index. */
const RANKS = sql`(SELECT priority, is_marketing FROM generate_series(1, 10) AS priority
                    CROSS JOIN (VALUES (false), (true)) AS kind (is_marketing))`;

function dueOf(senderId: Sql, now: Date, limit: number): Sql {
  return sql`${RANKS} AS rank
    CROSS JOIN LATERAL (
      SELECT o.id, o.priority, o.is_marketing, o.created_at FROM message_outbox o
       WHERE o.sender_id = ${senderId} AND o.priority = rank.priority AND o.is_marketing = rank.is_marketing
         AND o.state = 'waiting' AND o.due_at <= ${now} AND o.expires_at > ${now}
       ORDER BY o.due_at LIMIT ${limit}) AS due`;
}

export interface DueSender {
  senderId: string;
  organizationId: string;
}

/** Those with messages that are due, if they may send. */
export async function dueSenders(db: EntityManager, now: Date): Promise<DueSender[]> {
  return rowsOf(
    db,
    sql`SELECT s.id AS "senderId", s.organization_id AS "organizationId"
          FROM senders s LEFT JOIN sender_pace p ON p.sender_id = s.id
         WHERE ${MAY_SEND(now)} AND EXISTS (SELECT FROM ${dueOf(sql`s.id`, now, 1)})`,
  );
}

/** How many messages are due, at most `limit`. */
export async function countDue(
  db: EntityManager,
  senderId: string,
  { now, limit }: { now: Date; limit: number },
): Promise<number> {
  const row = await firstOf<{ due: number }>(
    db,
    sql`SELECT count(*)::int AS due FROM (SELECT FROM ${dueOf(sql`${senderId}::uuid`, now, limit)} LIMIT ${limit}) AS found`,
  );
  return row?.due ?? 0;
}

/** What the sender, its portfolio and the organization say. */
export interface OutboxTerms {
  organizationId: string;
  senderId: string;
  portfolioId: string | null;
  isUnlimited: boolean;
  usesMarketingApi: boolean;
  consentPolicy: ConsentPolicy;
  capMessages: number | null;
  capDays: number | null;
}

/** Undefined: the sender may not send. */
export async function termsOf(
  tx: EntityManager,
  senderId: string,
  now: Date,
): Promise<OutboxTerms | undefined> {
  return firstOf<OutboxTerms>(
    tx,
    sql`SELECT s.id AS "senderId", s.organization_id AS "organizationId", s.portfolio_id AS "portfolioId",
               coalesce(f.is_unlimited, false) AS "isUnlimited", s.uses_marketing_api AS "usesMarketingApi",
               o.consent_policy AS "consentPolicy", o.frequency_cap_messages AS "capMessages",
               o.frequency_cap_days AS "capDays"
          FROM senders s
          JOIN organizations o ON o.id = s.organization_id
          LEFT JOIN portfolios f ON f.id = s.portfolio_id
          LEFT JOIN sender_pace p ON p.sender_id = s.id
         WHERE s.id = ${senderId} AND ${MAY_SEND(now)}`,
  );
}

export interface DueMessage {
  id: string;
  purpose: MessagePurpose;
  phoneNumber: string | null;
  whatsappUserId: string | null;
  isMarketing: boolean;
  needsOpenWindow: boolean;
  window: MessageHours | null;
  hasFallback: boolean;
  fallsBackToMarketing: boolean;
  /** Before this one. */
  attempts: number;
}

/**
 * Any number of workers share the work; each message is taken by one of them. More are looked at than taken, because
 * another worker may hold the first ones.
 */
export async function lockDue(
  tx: EntityManager,
  senderId: string,
  { now, limit }: { now: Date; limit: number },
): Promise<DueMessage[]> {
  return rowsOf(
    tx,
    sql`WITH first AS MATERIALIZED (
          SELECT due.id FROM ${dueOf(sql`${senderId}::uuid`, now, 4 * limit)}
           ORDER BY due.priority, due.is_marketing, due.created_at, due.id LIMIT ${4 * limit}
        )
        SELECT o.id, o.purpose, o.phone_number AS "phoneNumber", o.whatsapp_user_id AS "whatsappUserId",
               o.is_marketing AS "isMarketing", o.needs_open_window AS "needsOpenWindow", o."window",
               o.fallback IS NOT NULL AS "hasFallback",
               coalesce((o.fallback->>'isMarketing')::boolean, false) AS "fallsBackToMarketing", o.attempts
          FROM message_outbox o
         WHERE o.id IN (SELECT id FROM first) AND o.state = 'waiting' AND o.due_at <= ${now} AND o.expires_at > ${now}
         ORDER BY o.priority, o.is_marketing, o.created_at, o.id LIMIT ${limit} FOR UPDATE OF o SKIP LOCKED`,
  );
}

/** They stay in the outbox and are looked at again then. */
export async function postpone(
  tx: EntityManager,
  messages: readonly { id: string; until: Date }[],
  reason: WaitReason,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE message_outbox o SET due_at = least(later.until, o.expires_at), wait_reason = ${reason}
          FROM unnest(${messages.map(({ id }) => id)}::uuid[], ${messages.map(({ until }) => until)}::timestamptz[])
            AS later (id, until)
         WHERE o.id = later.id`,
  );
}

/** What is taken but has no unit of the messaging limit waits for the next one; this was no attempt. */
export async function putBack(tx: EntityManager, ids: readonly string[], until: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE message_outbox
           SET state = 'waiting', attempts = attempts - 1, due_at = least(${until}, expires_at), wait_reason = 'quota'
         WHERE id = ANY(${ids}::uuid[])`,
  );
}

export interface OutboxRules extends JudgementRules {
  suppressed: readonly string[];
  /** Their window is closed, so their fallback goes. */
  fallsBack: readonly string[];
  /** Their window is closed, and nothing can go instead. */
  withoutWindow: readonly string[];
}

export const NO_OPEN_WINDOW = 'no open service window';

export interface JudgedMessage {
  id: string;
  purpose: MessagePurpose;
  phoneNumber: string | null;
  whatsappUserId: string | null;
  customerId: string | null;
  payload: Record<string, unknown>;
  category: MessageCategory | null;
  hasFallback: boolean;
  /** This one included. */
  attempts: number;
  skipReason: string | null;
}

/**
 * The statement that takes the messages also judges them, with the text that judges campaigns. A confirmation of STOP or
 * START answers the person who has just written it.
 */
export async function judge(
  tx: EntityManager,
  ids: readonly string[],
  rules: OutboxRules,
): Promise<JudgedMessage[]> {
  const { suppressed, fallsBack, withoutWindow, now } = rules;
  const usesFallback = sql`o.id = ANY(${fallsBack}::uuid[])`;
  const isMarketing = sql`CASE WHEN ${usesFallback} THEN (o.fallback->>'isMarketing')::boolean ELSE o.is_marketing END`;
  const { profile, skipReason } = judgement(
    {
      phoneNumber: sql`o.phone_number`,
      customerId: sql`o.customer_id`,
      userId: sql`o.whatsapp_user_id`,
      isSuppressed: sql`o.id = ANY(${suppressed}::uuid[])`,
      isMarketing: sql`(${isMarketing})`,
      needsConsent: sql`(${isMarketing})`,
    },
    rules,
  );
  // Inside the window products need no opt-in, but a STOP since they were queued counts. Reminders are not asked for.
  const stopped = sql`CASE WHEN o.purpose IN ('product', 'payment_reminder') AND p.subscription = 'unsubscribed'
                           THEN ${SKIPPED.unsubscribed} END`;
  // A shop sends a cart of its own accord, so the same holds for it. The answers to a customer's taps go.
  const unasked = sql`CASE WHEN o.purpose = 'cart' AND o.dedupe_key LIKE 'cart:%:summary:%'
                            AND p.subscription = 'unsubscribed' THEN ${SKIPPED.unsubscribed} END`;
  return rowsOf(
    tx,
    sql`WITH judged AS (
          SELECT o.id, p.id AS profile_id,
                 CASE WHEN o.purpose <> 'consent' THEN
                   coalesce(${skipReason}, ${stopped}, ${unasked},
                            CASE WHEN o.id = ANY(${withoutWindow}::uuid[]) THEN ${NO_OPEN_WINDOW} END)
                 END AS skip_reason
            FROM message_outbox o
            LEFT JOIN LATERAL (${profile}) AS p ON true
           WHERE o.id = ANY(${ids}::uuid[])
        )
        UPDATE message_outbox o
           SET state = CASE WHEN j.skip_reason IS NULL THEN 'sending' ELSE 'skipped' END,
               skip_reason = j.skip_reason, wait_reason = NULL, due_at = ${now},
               attempts = CASE WHEN j.skip_reason IS NULL THEN o.attempts + 1 ELSE o.attempts END,
               customer_id = coalesce(j.profile_id, o.customer_id), ${fallingBack(usesFallback)}
          FROM judged j
         WHERE o.id = j.id
        RETURNING o.id, o.purpose, o.phone_number AS "phoneNumber", o.whatsapp_user_id AS "whatsappUserId",
                  o.customer_id AS "customerId", o.payload, o.category, o.fallback IS NOT NULL AS "hasFallback",
                  o.attempts, j.skip_reason AS "skipReason"`,
  );
}

/** Turns a message into its fallback, in an UPDATE of `message_outbox o`. */
export function fallingBack(usesFallback: Sql): Sql {
  return sql`payload = CASE WHEN ${usesFallback} THEN o.fallback->'payload' ELSE o.payload END,
             category = CASE WHEN ${usesFallback} THEN o.fallback->>'category' ELSE o.category END,
             is_marketing = CASE WHEN ${usesFallback} THEN (o.fallback->>'isMarketing')::boolean ELSE o.is_marketing END,
             needs_open_window = o.needs_open_window AND NOT ${usesFallback},
             fallback = CASE WHEN ${usesFallback} THEN NULL ELSE o.fallback END`;
}
