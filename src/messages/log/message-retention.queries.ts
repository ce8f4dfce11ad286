import type { EntityManager } from 'typeorm';
import { execute, sql } from '../../platform/database/sql.js';

const BITE = 2_000;

/** The oldest first, along the primary key, whose ids grow with time: a look that finds nothing reads one bite. */
export async function purgeMessages(tx: EntityManager, before: Date): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM whatsapp_messages
         WHERE id IN (SELECT id FROM (SELECT id, created_at FROM whatsapp_messages ORDER BY id LIMIT ${BITE}) AS oldest
                       WHERE created_at < ${before})`,
  );
}
