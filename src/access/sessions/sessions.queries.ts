import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import { IDLE_SECONDS, LONGEST_SECONDS } from './session-lifetime.js';
import type { RoleOfPerson } from '../people/roles.js';

/** How exactly the last use is known: a write per request would be too much. */
const SEEN_GRAIN_SECONDS = 60;

const IS_OPEN = sql`s.seen_at > now() - make_interval(secs => ${IDLE_SECONDS})
  AND s.created_at > now() - make_interval(secs => ${LONGEST_SECONDS})`;
const ENDS_AT = sql`least(s.seen_at + make_interval(secs => ${IDLE_SECONDS}),
  s.created_at + make_interval(secs => ${LONGEST_SECONDS}))`;

export interface OpenSession {
  sessionId: string;
  organizationId: string;
  userId: string | null;
  keyId: string | null;
  /** Of a person; a session of a key has the key's scopes. */
  role: RoleOfPerson | null;
  keyScopes: string[] | null;
  endsAt: Date;
  isSeenDue: boolean;
}

export async function findSession(db: EntityManager, tokenHash: string): Promise<OpenSession | undefined> {
  return firstOf(
    db,
    sql`SELECT s.id AS "sessionId", s.organization_id AS "organizationId", s.user_id AS "userId",
               s.key_id AS "keyId", m.role, k.scopes AS "keyScopes", ${ENDS_AT} AS "endsAt",
               s.seen_at < now() - make_interval(secs => ${SEEN_GRAIN_SECONDS}) AS "isSeenDue"
          FROM sessions s
          LEFT JOIN memberships m ON m.user_id = s.user_id AND m.organization_id = s.organization_id
          LEFT JOIN users u ON u.id = s.user_id
          LEFT JOIN api_keys k ON k.id = s.key_id
         WHERE s.token_hash = ${tokenHash} AND ${IS_OPEN}
           AND ((u.id IS NOT NULL AND NOT u.is_disabled) OR (k.id IS NOT NULL AND k.revoked_at IS NULL))`,
  );
}

/** Those of the sessions that are still open. */
export async function openSessions(db: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT s.id FROM sessions s
          LEFT JOIN users u ON u.id = s.user_id
          LEFT JOIN api_keys k ON k.id = s.key_id
         WHERE s.id = ANY(${ids}::uuid[]) AND ${IS_OPEN}
           AND ((u.id IS NOT NULL AND NOT u.is_disabled) OR (k.id IS NOT NULL AND k.revoked_at IS NULL))`,
  );
  return rows.map(({ id }) => id);
}

export async function noteSeen(db: EntityManager, id: string): Promise<void> {
  await execute(
    db,
    sql`UPDATE sessions SET seen_at = now()
         WHERE id = ${id} AND seen_at < now() - make_interval(secs => ${SEEN_GRAIN_SECONDS})`,
  );
}

/** Sessions that are over go at the same time. */
export async function insertSession(
  tx: EntityManager,
  session: {
    id: string;
    tokenHash: string;
    organizationId: string;
    userId: string | null;
    keyId: string | null;
    ip: string;
    agent: string | null;
  },
): Promise<void> {
  await execute(tx, sql`DELETE FROM sessions s WHERE NOT (${IS_OPEN})`);
  await execute(
    tx,
    sql`INSERT INTO sessions (id, token_hash, organization_id, user_id, key_id, ip, agent)
        VALUES (${session.id}, ${session.tokenHash}, ${session.organizationId}, ${session.userId},
                ${session.keyId}, ${session.ip}, ${session.agent})`,
  );
}

export async function endSession(db: EntityManager, id: string): Promise<void> {
  await execute(db, sql`DELETE FROM sessions WHERE id = ${id}`);
}

/** Every session of a person but the one that asks. */
export async function endSessionsOf(
  db: EntityManager,
  organizationId: string,
  userId: string,
  except: string | null,
): Promise<void> {
  await execute(
    db,
    sql`DELETE FROM sessions
         WHERE user_id = ${userId} AND organization_id = ${organizationId} AND id IS DISTINCT FROM ${except}`,
  );
}

export async function endSessionOf(db: EntityManager, userId: string, id: string): Promise<boolean> {
  const ended = await rowsOf(
    db,
    sql`DELETE FROM sessions WHERE id = ${id} AND user_id = ${userId} RETURNING id`,
  );
  return ended.length > 0;
}

export interface SessionRow {
  id: string;
  ip: string | null;
  agent: string | null;
  createdAt: Date;
  seenAt: Date;
  endsAt: Date;
}

export async function sessionsOf(
  db: EntityManager,
  organizationId: string,
  userId: string,
): Promise<SessionRow[]> {
  return rowsOf(
    db,
    sql`SELECT id, ip, agent, created_at AS "createdAt", seen_at AS "seenAt", ${ENDS_AT} AS "endsAt"
          FROM sessions s
         WHERE user_id = ${userId} AND organization_id = ${organizationId} AND ${IS_OPEN}
         ORDER BY seen_at DESC, id LIMIT 200`,
  );
}

/** From where the person with this address is signed in. */
export async function addressesOf(db: EntityManager, emailFolded: string): Promise<string[]> {
  const rows = await rowsOf<{ ip: string }>(
    db,
    sql`SELECT DISTINCT s.ip FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE u.email_folded = ${emailFolded} AND s.ip IS NOT NULL AND ${IS_OPEN} LIMIT 200`,
  );
  return rows.map(({ ip }) => ip);
}

/**
 * Notes a try before the password is looked at, so that tries at the same moment cannot all pass, and counts those of
 * the last minute. Old ones go at the same time.
 */
export async function noteTry(db: EntityManager, subject: string): Promise<{ id: string; tries: number }> {
  await execute(db, sql`DELETE FROM sign_in_failures WHERE at < clock_timestamp() - interval '1 hour'`);
  const row = await firstOf<{ id: string }>(
    db,
    sql`INSERT INTO sign_in_failures (subject) VALUES (${subject}) RETURNING id`,
  );
  const counted = await firstOf<{ tries: number }>(
    db,
    sql`SELECT count(*)::int AS tries FROM sign_in_failures
         WHERE subject = ${subject} AND at > clock_timestamp() - interval '1 minute'`,
  );
  return { id: row?.id ?? '', tries: counted?.tries ?? 0 };
}

export async function forgetTries(db: EntityManager, ids: readonly string[]): Promise<void> {
  await execute(db, sql`DELETE FROM sign_in_failures WHERE id = ANY(${ids}::uuid[])`);
}
