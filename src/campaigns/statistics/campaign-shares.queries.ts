import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';

export interface UncountedShares {
  organizationId: string;
  campaignId: string;
  catalogId: string;
  productId: string;
  /** Negative: a message that counted as sent has failed since. */
  added: number;
  /** The product still exists. */
  isThere: boolean;
}

/** Products whose campaign has sent more than was counted for them, noted as counted. In one order, for all workers. */
export async function takeUncounted(tx: EntityManager, limit: number): Promise<UncountedShares[]> {
  return rowsOf(
    tx,
    sql`WITH open AS MATERIALIZED (
          SELECT s.campaign_id, s.product_id, c.messages_sent AS sent, s.shares_counted AS counted
            FROM campaign_products s JOIN marketing_campaigns c ON c.id = s.campaign_id
           WHERE c.messages_sent <> s.shares_counted
           ORDER BY s.organization_id, s.product_id, s.campaign_id LIMIT ${limit}
             FOR NO KEY UPDATE OF s SKIP LOCKED)
        UPDATE campaign_products s SET shares_counted = open.sent
          FROM open
         WHERE s.campaign_id = open.campaign_id AND s.product_id = open.product_id
        RETURNING s.organization_id AS "organizationId", s.campaign_id AS "campaignId", s.catalog_id AS "catalogId",
                  s.product_id AS "productId", open.sent - open.counted AS added,
                  EXISTS (SELECT FROM whatsapp_products p WHERE p.id = s.product_id) AS "isThere"`,
  );
}
