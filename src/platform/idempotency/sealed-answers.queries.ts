import { execute, rowsOf, sql } from '../database/sql.js';
import type { SealedColumn } from '../encryption/reseal.service.js';
import { sealedAs } from './sealed-as.js';

/** A key contains no blanks. */
const keyOf = (organizationId: string, key: string): string => `${organizationId} ${key}`;

/** Answers kept for a day. They may hold what is shown only once. */
export const SEALED_ANSWERS: SealedColumn = {
  name: 'idempotency_keys.body',
  lockStale: async (tx, { sealPrefix, after, limit }) => {
    const [organization = null, last = ''] = after?.split(' ') ?? [];
    const rows = await rowsOf<{ organizationId: string; key: string; sealed: string }>(
      tx,
      sql`SELECT organization_id AS "organizationId", key, body AS sealed FROM idempotency_keys
           WHERE body IS NOT NULL AND NOT starts_with(body, ${sealPrefix})
             AND (${organization}::uuid IS NULL OR (organization_id, key) > (${organization}::uuid, ${last}))
           ORDER BY organization_id, key LIMIT ${limit} FOR UPDATE`,
    );
    return rows.map(({ organizationId, key, sealed }) => ({
      key: keyOf(organizationId, key),
      context: sealedAs({ organizationId, key }),
      sealed,
    }));
  },
  store: async (tx, values) => {
    const parts = values.map(({ key }) => key.split(' '));
    await execute(
      tx,
      sql`UPDATE idempotency_keys k SET body = v.sealed
            FROM unnest(${parts.map(([organization]) => organization)}::uuid[], ${parts.map(([, key]) => key)}::text[],
                        ${values.map(({ sealed }) => sealed)}::text[]) AS v(organization_id, key, sealed)
           WHERE k.organization_id = v.organization_id AND k.key = v.key`,
    );
  },
};
