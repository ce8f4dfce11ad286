import type { MigrationInterface, QueryRunner } from 'typeorm';

const NIL = `'00000000-0000-0000-0000-000000000000'::uuid`;
// Without sequential scans: these functions keep the plan of their first call, for one row as for a batch.
const INDEXED = 'SET enable_seqscan = off SET search_path FROM CURRENT';
const COUNTED = (o: string) =>
  `(${o}.status <> 'cancelled' AND (${o}.status <> 'refunded' OR ${o}.cancelled_at IS NULL))`;

/** What an order is as a conversion. Everything follows from the order's row, so a repeated event changes nothing. */
const valuesOf = (o: string) => ({
  value: `${o}.total`,
  paid_value: `${o}.paid_amount - ${o}.refunded_amount`,
  reversed_value: `CASE WHEN ${COUNTED(o)} THEN 0 ELSE ${o}.total END`,
  is_reversed: `NOT ${COUNTED(o)}`,
  currency: `${o}.currency`,
  customer_id: `${o}.customer_id`,
});

const insertOrders = (rows: string) => `
  INSERT INTO conversions
         (organization_id, source, external_id, ${Object.keys(valuesOf('o')).join(', ')}, occurred_at, day, touch,
          touched_at, recipient_id, campaign_id, variant, is_final, look_at, created_at)
  SELECT o.organization_id, 'order', o.id::text, ${Object.values(valuesOf('o')).join(', ')}, o.created_at, o.placed_on,
         CASE WHEN o.campaign_id IS NOT NULL THEN 'reply' END,
         CASE WHEN o.campaign_id IS NOT NULL THEN o.created_at END, o.recipient_id, o.campaign_id,
         (SELECT r.variant FROM campaign_recipients r WHERE r.id = o.recipient_id),
         o.source = 'message' OR o.campaign_id IS NOT NULL, o.created_at, o.created_at
    FROM ${rows} o
   ORDER BY o.organization_id, o.id
      ON CONFLICT (organization_id, source, external_id) DO NOTHING`;

const KEYS = `organization_id, day, coalesce(campaign_id, ${NIL}) AS campaign_id, coalesce(rule_id, ${NIL}) AS rule_id,
         coalesce(variant, -1) AS variant, coalesce(currency, 'XXX') AS currency`;
const SUMS = ['conversions', 'orders', 'value', 'reversed', 'revenue'];
const measured = (rows: string, sign: 1 | -1) => `
  SELECT ${KEYS},
         ${sign} * (NOT is_reversed)::int AS conversions,
         ${sign} * (source = 'order' AND NOT is_reversed)::int AS orders,
         ${sign} * value AS value, ${sign} * reversed_value AS reversed,
         ${sign} * CASE source WHEN 'order' THEN paid_value ELSE value - reversed_value END AS revenue
    FROM ${rows}`;
const addDays = (rows: string) => `
  INSERT INTO revenue_days AS k
         (organization_id, day, campaign_id, rule_id, variant, currency, ${SUMS.join(', ')})
  SELECT organization_id, day, campaign_id, rule_id, variant, currency, ${SUMS.map((one) => `sum(${one})`).join(', ')}
    FROM (${rows}) AS d
   GROUP BY 1, 2, 3, 4, 5, 6 HAVING ${SUMS.map((one) => `sum(${one}) <> 0`).join(' OR ')}
   ORDER BY 1, 2, 3, 4, 5, 6
      ON CONFLICT (organization_id, day, campaign_id, rule_id, variant, currency) DO UPDATE
     SET ${SUMS.map((one) => `${one} = k.${one} + excluded.${one}`).join(', ')}`;

const CAMPAIGN_ORDERS = (rows: string) => `
          INSERT INTO campaign_orders AS k (campaign_id, currency, organization_id, orders, ordered_value, revenue)
          SELECT campaign_id, currency, organization_id, sum(orders), sum(ordered_value), sum(revenue)
            FROM (${rows}) AS d WHERE campaign_id IS NOT NULL
           GROUP BY campaign_id, currency, organization_id
          HAVING sum(orders) <> 0 OR sum(ordered_value) <> 0 OR sum(revenue) <> 0
           ORDER BY campaign_id, currency
              ON CONFLICT (campaign_id, currency) DO UPDATE
             SET orders = k.orders + excluded.orders, ordered_value = k.ordered_value + excluded.ordered_value,
                 revenue = k.revenue + excluded.revenue;`;

const trigger = (body: string) => `RETURNS trigger LANGUAGE plpgsql ${INDEXED} AS $fn$
      BEGIN
        ${body};
        RETURN NULL;
      END $fn$`;

