import type { MigrationInterface, QueryRunner } from 'typeorm';

// A product counts as bought while its order is confirmed or later, and not cancelled.
const isBought = (alias: string) => `${alias}.status IN ('confirmed', 'processing', 'completed', 'refunded')`;
const units = (alias: string) =>
  `(${alias}.quantity - ${alias}.cancelled_quantity - ${alias}.returned_quantity)`;
const NIL = `'00000000-0000-0000-0000-000000000000'::uuid`;
// Without sequential scans: these functions keep the plan of their first call, for one row as for a batch.
const INDEXED = 'SET enable_seqscan = off SET search_path FROM CURRENT';

/** What a row of an order adds to the figures of its catalog and its campaign. */
const orderFigures = (rows: string, sign: 1 | -1) => `
  SELECT organization_id, catalog_id, campaign_id, currency, placed_on,
         ${sign} * (status <> 'cancelled')::int AS orders,
         CASE WHEN status <> 'cancelled' THEN ${sign} * total ELSE 0 END AS ordered_value,
         ${sign} * (paid_amount - refunded_amount) AS revenue
    FROM ${rows}`;

/** What lines add to the figures of their products. */
const lineFigures = (
  n: string,
  { cartAdds, bought, sold }: Record<'cartAdds' | 'bought' | 'sold', string>,
) => `
  SELECT o.organization_id, o.catalog_id, ${n}.product_id, ${n}.variant_id, o.campaign_id, o.placed_on,
         ${cartAdds} AS cart_adds, ${sold} AS units, ${bought} AS orders, ${sold} * ${n}.unit_price AS revenue`;

/**
 * The figures that orders leave on catalogs, products and campaigns. Triggers add the differences of each statement, so
 * that nothing is recounted and rows written by SQL count too. They stand on the day on which the order was placed.
 */
