import type { EntityManager } from 'typeorm';
import { execute, firstOf, join, rowsOf, type Sql, sql } from '../../platform/database/sql.js';

export async function insertAuditEntry(
  db: EntityManager,
  entry: {
    id: string;
    organizationId: string;
    keyId: string | null;
    userId: string | null;
    action: string;
    objectId: string | null;
    /** Of what is recorded together with its outcome. */
    status?: number;
    requestId: string;
    ip: string;
    at: Date;
  },
): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO audit_log (id, organization_id, key_id, user_id, action, object_id, status, request_id, ip, at)
        VALUES (${entry.id}, ${entry.organizationId}, ${entry.keyId}, ${entry.userId}, ${entry.action}, ${entry.objectId},
                ${entry.status ?? null}, ${entry.requestId}, ${entry.ip}, ${entry.at})`,
  );
}

export async function completeAuditEntry(
  db: EntityManager,
  organizationId: string,
  id: string,
  outcome: { status: number; objectId: string | null },
): Promise<void> {
  await execute(
    db,
    sql`UPDATE audit_log SET status = ${outcome.status}, object_id = coalesce(object_id, ${outcome.objectId})
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export interface AuditRow {
  id: string;
  keyId: string | null;
  userId: string | null;
  /** Of the person or the key; null: neither exists any more. */
  actor: string | null;
  action: string;
  objectId: string | null;
  status: number | null;
  requestId: string;
  ip: string | null;
  at: Date;
}

export interface AuditFilter {
  objectId?: string | undefined;
  userId?: string | undefined;
}

function matching(organizationId: string, { objectId, userId }: AuditFilter): Sql {
  const conditions = [sql`a.organization_id = ${organizationId}`];
  if (objectId !== undefined) conditions.push(sql`a.object_id = ${objectId}`);
  if (userId !== undefined) conditions.push(sql`a.user_id = ${userId}`);
  return join(conditions, ' AND ');
}

/** Newest first. Ids are ordered by time, so a cursor needs only the id. */
export async function listAudit(
  db: EntityManager,
  organizationId: string,
  filter: AuditFilter,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<AuditRow[]> {
  const older = before === undefined ? sql`true` : sql`a.id < ${before}`;
  return rowsOf<AuditRow>(
    db,
    sql`SELECT a.id, a.key_id AS "keyId", a.user_id AS "userId", coalesce(u.name, k.name) AS actor, a.action,
               a.object_id AS "objectId", a.status, a.request_id AS "requestId", a.ip, a.at
          FROM audit_log a LEFT JOIN users u ON u.id = a.user_id LEFT JOIN api_keys k ON k.id = a.key_id
         WHERE ${matching(organizationId, filter)} AND ${older}
         ORDER BY a.id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countAudit(
  db: EntityManager,
  organizationId: string,
  filter: AuditFilter,
): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM audit_log a WHERE ${matching(organizationId, filter)}`,
  );
  return row?.n ?? 0;
}

const MONTHS_AHEAD = 3;

/**
 * A month that is removed locks the whole log, and every request that writes would wait behind it: after two seconds it
 * gives way, and is removed an hour later.
 */
export async function keepAuditMonths(tx: EntityManager, before: Date): Promise<number> {
  await execute(tx, sql`SET LOCAL lock_timeout = '2s'`);
  const row = await firstOf<{ changed: number }>(
    tx,
    sql`SELECT add_months('audit_log', ${MONTHS_AHEAD}) + drop_months('audit_log', ${before}) AS changed`,
  );
  return row?.changed ?? 0;
}
