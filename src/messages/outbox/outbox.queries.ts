import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import { type NewOutboxMessage, USUAL_PRIORITY } from './new-outbox-message.js';
import { fallingBack, MAY_SEND } from './outbox-claims.queries.js';

/** A statement touches no more rows than this; the next round goes on. */
const BITE = 1_000;
const CLOSED_WINDOW = 131_047;

export type IdentifiedMessage = NewOutboxMessage & { id: string };

/** The messages as rows, named `message`. */
export function asRows(messages: readonly IdentifiedMessage[]): Sql {
  const column = <T>(read: (message: IdentifiedMessage) => T): T[] => messages.map(read);
  const json = (read: (message: NewOutboxMessage) => object | null | undefined): (string | null)[] =>
    column((message) => jsonOf(read(message)));
  return sql`unnest(${column(({ id }) => id)}::uuid[], ${column((one) => one.organizationId)}::uuid[],
                      ${column(({ senderId }) => senderId)}::uuid[], ${column(({ purpose }) => purpose)}::text[],
                      ${column(({ dedupeKey }) => dedupeKey)}::text[],
                      ${column(({ phoneNumber }) => phoneNumber)}::text[],
                      ${column((one) => one.whatsappUserId)}::text[], ${column((one) => one.customerId)}::uuid[],
                      ${json(({ payload }) => payload)}::jsonb[],
                      ${column(({ category }) => category ?? null)}::text[],
                      ${column((one) => one.isMarketing ?? one.category === 'MARKETING')}::boolean[],
                      ${column((one) => one.needsOpenWindow ?? false)}::boolean[],
                      ${json(({ window }) => window)}::jsonb[],
                      ${column(({ priority }) => priority ?? USUAL_PRIORITY)}::smallint[],
                      ${json(({ fallback }) => fallback)}::jsonb[],
                      ${column((one) => one.automationRunId ?? null)}::uuid[],
                      ${column(({ notBefore }) => notBefore ?? null)}::timestamptz[],
                      ${column(({ expiresAt }) => expiresAt)}::timestamptz[])
            AS message (id, organization_id, sender_id, purpose, dedupe_key, phone_number, whatsapp_user_id,
                        customer_id, payload, category, is_marketing, needs_open_window, hours, priority, fallback,
                        automation_run_id, not_before, expires_at)`;
}

/** Writes rows named `message` into the outbox, from a FROM clause and what follows it. */
export function insertFrom(rows: Sql, now: Date): Sql {
  return sql`INSERT INTO message_outbox
          (id, organization_id, sender_id, purpose, dedupe_key, phone_number, whatsapp_user_id, customer_id, payload,
           category, is_marketing, needs_open_window, "window", priority, fallback, automation_run_id,
           due_at, expires_at, created_at)
        SELECT id, organization_id, sender_id, purpose, dedupe_key, phone_number, whatsapp_user_id, customer_id,
               payload, category, is_marketing, needs_open_window, hours, priority, fallback, automation_run_id,
               greatest(not_before, ${now}::timestamptz), expires_at, ${now}::timestamptz
          FROM ${rows}
         ORDER BY organization_id, dedupe_key
        ON CONFLICT (organization_id, dedupe_key) DO NOTHING
        RETURNING id`;
}

export async function insertOnce(
  tx: EntityManager,
  messages: readonly IdentifiedMessage[],
  now: Date,
): Promise<number> {
  const rows = await rowsOf(tx, insertFrom(asRows(messages), now));
  return rows.length;
}