export class OrderFigures1764000711000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
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
    await this.createOrderFigures(db);
    await this.createLineFigures(db);
  }

  private async createOrderFigures(db: QueryRunner): Promise<void> {
    for (const [event, rows] of Object.entries({
      insert: orderFigures('new_rows', 1),
      update: `${orderFigures('new_rows', 1)} UNION ALL ${orderFigures('old_rows', -1)}`,
    })) {
      await db.query(`
        CREATE FUNCTION count_orders_on_${event}() RETURNS trigger LANGUAGE plpgsql ${INDEXED} AS $fn$
        BEGIN
          INSERT INTO campaign_orders AS k (campaign_id, currency, organization_id, orders, ordered_value, revenue)
          SELECT campaign_id, currency, organization_id, sum(orders), sum(ordered_value), sum(revenue)
            FROM (${rows}) AS d WHERE campaign_id IS NOT NULL
           GROUP BY campaign_id, currency, organization_id
          HAVING sum(orders) <> 0 OR sum(ordered_value) <> 0 OR sum(revenue) <> 0
           ORDER BY campaign_id, currency
              ON CONFLICT (campaign_id, currency) DO UPDATE
             SET orders = k.orders + excluded.orders, ordered_value = k.ordered_value + excluded.ordered_value,
                 revenue = k.revenue + excluded.revenue;
          INSERT INTO whatsapp_product_stats AS k (organization_id, catalog_id, campaign_id, date, orders, revenue)
          SELECT d.organization_id, d.catalog_id, coalesce(d.campaign_id, ${NIL}), d.placed_on, sum(d.orders),
                 sum(d.revenue)
            FROM (${rows}) AS d JOIN whatsapp_catalogs c ON c.id = d.catalog_id
           GROUP BY 1, 2, 3, 4 HAVING sum(d.orders) <> 0 OR sum(d.revenue) <> 0
           ORDER BY 2, 4, 3
              ON CONFLICT (catalog_id, product_id, date, variant_id, campaign_id) DO UPDATE
             SET orders = k.orders + excluded.orders, revenue = k.revenue + excluded.revenue;
          UPDATE whatsapp_catalogs c
             SET total_orders = c.total_orders + d.orders, total_revenue = c.total_revenue + d.revenue
            FROM (SELECT catalog_id, sum(orders) AS orders, sum(revenue) AS revenue FROM (${rows}) AS d
                   WHERE catalog_id IS NOT NULL GROUP BY catalog_id
                  HAVING sum(orders) <> 0 OR sum(revenue) <> 0) AS d
           WHERE c.id = d.catalog_id;
          RETURN NULL;
        END $fn$`);
      const tables =
        event === 'insert' ? 'NEW TABLE AS new_rows' : 'OLD TABLE AS old_rows NEW TABLE AS new_rows';
      await db.query(`
        CREATE TRIGGER whatsapp_orders_count_${event} AFTER ${event} ON whatsapp_orders REFERENCING ${tables}
          FOR EACH STATEMENT EXECUTE FUNCTION count_orders_on_${event}()`);
    }
  }

  private async createLineFigures(db: QueryRunner): Promise<void> {
    // Products in the order of their ids, then variants, then the rows of days: the order of every lock on them.
    await db.query(`
      CREATE FUNCTION count_lines(
        organizations uuid[], catalogs uuid[], products uuid[], variants uuid[], campaigns uuid[], days date[],
        cart_adds int[], units int[], orders int[], revenues numeric[]) RETURNS void LANGUAGE plpgsql ${INDEXED}
      AS $fn$
      BEGIN
        IF products IS NULL THEN RETURN; END IF;
        PERFORM FROM whatsapp_products WHERE id = ANY(products) ORDER BY id FOR NO KEY UPDATE;
        UPDATE whatsapp_products p
           SET cart_add_count = p.cart_add_count + d.cart_adds, purchase_count = p.purchase_count + d.units
          FROM (SELECT id, sum(a) AS cart_adds, sum(u) AS units FROM unnest(products, cart_adds, units) AS n (id, a, u)
                 GROUP BY id HAVING sum(a) <> 0 OR sum(u) <> 0) AS d
         WHERE p.id = d.id;
        PERFORM FROM whatsapp_product_variants WHERE id = ANY(variants) ORDER BY id FOR NO KEY UPDATE;
        UPDATE whatsapp_product_variants v SET purchase_count = v.purchase_count + d.units
          FROM (SELECT id, sum(u) AS units FROM unnest(variants, units) AS n (id, u) WHERE id IS NOT NULL
                 GROUP BY id HAVING sum(u) <> 0) AS d
         WHERE v.id = d.id;
        INSERT INTO whatsapp_product_stats AS k
          (organization_id, catalog_id, product_id, variant_id, campaign_id, date, cart_adds, units, orders, revenue)
        SELECT n.organization_id, n.catalog_id, n.product_id, coalesce(n.variant_id, ${NIL}),
               coalesce(n.campaign_id, ${NIL}), n.day, sum(n.cart_adds), sum(n.units), sum(n.orders), sum(n.revenue)
          FROM unnest(organizations, catalogs, products, variants, campaigns, days, cart_adds, units, orders, revenues)
               AS n (organization_id, catalog_id, product_id, variant_id, campaign_id, day, cart_adds, units, orders,
                     revenue)
               JOIN whatsapp_catalogs c ON c.id = n.catalog_id
         GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 2, 3, 6, 4, 5
            ON CONFLICT (catalog_id, product_id, date, variant_id, campaign_id) DO UPDATE
           SET cart_adds = k.cart_adds + excluded.cart_adds, units = k.units + excluded.units,
               orders = k.orders + excluded.orders, revenue = k.revenue + excluded.revenue;
      END $fn$`);
    const count = (rows: string) => `
      PERFORM count_lines(array_agg(organization_id), array_agg(catalog_id), array_agg(product_id),
                          array_agg(variant_id), array_agg(campaign_id), array_agg(placed_on),
                          array_agg(cart_adds::int), array_agg(units::int), array_agg(orders::int), array_agg(revenue))
         FROM (${rows}) AS d
        WHERE product_id IS NOT NULL AND (cart_adds <> 0 OR units <> 0 OR orders <> 0 OR revenue <> 0);`;
    // An order became one that counts, or stopped being one.
    await db.query(`
      CREATE FUNCTION count_bought_orders() RETURNS trigger LANGUAGE plpgsql ${INDEXED} AS $fn$
      BEGIN
        ${count(`
          ${lineFigures('i', {
            cartAdds: '0',
            sold: `CASE WHEN ${isBought('o')} THEN ${units('i')} ELSE -${units('i')} END`,
            bought: `CASE WHEN ${units('i')} = 0 THEN 0 WHEN ${isBought('o')} THEN 1 ELSE -1 END`,
          })}
            FROM new_rows o JOIN old_rows b ON b.id = o.id
                 CROSS JOIN LATERAL (SELECT * FROM whatsapp_order_items i WHERE i.order_id = o.id OFFSET 0) AS i
           WHERE (${isBought('o')}) <> (${isBought('b')})`)}
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER whatsapp_orders_count_bought AFTER UPDATE ON whatsapp_orders
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_bought_orders()`);
    await db.query(`
      CREATE FUNCTION count_lines_on_insert() RETURNS trigger LANGUAGE plpgsql ${INDEXED} AS $fn$
      BEGIN
        ${count(`
          ${lineFigures('i', {
            cartAdds: `(o.source = 'message')::int`,
            sold: `CASE WHEN ${isBought('o')} THEN ${units('i')} ELSE 0 END`,
            bought: `CASE WHEN ${isBought('o')} AND ${units('i')} > 0 THEN 1 ELSE 0 END`,
          })}
            FROM new_rows i JOIN whatsapp_orders o ON o.id = i.order_id`)}
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER whatsapp_order_items_count_insert AFTER INSERT ON whatsapp_order_items
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_lines_on_insert()`);
    const changed = (rows: string, sign: string) => `
      ${lineFigures('i', {
        cartAdds: '0',
        sold: `${sign}${units('i')}`,
        bought: `CASE WHEN ${units('i')} > 0 THEN ${sign}1 ELSE 0 END`,
      })}
        FROM ${rows} i JOIN whatsapp_orders o ON o.id = i.order_id
       WHERE ${isBought('o')}`;
    await db.query(`
      CREATE FUNCTION count_lines_on_update() RETURNS trigger LANGUAGE plpgsql ${INDEXED} AS $fn$
      BEGIN
        IF NOT EXISTS (SELECT id, product_id, variant_id, quantity, cancelled_quantity, returned_quantity, unit_price
                         FROM new_rows
                       EXCEPT
                       SELECT id, product_id, variant_id, quantity, cancelled_quantity, returned_quantity, unit_price
                         FROM old_rows) THEN RETURN NULL; END IF;
        ${count(`${changed('new_rows', '')} UNION ALL ${changed('old_rows', '-')}`)}
        RETURN NULL;
      END $fn$`);
    await db.query(`
      CREATE TRIGGER whatsapp_order_items_count_update AFTER UPDATE ON whatsapp_order_items
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_lines_on_update()`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const trigger of ['count_insert', 'count_update', 'count_bought']) {
      await db.query(`DROP TRIGGER whatsapp_orders_${trigger} ON whatsapp_orders`);
    }
    for (const trigger of ['count_insert', 'count_update']) {
      await db.query(`DROP TRIGGER whatsapp_order_items_${trigger} ON whatsapp_order_items`);
    }
    await db.query(`
      DROP FUNCTION count_orders_on_insert(), count_orders_on_update(), count_bought_orders(), count_lines_on_insert(),
        count_lines_on_update(),
        count_lines(uuid[], uuid[], uuid[], uuid[], uuid[], date[], int[], int[], int[], numeric[])`);
    await db.query(`DROP TABLE campaign_orders`);
  }
}
