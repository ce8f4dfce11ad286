import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { WebhookBody } from './webhook-message.js';

export interface ClaimedDelivery {
  id: string;
  organizationId: string;
  messageId: string;
  endpointId: string;
  /** This one included. */
  attempts: number;
  body: WebhookBody;
  url: string;
  secretEncrypted: string;
  /** Only while it still signs. */
  previousSecretEncrypted: string | null;
}

/** Calls in flight, those of other workers included. A lease is real time, the database's: it outlasts a call. */
const IN_FLIGHT = sql`d.state = 'pending' AND d.lease_until > clock_timestamp()`;

export interface CallLimits {
  /** In flight to one endpoint. */
  each: number;
  /** In flight for one organization. */
  ofOrganization: number;
  /** Of those, to endpoints that fail: their calls may take as long as a call can take. */
  toFailing: number;
}

/**
 * Endpoints with something due, locked: what is in flight to an endpoint is counted and added to by one worker at a
 * time. The first ones of each organization come before the second ones of any, and those with the fewest calls in
 * flight are first. An organization that has all the calls that it may have is left out, and an endpoint that has: they
 * would take the places of others for nothing.
 */
export async function lockDueEndpoints(
  tx: EntityManager,
  now: Date,
  { limit, isFailing, each, ofOrganization, toFailing }: CallLimits & { limit: number; isFailing: boolean },
): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`WITH flying AS MATERIALIZED (
          SELECT d.organization_id, d.endpoint_id, count(*) AS calls, e.failing_since IS NOT NULL AS is_failing
            FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id WHERE ${IN_FLIGHT}
           GROUP BY d.organization_id, d.endpoint_id, e.failing_since
        ), busy AS (
          SELECT organization_id FROM flying GROUP BY organization_id
          HAVING sum(calls) >= ${ofOrganization}
              OR (${isFailing} AND sum(calls) FILTER (WHERE is_failing) >= ${toFailing})
        ), due AS (
          SELECT e.id, row_number() OVER (PARTITION BY e.organization_id ORDER BY coalesce(f.calls, 0), random()) AS turn
            FROM webhook_endpoints e LEFT JOIN flying f ON f.endpoint_id = e.id
           WHERE e.state = 'active' AND (e.failing_since IS NOT NULL) = ${isFailing}
             AND coalesce(f.calls, 0) < ${each}
             AND e.organization_id NOT IN (SELECT organization_id FROM busy)
             AND EXISTS (SELECT 1 FROM webhook_deliveries d
                          WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.due_at <= ${now}
                            AND (d.lease_until IS NULL OR d.lease_until <= clock_timestamp()))
        )
        SELECT e.id FROM webhook_endpoints e JOIN due ON due.id = e.id
         ORDER BY due.turn, random() LIMIT ${limit}
           FOR NO KEY UPDATE OF e SKIP LOCKED`,
  );
  return rows.map(({ id }) => id);
}

/**
 * The calls of an organization are counted and added to by one worker at a time, until the transaction ends. In the
 * order of the ids: two workers cannot wait for each other.
 */
export async function lockOrganizationsOf(tx: EntityManager, endpointIds: readonly string[]): Promise<void> {
  await rowsOf(
    tx,
    sql`SELECT pg_advisory_xact_lock(hashtextextended('webhook calls ' || id::text, 0))
          FROM (SELECT DISTINCT organization_id AS id FROM webhook_endpoints
                 WHERE id = ANY(${endpointIds}::uuid[]) ORDER BY 1) AS owner`,
  );
}

/**
 * As many calls as the limits allow. Within an organization endpoints that work come before those that fail, and the
 * first call to an endpoint before the second one to any, calls in flight included: slow endpoints take the places that
 * nobody else needs.
 */
