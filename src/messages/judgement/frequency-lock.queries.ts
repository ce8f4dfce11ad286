import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../../platform/database/sql.js';

export async function lockFrequency(tx: EntityManager, organizationId: string): Promise<void> {
  await rowsOf(tx, sql`SELECT pg_advisory_xact_lock(hashtextextended(${`frequency ${organizationId}`}, 0))`);
}
