import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';

export interface StopCandidate {
  id: string;
  accessTokenEncrypted: string;
}

export interface MovedSender {
  id: string;
  organizationId: string;
}

export async function sealedTokens(db: EntityManager): Promise<StopCandidate[]> {
  return rowsOf(
    db,
    sql`SELECT id, access_token_encrypted AS "accessTokenEncrypted" FROM senders ORDER BY id`,
  );
}

/** Within the organization: another one that merely names the same account must not be able to stop our senders. */
export async function sendersOfAccount(db: EntityManager, senderId: string): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`SELECT s.id FROM senders o
          JOIN senders s ON s.id = o.id
                         OR (s.organization_id = o.organization_id AND s.business_account_id = o.business_account_id)
         WHERE o.id = ${senderId} ORDER BY s.id`,
  );
  return rows.map(({ id }) => id);
}

/**
 * A pause for errors may become longer, never shorter (no end is the longest). A pause for another reason stays as it
 * is. Returns the senders that were active.
 */
export async function pauseForErrors(
  tx: EntityManager,
  senderIds: readonly string[],
  { reason, until, now }: { reason: string; until: Date | null; now: Date },
): Promise<MovedSender[]> {
  const rows = await rowsOf<MovedSender & { wasActive: boolean }>(
    tx,
    sql`WITH locked AS (
          SELECT id, status = 'active' AS was_active FROM senders
           WHERE id = ANY(${senderIds}::uuid[])
             AND (status = 'active' OR (paused_by = 'errors' AND paused_until IS NOT NULL
                  AND paused_until < coalesce(${until}::timestamptz, 'infinity')))
           ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE senders s
           SET status = 'paused', paused_by = 'errors', status_reason = ${reason}, paused_until = ${until},
               updated_at = ${now}
          FROM locked WHERE s.id = locked.id
        RETURNING s.id, s.organization_id AS "organizationId", was_active AS "wasActive"`,
  );
  return inOrder(rows.filter(({ wasActive }) => wasActive));
}

export async function resumeDue(tx: EntityManager, now: Date): Promise<MovedSender[]> {
  const rows = await rowsOf<MovedSender>(
    tx,
    sql`WITH due AS (
          SELECT id FROM senders
           WHERE status = 'paused' AND paused_until <= ${now} ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE senders s
           SET status = 'active', paused_by = NULL, status_reason = NULL, paused_until = NULL, updated_at = ${now}
          FROM due WHERE s.id = due.id
        RETURNING s.id, s.organization_id AS "organizationId"`,
  );
  return inOrder(rows);
}

function inOrder(senders: readonly MovedSender[]): MovedSender[] {
  return senders
    .map(({ id, organizationId }) => ({ id, organizationId }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export async function setMarketingApi(
  tx: EntityManager,
  senderId: string,
  usesMarketingApi: boolean,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE senders SET uses_marketing_api = ${usesMarketingApi}, updated_at = ${now}
         WHERE id = ${senderId} AND uses_marketing_api <> ${usesMarketingApi}`,
  );
}