/** Messages that still wait are not sent. */
export async function withdraw(
  tx: EntityManager,
  organizationId: string,
  keys: readonly string[],
  reason: string,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE message_outbox SET state = 'skipped', skip_reason = ${reason}, wait_reason = NULL
         WHERE organization_id = ${organizationId} AND dedupe_key = ANY(${keys}::text[]) AND state = 'waiting'`,
  );
}

function jsonOf(value: object | null | undefined): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

export interface MessageOwner {
  id: string;
  organizationId: string;
  /** Meta's id of its last attempt, if it is known. */
  wamid: string | null;
}

export async function ownersOf(db: EntityManager, ids: readonly string[]): Promise<MessageOwner[]> {
  return rowsOf(
    db,
    sql`SELECT id, organization_id AS "organizationId", whatsapp_message_id AS wamid FROM whatsapp_messages
         WHERE id = ANY(${ids}::uuid[]) AND direction = 'out'`,
  );
}

export async function hasWork(db: EntityManager, now: Date): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`SELECT 1 FROM message_outbox WHERE state IN ('waiting', 'sending') AND due_at <= ${now} LIMIT 1`,
  );
  return row !== undefined;
}

/** True for one worker at a time. */
export async function holdWaking(tx: EntityManager): Promise<boolean> {
  const row = await firstOf<{ mine: boolean }>(
    tx,
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended('wake the outbox', 0)) AS mine`,
  );
  return row?.mine === true;
}

/**
 * The limit may rise, or a refusal return a unit, before the time at which the next one was to become free. Wakes as
 * many messages as there is room for, over all numbers of a portfolio.
 */
export async function wakeForRoom(tx: EntityManager, now: Date): Promise<void> {
  await execute(
    tx,
    sql`WITH room AS (
          SELECT id, CASE WHEN is_unlimited OR messaging_limit IS NULL THEN ${BITE}::int
                          ELSE greatest(0, messaging_limit - late_delivery_allowance - people_counted) END AS units
            FROM portfolios
        )
        UPDATE message_outbox SET due_at = ${now}
         WHERE id IN (
           SELECT first.id FROM room
            CROSS JOIN LATERAL (
              SELECT o.id FROM senders s
               CROSS JOIN LATERAL (
                 SELECT id, priority, is_marketing FROM message_outbox
                  WHERE sender_id = s.id AND state = 'waiting' AND wait_reason = 'quota' AND due_at > ${now}
                  ORDER BY priority, is_marketing, id LIMIT room.units FOR UPDATE SKIP LOCKED) AS o
               WHERE s.portfolio_id = room.id
               ORDER BY o.priority, o.is_marketing, o.id LIMIT room.units) AS first
            WHERE room.units > 0)`,
  );
}

/** Messages that were put off go on when their sender may send again. */
export async function wakeForSenders(tx: EntityManager, now: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE message_outbox SET due_at = ${now}, wait_reason = NULL
         WHERE id IN (
           SELECT o.id FROM senders s LEFT JOIN sender_pace p ON p.sender_id = s.id
            CROSS JOIN LATERAL (
              SELECT id FROM message_outbox
               WHERE sender_id = s.id AND state = 'waiting' AND wait_reason = 'sender' AND due_at > ${now}
               LIMIT ${BITE} FOR UPDATE SKIP LOCKED) AS o
            WHERE ${MAY_SEND(now)})`,
  );
}

/** Expires late messages, whether or not their sender may send. */
export async function expire(tx: EntityManager, now: Date): Promise<number> {
  return execute(
    tx,
    sql`UPDATE message_outbox SET state = 'expired'
         WHERE id IN (SELECT id FROM message_outbox
                       WHERE state = 'waiting' AND due_at <= ${now} AND expires_at <= ${now}
                       LIMIT ${BITE} FOR UPDATE SKIP LOCKED)`,
  );
}

/**
 * Postpones messages of a sender that may not send, so that they are not looked at all the time: until its hold ends, or
 * until the given time.
 */
export async function putOff(tx: EntityManager, now: Date, until: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE message_outbox o SET due_at = least(later.until, o.expires_at), wait_reason = 'sender'
          FROM (SELECT o.id, CASE WHEN s.status = 'active' AND s.verified_at IS NOT NULL THEN p.held_until
                                  ELSE ${until}::timestamptz END AS until
                  FROM message_outbox o JOIN senders s ON s.id = o.sender_id
                  LEFT JOIN sender_pace p ON p.sender_id = s.id
                 WHERE o.state = 'waiting' AND o.due_at <= ${now}
                   AND (s.status <> 'active' OR s.verified_at IS NULL OR p.held_until > ${now})
                 LIMIT ${BITE} FOR UPDATE OF o SKIP LOCKED) AS later
         WHERE o.id = later.id`,
  );
}

