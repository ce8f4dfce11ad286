import type { EntityManager } from 'typeorm';
import type { SampleRecipient } from '../campaigns/message/sample-recipient.js';
import {
  cappedNumbers,
  judgement,
  type JudgementRules,
  profilesOf,
} from '../messages/judgement/judgement.js';
import { firstOf, rowsOf, type Sql, sql } from '../platform/database/sql.js';
import type { DailyBatch } from '../rules/calendar/plan-schedule.js';
import { rowRanges } from '../rules/calendar/row-ranges.js';
import type { Day } from '../rules/calendar/day.js';
import type { People } from './forecast-people.js';

/** Up to here the claim's own look-up of the frequency cap is faster than counting everyone's messages. */
const SINGLE_LOOKUPS = 20_000;

/** Until the end of this transaction: it can neither write nor lock a row, and no statement takes longer. */
export async function onlyRead(tx: EntityManager, timeoutMs: number): Promise<void> {
  await rowsOf(
    tx,
    sql`SELECT set_config('transaction_read_only', 'on', true), set_config('work_mem', '64MB', true),
               set_config('statement_timeout', ${String(timeoutMs)}, true)`,
  );
}

export async function limitStatements(tx: EntityManager, timeoutMs: number): Promise<void> {
  await rowsOf(tx, sql`SELECT set_config('statement_timeout', ${String(timeoutMs)}, true)`);
}

export interface PeopleCount {
  /** In the campaign and not yet released. */
  there: number;
  released: number;
  joining: number;
}

export async function countPeople(tx: EntityManager, { rows }: People): Promise<PeopleCount> {
  const row = await firstOf<PeopleCount>(
    tx,
    sql`SELECT count(*) FILTER (WHERE src = 0 AND NOT is_released)::int AS there,
               count(*) FILTER (WHERE is_released)::int AS released,
               count(*) FILTER (WHERE src = 1)::int AS joining
          FROM ${rows} AS people`,
  );
  return row ?? { there: 0, released: 0, joining: 0 };
}

export interface LeftOut {
  reason: string;
  count: number;
  sample: string[];
}

/** `people` selects `id, phone_number, reason`. */
export async function countByReason(tx: EntityManager, people: Sql): Promise<LeftOut[]> {
  return rowsOf(
    tx,
    sql`SELECT reason, count(*)::int AS count,
               coalesce((array_agg(phone_number ORDER BY id) FILTER (WHERE phone_number IS NOT NULL))[1:3], '{}') AS sample
          FROM (${people}) AS p GROUP BY reason ORDER BY count DESC, reason`,
  );
}

/** Those who will be added and whose message costs nothing of the portfolio's limit, as the planner finds the others. */
export async function joiningForFree(
  tx: EntityManager,
  { rows, order }: People,
  { portfolioId, senderId, since }: { portfolioId: string; senderId: string | null; since: Date },
): Promise<string[]> {
  const found = await rowsOf<{ id: string }>(
    tx,
    sql`SELECT k.id FROM ${rows} AS k
         WHERE k.src = 1
           AND (k.phone_number IN (SELECT phone_number FROM portfolio_reach
                                    WHERE portfolio_id = ${portfolioId} AND counted_at > ${since})
                OR k.phone_number IN (SELECT contact FROM whatsapp_conversations
                                       WHERE sender_id = ${senderId} AND last_inbound_at > ${since}))
         ORDER BY ${order}`,
  );
  return found.map(({ id }) => id);
}

export interface NumberOf {
  id: string;
  phoneNumber: string;
}

/**
 * Those whose number may be suppressed. A suppression of somebody with a profile shows in the profile as well, so of
 * very many people only those without one are looked up (`strangers`).
 */
export async function numbersToCheck(
  tx: EntityManager,
  { rows }: People,
  { organizationId, strangers, limit }: { organizationId: string; strangers: boolean; limit: number },
): Promise<NumberOf[]> {
  const isStrange = sql`p.id IS NULL OR p.whatsapp_phone IS DISTINCT FROM k.phone_number`;
  const row = { phoneNumber: sql`k.phone_number`, customerId: sql`k.customer_id` };
  const from = strangers
    ? sql`${rows} AS k ${profilesOf(row, { organizationId })} WHERE ${isStrange}`
    : sql`${rows} AS k`;
  return rowsOf(tx, sql`SELECT k.id, k.phone_number AS "phoneNumber" FROM ${from} LIMIT ${limit}`);
}

export interface JudgedPart {
  /** Null: the plan has no day for them. */
  day: Day | null;
  /** Null: they will be sent to. */
  reason: string | null;
  /** Of those who will be sent to: what of the number names the country. */
  prefix: string | null;
  count: number;
  sample: string[] | null;
}

