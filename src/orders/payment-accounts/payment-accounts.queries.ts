import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, type Sql, sql } from '../../platform/database/sql.js';
import type { PaymentAccount, Provider } from './payment-account.js';

export interface SealedSecrets {
  keySecret: string | null;
  webhookSecret: string | null;
  previousWebhookSecret: string | null;
  salt: string | null;
}

export type StoredAccount = PaymentAccount & { sealed: SealedSecrets };

const COLUMNS = sql`
  id, organization_id AS "organizationId", provider, name, sender_id AS "senderId",
  configuration_name AS "configurationName", gateway, key_id AS "keyId", merchant_key AS "merchantKey", vpa,
  is_default AS "isDefault", key_secret_encrypted IS NOT NULL AS "hasKeySecret",
  webhook_secret_encrypted IS NOT NULL AS "hasWebhookSecret", salt_encrypted IS NOT NULL AS "hasSalt",
  previous_webhook_secret_until AS "previousWebhookSecretUntil", created_at AS "createdAt", updated_at AS "updatedAt",
  json_build_object('keySecret', key_secret_encrypted, 'webhookSecret', webhook_secret_encrypted,
                    'previousWebhookSecret', previous_webhook_secret_encrypted, 'salt', salt_encrypted) AS sealed`;

/** One at a time: the default one and the number of accounts are decided together. */
export async function lockAccounts(tx: EntityManager, organizationId: string): Promise<void> {
  await rowsOf(tx, sql`SELECT 1 FROM organizations WHERE id = ${organizationId} FOR NO KEY UPDATE`);
}

export async function countAccounts(db: EntityManager, organizationId: string): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM payment_accounts WHERE organization_id = ${organizationId}`,
  );
  return row?.n ?? 0;
}

export async function findAccount(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<StoredAccount | undefined> {
  return firstOf(
    db,
    sql`SELECT ${COLUMNS} FROM payment_accounts WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

export async function findDefault(
  db: EntityManager,
  organizationId: string,
): Promise<StoredAccount | undefined> {
  return firstOf(
    db,
    sql`SELECT ${COLUMNS} FROM payment_accounts WHERE organization_id = ${organizationId} AND is_default`,
  );
}

/** Gateways know only the id in the address of their webhook, not the organization. */
export async function findForWebhook(
  db: EntityManager,
  provider: Provider,
  id: string,
): Promise<StoredAccount | undefined> {
  return firstOf(
    db,
    sql`SELECT ${COLUMNS} FROM payment_accounts WHERE provider = ${provider} AND id = ${id}`,
  );
}

export async function listAccounts(
  db: EntityManager,
  organizationId: string,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<StoredAccount[]> {
  const older: Sql = before === undefined ? sql`true` : sql`id < ${before}`;
  return rowsOf(
    db,
    sql`SELECT ${COLUMNS} FROM payment_accounts WHERE organization_id = ${organizationId} AND ${older}
         ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function clearDefault(tx: EntityManager, organizationId: string, now: Date): Promise<void> {
  await execute(
    tx,
    sql`UPDATE payment_accounts SET is_default = false, updated_at = ${now}
         WHERE organization_id = ${organizationId} AND is_default`,
  );
}

export async function insertAccount(tx: EntityManager, account: StoredAccount): Promise<void> {
  const { id, organizationId, provider, name, senderId, configurationName, gateway, keyId, sealed } = account;
  const { merchantKey, vpa, isDefault, createdAt } = account;
  await rowsOf(
    tx,
    sql`INSERT INTO payment_accounts
          (id, organization_id, provider, name, sender_id, configuration_name, gateway, key_id, merchant_key, vpa,
           is_default, key_secret_encrypted, webhook_secret_encrypted, previous_webhook_secret_encrypted,
           previous_webhook_secret_until, salt_encrypted, created_at, updated_at)
        VALUES (${id}, ${organizationId}, ${provider}, ${name}, ${senderId}, ${configurationName}, ${gateway}, ${keyId},
                ${merchantKey}, ${vpa}, ${isDefault}, ${sealed.keySecret}, ${sealed.webhookSecret},
                ${sealed.previousWebhookSecret}, ${account.previousWebhookSecretUntil}, ${sealed.salt},
                ${createdAt}, ${createdAt})`,
  );
}

export async function updateAccount(tx: EntityManager, account: StoredAccount, now: Date): Promise<void> {
  const { id, organizationId, name, senderId, configurationName, gateway, keyId, merchantKey, sealed } =
    account;
  await execute(
    tx,
    sql`UPDATE payment_accounts
           SET name = ${name}, sender_id = ${senderId}, configuration_name = ${configurationName}, gateway = ${gateway},
               key_id = ${keyId}, merchant_key = ${merchantKey}, vpa = ${account.vpa}, is_default = ${account.isDefault},
               key_secret_encrypted = ${sealed.keySecret}, webhook_secret_encrypted = ${sealed.webhookSecret},
               previous_webhook_secret_encrypted = ${sealed.previousWebhookSecret},
               previous_webhook_secret_until = ${account.previousWebhookSecretUntil}, salt_encrypted = ${sealed.salt},
               updated_at = ${now}
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}

/** For the whole transaction: a request for money over the account and its deletion see each other. */
export async function holdAccount(
  tx: EntityManager,
  organizationId: string,
  id: string,
  how: 'to use' | 'to delete',
): Promise<void> {
  const strength = how === 'to use' ? sql`FOR KEY SHARE` : sql`FOR UPDATE`;
  await rowsOf(
    tx,
    sql`SELECT 1 FROM payment_accounts WHERE organization_id = ${organizationId} AND id = ${id} ${strength}`,
  );
}

/** Whether money may still come over it, or be on its way back. */
export async function isNeeded(
  tx: EntityManager,
  organizationId: string,
  accountId: string,
): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM whatsapp_payments
         WHERE organization_id = ${organizationId} AND account_id = ${accountId}
           AND state IN ('created', 'requested', 'pending')
         UNION ALL
        SELECT 1 FROM whatsapp_payments
         WHERE organization_id = ${organizationId} AND account_id = ${accountId} AND next_lookup_at IS NOT NULL
           AND provider <> 'upi'
         UNION ALL
        SELECT 1 FROM whatsapp_refunds r JOIN whatsapp_payments p ON p.id = r.payment_id
         WHERE r.organization_id = ${organizationId} AND r.state IN ('requested', 'pending', 'unknown')
           AND p.account_id = ${accountId}
         LIMIT 1`,
  );
  return row !== undefined;
}

export async function deleteAccount(tx: EntityManager, organizationId: string, id: string): Promise<boolean> {
  const deleted = await execute(
    tx,
    sql`DELETE FROM payment_accounts WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
  return deleted > 0;
}

export async function ownsSender(
  tx: EntityManager,
  organizationId: string,
  senderId: string,
): Promise<boolean> {
  const row = await firstOf(
    tx,
    sql`SELECT 1 FROM senders WHERE organization_id = ${organizationId} AND id = ${senderId}`,
  );
  return row !== undefined;
}
