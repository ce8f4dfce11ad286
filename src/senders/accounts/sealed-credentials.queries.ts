import { execute, identifier, rowsOf, sql } from '../../platform/database/sql.js';
import type { SealedColumn } from '../../platform/encryption/reseal.service.js';
import { sealedAs, type SealedField } from './sealed-credentials.js';

export const SEALED_CREDENTIALS: readonly SealedColumn[] = [sealed('access_token'), sealed('app_secret')];

function sealed(field: SealedField): SealedColumn {
  const column = identifier(`${field}_encrypted`);
  return {
    name: `senders.${field}_encrypted`,
    lockStale: async (tx, { sealPrefix, after, limit }) => {
      const rows = await rowsOf<{ id: string; sealed: string }>(
        tx,
        sql`SELECT id, ${column} AS sealed FROM senders
             WHERE ${column} IS NOT NULL AND NOT starts_with(${column}, ${sealPrefix})
               AND (${after}::uuid IS NULL OR id > ${after}::uuid)
             ORDER BY id LIMIT ${limit} FOR UPDATE`,
      );
      return rows.map((row) => ({ key: row.id, context: sealedAs(row.id, field), sealed: row.sealed }));
    },
    store: async (tx, values) => {
      await execute(
        tx,
        sql`UPDATE senders s SET ${column} = v.sealed
              FROM unnest(${values.map(({ key }) => key)}::uuid[], ${values.map((one) => one.sealed)}::text[])
                AS v(id, sealed)
             WHERE s.id = v.id`,
      );
    },
  };
}
