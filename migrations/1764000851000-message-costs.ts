import type { MigrationInterface, QueryRunner } from 'typeorm';

const NIL = `'00000000-0000-0000-0000-000000000000'::uuid`;

/** What Meta says, or what the type of the price says without it; null: not known. */
const BILLABLE = `coalesce(is_billable, CASE WHEN pricing_type = 'regular' THEN true
                                             WHEN pricing_type LIKE 'free%' THEN false END)`;
const ARRIVED = `status IN ('delivered', 'read')
                 AND (is_billable IS NOT NULL OR pricing_type IS NOT NULL OR pricing_category IS NOT NULL)`;
// Local midnights of every zone begin on a quarter of an hour: grouped by quarters, a batch shrinks to a few rows before
// the clock of their account is looked up.
const QUARTER = `date_bin('15 minutes', coalesce(delivered_at, read_at, sent_at, created_at), '2000-01-01 00:00:00Z')`;
// As much of the number as names its country, and a digit more: the rest is cut off a group, not a row.
const START = `CASE WHEN phone_number LIKE '+%' THEN left(phone_number, 5)
                    ELSE upper(left(coalesce(whatsapp_user_id, ''), 2)) END`;
const KINDS = ['billable', 'free', 'unknown'];

const counted = (rows: string, n: number) => `
          SELECT organization_id, sender_id, campaign_id, purpose, ${START} AS start, ${QUARTER} AS quarter,
                 coalesce(pricing_category, 'unknown') AS category, coalesce(pricing_type, 'unknown') AS type,
                 ${BILLABLE} AS billable, ${n} AS n
            FROM ${rows} WHERE direction = 'out' AND organization_id IS NOT NULL AND ${ARRIVED}`;

const sum = (condition: string) => `coalesce(sum(n) FILTER (WHERE ${condition}), 0)`;
const sums = [sum('billable'), sum('NOT billable'), sum('billable IS NULL')];
const isAny = sums.map((one) => `${one} <> 0`).join(' OR ');
const adding = (table: string) =>
  KINDS.map((kind) => `${kind} = ${table}.${kind} + excluded.${kind}`).join(', ');

/** Further counts may come from the same look at the rows. */
const countDays = (rows: string, more = '') => `
        WITH touched AS MATERIALIZED (
          SELECT organization_id, sender_id, campaign_id, purpose, start, quarter, category, type, billable,
                 sum(n) AS n
            FROM (${rows}) AS d GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(n) <> 0)${more}
        INSERT INTO message_cost_days AS kept
               (organization_id, day, business_account_id, campaign_id, purpose, prefix, category, type, ${KINDS.join(', ')})
        SELECT d.organization_id, (d.quarter AT TIME ZONE coalesce(s.account_time_zone, (SELECT time_zone FROM installation), 'UTC'))::date,
               coalesce(s.business_account_id, ''), coalesce(d.campaign_id, ${NIL}), d.purpose, country_prefix(d.start),
               d.category, d.type, ${sums.join(', ')}
          FROM touched d LEFT JOIN senders s ON s.id = d.sender_id
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 HAVING ${isAny} ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
            ON CONFLICT (organization_id, day, business_account_id, campaign_id, purpose, prefix, category, type)
            DO UPDATE SET ${adding('kept')}`;

const OF_CAMPAIGNS = `,
        of_campaigns AS (
          INSERT INTO campaign_costs AS kept (campaign_id, category, type, ${KINDS.join(', ')})
          SELECT campaign_id, category, type, ${sums.join(', ')} FROM touched d
           WHERE purpose = 'campaign' AND campaign_id IS NOT NULL
             AND EXISTS (SELECT FROM marketing_campaigns c WHERE c.id = d.campaign_id)
           GROUP BY 1, 2, 3 HAVING ${isAny} ORDER BY 1, 2, 3
              ON CONFLICT (campaign_id, category, type) DO UPDATE SET ${adding('kept')})`;

