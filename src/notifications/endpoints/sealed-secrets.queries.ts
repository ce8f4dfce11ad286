import { execute, identifier, rowsOf, sql } from '../../platform/database/sql.js';
import type { SealedColumn } from '../../platform/encryption/reseal.service.js';
import { sealedAs } from './endpoint-secret.js';

/** In this order: a rotation in between moves a secret that is sealed already from the first column to the second. */
export const SEALED_ENDPOINT_SECRETS: readonly SealedColumn[] = [
  sealed('secret_encrypted'),
  sealed('previous_secret_encrypted'),
];

function sealed(name: string): SealedColumn {
  const column = identifier(name);
  return {
    name: `webhook_endpoints.${name}`,
    lockStale: async (tx, { sealPrefix, after, limit }) => {
      const rows = await rowsOf<{ id: string; sealed: string }>(
        tx,
        sql`SELECT id, ${column} AS sealed FROM webhook_endpoints
             WHERE ${column} IS NOT NULL AND NOT starts_with(${column}, ${sealPrefix})
               AND (${after}::uuid IS NULL OR id > ${after}::uuid)
             ORDER BY id LIMIT ${limit} FOR UPDATE`,
      );
      return rows.map((row) => ({ key: row.id, context: sealedAs(row.id), sealed: row.sealed }));
    },
    store: async (tx, values) => {
      await execute(
        tx,
        sql`UPDATE webhook_endpoints e SET ${column} = v.sealed
              FROM unnest(${values.map(({ key }) => key)}::uuid[], ${values.map((one) => one.sealed)}::text[])
                AS v(id, sealed)
             WHERE e.id = v.id`,
      );
    },
  };
}
