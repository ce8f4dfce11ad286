import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { RoleOfPerson } from './roles.js';

export interface PersonRow {
  id: string;
  email: string;
  name: string;
  role: RoleOfPerson;
  isDisabled: boolean;
  createdAt: Date;
  /** The last request of any session. */
  lastSeenAt: Date | null;
}

const PERSON = sql`u.id, u.email, u.name, m.role, u.is_disabled AS "isDisabled", u.created_at AS "createdAt",
  (SELECT max(s.seen_at) FROM sessions s WHERE s.user_id = u.id AND s.organization_id = m.organization_id)
    AS "lastSeenAt"`;
const MEMBERS = sql`memberships m JOIN users u ON u.id = m.user_id`;

export async function listPeople(
  db: EntityManager,
  organizationId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<PersonRow[]> {
  return rowsOf(
    db,
    sql`SELECT ${PERSON} FROM ${MEMBERS} WHERE m.organization_id = ${organizationId}
         ORDER BY m.created_at, u.id LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countPeople(db: EntityManager, organizationId: string): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM memberships WHERE organization_id = ${organizationId}`,
  );
  return row?.n ?? 0;
}

export async function findPerson(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<PersonRow | undefined> {
  return firstOf(
    db,
    sql`SELECT ${PERSON} FROM ${MEMBERS} WHERE m.organization_id = ${organizationId} AND u.id = ${id}`,
  );
}

/** The account behind an address; of several organizations the one that the person joined first. */
export async function findAccount(
  db: EntityManager,
  emailFolded: string,
): Promise<{ id: string; organizationId: string; passwordHash: string } | undefined> {
  return firstOf(
    db,
    sql`SELECT u.id, m.organization_id AS "organizationId", u.password_hash AS "passwordHash"
          FROM ${MEMBERS} WHERE u.email_folded = ${emailFolded} AND NOT u.is_disabled
         ORDER BY m.created_at, m.organization_id LIMIT 1`,
  );
}

/** Every change of who owns an organization waits here, so that two of them cannot leave it without an owner. */
export async function lockOwners(tx: EntityManager, organizationId: string): Promise<string[]> {
  await execute(tx, sql`SELECT FROM organizations WHERE id = ${organizationId} FOR NO KEY UPDATE`);
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`SELECT u.id FROM ${MEMBERS}
         WHERE m.organization_id = ${organizationId} AND m.role = 'owner' AND NOT u.is_disabled`,
  );
  return rows.map(({ id }) => id);
}

export async function hasPeople(db: EntityManager): Promise<boolean> {
  return (await firstOf(db, sql`SELECT FROM users LIMIT 1`)) !== undefined;
}

export async function insertPerson(
  tx: EntityManager,
  organizationId: string,
  person: {
    id: string;
    email: string;
    emailFolded: string;
    name: string;
    passwordHash: string;
    role: RoleOfPerson;
  },
): Promise<void> {
  const { id, email, emailFolded, name, passwordHash, role } = person;
  await execute(
    tx,
    sql`INSERT INTO users (id, email, email_folded, name, password_hash)
        VALUES (${id}, ${email}, ${emailFolded}, ${name}, ${passwordHash})`,
  );
  await execute(
    tx,
    sql`INSERT INTO memberships (user_id, organization_id, role) VALUES (${id}, ${organizationId}, ${role})`,
  );
}

export async function changePerson(
  tx: EntityManager,
  organizationId: string,
  id: string,
  { name, role, isDisabled }: { name: string; role: RoleOfPerson; isDisabled: boolean },
): Promise<void> {
  await execute(tx, sql`UPDATE users SET name = ${name}, is_disabled = ${isDisabled} WHERE id = ${id}`);
  // Someone who is let in again later signs in again: an old cookie may be in other hands.
  if (isDisabled) await execute(tx, sql`DELETE FROM sessions WHERE user_id = ${id}`);
  await execute(
    tx,
    sql`UPDATE memberships SET role = ${role} WHERE user_id = ${id} AND organization_id = ${organizationId}`,
  );
}

/** Out of this organization; the account goes with the last one. */
export async function removePerson(tx: EntityManager, organizationId: string, id: string): Promise<void> {
  await execute(
    tx,
    sql`DELETE FROM memberships WHERE user_id = ${id} AND organization_id = ${organizationId}`,
  );
  await execute(
    tx,
    sql`DELETE FROM users WHERE id = ${id} AND NOT EXISTS (SELECT FROM memberships m WHERE m.user_id = ${id})`,
  );
}

export async function passwordHashOf(tx: EntityManager, id: string): Promise<string | undefined> {
  const row = await firstOf<{ hash: string }>(
    tx,
    sql`SELECT password_hash AS hash FROM users WHERE id = ${id}`,
  );
  return row?.hash;
}

export async function setPassword(tx: EntityManager, id: string, passwordHash: string): Promise<void> {
  await execute(tx, sql`UPDATE users SET password_hash = ${passwordHash} WHERE id = ${id}`);
}

export async function preferencesOf(db: EntityManager, id: string): Promise<Record<string, unknown>> {
  const row = await firstOf<{ preferences: Record<string, unknown> }>(
    db,
    sql`SELECT preferences FROM users WHERE id = ${id}`,
  );
  return row?.preferences ?? {};
}

export async function setPreferences(
  db: EntityManager,
  id: string,
  preferences: Record<string, unknown>,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE users SET preferences = ${JSON.stringify(preferences)}::jsonb WHERE id = ${id}`,
  );
}

export interface InvitationRow {
  id: string;
  organizationId: string;
  organizationName: string;
  email: string | null;
  name: string | null;
  role: RoleOfPerson;
  expiresAt: Date;
}

/** Those that are over go at the same time. */
export async function insertInvitation(
  tx: EntityManager,
  invitation: {
    id: string;
    organizationId: string;
    tokenHash: string;
    email: string | null;
    name: string | null;
    role: RoleOfPerson;
    seconds: number;
  },
): Promise<Date> {
  const { id, organizationId, tokenHash, email, name, role, seconds } = invitation;
  await execute(tx, sql`DELETE FROM invitations WHERE expires_at < now()`);
  const row = await firstOf<{ expiresAt: Date }>(
    tx,
    sql`INSERT INTO invitations (id, organization_id, token_hash, email, name, role, expires_at)
        VALUES (${id}, ${organizationId}, ${tokenHash}, ${email}, ${name}, ${role},
                now() + make_interval(secs => ${seconds}))
        RETURNING expires_at AS "expiresAt"`,
  );
  if (row === undefined) throw new TypeError('an INSERT without a row');
  return row.expiresAt;
}

const INVITATION = sql`i.id, i.organization_id AS "organizationId", o.name AS "organizationName", i.email, i.name,
  i.role, i.expires_at AS "expiresAt"`;

export async function findInvitation(
  db: EntityManager,
  tokenHash: string,
): Promise<InvitationRow | undefined> {
  return firstOf(
    db,
    sql`SELECT ${INVITATION} FROM invitations i JOIN organizations o ON o.id = i.organization_id
         WHERE i.token_hash = ${tokenHash} AND i.expires_at > now()`,
  );
}

/** Open invitations, newest first. */
export async function listInvitations(db: EntityManager, organizationId: string): Promise<InvitationRow[]> {
  return rowsOf(
    db,
    sql`SELECT ${INVITATION} FROM invitations i JOIN organizations o ON o.id = i.organization_id
         WHERE i.organization_id = ${organizationId} AND i.email IS NOT NULL AND i.expires_at > now()
         ORDER BY i.id DESC LIMIT 200`,
  );
}

export async function deleteInvitation(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<boolean> {
  const gone = await rowsOf(
    db,
    sql`DELETE FROM invitations WHERE organization_id = ${organizationId} AND id = ${id} RETURNING id`,
  );
  return gone.length > 0;
}

/** Links made by an owner who loses that role must not bring them back. */
export async function deleteInvitations(tx: EntityManager, organizationId: string): Promise<void> {
  await execute(tx, sql`DELETE FROM invitations WHERE organization_id = ${organizationId}`);
}

/** Of several that use a link at once, one gets it. */
export async function takeInvitation(
  tx: EntityManager,
  tokenHash: string,
): Promise<InvitationRow | undefined> {
  return firstOf(
    tx,
    sql`WITH i AS (
          DELETE FROM invitations WHERE token_hash = ${tokenHash} AND expires_at > now() RETURNING *)
        SELECT ${INVITATION} FROM i JOIN organizations o ON o.id = i.organization_id`,
  );
}
