import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';

/** Finds the portfolio or makes it; two callers at once get the same one. */
export async function upsertPortfolio(
  tx: EntityManager,
  organizationId: string,
  portfolio: { id: string; metaBusinessId: string; now: Date },
): Promise<string> {
  const row = await firstOf<{ id: string }>(
    tx,
    sql`INSERT INTO portfolios (id, organization_id, meta_business_id, created_at, updated_at)
        VALUES (${portfolio.id}, ${organizationId}, ${portfolio.metaBusinessId}, ${portfolio.now}, ${portfolio.now})
        ON CONFLICT (organization_id, meta_business_id) DO UPDATE SET meta_business_id = excluded.meta_business_id
        RETURNING id`,
  );
  if (row === undefined) throw new TypeError('an upsert always returns its row');
  return row.id;
}

/** Serializes changes of which sender is the default, so that there is exactly one at every instant. */
export async function lockSendersOf(tx: EntityManager, organizationId: string): Promise<void> {
  await rowsOf(tx, sql`SELECT 1 FROM organizations WHERE id = ${organizationId} FOR UPDATE`);
}

export async function hasDefault(tx: EntityManager, organizationId: string): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM senders WHERE organization_id = ${organizationId} AND is_default`,
  );
  return row !== undefined;
}

export async function clearDefault(tx: EntityManager, organizationId: string, now: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE senders SET is_default = false, updated_at = ${now}
         WHERE organization_id = ${organizationId} AND is_default`,
  );
}

/** When the default sender goes, the one that was there first takes its place. */
export async function promoteOldest(tx: EntityManager, organizationId: string, now: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE senders SET is_default = true, updated_at = ${now}
         WHERE id = (SELECT id FROM senders WHERE organization_id = ${organizationId} ORDER BY id LIMIT 1)
           AND NOT EXISTS (SELECT 1 FROM senders WHERE organization_id = ${organizationId} AND is_default)`,
  );
}

export async function findByPhoneNumberId(
  tx: EntityManager,
  phoneNumberId: string,
): Promise<{ id: string; organizationId: string } | undefined> {
  return firstOf(
    tx,
    sql`SELECT id, organization_id AS "organizationId" FROM senders WHERE phone_number_id = ${phoneNumberId}`,
  );
}

/** The business accounts of one organization, or of all, each with the sender that may read it: the default first. */
export async function accountSenders(
  db: EntityManager,
  organizationId: string | null,
): Promise<{ senderId: string; organizationId: string }[]> {
  return rowsOf(
    db,
    sql`SELECT "senderId", "organizationId"
          FROM (SELECT DISTINCT ON (organization_id, business_account_id)
                       id AS "senderId", organization_id AS "organizationId", is_default
                  FROM senders
                 WHERE business_account_id IS NOT NULL
                   AND (${organizationId}::uuid IS NULL OR organization_id = ${organizationId})
                 ORDER BY organization_id, business_account_id, is_default DESC, status, id) AS chosen
         ORDER BY is_default DESC, "senderId"`,
  );
}

export async function storeLimit(
  tx: EntityManager,
  organizationId: string,
  portfolioId: string,
  { limit, now }: { limit: number | 'unlimited'; now: Date },
): Promise<void> {
  const isUnlimited = limit === 'unlimited';
  await execute(
    tx,
    sql`UPDATE portfolios
           SET messaging_limit = ${isUnlimited ? null : limit}, is_unlimited = ${isUnlimited},
               limit_checked_at = ${now}, updated_at = ${now}
         WHERE id = ${portfolioId} AND organization_id = ${organizationId}`,
  );
}

export async function sealedAppSecrets(
  db: EntityManager,
): Promise<{ id: string; appSecretEncrypted: string }[]> {
  return rowsOf(
    db,
    sql`SELECT id, app_secret_encrypted AS "appSecretEncrypted" FROM senders WHERE app_secret_encrypted IS NOT NULL ORDER BY id`,
  );
}

export interface SenderRow {
  id: string;
  organizationId: string;
  phoneNumberId: string;
  businessAccountId: string | null;
  appSecretEncrypted: string | null;
}

export async function sendersAmong(
  db: EntityManager,
  {
    phoneNumberIds,
    businessAccountIds,
  }: { phoneNumberIds: readonly string[]; businessAccountIds: readonly string[] },
): Promise<SenderRow[]> {
  return rowsOf(
    db,
    sql`SELECT id, organization_id AS "organizationId", phone_number_id AS "phoneNumberId",
               business_account_id AS "businessAccountId", app_secret_encrypted AS "appSecretEncrypted"
          FROM senders
         WHERE phone_number_id = ANY(${phoneNumberIds}) OR business_account_id = ANY(${businessAccountIds})
         ORDER BY id`,
  );
}