export async function claimDue(
  tx: EntityManager,
  endpointIds: readonly string[],
  limits: CallLimits & { now: Date; leaseMs: number },
): Promise<ClaimedDelivery[]> {
  const { now, each, ofOrganization, toFailing, leaseMs } = limits;
  return rowsOf(
    tx,
    sql`WITH room AS (
          SELECT e.id, e.organization_id, e.failing_since IS NOT NULL AS is_failing,
                 (SELECT count(*) FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND ${IN_FLIGHT}) AS calls
            FROM webhook_endpoints e WHERE e.id = ANY(${endpointIds}::uuid[])
        ), owner AS (
          SELECT o.id, ${ofOrganization}::bigint - flying.calls AS calls, ${toFailing}::bigint - flying.to_failing AS to_failing
            FROM (SELECT DISTINCT organization_id AS id FROM room) o
           CROSS JOIN LATERAL (
             SELECT count(*) AS calls, count(*) FILTER (WHERE e.failing_since IS NOT NULL) AS to_failing
               FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
              WHERE d.organization_id = o.id AND ${IN_FLIGHT}) flying
        ), open AS (
          SELECT picked.id, picked.due_at, room.organization_id, room.is_failing,
                 room.calls + row_number() OVER (PARTITION BY room.id ORDER BY picked.due_at, picked.id) AS turn
            FROM room CROSS JOIN LATERAL (
              SELECT d.id, d.due_at FROM webhook_deliveries d
               WHERE d.endpoint_id = room.id AND d.state = 'pending' AND d.due_at <= ${now}
                 AND (d.lease_until IS NULL OR d.lease_until <= clock_timestamp())
               ORDER BY d.due_at, d.id LIMIT greatest(${each}::bigint - room.calls, 0) FOR UPDATE SKIP LOCKED) picked
        ), due AS (
          SELECT o.id FROM (SELECT id, organization_id, is_failing,
                                   row_number() OVER (PARTITION BY organization_id
                                                      ORDER BY is_failing, turn, due_at, id) AS turn,
                                   row_number() OVER (PARTITION BY organization_id, is_failing
                                                      ORDER BY turn, due_at, id) AS turn_of_kind
                              FROM open) o
            JOIN owner ON owner.id = o.organization_id
           WHERE o.turn <= owner.calls AND (NOT o.is_failing OR o.turn_of_kind <= owner.to_failing)
        ), claimed AS (
          UPDATE webhook_deliveries d
             SET attempts = least(d.attempts::int + 1, 32767)::smallint,
                 lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1_000})
            FROM due WHERE d.id = due.id
          RETURNING d.id, d.organization_id, d.message_id, d.endpoint_id, d.attempts
        )
        SELECT c.id, c.organization_id AS "organizationId", c.message_id AS "messageId", c.endpoint_id AS "endpointId",
               c.attempts, m.body, e.url, e.secret_encrypted AS "secretEncrypted",
               CASE WHEN e.previous_until > ${now} THEN e.previous_secret_encrypted END AS "previousSecretEncrypted"
          FROM claimed c JOIN webhook_messages m ON m.id = c.message_id JOIN webhook_endpoints e ON e.id = c.endpoint_id`,
  );
}

export interface AttemptNote {
  id: string;
  /** Of the attempt that this is the result of: a later one is not overwritten. */
  attempts: number;
  state: 'pending' | 'delivered' | 'failed';
  dueAt: Date;
  status: number | null;
  error: string | null;
  response: string | null;
  durationMs: number;
}

export async function noteAttempt(tx: EntityManager, note: AttemptNote, now: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE webhook_deliveries
           SET state = ${note.state}, due_at = ${note.dueAt}, lease_until = NULL, last_status = ${note.status},
               last_error = ${note.error}, response = ${note.response}, duration_ms = ${note.durationMs},
               attempted_at = ${now}
         WHERE id = ${note.id} AND state = 'pending' AND attempts = ${note.attempts}`,
  );
}

export async function noteSuccess(tx: EntityManager, endpointId: string): Promise<void> {
  await execute(
    tx,
    sql`UPDATE webhook_endpoints SET failing_since = NULL WHERE id = ${endpointId} AND failing_since IS NOT NULL`,
  );
}

/** Since when all attempts fail; undefined: the endpoint is gone. */
export async function noteFailure(
  tx: EntityManager,
  endpointId: string,
  now: Date,
): Promise<Date | undefined> {
  await execute(
    tx,
    sql`UPDATE webhook_endpoints SET failing_since = ${now} WHERE id = ${endpointId} AND failing_since IS NULL`,
  );
  const row = await firstOf<{ since: Date | null }>(
    tx,
    sql`SELECT failing_since AS since FROM webhook_endpoints WHERE id = ${endpointId}`,
  );
  return row?.since ?? undefined;
}
