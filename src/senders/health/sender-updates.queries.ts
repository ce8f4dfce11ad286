import type { EntityManager } from 'typeorm';
import { execute, rowsOf, type Sql, sql } from '../../platform/database/sql.js';

/** null: all of them. */
export type Organizations = readonly string[] | null;

function among(organizations: Organizations): Sql {
  return organizations === null ? sql`true` : sql`organization_id = ANY(${organizations}::uuid[])`;
}

/** The numbers of an account, in every organization that has some there. */
export async function lockSendersIn(
  tx: EntityManager,
  businessAccountId: string,
  organizations: Organizations,
): Promise<{ id: string; organizationId: string; portfolioId: string | null }[]> {
  return rowsOf(
    tx,
    sql`SELECT id, organization_id AS "organizationId", portfolio_id AS "portfolioId"
          FROM senders WHERE business_account_id = ${businessAccountId} AND ${among(organizations)}
         ORDER BY id FOR UPDATE`,
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
    organizations,
    now,
  }: {
    displayPhoneNumber: string;
    level: string;
    perSecond: number;
    organizations: Organizations;
    now: Date;
  },
): Promise<void> {
  const digits = displayPhoneNumber.replaceAll(/\D/g, '');
  await execute(
    tx,
    sql`UPDATE senders
           SET throughput_level = ${level}, updated_at = ${now},
               throughput_per_second = CASE WHEN throughput_is_manual THEN throughput_per_second ELSE ${perSecond} END
         WHERE business_account_id = ${businessAccountId} AND ${among(organizations)}
           AND regexp_replace(display_phone_number, '\\D', '', 'g') = ${digits}`,
  );
}

/**
 * An operator's word stands above Meta's; for any other reason the number would not get further than the account.
 * What Meta said last says when it ends, if it says so.
 */
export async function pauseForAccount(
  tx: EntityManager,
  businessAccountId: string,
  {
    reason,
    until,
    organizations,
    now,
  }: { reason: string; until: Date | null; organizations: Organizations; now: Date },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE senders SET status = 'paused', paused_by = 'account', status_reason = ${reason}, paused_until = ${until},
               updated_at = ${now}
         WHERE business_account_id = ${businessAccountId} AND ${among(organizations)}
           AND (status = 'active' OR paused_by IN ('account', 'health', 'errors'))`,
  );
}

export async function resumeForAccount(
  tx: EntityManager,
  businessAccountId: string,
  { organizations, now }: { organizations: Organizations; now: Date },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE senders SET status = 'active', paused_by = NULL, status_reason = NULL, paused_until = NULL,
               updated_at = ${now}
         WHERE business_account_id = ${businessAccountId} AND ${among(organizations)}
           AND status = 'paused' AND paused_by = 'account'`,
  );
}
