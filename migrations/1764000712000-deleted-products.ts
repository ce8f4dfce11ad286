import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Deleting a product voids what open orders have reserved of it, and flags them. A trigger, because catalogs lie below
 * orders and must not know them, and so that raw SQL and whole catalogs do the same.
 */
export class DeletedProducts1764000712000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const [table, column] of [
      ['whatsapp_products', 'product_id'],
      ['whatsapp_product_variants', 'variant_id'],
    ] as const) {
      await db.query(`
        CREATE FUNCTION void_orders_of_${table}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $fn$
        BEGIN
          WITH concerned AS MATERIALIZED (
            SELECT i.id, i.order_id FROM whatsapp_order_items i JOIN whatsapp_orders o ON o.id = i.order_id
             WHERE i.${column} IN (SELECT id FROM old_rows) AND o.status IN ('pending', 'confirmed', 'processing')
               AND i.fulfilled_quantity + i.cancelled_quantity < i.quantity
               AND NOT 'product_deleted' = ANY(i.problems)),
          locked AS MATERIALIZED (
            SELECT o.id, 'product_deleted' = ANY(o.flags) AS is_flagged FROM whatsapp_orders o
             WHERE o.id IN (SELECT order_id FROM concerned) ORDER BY o.id FOR NO KEY UPDATE),
          voided AS (
            UPDATE whatsapp_order_items i
               SET reserved_quantity = 0,
                   problems = array_append(array_remove(i.problems, 'stock_short'), 'product_deleted')
              FROM concerned c JOIN locked l ON l.id = c.order_id WHERE i.id = c.id
            RETURNING i.order_id),
          noted AS (
            INSERT INTO whatsapp_order_history (organization_id, order_id, at, actor, kind, data)
            SELECT o.organization_id, o.id, greatest(now(), o.updated_at), 'system', 'flags',
                   '{"raised": ["product_deleted"]}'
              FROM whatsapp_orders o JOIN locked l ON l.id = o.id WHERE NOT l.is_flagged
            RETURNING order_id)
          UPDATE whatsapp_orders o SET flags = array_append(o.flags, 'product_deleted')
            FROM locked l WHERE o.id = l.id AND NOT l.is_flagged;
          RETURN NULL;
        END $fn$`);
      await db.query(`
        CREATE TRIGGER ${table}_void_orders AFTER DELETE ON ${table} REFERENCING OLD TABLE AS old_rows
          FOR EACH STATEMENT EXECUTE FUNCTION void_orders_of_${table}()`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['whatsapp_products', 'whatsapp_product_variants']) {
      await db.query(`DROP TRIGGER ${table}_void_orders ON ${table}`);
      await db.query(`DROP FUNCTION void_orders_of_${table}()`);
    }
  }
}