/**
 * The refused attempt gives way to the message's next one. Returns the messages that stay, because a status contradicts
 * the refusal: Meta has them.
 */
export async function forgetRefused(tx: EntityManager, ids: readonly string[]): Promise<string[]> {
  await execute(tx, sql`DELETE FROM whatsapp_messages WHERE id = ANY(${ids}::uuid[]) AND status = 'failed'`);
  // A statement of its own, so that it sees a status that the deletion had to wait for.
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`SELECT id FROM whatsapp_messages WHERE id = ANY(${ids}::uuid[])`,
  );
  return rows.map(({ id }) => id);
}

/** Ends claimed messages that are not sent. */
export async function endClaimed(
  tx: EntityManager,
  ids: readonly string[],
  state: 'done' | 'failed',
): Promise<void> {
  await execute(tx, sql`UPDATE message_outbox SET state = ${state} WHERE id = ANY(${ids}::uuid[])`);
}

export interface OutboxOutcome {
  id: string;
  state: 'done' | 'failed' | 'waiting';
  dueAt: Date;
  /** Meta says that the window is closed: its fallback goes next. */
  fallsBack: boolean;
  /** The number of the attempt that it is about. */
  attempts: number;
}

/**
 * A message given up meanwhile may still turn out to be done. It waits again if this is the answer to its last attempt:
 * then Meta certainly does not have it.
 */
export async function settle(tx: EntityManager, outcomes: readonly OutboxOutcome[]): Promise<void> {
  await execute(
    tx,
    sql`UPDATE message_outbox o
           SET state = n.state, due_at = n.due_at,
               wait_reason = CASE WHEN n.state = 'waiting' AND NOT n.falls_back THEN 'refused' END,
               ${fallingBack(sql`n.falls_back`)}
          FROM unnest(${outcomes.map(({ id }) => id)}::uuid[], ${outcomes.map(({ state }) => state)}::text[],
                      ${outcomes.map(({ dueAt }) => dueAt)}::timestamptz[],
                      ${outcomes.map(({ fallsBack }) => fallsBack)}::boolean[],
                      ${outcomes.map(({ attempts }) => attempts)}::int[]) AS n (id, state, due_at, falls_back, attempts)
         WHERE o.id = n.id AND (o.state = 'sending' OR (o.state = 'failed' AND n.state = 'done')
                OR (o.state = 'failed' AND n.state = 'waiting' AND o.attempts = n.attempts))`,
  );
}

/**
 * Meta may accept a message and report the closed window afterwards: the fallback goes then too. The report is stored
 * already, and one that something else contradicts has not failed the message.
 */
export async function fallBackLate(tx: EntityManager, ids: readonly string[], now: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE message_outbox o SET state = 'waiting', due_at = ${now}, wait_reason = NULL, ${fallingBack(sql`true`)}
          FROM whatsapp_messages m
         WHERE o.id = ANY(${ids}::uuid[]) AND m.id = o.id AND m.status = 'failed' AND m.error_code = ${CLOSED_WINDOW}
           AND o.state = 'done' AND o.fallback IS NOT NULL AND o.expires_at > ${now}`,
  );
}

/**
 * Left by a process that died between claim and answer: the outcome is unknown, so the message is never sent again.
 */
export async function giveUpSince(tx: EntityManager, claimedBefore: Date): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`UPDATE message_outbox SET state = 'failed'
         WHERE id IN (SELECT id FROM message_outbox WHERE state = 'sending' AND due_at < ${claimedBefore}
                       LIMIT ${BITE} FOR UPDATE SKIP LOCKED)
        RETURNING id`,
  );
  return rows.map(({ id }) => id);
}
