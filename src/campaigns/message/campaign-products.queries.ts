import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';

interface OfCampaign {
  organizationId: string;
  id: string;
}

/** The products of the campaign as it starts. What was counted of those that stay is kept. */
export async function noteProducts(
  tx: EntityManager,
  { organizationId, id }: OfCampaign,
  products: readonly { catalogId: string; productId: string }[],
  now: Date,
): Promise<void> {
  const productIds = products.map(({ productId }) => productId);
  await execute(
    tx,
    sql`DELETE FROM campaign_products WHERE campaign_id = ${id} AND product_id <> ALL(${productIds}::uuid[])`,
  );
  if (products.length === 0) return;
  await rowsOf(
    tx,
    sql`INSERT INTO campaign_products (organization_id, campaign_id, product_id, catalog_id, created_at)
        SELECT ${organizationId}::uuid, ${id}::uuid, product_id, catalog_id, ${now}::timestamptz
          FROM unnest(${productIds}::uuid[], ${products.map(({ catalogId }) => catalogId)}::uuid[])
            AS shown (product_id, catalog_id)
        ON CONFLICT (campaign_id, product_id) DO NOTHING`,
  );
}
