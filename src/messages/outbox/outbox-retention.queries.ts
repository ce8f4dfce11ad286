import type { EntityManager } from 'typeorm';
import { execute, sql } from '../../platform/database/sql.js';

const BITE = 2_000;

/**
 * The row of a message is what keeps it from being written and sent twice, so it stays long after the message's own end,
 * when nobody would write it again.
 */
export async function purgeOutbox(tx: EntityManager, before: Date): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM message_outbox
         WHERE id IN (SELECT id FROM message_outbox
                       WHERE state IN ('done', 'failed', 'expired', 'skipped') AND expires_at < ${before}
                       ORDER BY expires_at LIMIT ${BITE} FOR UPDATE SKIP LOCKED)`,
  );
}
