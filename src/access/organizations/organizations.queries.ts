import type { EntityManager } from 'typeorm';
import { execute, firstOf, identifier, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { Principal } from '../../platform/http/principal.js';
import type { ConsentPolicy } from './consent-policy.js';

export async function findPrincipal(db: EntityManager, keyHash: string): Promise<Principal | undefined> {
  return firstOf<Principal>(
    db,
    sql`SELECT id AS "keyId", organization_id AS "organizationId", scopes
          FROM api_keys WHERE key_hash = ${keyHash} AND revoked_at IS NULL`,
  );
}

export async function touchKey(db: EntityManager, keyId: string, now: Date): Promise<void> {
  await execute(
    db,
    sql`UPDATE api_keys SET last_used_at = ${now}
         WHERE id = ${keyId} AND (last_used_at IS NULL OR last_used_at < ${now})`,
  );
}

/** An admin key reaches its own organization and those that were made from there, not their neighbours. */
export async function mayAdminister(
  db: EntityManager,
  organizationId: string,
  target: string,
): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`SELECT 1 FROM organizations
         WHERE id = ${target} AND (id = ${organizationId} OR created_by_organization_id = ${organizationId})`,
  );
  return row !== undefined;
}

export interface Installation {
  organizationId: string;
  encryptionKeyCheck: string;
}

/** Serializes the first start of several processes on an empty database. */
export async function lockInstallation(tx: EntityManager): Promise<Installation | undefined> {
  await rowsOf(tx, sql`SELECT pg_advisory_xact_lock(hashtext('drumbeat installation'))`);
  return firstOf<Installation>(
    tx,
    sql`SELECT default_organization_id AS "organizationId", encryption_key_check AS "encryptionKeyCheck"
          FROM installation`,
  );
}

export async function insertInstallation(tx: EntityManager, installation: Installation): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO installation (default_organization_id, encryption_key_check)
        VALUES (${installation.organizationId}, ${installation.encryptionKeyCheck})`,
  );
}

export async function bootstrapKeyHashes(tx: EntityManager): Promise<string[]> {
  const rows = await rowsOf<{ keyHash: string }>(
    tx,
    sql`SELECT key_hash AS "keyHash" FROM api_keys WHERE is_bootstrap AND revoked_at IS NULL`,
  );
  return rows.map((row) => row.keyHash);
}

export async function revokeOtherBootstrapKeys(tx: EntityManager, keyHash: string, now: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE api_keys SET revoked_at = ${now}
         WHERE is_bootstrap AND revoked_at IS NULL AND key_hash <> ${keyHash}`,
  );
}

/** Idempotent: a restart finds its key again, also one that had been replaced in between. */
export async function upsertBootstrapKey(
  tx: EntityManager,
  key: { id: string; organizationId: string; keyHash: string; prefix: string; now: Date },
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO api_keys (id, organization_id, name, prefix, key_hash, scopes, is_bootstrap, created_at)
        VALUES (${key.id}, ${key.organizationId}, 'bootstrap', ${key.prefix}, ${key.keyHash}, ${['*']}, true, ${key.now})
        ON CONFLICT (key_hash) DO UPDATE SET revoked_at = NULL, is_bootstrap = true, scopes = excluded.scopes`,
  );
}

export async function insertAuditEntry(
  db: EntityManager,
  entry: {
    id: string;
    organizationId: string;
    keyId: string;
    action: string;
    objectId: string | null;
    requestId: string;
    ip: string;
    at: Date;
  },
): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO audit_log (id, organization_id, key_id, action, object_id, request_id, ip, at)
        VALUES (${entry.id}, ${entry.organizationId}, ${entry.keyId}, ${entry.action}, ${entry.objectId},
                ${entry.requestId}, ${entry.ip}, ${entry.at})`,
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
  action: string;
  objectId: string | null;
  status: number | null;
  requestId: string;
  ip: string | null;
  at: Date;
}

/** Newest first; ids are in the order of time, so the id is all that a cursor needs. */
export async function listAudit(
  db: EntityManager,
  organizationId: string,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<AuditRow[]> {
  const older = before === undefined ? sql`true` : sql`id < ${before}`;
  return rowsOf<AuditRow>(
    db,
    sql`SELECT id, key_id AS "keyId", action, object_id AS "objectId", status, request_id AS "requestId", ip, at
          FROM audit_log WHERE organization_id = ${organizationId} AND ${older}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countAudit(db: EntityManager, organizationId: string): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM audit_log WHERE organization_id = ${organizationId}`,
  );
  return row?.n ?? 0;
}

export interface OrganizationSettings {
  name: string;
  consentPolicy: ConsentPolicy;
  defaultCountry: string | null;
  stopWords: string[];
  startWords: string[];
  stopConfirmation: string | null;
  startConfirmation: string | null;
  frequencyCap: FrequencyCap | null;
}

export interface FrequencyCap {
  messages: number;
  days: number;
}

export interface OrganizationWithSettings extends OrganizationSettings {
  id: string;
  createdAt: Date;
}

const SETTINGS = sql`id, name, consent_policy AS "consentPolicy", default_country AS "defaultCountry",
                     stop_words AS "stopWords", start_words AS "startWords",
                     stop_confirmation AS "stopConfirmation", start_confirmation AS "startConfirmation",
                     created_at AS "createdAt",
                     CASE WHEN frequency_cap_messages IS NOT NULL THEN
                       json_build_object('messages', frequency_cap_messages, 'days', frequency_cap_days) END
                       AS "frequencyCap"`;

export async function findOrganization(
  db: EntityManager,
  organizationId: string,
): Promise<OrganizationWithSettings | undefined> {
  return firstOf(db, sql`SELECT ${SETTINGS} FROM organizations WHERE id = ${organizationId}`);
}

/** What is left out stays as it is; the country, the confirmations and the frequency cap can be taken away. */
export async function updateSettings(
  tx: EntityManager,
  organizationId: string,
  changes: Partial<OrganizationSettings>,
): Promise<void> {
  const given = (column: string, value: string | null | undefined): Sql =>
    value === undefined ? identifier(column) : sql`${value}`;
  const { frequencyCap } = changes;
  const cap =
    frequencyCap === undefined
      ? sql``
      : sql`, frequency_cap_messages = ${frequencyCap?.messages ?? null}, frequency_cap_days = ${frequencyCap?.days ?? null}`;
  await execute(
    tx,
    sql`UPDATE organizations
           SET name = coalesce(${changes.name ?? null}, name),
               consent_policy = coalesce(${changes.consentPolicy ?? null}, consent_policy),
               default_country = ${given('default_country', changes.defaultCountry)},
               stop_confirmation = ${given('stop_confirmation', changes.stopConfirmation)},
               start_confirmation = ${given('start_confirmation', changes.startConfirmation)},
               stop_words = coalesce(${changes.stopWords ?? null}, stop_words),
               start_words = coalesce(${changes.startWords ?? null}, start_words)${cap}
         WHERE id = ${organizationId}`,
  );
}
