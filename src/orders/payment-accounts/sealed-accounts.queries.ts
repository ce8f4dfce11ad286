import { execute, identifier, rowsOf, sql } from '../../platform/database/sql.js';
import type { SealedColumn } from '../../platform/encryption/reseal.service.js';
import { sealedAs, type SecretField } from './payment-account.js';

/** In this order: a rotation in between moves a secret that is sealed already from one column to the next. */
export const SEALED_PAYMENT_ACCOUNTS: readonly SealedColumn[] = [
  sealed('key_secret_encrypted', 'keySecret'),
  sealed('webhook_secret_encrypted', 'webhookSecret'),
  sealed('previous_webhook_secret_encrypted', 'previousWebhookSecret'),
  sealed('salt_encrypted', 'salt'),
];

function sealed(name: string, field: SecretField): SealedColumn {
  const column = identifier(name);
  return {
    name: `payment_accounts.${name}`,
    lockStale: async (tx, { sealPrefix, after, limit }) => {
      const rows = await rowsOf<{ id: string; sealed: string }>(
        tx,
        sql`SELECT id, ${column} AS sealed FROM payment_accounts
             WHERE ${column} IS NOT NULL AND NOT starts_with(${column}, ${sealPrefix})
               AND (${after}::uuid IS NULL OR id > ${after}::uuid)
             ORDER BY id LIMIT ${limit} FOR UPDATE`,
      );
      return rows.map((row) => ({ key: row.id, context: sealedAs(row.id, field), sealed: row.sealed }));
    },
    store: async (tx, values) => {
      await execute(
        tx,
        sql`UPDATE payment_accounts a SET ${column} = v.sealed
              FROM unnest(${values.map(({ key }) => key)}::uuid[], ${values.map((one) => one.sealed)}::text[])
                AS v(id, sealed)
             WHERE a.id = v.id`,
      );
    },
  };
}
