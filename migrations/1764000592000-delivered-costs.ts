import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What Meta says, or what the type of the price says without it; null: not known. */
const BILLABLE = `coalesce(is_billable, CASE WHEN pricing_type = 'regular' THEN true
                                             WHEN pricing_type LIKE 'free%' THEN false END)`;

const ROWS = `purpose = 'campaign' AND campaign_id IS NOT NULL`;
const ARRIVED = `status IN ('delivered', 'read')
                 AND (is_billable IS NOT NULL OR pricing_type IS NOT NULL OR pricing_category IS NOT NULL)`;
const PRICED_BEFORE = 'is_billable IS NOT NULL';

const counted = (rows: string, n: number, condition: string, billable = BILLABLE) => `
        SELECT campaign_id, coalesce(pricing_category, 'unknown') AS category,
               coalesce(pricing_type, 'unknown') AS type, ${billable} AS billable, ${n} AS n
          FROM ${rows} WHERE ${ROWS} AND ${condition}`;

const sums = (source: string, hasUnknown = true) => {
  const kinds = [
    ['billable', 'd.billable'],
    ['free', 'NOT d.billable'],
    ...(hasUnknown ? [['unknown', 'd.billable IS NULL']] : []),
  ];
  const sum = (condition = '') => `coalesce(sum(d.n) FILTER (WHERE ${condition}), 0)`;
  return `
        INSERT INTO campaign_costs AS kept (campaign_id, category, type, ${kinds.map(([kind]) => kind).join(', ')})
        SELECT d.campaign_id, d.category, d.type, ${kinds.map(([, condition]) => sum(condition)).join(', ')}
          FROM (${source}) AS d
         WHERE EXISTS (SELECT FROM marketing_campaigns c WHERE c.id = d.campaign_id)
         GROUP BY 1, 2, 3
        HAVING ${kinds.map(([, condition]) => `${sum(condition)} <> 0`).join(' OR ')}
         ORDER BY 1, 2, 3
            ON CONFLICT (campaign_id, category, type) DO UPDATE
           SET ${kinds.map(([kind]) => `${kind} = kept.${kind} + excluded.${kind}`).join(', ')}`;
};

const countWith = (statement: string) => `
      CREATE OR REPLACE FUNCTION count_priced_messages() RETURNS trigger
      LANGUAGE plpgsql SET search_path FROM CURRENT AS $fn$
      BEGIN${statement};
        RETURN NULL;
      END $fn$`;

/** Both ways also correct what is counted already. Messages that were deleted for their age keep their cost. */
export class DeliveredCosts1764000592000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // Meta bills what arrives. `billable` is due to go from its statuses; the type of the price stays.
    // A status that is being stored would count under the old rule after the correction below has passed its row.
    await db.query('LOCK TABLE whatsapp_messages IN SHARE ROW EXCLUSIVE MODE');
    await db.query('ALTER TABLE campaign_costs ADD COLUMN unknown integer NOT NULL DEFAULT 0');
    await db.query(
      countWith(sums(`${counted('new_rows', 1, ARRIVED)} UNION ALL ${counted('old_rows', -1, ARRIVED)}`)),
    );
    await db.query(
      sums(
        `${counted('whatsapp_messages', 1, ARRIVED)} UNION ALL
         ${counted('whatsapp_messages', -1, PRICED_BEFORE, 'is_billable')}`,
      ),
    );
  }

  async down(db: QueryRunner): Promise<void> {
    const before = (rows: string, n: number) => counted(rows, n, PRICED_BEFORE, 'is_billable');
    await db.query(
      sums(`${before('whatsapp_messages', 1)} UNION ALL ${counted('whatsapp_messages', -1, ARRIVED)}`, false),
    );
    await db.query(countWith(sums(`${before('new_rows', 1)} UNION ALL ${before('old_rows', -1)}`, false)));
    await db.query('ALTER TABLE campaign_costs DROP COLUMN unknown');
  }
}
