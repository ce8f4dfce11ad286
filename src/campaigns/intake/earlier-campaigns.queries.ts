import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';

export interface EarlierCampaign {
  id: string;
  isUnderWay: boolean;
}

/** The other campaigns of a series; only those that may have written to somebody since then. */
export async function earlierCampaigns(
  tx: EntityManager,
  { seriesId, id }: { seriesId: string; id: string },
  since: Date | null,
): Promise<EarlierCampaign[]> {
  return rowsOf<EarlierCampaign>(
    tx,
    sql`SELECT id, status IN ('scheduled', 'active', 'paused') AS "isUnderWay" FROM marketing_campaigns
         WHERE series_id = ${seriesId} AND id <> ${id}
           AND (${since}::timestamptz IS NULL OR completed_at IS NULL OR completed_at > ${since})`,
  );
}
