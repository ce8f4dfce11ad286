import type { EntityManager } from 'typeorm';
import type { AccountBlocks } from '../accounts/account-blocks.js';
import type { SenderStatus } from '../accounts/sender-status.js';
import type { LastEvent } from '../../whatsapp/parsing/event-order.js';
import { execute, rowsOf, type Sql, sql } from '../../platform/database/sql.js';

/** Null: all organizations. */
export type Organizations = readonly string[] | null;

function among(organizations: Organizations): Sql {
  return organizations === null ? sql`true` : sql`organization_id = ANY(${organizations}::uuid[])`;
}

export interface LockedSender {
  id: string;
  organizationId: string;
  portfolioId: string | null;
  status: SenderStatus;
  lastEvents: Partial<Record<string, LastEvent>>;
  blocks: AccountBlocks;
}

/** The numbers of an account, in every organization that has numbers in it. */
export async function lockSendersIn(
  tx: EntityManager,
  businessAccountId: string,
  organizations: Organizations,
): Promise<LockedSender[]> {
  return rowsOf(
    tx,
    sql`SELECT id, organization_id AS "organizationId", portfolio_id AS "portfolioId", status,
               last_events AS "lastEvents", account_blocks AS blocks
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

/** Webhooks write the number in digits only. A throughput set by hand stays, and so does what a later sync found. */
export async function storeThroughput(
  tx: EntityManager,
  businessAccountId: string,
  {
    displayPhoneNumber,
    level,
    perSecond,
    organizations,
    reportedAt,
    now,
  }: {
    displayPhoneNumber: string;
    level: string;
    perSecond: number;
    organizations: Organizations;
    reportedAt: Date;
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
           AND (synced_at IS NULL OR date_trunc('second', synced_at) <= ${reportedAt})
           AND regexp_replace(display_phone_number, '\\D', '', 'g') = ${digits}`,
  );
}

export interface AccountState {
  id: string;
  /** By cause; what is recorded for others stays. */
  lastEvents: Record<string, LastEvent>;
  blocks: AccountBlocks;
  /** Null: nothing blocks the account. */
  pause: { reason: string; until: string | null } | null;
}

/**
 * An operator's pause overrides Meta's. Any other pause gives way, because the number could not send past its account
 * anyway. Once nothing blocks the account, only a pause for the account ends, and a warning.
 */
export async function storeAccountStates(
  tx: EntityManager,
  states: readonly AccountState[],
  now: Date,
): Promise<void> {
  const rows = states.map(({ pause, ...state }) => ({ ...state, ...pause, blocked: pause !== null }));
  await execute(
    tx,
    sql`UPDATE senders s SET last_events = s.last_events || one."lastEvents", account_blocks = one.blocks,
               updated_at = ${now}
          FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
               AS one (id uuid, "lastEvents" jsonb, blocks jsonb)
         WHERE s.id = one.id`,
  );
  await execute(
    tx,
    sql`UPDATE senders s
           SET status = CASE WHEN one.blocked THEN 'paused' ELSE 'active' END,
               paused_by = CASE WHEN one.blocked THEN 'account' END,
               status_reason = one.reason, paused_until = one.until
          FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
               AS one (id uuid, blocked boolean, reason text, until timestamptz)
         WHERE s.id = one.id
           AND (s.paused_by = 'account' OR (NOT one.blocked AND s.status = 'active')
                OR (one.blocked AND (s.status = 'active' OR s.paused_by IN ('health', 'errors'))))`,
  );
}

/** Beside the status of numbers that may send. A pause replaces it. */
export async function storeWarning(
  tx: EntityManager,
  senders: readonly { id: string; lastEvents: Record<string, LastEvent> }[],
  { reason, now }: { reason: string; now: Date },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE senders s SET last_events = s.last_events || one."lastEvents", updated_at = ${now},
               status_reason = CASE WHEN s.status = 'active' THEN ${reason} ELSE s.status_reason END
          FROM jsonb_to_recordset(${JSON.stringify(senders)}::jsonb) AS one (id uuid, "lastEvents" jsonb)
         WHERE s.id = one.id`,
  );
}
