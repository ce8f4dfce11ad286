import type { EntityManager } from 'typeorm';
import type { Selection } from '../../events/event-kinds.js';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { WebhookBody } from './webhook-message.js';

export type DeliveryState = 'pending' | 'delivered' | 'failed';
export const DELIVERY_STATES: readonly DeliveryState[] = ['pending', 'delivered', 'failed'];

/** A message of the route `test`: no event, and in no replay. */
export const TEST_KIND = 'webhook.test';

/** They cannot be deleted before this transaction ends. */
export async function holdActiveEndpoints(
  tx: EntityManager,
  organizationIds: readonly string[],
): Promise<{ id: string; organizationId: string; kinds: string[] }[]> {
  return rowsOf(
    tx,
    sql`SELECT id, organization_id AS "organizationId", kinds FROM webhook_endpoints
         WHERE organization_id = ANY(${organizationIds}::uuid[]) AND state = 'active'
         ORDER BY id FOR KEY SHARE`,
  );
}

export interface NewMessage {
  id: string;
  organizationId: string;
  kind: string;
  body: WebhookBody;
  customerId: string | null;
}

export async function insertMessages(
  tx: EntityManager,
  messages: readonly NewMessage[],
  now: Date,
): Promise<void> {
  const column = <T>(read: (message: NewMessage) => T): T[] => messages.map(read);
  await execute(
    tx,
    sql`INSERT INTO webhook_messages (id, organization_id, kind, body, customer_id, created_at)
        SELECT id, organization_id, kind, body, customer_id, ${now}::timestamptz
          FROM unnest(${column(({ id }) => id)}::uuid[], ${column((one) => one.organizationId)}::uuid[],
                      ${column(({ kind }) => kind)}::text[], ${column(({ body }) => JSON.stringify(body))}::jsonb[],
                      ${column(({ customerId }) => customerId)}::uuid[])
            AS message (id, organization_id, kind, body, customer_id)`,
  );
}

export interface NewDelivery {
  id: string;
  organizationId: string;
  messageId: string;
  endpointId: string;
}

