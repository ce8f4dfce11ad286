import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';

export interface DueReservation {
  organizationId: string;
  id: string;
  reservedUntil: Date;
}

/** Of all organizations, the longest due first, after a place: each order is then worked on within its own. */
export async function reservationsOver(
  db: EntityManager,
  now: Date,
  limit: number,
  after: Pick<DueReservation, 'id' | 'reservedUntil'> | null,
): Promise<DueReservation[]> {
  const isAfter =
    after === null
      ? sql``
      : sql` AND (reserved_until, id) > (${after.reservedUntil}::timestamptz, ${after.id}::uuid)`;
  return rowsOf(
    db,
    sql`SELECT organization_id AS "organizationId", id, reserved_until AS "reservedUntil" FROM whatsapp_orders
         WHERE reserved_until <= ${now}${isAfter} ORDER BY reserved_until, id LIMIT ${limit}`,
  );
}
