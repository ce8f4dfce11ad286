import type { EntityManager } from 'typeorm';
import { execute, firstOf, sql } from '../database/sql.js';

export interface Claim {
  organizationId: string;
  key: string;
  requestHash: string;
  /** Names this attempt: an older one that wakes up late must not overwrite a newer one's answer. */
  attempt: string;
}

export interface Held {
  requestHash: string;
  state: 'running' | 'effect' | 'answered';
  status: number | null;
  contentType: string | null;
  location: string | null;
  body: string | null;
  leaseUntil: Date;
}

/**
 * Takes the key, or returns its holder. A key is free when it was not used in the last day, or when the attempt that
 * held it died without any effect (its lease expired before a commit).
 */
export async function claim(
  db: EntityManager,
  wanted: Claim,
  now: Date,
  expiresAt: Date,
  realNow: Date,
  leaseUntil: Date,
): Promise<Held | 'claimed'> {
  const { organizationId, key, requestHash, attempt } = wanted;
  for (;;) {
    const taken = await firstOf<{ key: string }>(
      db,
      sql`INSERT INTO idempotency_keys AS held
            (organization_id, key, request_hash, attempt, state, created_at, expires_at, lease_until)
          VALUES (${organizationId}, ${key}, ${requestHash}, ${attempt}, 'running', ${now}, ${expiresAt}, ${leaseUntil})
          ON CONFLICT (organization_id, key) DO UPDATE
             SET request_hash = excluded.request_hash, attempt = excluded.attempt, state = 'running',
                 created_at = excluded.created_at, expires_at = excluded.expires_at,
                 lease_until = excluded.lease_until, status = NULL, content_type = NULL, location = NULL, body = NULL
           WHERE held.expires_at <= ${now}
              OR (held.state = 'running' AND held.lease_until <= ${realNow} AND held.request_hash = excluded.request_hash)
          RETURNING key`,
    );
    if (taken !== undefined) return 'claimed';
    const held = await firstOf<Held>(
      db,
      sql`SELECT request_hash AS "requestHash", state, status, content_type AS "contentType", location, body,
                 lease_until AS "leaseUntil"
            FROM idempotency_keys WHERE organization_id = ${organizationId} AND key = ${key}`,
    );
    // Released between the two statements: take it in the next round.
    if (held !== undefined) return held;
  }
}

/** Stored in the transaction of the effect itself: from here on the request is never carried out again. */
export async function markEffect(
  tx: EntityManager,
  { organizationId, key, attempt }: Claim,
): Promise<boolean> {
  const marked = await execute(
    tx,
    sql`UPDATE idempotency_keys SET state = 'effect'
         WHERE organization_id = ${organizationId} AND key = ${key} AND attempt = ${attempt}`,
  );
  return marked === 1;
}

export async function storeAnswer(
  db: EntityManager,
  { organizationId, key, attempt, requestHash }: Claim,
  answer: { status: number; contentType: string | null; location: string | null; body: string },
): Promise<void> {
  await execute(
    db,
    sql`UPDATE idempotency_keys
           SET state = 'answered', request_hash = ${requestHash}, status = ${answer.status}, content_type = ${answer.contentType},
               location = ${answer.location}, body = ${answer.body}
         WHERE organization_id = ${organizationId} AND key = ${key} AND attempt = ${attempt}`,
  );
}

/** Releases the key when nothing was changed, so the caller can simply retry. */
export async function release(db: EntityManager, { organizationId, key, attempt }: Claim): Promise<void> {
  await execute(
    db,
    sql`DELETE FROM idempotency_keys
         WHERE organization_id = ${organizationId} AND key = ${key} AND attempt = ${attempt} AND state = 'running'`,
  );
}

export async function renewLease(
  db: EntityManager,
  { organizationId, key, attempt }: Claim,
  leaseUntil: Date,
): Promise<void> {
  await execute(
    db,
    sql`UPDATE idempotency_keys SET lease_until = ${leaseUntil}
         WHERE organization_id = ${organizationId} AND key = ${key} AND attempt = ${attempt}`,
  );
}

export async function purgeExpired(db: EntityManager, now: Date, limit: number): Promise<number> {
  return execute(
    db,
    sql`DELETE FROM idempotency_keys WHERE ctid IN
          (SELECT ctid FROM idempotency_keys WHERE expires_at <= ${now} LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  );
}
