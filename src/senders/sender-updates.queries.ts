import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../platform/database/sql.js';

/** The numbers of an account, in every organization that has some there. */
export async function lockSendersIn(
  tx: EntityManager,
  businessAccountId: string,
): Promise<{ id: string; organizationId: string; portfolioId: string | null }[]> {
  return rowsOf(
    tx,
    sql`SELECT id, organization_id AS "organizationId", portfolio_id AS "portfolioId"
          FROM senders WHERE business_account_id = ${businessAccountId} ORDER BY id FOR UPDATE`,
  );
}

export async function placeSender(
  tx: EntityManager,
  id: string,
  portfolioId: string,
  now: Date,
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE senders SET portfolio_id = ${portfolioId}, updated_at = ${now} WHERE id = ${id}`,
  );
}

/** Webhooks write the number in digits only. One that was set by hand keeps its pace. */
export async function storeThroughput(
  tx: EntityManager,
  businessAccountId: string,
  {
    displayPhoneNumber,
    level,
    perSecond,
    now,
  }: {
    displayPhoneNumber: string;
    level: string;
    perSecond: number;
    now: Date;
  },
): Promise<void> {
  const digits = displayPhoneNumber.replaceAll(/\D/g, '');
  await execute(
    tx,
    sql`UPDATE senders
           SET throughput_level = ${level}, updated_at = ${now},
               throughput_per_second = CASE WHEN throughput_is_manual THEN throughput_per_second ELSE ${perSecond} END
         WHERE business_account_id = ${businessAccountId}
           AND regexp_replace(display_phone_number, '\\D', '', 'g') = ${digits}`,
  );
}
