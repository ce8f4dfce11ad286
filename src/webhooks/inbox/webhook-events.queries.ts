import type { EntityManager } from 'typeorm';
import { and, execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Settlement } from './settle-event.js';
import type { WebhookEventStatus } from './webhook-event-status.js';

export interface ClaimedEvent {
  id: string;
  signedWith: string;
  body: Buffer;
  receivedAt: Date;
  attempts: number;
  openParts: string[];
}

/**
 * Takes the next events, oldest first, and those whose next try is due, bounded by count and by bytes. They stay
 * locked until the transaction ends, and that lock is the whole claim: other processors skip them, and a crash
 * releases them without any help.
 */
export async function claimEvents(
  tx: EntityManager,
  { now, limit, bytes }: { now: Date; limit: number; bytes: number },
): Promise<ClaimedEvent[]> {
  const columns = sql`id, signed_with, body, received_at, attempts, open_parts`;
  return rowsOf(
    tx,
    sql`WITH fresh AS MATERIALIZED (
             SELECT ${columns} FROM webhook_events WHERE status = 'received'
              ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED),
           due AS MATERIALIZED (
             SELECT ${columns} FROM webhook_events WHERE status = 'retry' AND next_attempt_at <= ${now}
              ORDER BY next_attempt_at LIMIT ${limit} FOR UPDATE SKIP LOCKED),
           taken AS (
             SELECT *, sum(octet_length(body)) OVER (ORDER BY id) - octet_length(body) AS bytes_before
               FROM (SELECT * FROM fresh UNION ALL SELECT * FROM due) AS both_of_them)
        SELECT id, signed_with AS "signedWith", body, received_at AS "receivedAt", attempts, open_parts AS "openParts"
          FROM taken WHERE bytes_before < ${bytes} ORDER BY id LIMIT ${limit}`,
  );
}

export interface SettledEvent extends Settlement {
  id: string;
  organizationId: string;
}

export async function settleEvents(
  tx: EntityManager,
  events: readonly SettledEvent[],
  now: Date,
): Promise<void> {
  await execute(
    tx,
    // PostgreSQL arrays are rectangular, so the open parts travel as text. No part contains a comma.
    sql`UPDATE webhook_events e
           SET status = s.status, organization_id = s.organization_id, attempts = e.attempts + 1,
               open_parts = string_to_array(s.open_parts, ','), next_attempt_at = s.next_attempt_at,
               failure_reason = s.failure_reason, processed_at = ${now}
          FROM unnest(${events.map(({ id }) => id)}::uuid[], ${events.map(({ status }) => status)}::text[],
                      ${events.map(({ organizationId }) => organizationId)}::uuid[],
                      ${events.map(({ openParts }) => openParts.join(','))}::text[],
                      ${events.map(({ nextAttemptAt }) => nextAttemptAt)}::timestamptz[],
                      ${events.map(({ failureReason }) => failureReason)}::text[])
               AS s (id, status, organization_id, open_parts, next_attempt_at, failure_reason)
         WHERE e.id = s.id`,
  );
}

/** Reopens what earlier versions could not handle and this one can. */
export async function reopenParts(tx: EntityManager, parts: readonly string[]): Promise<number> {
  return execute(
    tx,
    sql`UPDATE webhook_events SET status = 'received' WHERE status = 'unhandled' AND open_parts && ${parts}`,
  );
}

/** Stated twice, as in the list: only a condition without a parameter can use the small index of open events. */
export async function reopenNaming(tx: EntityManager, ids: readonly string[]): Promise<number> {
  return execute(
    tx,
    sql`UPDATE webhook_events e SET status = 'received'
         WHERE e.status IN ('retry', 'unhandled', 'failed') AND e.status = 'unhandled'
           AND EXISTS (SELECT FROM unnest(${ids}::text[]) AS named (id)
                        WHERE position(convert_to('"' || named.id || '"', 'UTF8') IN e.body) > 0)`,
  );
}

export interface EventSummary {
  id: string;
  receivedAt: Date;
  status: WebhookEventStatus;
  attempts: number;
  nextAttemptAt: Date | null;
  openParts: string[];
  failureReason: string | null;
  processedAt: Date | null;
  size: number;
}

export interface EventWithBody extends EventSummary {
  body: Buffer;
}

