import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../platform/database/sql.js';

export interface DueCampaign {
  organizationId: string;
  id: string;
}

/** Without those of a series: it chooses their people first. */
export async function findDueToStart(db: EntityManager, now: Date): Promise<DueCampaign[]> {
  return rowsOf<DueCampaign>(
    db,
    sql`SELECT organization_id AS "organizationId", id FROM marketing_campaigns
         WHERE status = 'scheduled' AND scheduled_for <= ${now} AND series_id IS NULL
         ORDER BY scheduled_for, id`,
  );
}
