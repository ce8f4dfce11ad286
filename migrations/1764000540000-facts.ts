import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What customers did, published by the owners of the tables for readers below them, such as segments. The views are
 * plain joins and filters without aggregates, so PostgreSQL inlines them and plans as if the tables were read directly.
 */
export class Facts1764000540000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // Owner: recipients. One row for each recipient of a campaign.
    await db.query(`
      CREATE VIEW customer_campaign_facts AS
      SELECT c.organization_id, r.customer_id, r.phone_number, r.campaign_id,
             r.sent_at, r.delivered_at, r.read_at, r.responded_at, r.clicked_at
        FROM campaign_recipients r JOIN marketing_campaigns c ON c.id = r.campaign_id`);
    // Owner: orders. One row for each purchase: a cancelled or refunded order was not a purchase.
    await db.query(`
      CREATE VIEW customer_order_facts AS
      SELECT o.organization_id, o.customer_id, o.phone_number, o.id AS order_id, o.total, o.created_at AS placed_at
        FROM whatsapp_orders o WHERE o.status NOT IN ('cancelled', 'refunded')`);
    // Owner: orders. One row for each item of a purchase. Apart from the purchases, which it would multiply.
    await db.query(`
      CREATE VIEW customer_order_item_facts AS
      SELECT o.organization_id, o.customer_id, o.phone_number, o.id AS order_id, o.created_at AS placed_at,
             i.product_id, i.product_sku, i.product_name
        FROM whatsapp_orders o JOIN whatsapp_order_items i ON i.order_id = o.id
       WHERE o.status NOT IN ('cancelled', 'refunded')`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const view of ['customer_order_item_facts', 'customer_order_facts', 'customer_campaign_facts']) {
      await db.query(`DROP VIEW ${view}`);
    }
  }
}
