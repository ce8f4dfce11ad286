import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';
import type { Principal } from '../../platform/http/principal.js';

export async function findPrincipal(db: EntityManager, keyHash: string): Promise<Principal | undefined> {
  return firstOf<Principal>(
    db,
    sql`SELECT id AS "keyId", NULL AS "userId", NULL AS "sessionId", organization_id AS "organizationId", scopes
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

/** Idempotent: a restart finds its key again, even one that was replaced in between. */
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

export async function keyName(db: EntityManager, id: string): Promise<string | undefined> {
  const row = await firstOf<{ name: string }>(db, sql`SELECT name FROM api_keys WHERE id = ${id}`);
  return row?.name;
}

/** Those of the keys that have not been revoked. */
export async function validKeys(db: EntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT id FROM api_keys WHERE id = ANY(${ids}::uuid[]) AND revoked_at IS NULL`,
  );
  return rows.map(({ id }) => id);
}
