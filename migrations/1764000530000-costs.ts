import type { MigrationInterface, QueryRunner } from 'typeorm';

const priced = (rows: string, n: number) => `
        SELECT campaign_id, coalesce(pricing_category, 'unknown') AS category,
               coalesce(pricing_type, 'unknown') AS type, is_billable, ${n} AS n
          FROM ${rows} WHERE is_billable IS NOT NULL AND purpose = 'campaign' AND campaign_id IS NOT NULL`;

/** How many messages of a campaign Meta bills, by category: counted when a status reports it, never recounted. */
export class Costs1764000530000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE campaign_costs (
        campaign_id uuid NOT NULL,
        category varchar(40) NOT NULL,
        type varchar(40) NOT NULL,
        billable integer NOT NULL DEFAULT 0,
        free integer NOT NULL DEFAULT 0,
        CONSTRAINT campaign_costs_pkey PRIMARY KEY (campaign_id, category, type),
        CONSTRAINT campaign_costs_campaign_fkey FOREIGN KEY (campaign_id)
          REFERENCES marketing_campaigns (id) ON DELETE CASCADE
      )`);
    // The price arrives with a status, so with an UPDATE. A message deleted for its age keeps its cost.
    await db.query(`
      CREATE FUNCTION count_priced_messages() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $fn$
      BEGIN
        INSERT INTO campaign_costs AS kept (campaign_id, category, type, billable, free)
        SELECT d.campaign_id, d.category, d.type, coalesce(sum(n) FILTER (WHERE is_billable), 0),
               coalesce(sum(n) FILTER (WHERE NOT is_billable), 0)
          FROM (${priced('new_rows', 1)} UNION ALL ${priced('old_rows', -1)}) AS d
         WHERE EXISTS (SELECT FROM marketing_campaigns c WHERE c.id = d.campaign_id)
         GROUP BY 1, 2, 3
        HAVING coalesce(sum(n) FILTER (WHERE is_billable), 0) <> 0
            OR coalesce(sum(n) FILTER (WHERE NOT is_billable), 0) <> 0
         ORDER BY 1, 2, 3
            ON CONFLICT (campaign_id, category, type) DO UPDATE
           SET billable = kept.billable + excluded.billable, free = kept.free + excluded.free;
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER whatsapp_messages_count_priced AFTER UPDATE ON whatsapp_messages
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_priced_messages()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TRIGGER whatsapp_messages_count_priced ON whatsapp_messages');
    await db.query('DROP FUNCTION count_priced_messages()');
    await db.query('DROP TABLE campaign_costs');
  }
}