export async function insertDeliveries(
  tx: EntityManager,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<void> {
  const column = <T>(read: (delivery: NewDelivery) => T): T[] => deliveries.map(read);
  await execute(
    tx,
    sql`INSERT INTO webhook_deliveries (id, organization_id, message_id, endpoint_id, due_at, created_at)
        SELECT id, organization_id, message_id, endpoint_id, ${now}::timestamptz, ${now}::timestamptz
          FROM unnest(${column(({ id }) => id)}::uuid[], ${column((one) => one.organizationId)}::uuid[],
                      ${column(({ messageId }) => messageId)}::uuid[], ${column((one) => one.endpointId)}::uuid[])
            AS delivery (id, organization_id, message_id, endpoint_id)`,
  );
}

export interface Delivery {
  id: string;
  messageId: string;
  endpointId: string;
  kind: string;
  state: DeliveryState;
  attempts: number;
  dueAt: Date;
  lastStatus: number | null;
  lastError: string | null;
  response: string | null;
  durationMs: number | null;
  attemptedAt: Date | null;
  createdAt: Date;
}

const COLUMNS = sql`d.id, d.message_id AS "messageId", d.endpoint_id AS "endpointId", m.kind, d.state, d.attempts,
  d.due_at AS "dueAt", d.last_status AS "lastStatus", d.last_error AS "lastError", d.response,
  d.duration_ms AS "durationMs", d.attempted_at AS "attemptedAt", d.created_at AS "createdAt"`;

export interface DeliveriesPlace {
  state: DeliveryState | undefined;
  before: string | undefined;
  limit: number;
  offset: number;
}

export async function listDeliveries(
  db: EntityManager,
  endpointId: string,
  { state, before, limit, offset }: DeliveriesPlace,
): Promise<Delivery[]> {
  return rowsOf(
    db,
    sql`SELECT ${COLUMNS} FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id
         WHERE d.endpoint_id = ${endpointId} AND ${inState(state)}
           AND (${before ?? null}::uuid IS NULL OR d.id < ${before ?? null}::uuid)
         ORDER BY d.id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countDeliveries(
  db: EntityManager,
  endpointId: string,
  state: DeliveryState | undefined,
): Promise<number> {
  const row = await firstOf<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM webhook_deliveries d WHERE d.endpoint_id = ${endpointId} AND ${inState(state)}`,
  );
  return row?.count ?? 0;
}

function inState(state: DeliveryState | undefined): Sql {
  return state === undefined ? sql`true` : sql`d.state = ${state}`;
}

export async function findDelivery(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<(Delivery & { body: WebhookBody }) | undefined> {
  return firstOf(
    db,
    sql`SELECT ${COLUMNS}, m.body FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id
         WHERE d.organization_id = ${organizationId} AND d.id = ${id}`,
  );
}

export interface ReplayedBite {
  replayed: number;
  /** Where the next bite begins; null: there is none. */
  last: string | null;
}

/** Those that were given up go again, with their old id and all attempts before them. */
export async function replayFailed(
  tx: EntityManager,
  endpointId: string,
  limit: number,
  now: Date,
): Promise<ReplayedBite> {
  const replayed = await execute(
    tx,
    sql`UPDATE webhook_deliveries SET state = 'pending', attempts = 0, due_at = ${now}, lease_until = NULL
         WHERE id IN (SELECT id FROM webhook_deliveries WHERE endpoint_id = ${endpointId} AND state = 'failed'
                       ORDER BY id LIMIT ${limit} FOR UPDATE)`,
  );
  return { replayed, last: replayed === limit ? endpointId : null };
}

export interface Replayed extends Selection {
  since: Date | null;
  messageId: string | null;
  /** The last message of the bite before. */
  after: string | null;
  limit: number;
}

/** What was sent already goes again, and what the endpoint has missed goes for the first time. */
export async function replayMessages(
  tx: EntityManager,
  { organizationId, endpointId }: { organizationId: string; endpointId: string },
  { since, messageId, kinds, conditional, after, limit }: Replayed,
  now: Date,
): Promise<ReplayedBite> {
  const row = await firstOf<ReplayedBite>(
    tx,
    sql`WITH bite AS (
          SELECT m.id, m.organization_id FROM webhook_messages m
           WHERE m.organization_id = ${organizationId} AND m.kind <> ${TEST_KIND}
             AND (${after}::uuid IS NULL OR m.id > ${after}::uuid)
             AND (${since}::timestamptz IS NULL OR m.created_at >= ${since}::timestamptz)
             AND (${messageId}::uuid IS NULL OR m.id = ${messageId}::uuid)
             AND (m.kind = ANY(${kinds}::text[]) OR split_part(m.kind, '.', 1) || '.*' = ANY(${kinds}::text[])
                  OR '*' = ANY(${kinds}::text[])
                  OR EXISTS (SELECT 1 FROM unnest(${conditional.map(({ kind }) => kind)}::text[],
                                                  ${conditional.map(({ data }) => JSON.stringify(data))}::jsonb[]) AS c (kind, data)
                              WHERE c.kind = m.kind AND m.body->'data' @> c.data))
           ORDER BY m.id LIMIT ${limit}
        ), again AS (
          INSERT INTO webhook_deliveries (organization_id, message_id, endpoint_id, due_at, created_at)
          SELECT organization_id, id, ${endpointId}::uuid, ${now}::timestamptz, ${now}::timestamptz FROM bite ORDER BY id
          ON CONFLICT (message_id, endpoint_id) DO UPDATE
             SET state = 'pending', attempts = 0, due_at = EXCLUDED.due_at, lease_until = NULL
           WHERE webhook_deliveries.state <> 'pending'
          RETURNING id
        )
        SELECT (SELECT count(*) FROM again) AS replayed, (SELECT id FROM bite ORDER BY id DESC LIMIT 1) AS last`,
  );
  return row ?? { replayed: 0, last: null };
}

export async function emptyBodies(
  tx: EntityManager,
  organizationId: string,
  customerId: string,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE webhook_messages SET body = body || '{"data": {}}'
         WHERE organization_id = ${organizationId} AND customer_id = ${customerId}`,
  );
  // An endpoint may have answered with what it was sent.
  await execute(
    tx,
    sql`UPDATE webhook_deliveries d SET response = NULL FROM webhook_messages m
         WHERE m.organization_id = ${organizationId} AND m.customer_id = ${customerId} AND d.message_id = m.id
           AND d.response IS NOT NULL`,
  );
}

/** The oldest first, at most so many; their deliveries go with them. */
export async function deleteOldMessages(tx: EntityManager, before: Date, limit: number): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM webhook_messages WHERE id IN
          (SELECT id FROM webhook_messages WHERE created_at < ${before}
            ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  );
}
