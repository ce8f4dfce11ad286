import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';

export type EndpointState = 'active' | 'disabled';

export interface WebhookEndpoint {
  id: string;
  organizationId: string;
  url: string;
  description: string | null;
  kinds: string[];
  state: EndpointState;
  secretEncrypted: string;
  previousSecretEncrypted: string | null;
  previousUntil: Date | null;
  disabledReason: string | null;
  failingSince: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const COLUMNS = sql`id, organization_id AS "organizationId", url, description, kinds, state,
  secret_encrypted AS "secretEncrypted", previous_secret_encrypted AS "previousSecretEncrypted",
  previous_until AS "previousUntil", disabled_reason AS "disabledReason", failing_since AS "failingSince",
  created_at AS "createdAt", updated_at AS "updatedAt"`;

export async function insertEndpoint(
  tx: EntityManager,
  endpoint: Pick<
    WebhookEndpoint,
    'id' | 'organizationId' | 'url' | 'description' | 'kinds' | 'secretEncrypted'
  >,
  now: Date,
): Promise<void> {
  const { id, organizationId, url, description, kinds, secretEncrypted } = endpoint;
  await execute(
    tx,
    sql`INSERT INTO webhook_endpoints
          (id, organization_id, url, description, kinds, secret_encrypted, created_at, updated_at)
        VALUES (${id}, ${organizationId}, ${url}, ${description}, ${kinds}::text[], ${secretEncrypted}, ${now}, ${now})`,
  );
}

export async function findEndpoint(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<WebhookEndpoint | undefined> {
  return firstOf(
    db,
    sql`SELECT ${COLUMNS} FROM webhook_endpoints WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export async function lockEndpoint(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<WebhookEndpoint | undefined> {
  return firstOf(
    tx,
    sql`SELECT ${COLUMNS} FROM webhook_endpoints WHERE organization_id = ${organizationId} AND id = ${id} FOR UPDATE`,
  );
}

export async function listEndpoints(
  db: EntityManager,
  organizationId: string,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<WebhookEndpoint[]> {
  return rowsOf(
    db,
    sql`SELECT ${COLUMNS} FROM webhook_endpoints
         WHERE organization_id = ${organizationId} AND (${before ?? null}::uuid IS NULL OR id < ${before ?? null}::uuid)
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countEndpoints(db: EntityManager, organizationId: string): Promise<number> {
  const row = await firstOf<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM webhook_endpoints WHERE organization_id = ${organizationId}`,
  );
  return row?.count ?? 0;
}

/** Counts and inserts of an organization take turns. */
export async function lockCount(tx: EntityManager, organizationId: string): Promise<void> {
  await rowsOf(
    tx,
    sql`SELECT pg_advisory_xact_lock(hashtextextended(${`webhook-endpoints:${organizationId}`}, 0))`,
  );
}

/** Writes what may change, all of it: the caller holds the row. */
export async function updateEndpoint(tx: EntityManager, endpoint: WebhookEndpoint, now: Date): Promise<void> {
  const { id, organizationId, url, description, kinds, state, disabledReason, failingSince } = endpoint;
  await execute(
    tx,
    sql`UPDATE webhook_endpoints
           SET url = ${url}, description = ${description}, kinds = ${kinds}::text[], state = ${state},
               disabled_reason = ${disabledReason}, failing_since = ${failingSince}, updated_at = ${now}
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

/** The old secret signs besides the new one until the given time. */
export async function rotateSecret(
  tx: EntityManager,
  { organizationId, id }: { organizationId: string; id: string },
  { secretEncrypted, previousUntil, now }: { secretEncrypted: string; previousUntil: Date; now: Date },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE webhook_endpoints
           SET previous_secret_encrypted = secret_encrypted, previous_until = ${previousUntil},
               secret_encrypted = ${secretEncrypted}, updated_at = ${now}
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export async function deleteEndpoint(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<boolean> {
  const deleted = await execute(
    tx,
    sql`DELETE FROM webhook_endpoints WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
  return deleted > 0;
}