const BEFORE = (rows: string, n: number) => `
        SELECT campaign_id, coalesce(pricing_category, 'unknown') AS category,
               coalesce(pricing_type, 'unknown') AS type, ${BILLABLE} AS billable, ${n} AS n
          FROM ${rows} WHERE purpose = 'campaign' AND campaign_id IS NOT NULL AND ${ARRIVED}`;

/**
 * What Meta bills, a day on the clock of the business account: by campaign, purpose, country, category and type. The
 * same trigger as before counts both tables, when a message is delivered or read.
 */
export class MessageCosts1764000851000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // Null: that of the installation, which a process writes down at every start.
    await db.query('ALTER TABLE senders ADD COLUMN account_time_zone varchar(64)');
    await db.query('ALTER TABLE installation ADD COLUMN time_zone varchar(64)');
    // The days of what was billed before are counted below, before the first start writes it down.
    await db.query(
      'UPDATE installation SET time_zone = (SELECT name FROM pg_timezone_names WHERE name = $1 LIMIT 1)',
      [process.env['TIME_ZONE'] ?? 'UTC'],
    );
    await db.query(`
      CREATE TABLE message_cost_days (
        organization_id uuid NOT NULL,
        day date NOT NULL,
        business_account_id varchar(64) NOT NULL,
        campaign_id uuid NOT NULL,
        purpose varchar(20) NOT NULL,
        prefix varchar(5) NOT NULL,
        category varchar(40) NOT NULL,
        type varchar(40) NOT NULL,
        ${KINDS.map((kind) => `${kind} integer NOT NULL DEFAULT 0`).join(',\n        ')},
        CONSTRAINT message_cost_days_pkey PRIMARY KEY
          (organization_id, day, business_account_id, campaign_id, purpose, prefix, category, type)
      )`);
    await db.query(`CREATE INDEX message_cost_days_campaign_idx ON message_cost_days (campaign_id)`);
    // '+9199' is '+91'; of +1 the area code stays, because Meta prices the Caribbean apart.
    await db.query(`
      CREATE FUNCTION country_prefix(start text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
        SELECT CASE WHEN start LIKE '+1%' OR start NOT LIKE '+%' THEN start
                    WHEN start LIKE '+7%' THEN left(start, 3)
                    WHEN start ~ '^\\+(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])' THEN left(start, 3)
                    ELSE left(start, 4) END
      $fn$`);
    // A status that is being stored would be missed by the count below, or be counted by both.
    await db.query('LOCK TABLE whatsapp_messages IN SHARE ROW EXCLUSIVE MODE');
    await db.query(`
      CREATE OR REPLACE FUNCTION count_priced_messages() RETURNS trigger
      LANGUAGE plpgsql SET search_path FROM CURRENT AS $fn$
      BEGIN${countDays(`${counted('new_rows', 1)} UNION ALL ${counted('old_rows', -1)}`, OF_CAMPAIGNS)};
        RETURN NULL;
      END $fn$`);
    await db.query(countDays(counted('whatsapp_messages', 1)));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE OR REPLACE FUNCTION count_priced_messages() RETURNS trigger
      LANGUAGE plpgsql SET search_path FROM CURRENT AS $fn$
      BEGIN
        INSERT INTO campaign_costs AS kept (campaign_id, category, type, ${KINDS.join(', ')})
        SELECT d.campaign_id, d.category, d.type, ${sums.join(', ')}
          FROM (${BEFORE('new_rows', 1)} UNION ALL ${BEFORE('old_rows', -1)}) AS d
         WHERE EXISTS (SELECT FROM marketing_campaigns c WHERE c.id = d.campaign_id)
         GROUP BY 1, 2, 3
        HAVING ${isAny}
         ORDER BY 1, 2, 3
            ON CONFLICT (campaign_id, category, type) DO UPDATE SET ${adding('kept')};
        RETURN NULL;
      END $fn$`);
    await db.query('DROP TABLE message_cost_days');
    await db.query('DROP FUNCTION country_prefix(text)');
    await db.query('ALTER TABLE installation DROP COLUMN time_zone');
    await db.query('ALTER TABLE senders DROP COLUMN account_time_zone');
  }
}