export interface PlannedPeople {
  people: People;
  count: number;
  /** The day of those who are released already. */
  today: Day;
  batches: readonly DailyBatch[];
  /** Those of the first batch who do not wait for their turn. */
  ahead: readonly string[];
  suppressed: readonly string[];
  isMarketing: boolean;
}

const RELEASED = 0;
const AHEAD = -1;

/**
 * Gives each person the day that the plan would write, and judges them as the claim will: by the same text, of the same
 * row. One pass over a million people.
 */
export async function judgeByDay(
  tx: EntityManager,
  { people, count, today, batches, ahead, suppressed, isMarketing }: PlannedPeople,
  rules: JudgementRules,
): Promise<JudgedPart[]> {
  const [first, ...later] = batches;
  const counts = first === undefined ? [] : [{ ...first, count: first.count - ahead.length }, ...later];
  const ranges = rowRanges(counts.filter((batch) => batch.count > 0));
  const row = { phoneNumber: sql`k.phone_number`, customerId: sql`k.customer_id` };
  const capped = isMarketing && count > SINGLE_LOOKUPS ? cappedNumbers(rules) : null;
  const { skipReason } = judgement(
    {
      ...row,
      isSuppressed: suppressed.length === 0 ? sql`false` : sql`k.id = ANY(${suppressed}::uuid[])`,
      isMarketing,
      needsConsent: true,
      ...(capped === null ? {} : { isCapped: sql`k.phone_number IN (${capped})` }),
    },
    rules,
  );
  const isAhead = ahead.length === 0 ? sql`false` : sql`one.id = ANY(${ahead}::uuid[])`;
  const parts = await rowsOf<Omit<JudgedPart, 'day'> & { place: number | null }>(
    tx,
    sql`SELECT place, reason, country_prefix(CASE WHEN reason IS NULL THEN start END) AS prefix,
               count(*)::int AS count,
               (array_agg(phone_number ORDER BY n) FILTER (WHERE reason IS NOT NULL))[1:3] AS sample
          FROM (SELECT left(k.phone_number, 5) AS start, k.phone_number, k.n,
                       CASE WHEN k.is_released THEN ${RELEASED}::int WHEN k.is_ahead THEN ${AHEAD}::int
                            WHEN k.n <= ${ranges.at(-1)?.to ?? 0}::bigint
                            THEN width_bucket(k.n, ${ranges.map(({ from }) => from)}::bigint[]) END AS place,
                       ${skipReason} AS reason
                  FROM (SELECT id, phone_number, customer_id, is_released, is_ahead,
                               count(*) FILTER (WHERE NOT is_released AND NOT is_ahead)
                                 OVER (ORDER BY ${people.order} ROWS UNBOUNDED PRECEDING) AS n
                          FROM (SELECT one.*, ${isAhead} AS is_ahead FROM ${people.rows} AS one) AS marked) AS k
                  ${profilesOf(row, rules)}) AS judged
         GROUP BY place, reason, CASE WHEN reason IS NULL THEN start END`,
  );
  return parts.map(({ place, ...part }) => ({ ...part, day: dayOf(place) }));

  function dayOf(place: number | null): Day | null {
    if (place === null) return null;
    if (place === RELEASED) return today;
    return (place === AHEAD ? first?.day : ranges[place - 1]?.day) ?? null;
  }
}

/** The first people, with all that fills their message. */
export async function withValues(
  tx: EntityManager,
  { rows, order }: People,
  limit: number,
): Promise<SampleRecipient[]> {
  return rowsOf(
    tx,
    sql`SELECT k.id, k.phone_number AS "phoneNumber", k.name, k.variables,
               CASE WHEN p.id IS NOT NULL THEN jsonb_build_object(
                 'name', p.display_name, 'email', p.email, 'city', p.city, 'state', p.state, 'zipcode', p.zipcode,
                 'country', p.country, 'customerTier', p.customer_tier, 'customer_tier', p.customer_tier,
                 'attributes', p.attributes) END AS customer
          FROM (SELECT * FROM ${rows} AS one WHERE NOT is_released ORDER BY ${order} LIMIT ${limit}) AS k
          LEFT JOIN user_profiles p ON p.id = k.customer_id`,
  );
}

export async function isSenderActive(
  tx: EntityManager,
  organizationId: string,
  senderId: string,
): Promise<boolean> {
  const row = await firstOf<{ active: boolean }>(
    tx,
    sql`SELECT status = 'active' AND verified_at IS NOT NULL AS active FROM senders
         WHERE organization_id = ${organizationId} AND id = ${senderId}`,
  );
  return row?.active ?? false;
}

/** The business account that pays for the messages of a number; empty: not known. */
export async function accountOf(
  tx: EntityManager,
  organizationId: string,
  senderId: string,
): Promise<string> {
  const row = await firstOf<{ account: string | null }>(
    tx,
    sql`SELECT business_account_id AS account FROM senders
         WHERE organization_id = ${organizationId} AND id = ${senderId}`,
  );
  return row?.account ?? '';
}
