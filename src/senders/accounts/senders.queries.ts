import type { EntityManager } from 'typeorm';
import type { LastEvent } from '../../whatsapp/parsing/event-order.js';
import { execute, firstOf, rowsOf, sql } from '../../platform/database/sql.js';

/** Finds or creates the portfolio; concurrent callers get the same one. */
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

/** Serializes changes of the default sender, so that there is exactly one at any instant. */
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

/** When the default sender is deleted, the oldest one takes its place. */
export async function promoteOldest(tx: EntityManager, organizationId: string, now: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE senders SET is_default = true, updated_at = ${now}
         WHERE id = (SELECT id FROM senders WHERE organization_id = ${organizationId} ORDER BY id LIMIT 1)
           AND NOT EXISTS (SELECT 1 FROM senders WHERE organization_id = ${organizationId} AND is_default)`,
  );
}

/** Whether or not Meta has confirmed it. */
export async function senderWithNumber(
  tx: EntityManager,
  organizationId: string,
  phoneNumberId: string,
): Promise<{ id: string; verifiedAt: Date | null } | undefined> {
  return firstOf(
    tx,
    sql`SELECT id, verified_at AS "verifiedAt" FROM senders
         WHERE organization_id = ${organizationId} AND phone_number_id = ${phoneNumberId}`,
  );
}

/** The organization with the verified sender of a number. There is at most one. */
export async function verifiedHolder(tx: EntityManager, phoneNumberId: string): Promise<string | undefined> {
  const row = await firstOf<{ organizationId: string }>(
    tx,
    sql`SELECT organization_id AS "organizationId" FROM senders
         WHERE phone_number_id = ${phoneNumberId} AND verified_at IS NOT NULL`,
  );
  return row?.organizationId;
}

/** The credentials that Meta was asked about. Sealing is random, so an equal sealed token is the same row unchanged. */
export interface AskedCredentials {
  phoneNumberId: string;
  businessAccountId: string | null;
  accessTokenEncrypted: string;
}

/** False: the sender has other credentials by now, or is gone. */
export async function storeVerification(
  db: EntityManager,
  organizationId: string,
  senderId: string,
  asked: AskedCredentials,
  { problem, now }: { problem: string | null; now: Date },
): Promise<boolean> {
  const stored = await execute(
    db,
    sql`UPDATE senders
           SET verified_at = ${problem === null ? now : null}, verification_problem = ${problem}, updated_at = ${now}
         WHERE id = ${senderId} AND organization_id = ${organizationId} AND verified_at IS NULL
           AND phone_number_id = ${asked.phoneNumberId}
           AND business_account_id IS NOT DISTINCT FROM ${asked.businessAccountId}
           AND access_token_encrypted = ${asked.accessTokenEncrypted}`,
  );
  return stored > 0;
}

/** Senders about which Meta has not answered yet. In random order: one without an answer never holds up the others. */
export async function undecidedSenders(
  db: EntityManager,
  limit: number,
): Promise<{ id: string; organizationId: string }[]> {
  return rowsOf(
    db,
    sql`SELECT id, organization_id AS "organizationId" FROM senders
         WHERE verified_at IS NULL AND verification_problem IS NULL ORDER BY random() LIMIT ${limit}`,
  );
}

/**
 * The business accounts of one organization, or the confirmed ones of all, each with a sender that can read it: the
 * default first.
 */
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
                   AND (organization_id = ${organizationId}
                        OR (${organizationId}::uuid IS NULL AND verified_at IS NOT NULL))
                 ORDER BY organization_id, business_account_id, verified_at IS NULL, is_default DESC, status, id) AS chosen
         ORDER BY is_default DESC, "senderId"`,
  );
}

export interface LockedLimit {
  id: string;
  organizationId: string;
  lastEvent: LastEvent | null;
  messagingLimit: number | null;
  isUnlimited: boolean;
}

/** Where the limits come from. The portfolios stay locked, so that nothing older is stored after something newer. */
export async function lockLimits(tx: EntityManager, portfolioIds: readonly string[]): Promise<LockedLimit[]> {
  return rowsOf(
    tx,
    sql`SELECT id, organization_id AS "organizationId", limit_last_event AS "lastEvent",
               messaging_limit AS "messagingLimit", is_unlimited AS "isUnlimited"
          FROM portfolios
         WHERE id = ANY(${portfolioIds}::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
  );
}

export async function storeLimits(
  tx: EntityManager,
  portfolios: readonly { id: string; lastEvent: LastEvent }[],
  { limit, now }: { limit: number | 'unlimited'; now: Date },
): Promise<void> {
  const isUnlimited = limit === 'unlimited';
  await execute(
    tx,
    sql`UPDATE portfolios p
           SET messaging_limit = ${isUnlimited ? null : limit}, is_unlimited = ${isUnlimited},
               limit_last_event = one."lastEvent", limit_checked_at = ${now}, updated_at = ${now}
          FROM jsonb_to_recordset(${JSON.stringify(portfolios)}::jsonb) AS one (id uuid, "lastEvent" jsonb)
         WHERE p.id = one.id`,
  );
}

/** Of verified senders: events for others are not taken, so their secrets need not be tried. */
export async function sealedAppSecrets(
  db: EntityManager,
): Promise<{ id: string; appSecretEncrypted: string }[]> {
  return rowsOf(
    db,
    sql`SELECT id, app_secret_encrypted AS "appSecretEncrypted" FROM senders
         WHERE app_secret_encrypted IS NOT NULL AND verified_at IS NOT NULL ORDER BY id`,
  );
}

export interface SenderRow {
  id: string;
  organizationId: string;
  phoneNumberId: string;
  businessAccountId: string | null;
  appSecretEncrypted: string | null;
}

/** Only verified senders get events: a number or account that is merely named belongs to its owner. */
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
         WHERE verified_at IS NOT NULL
           AND (phone_number_id = ANY(${phoneNumberIds}) OR business_account_id = ANY(${businessAccountIds}))
         ORDER BY id`,
  );
}

/** Numbers and accounts confirmed since the last time. One confirmed after `settledBefore` comes once more. */
export async function takeVerified(tx: EntityManager, settledBefore: Date): Promise<string[]> {
  const rows = await rowsOf<{ id: string; number: string; account: string | null }>(
    tx,
    sql`SELECT id, phone_number_id AS number, business_account_id AS account FROM senders
         WHERE verified_at IS NOT NULL AND events_reopened_for IS DISTINCT FROM verified_at
         ORDER BY id LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED`,
  );
  if (rows.length === 0) return [];
  await execute(
    tx,
    sql`UPDATE senders SET events_reopened_for = verified_at
         WHERE id = ANY(${rows.map(({ id }) => id)}::uuid[]) AND verified_at <= ${settledBefore}`,
  );
  return [...new Set(rows.flatMap(({ number, account }) => [number, account ?? number]))];
}