/**
 * What campaigns lead to. An order is a conversion from the statement that writes it on, and follows the order's row;
 * other conversions come through the API. The sums a day are kept by triggers, and are the only source of what a
 * campaign earned: the table of its orders goes.
 */
export class Conversions1764000850000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE campaign_recipients ADD COLUMN converted_at timestamptz');
    await db.query(`
      ALTER TABLE organizations
        ADD COLUMN click_window_seconds integer DEFAULT 432000,
        ADD COLUMN reply_window_seconds integer DEFAULT 432000,
        ADD COLUMN read_window_seconds integer DEFAULT 86400,
        ADD COLUMN delivered_window_seconds integer`);
    await this.createConversions(db);
    await this.createDays(db);
    await this.followOrders(db);
    await this.rewrite(db, (body) => body.replace(/\n\s*INSERT INTO campaign_orders[^;]*;/, ''));
    await db.query('DROP TABLE campaign_orders');
    // Orders from before: what came in the chat is attributed already, the others as a worker gets to them.
    await db.query(insertOrders('whatsapp_orders'));
    // Nobody is told of them now: what is attributed for the first time is an event.
    await db.query('UPDATE conversions SET attributed_at = created_at');
  }

  private async createConversions(db: QueryRunner): Promise<void> {
    // `look_at`: when it is attributed (again). `is_final`: no later touch moves it.
    await db.query(`
      CREATE TABLE conversions (
        id uuid NOT NULL DEFAULT new_id(),
        organization_id uuid NOT NULL,
        source varchar(5) NOT NULL,
        external_id varchar(200) NOT NULL,
        customer_id uuid,
        name varchar(100) NOT NULL DEFAULT 'purchase',
        value numeric(15, 2) NOT NULL DEFAULT 0,
        paid_value numeric(15, 2) NOT NULL DEFAULT 0,
        reversed_value numeric(15, 2) NOT NULL DEFAULT 0,
        is_reversed boolean NOT NULL DEFAULT false,
        currency varchar(3),
        occurred_at timestamptz NOT NULL,
        day date NOT NULL,
        touch varchar(9),
        touched_at timestamptz,
        recipient_id uuid,
        campaign_id uuid,
        variant smallint,
        rule_id uuid,
        message_id uuid,
        is_final boolean NOT NULL DEFAULT false,
        attributed_at timestamptz,
        look_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT conversions_pkey PRIMARY KEY (id),
        CONSTRAINT conversions_once UNIQUE (organization_id, source, external_id),
        CONSTRAINT conversions_organization_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),
        CONSTRAINT conversions_source_check CHECK (source IN ('order', 'api')),
        CONSTRAINT conversions_touch_check CHECK (touch IN ('click', 'reply', 'read', 'delivered')),
        CONSTRAINT conversions_value_check CHECK (value >= 0 AND reversed_value BETWEEN 0 AND value)
      )`);
    await db.query(`CREATE INDEX conversions_list_idx ON conversions (organization_id, id)`);
    await db.query(`
      CREATE INDEX conversions_campaign_idx ON conversions (campaign_id, id) WHERE campaign_id IS NOT NULL`);
    await db.query(`
      CREATE INDEX conversions_recipient_idx ON conversions (campaign_id, recipient_id, occurred_at)
        WHERE recipient_id IS NOT NULL`);
    await db.query(`
      CREATE INDEX conversions_customer_idx ON conversions (customer_id) WHERE customer_id IS NOT NULL`);
    await db.query(`CREATE INDEX conversions_look_idx ON conversions (look_at) WHERE look_at IS NOT NULL`);
  }

  private async createDays(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE revenue_days (
        organization_id uuid NOT NULL,
        day date NOT NULL,
        campaign_id uuid NOT NULL,
        rule_id uuid NOT NULL,
        variant smallint NOT NULL,
        currency varchar(3) NOT NULL,
        conversions integer NOT NULL DEFAULT 0,
        orders integer NOT NULL DEFAULT 0,
        value numeric(18, 2) NOT NULL DEFAULT 0,
        reversed numeric(18, 2) NOT NULL DEFAULT 0,
        revenue numeric(18, 2) NOT NULL DEFAULT 0,
        CONSTRAINT revenue_days_pkey PRIMARY KEY (organization_id, day, campaign_id, rule_id, variant, currency)
      )`);
    await db.query(`CREATE INDEX revenue_days_campaign_idx ON revenue_days (campaign_id)`);
    await db.query(
      `CREATE FUNCTION count_inserted_conversions() ${trigger(addDays(measured('new_rows', 1)))}`,
    );
    await db.query(`
      CREATE FUNCTION count_updated_conversions() ${trigger(
        addDays(`${measured('new_rows', 1)} UNION ALL ${measured('old_rows', -1)}`),
      )}`);
    await db.query(`
      CREATE TRIGGER conversions_count_insert AFTER INSERT ON conversions REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_inserted_conversions()`);
    await db.query(`
      CREATE TRIGGER conversions_count_update AFTER UPDATE ON conversions
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_updated_conversions()`);
  }

  private async followOrders(db: QueryRunner): Promise<void> {
    await db.query(`CREATE FUNCTION convert_inserted_orders() ${trigger(insertOrders('new_rows'))}`);
    const columns = Object.keys(valuesOf('o'));
    await db.query(`
      CREATE FUNCTION convert_updated_orders() ${trigger(`
        UPDATE conversions c SET ${columns.map((column) => `${column} = d.${column}`).join(', ')}
          FROM (SELECT o.organization_id, o.id::text AS external_id,
                       ${Object.entries(valuesOf('o'))
                         .map(([column, value]) => `${value} AS ${column}`)
                         .join(', ')}
                  FROM new_rows o) AS d
         WHERE c.organization_id = d.organization_id AND c.source = 'order' AND c.external_id = d.external_id
           AND (${columns.map((column) => `c.${column}`).join(', ')})
               IS DISTINCT FROM (${columns.map((column) => `d.${column}`).join(', ')})`)}`);
    await db.query(`
      CREATE TRIGGER whatsapp_orders_convert_insert AFTER INSERT ON whatsapp_orders REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION convert_inserted_orders()`);
    await db.query(`
      CREATE TRIGGER whatsapp_orders_convert_update AFTER UPDATE ON whatsapp_orders REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION convert_updated_orders()`);
  }

  /** The triggers of orders as they stand, with or without the table of the campaigns' orders. */
  private async rewrite(db: QueryRunner, change: (body: string) => string): Promise<void> {
    for (const name of ['count_orders_on_insert', 'count_orders_on_update']) {
      const [found] = (await db.query(
        `SELECT pg_get_functiondef(oid) AS definition FROM pg_proc
          WHERE proname = $1 AND pronamespace = current_schema()::regnamespace`,
        [name],
      )) as { definition: string }[];
      const before = found?.definition ?? '';
      const after = change(before);
      if (after === before) throw new Error(`${name} is not what it was`);
      await db.query(after);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE campaign_orders (
        campaign_id uuid NOT NULL,
        currency varchar(3) NOT NULL,
        organization_id uuid NOT NULL,
        orders integer NOT NULL DEFAULT 0,
        ordered_value numeric(18, 2) NOT NULL DEFAULT 0,
        revenue numeric(18, 2) NOT NULL DEFAULT 0,
        CONSTRAINT campaign_orders_pkey PRIMARY KEY (campaign_id, currency)
      )`);
    await this.rewrite(db, (body) => {
      const [, rows] = /FROM \(([^;]*?)\) AS d JOIN whatsapp_catalogs/.exec(body) ?? [];
      return rows === undefined ? body : body.replace('BEGIN', () => `BEGIN${CAMPAIGN_ORDERS(rows)}`);
    });
    await db.query(`
      INSERT INTO campaign_orders (campaign_id, currency, organization_id, orders, ordered_value, revenue)
      SELECT o.campaign_id, o.currency, o.organization_id, count(*) FILTER (WHERE ${COUNTED('o')}),
             coalesce(sum(o.total) FILTER (WHERE ${COUNTED('o')}), 0), sum(o.paid_amount - o.refunded_amount)
        FROM whatsapp_orders o WHERE o.campaign_id IS NOT NULL GROUP BY 1, 2, 3`);
    for (const event of ['insert', 'update'])
      await db.query(`DROP TRIGGER whatsapp_orders_convert_${event} ON whatsapp_orders`);
    await db.query(`DROP TABLE revenue_days, conversions`);
    await db.query(`
      DROP FUNCTION convert_inserted_orders(), convert_updated_orders(), count_inserted_conversions(),
        count_updated_conversions()`);
    await db.query(`
      ALTER TABLE organizations
        DROP COLUMN click_window_seconds, DROP COLUMN reply_window_seconds, DROP COLUMN read_window_seconds,
        DROP COLUMN delivered_window_seconds`);
    await db.query('ALTER TABLE campaign_recipients DROP COLUMN converted_at');
  }
}
