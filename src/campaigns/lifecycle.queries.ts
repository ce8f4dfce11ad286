import type { EntityManager } from 'typeorm';
import { execute, sql } from '../platform/database/sql.js';
import type { Day } from '../rules/calendar/day.js';

/** From when on: a day, or an instant, or at once. */
export async function setStartDate(
  tx: EntityManager,
  organizationId: string,
  id: string,
  startDate: Day | null,
  scheduledFor: Date | null,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE marketing_campaigns SET start_date = ${startDate}, scheduled_for = ${scheduledFor}
         WHERE organization_id = ${organizationId} AND id = ${id}`,
  );
}
