import type { EntityManager } from 'typeorm';
import { execute, sql } from '../../platform/database/sql.js';

/** Each takes up to 10,000 errors with it. */
const BITE = 5;

/** An import that has not moved for so long runs no more, whatever its row says. */
export async function purgeProductImports(tx: EntityManager, before: Date): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM product_imports
         WHERE id IN (SELECT id FROM product_imports WHERE progress_at < ${before} ORDER BY id LIMIT ${BITE})`,
  );
}