const SUMMARY = sql`id, received_at AS "receivedAt", status, attempts, next_attempt_at AS "nextAttemptAt",
                    open_parts AS "openParts", failure_reason AS "failureReason", processed_at AS "processedAt",
                    octet_length(body) AS size`;

function filtered(organizationId: string, status: WebhookEventStatus | undefined): Sql {
  const conditions = [sql`organization_id = ${organizationId}`];
  // Stated twice: only a condition without a parameter can use the small index of open events.
  if (status === 'retry' || status === 'unhandled' || status === 'failed')
    conditions.push(sql`status IN ('retry', 'unhandled', 'failed')`);
  if (status !== undefined) conditions.push(sql`status = ${status}`);
  return and(conditions);
}

export async function listEvents(
  db: EntityManager,
  organizationId: string,
  {
    status,
    before,
    limit,
    offset,
  }: { status: WebhookEventStatus | undefined; before: string | undefined; limit: number; offset: number },
): Promise<EventSummary[]> {
  const older = before === undefined ? sql`true` : sql`id < ${before}`;
  return rowsOf(
    db,
    sql`SELECT ${SUMMARY} FROM webhook_events WHERE ${filtered(organizationId, status)} AND ${older}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countEvents(
  db: EntityManager,
  organizationId: string,
  status: WebhookEventStatus | undefined,
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM webhook_events WHERE ${filtered(organizationId, status)}`,
  );
  return row?.n ?? 0;
}

export async function findEvent(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<EventWithBody | undefined> {
  return firstOf(
    db,
    sql`SELECT ${SUMMARY}, body FROM webhook_events WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export async function lockStatus(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<WebhookEventStatus | undefined> {
  const row = await firstOf<{ status: WebhookEventStatus }>(
    tx,
    sql`SELECT status FROM webhook_events WHERE organization_id = ${organizationId} AND id = ${id} FOR UPDATE`,
  );
  return row?.status;
}

/** A failed event resumes with its open parts; any other event is processed again in full. */
export async function replayEvent(tx: EntityManager, organizationId: string, id: string): Promise<void> {
  await execute(
    tx,
    sql`UPDATE webhook_events
           SET status = 'received', attempts = 0, next_attempt_at = NULL, failure_reason = NULL,
               open_parts = CASE WHEN status IN ('failed', 'retry') THEN open_parts ELSE '{}' END
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export async function inboxState(db: EntityManager): Promise<{ oldest: Date | null; parked: number }> {
  const row = await firstOf<{ oldest: Date | null; parked: number }>(
    db,
    sql`SELECT (SELECT received_at FROM webhook_events WHERE status = 'received' ORDER BY id LIMIT 1) AS oldest,
               (SELECT count(*)::int FROM webhook_events
                 WHERE status IN ('retry', 'unhandled', 'failed') AND status = 'failed') AS parked`,
  );
  return row ?? { oldest: null, parked: 0 };
}

export interface PurgeBite {
  /** The next bite starts after it. */
  last: string;
  newestAt: Date;
  purged: number;
}

/** Walks through the events by age, one bite at a time, and deletes finished ones. Undefined: none are left. */
export async function purgeBite(
  tx: EntityManager,
  {
    after,
    doneBefore,
    openBefore,
    limit,
  }: { after: string; doneBefore: Date; openBefore: Date; limit: number },
): Promise<PurgeBite | undefined> {
  const row = await firstOf<{ last: string | null; newestAt: Date; purged: number }>(
    tx,
    sql`WITH bite AS (
             SELECT id, received_at, status FROM webhook_events WHERE id > ${after} ORDER BY id LIMIT ${limit}),
           purged AS (
             DELETE FROM webhook_events e USING bite b
              WHERE e.id = b.id
                AND ((b.status = 'processed' AND e.status = b.status AND b.received_at < ${doneBefore})
                  OR (b.status IN ('unhandled', 'failed') AND e.status = b.status AND b.received_at < ${openBefore}))
             RETURNING e.id)
        SELECT max(id::text)::uuid AS last, max(received_at) AS "newestAt", (SELECT count(*)::int FROM purged) AS purged
          FROM bite`,
  );
  return row === undefined || row.last === null ? undefined : { ...row, last: row.last };
}
