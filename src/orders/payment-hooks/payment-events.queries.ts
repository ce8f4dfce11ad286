import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../../platform/database/sql.js';

export interface NewPaymentEvent {
  organizationId: string;
  accountId: string;
  eventId: string;
  body: Buffer;
}

/** A repetition is there already. */
export async function insertEvent(
  db: EntityManager,
  { organizationId, accountId, eventId, body }: NewPaymentEvent,
  now: Date,
): Promise<void> {
  await rowsOf(
    db,
    sql`INSERT INTO payment_events (organization_id, account_id, event_id, body, received_at)
        VALUES (${organizationId}, ${accountId}, ${eventId}, ${body}, ${now})
            ON CONFLICT (account_id, event_id) DO NOTHING`,
  );
}

export interface OpenEvent {
  id: string;
  organizationId: string;
  accountId: string;
  provider: string;
  body: Buffer;
}

/** Locked until the transaction ends: any number of workers share them. */
export async function lockOpenEvents(tx: EntityManager, limit: number): Promise<OpenEvent[]> {
  return rowsOf(
    tx,
    sql`SELECT e.id, e.organization_id AS "organizationId", e.account_id AS "accountId", a.provider, e.body
          FROM payment_events e JOIN payment_accounts a ON a.id = e.account_id
         WHERE e.state = 'received' ORDER BY e.received_at LIMIT ${limit} FOR UPDATE OF e SKIP LOCKED`,
  );
}

export async function settleEvents(
  tx: EntityManager,
  { processed, failed }: { processed: readonly string[]; failed: readonly string[] },
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE payment_events
           SET state = CASE WHEN id = ANY(${failed}::uuid[]) THEN 'failed' ELSE 'processed' END, processed_at = ${now}
         WHERE id = ANY(${[...processed, ...failed]}::uuid[])`,
  );
}

/** Returns how many it deleted. */
export async function deleteBefore(tx: EntityManager, before: Date, limit: number): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM payment_events
         WHERE id IN (SELECT id FROM payment_events WHERE received_at < ${before}
                       ORDER BY received_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
  );
}
