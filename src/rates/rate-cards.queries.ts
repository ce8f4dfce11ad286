import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, type Sql, sql } from '../platform/database/sql.js';
import type { RateRow } from './rate-card.js';

export interface NewRateCard {
  id: string;
  organizationId: string;
  businessAccountId: string | null;
  name: string;
  currency: string;
  effectiveFrom: string;
  uploadedBy: string | null;
  createdAt: Date;
}

export interface RateCardRow extends NewRateCard {
  rows: number;
}

export async function insertCard(
  tx: EntityManager,
  card: NewRateCard,
  rows: readonly RateRow[],
): Promise<void> {
  await execute(
    tx,
    sql`INSERT INTO rate_cards
          (id, organization_id, business_account_id, name, currency, effective_from, uploaded_by, created_at)
        VALUES (${card.id}, ${card.organizationId}, ${card.businessAccountId}, ${card.name}, ${card.currency},
                ${card.effectiveFrom}, ${card.uploadedBy}, ${card.createdAt})`,
  );
  const column = <T>(read: (row: RateRow) => T): T[] => rows.map(read);
  await execute(
    tx,
    sql`INSERT INTO rate_card_rows (card_id, market, category, from_volume, to_volume, price)
        SELECT ${card.id}::uuid, market, category, from_volume, to_volume, millionths / 1000000
          FROM unnest(${column(({ market }) => market)}::text[], ${column(({ category }) => category)}::text[],
                      ${column(({ from }) => from)}::bigint[], ${column(({ to }) => to)}::bigint[],
                      ${column(({ price }) => price.toString())}::numeric[])
               AS given (market, category, from_volume, to_volume, millionths)`,
  );
}

const CARD = sql`c.id, c.organization_id AS "organizationId", c.business_account_id AS "businessAccountId", c.name,
  c.currency, c.effective_from::text AS "effectiveFrom", c.uploaded_by AS "uploadedBy", c.created_at AS "createdAt",
  (SELECT count(*)::int FROM rate_card_rows r WHERE r.card_id = c.id) AS rows`;

export async function listCards(
  db: EntityManager,
  organizationId: string,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<RateCardRow[]> {
  return rowsOf(
    db,
    sql`SELECT ${CARD} FROM rate_cards c
         WHERE c.organization_id = ${organizationId} AND (${before ?? null}::uuid IS NULL OR c.id < ${before ?? null})
         ORDER BY c.id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countCards(db: EntityManager, organizationId: string): Promise<number> {
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM rate_cards WHERE organization_id = ${organizationId}`,
  );
  return row?.n ?? 0;
}

export async function findCard(
  db: EntityManager,
  organizationId: string,
  id: string,
): Promise<RateCardRow | undefined> {
  return firstOf(
    db,
    sql`SELECT ${CARD} FROM rate_cards c WHERE c.organization_id = ${organizationId} AND c.id = ${id}`,
  );
}

/** Until the end of the transaction nobody else uploads or deletes cards of the organization. */
export async function lockCards(tx: EntityManager, organizationId: string): Promise<void> {
  await execute(
    tx,
    sql`SELECT pg_advisory_xact_lock(hashtextextended(${`rate cards ${organizationId}`}, 0))`,
  );
}

export async function deleteCard(tx: EntityManager, id: string): Promise<void> {
  await execute(tx, sql`DELETE FROM rate_cards WHERE id = ${id}`);
}

export interface StoredCard {
  id: string;
  businessAccountId: string | null;
  currency: string;
  effectiveFrom: string;
}

/** Those that may be in force by that day. */
export async function cardsUntil(
  db: EntityManager,
  organizationId: string,
  day: string,
): Promise<StoredCard[]> {
  return rowsOf(
    db,
    sql`SELECT id, business_account_id AS "businessAccountId", currency, effective_from::text AS "effectiveFrom"
          FROM rate_cards WHERE organization_id = ${organizationId} AND effective_from <= ${day}`,
  );
}

export interface StoredRow {
  cardId: string;
  market: string;
  category: string;
  from: string;
  to: string | null;
  price: string;
}

export async function rowsOfCards(db: EntityManager, ids: readonly string[]): Promise<StoredRow[]> {
  return rowsOf(
    db,
    sql`SELECT card_id AS "cardId", market, category, from_volume AS "from", to_volume AS "to", price
          FROM rate_card_rows WHERE card_id = ANY(${ids}::uuid[])
         ORDER BY card_id, market, category, from_volume`,
  );
}

/** The days of an account on which something was billed; a card in force on one of them is in use. */
export async function billedDays(
  db: EntityManager,
  organizationId: string,
  from: string,
): Promise<{ day: string; account: string }[]> {
  return rowsOf(
    db,
    sql`SELECT DISTINCT day::text AS day, business_account_id AS account FROM message_cost_days
         WHERE organization_id = ${organizationId} AND day >= ${from} AND billable > 0`,
  );
}

export interface CostScope {
  campaignId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export interface StoredCost {
  day: string;
  account: string;
  campaignId: string | null;
  purpose: string;
  prefix: string;
  category: string;
  type: string;
  billable: number;
  free: number;
  unknown: number;
}

function within({ campaignId, from, to }: CostScope): Sql {
  return sql`(${campaignId ?? null}::uuid IS NULL OR campaign_id = ${campaignId ?? null})
         AND (${from ?? null}::date IS NULL OR day >= ${from ?? null})
         AND (${to ?? null}::date IS NULL OR day <= ${to ?? null})`;
}

export async function readCosts(
  db: EntityManager,
  organizationId: string,
  scope: CostScope,
): Promise<StoredCost[]> {
  return rowsOf(
    db,
    sql`SELECT day::text AS day, business_account_id AS account,
               nullif(campaign_id, '00000000-0000-0000-0000-000000000000') AS "campaignId", purpose, prefix, category,
               type, billable, free, "unknown"
          FROM message_cost_days
         WHERE organization_id = ${organizationId} AND ${within(scope)} AND billable + free + "unknown" > 0
         ORDER BY day`,
  );
}

export interface StoredVolume {
  day: string;
  account: string;
  prefix: string;
  category: string;
  billable: number;
}

/** Of whole months, whatever they were billed for: tiers count everything. */
export async function readVolumes(
  db: EntityManager,
  organizationId: string,
  { from, to }: { from: string; to: string },
): Promise<StoredVolume[]> {
  return rowsOf(
    db,
    sql`SELECT day::text AS day, business_account_id AS account, prefix, category, sum(billable)::int AS billable
          FROM message_cost_days
         WHERE organization_id = ${organizationId} AND day BETWEEN date_trunc('month', ${from}::date)::date AND ${to}
           AND billable <> 0
         GROUP BY 1, 2, 3, 4`,
  );
}

export async function portfoliosOfAccounts(
  db: EntityManager,
  organizationId: string,
): Promise<{ account: string; portfolio: string }[]> {
  return rowsOf(
    db,
    sql`SELECT DISTINCT business_account_id AS account, portfolio_id AS portfolio FROM senders
         WHERE organization_id = ${organizationId} AND business_account_id IS NOT NULL AND portfolio_id IS NOT NULL`,
  );
}

/** A bite of the oldest days, which nobody asks about any more. */
export async function purgeCosts(tx: EntityManager, before: Date): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM message_cost_days WHERE ctid IN
          (SELECT ctid FROM message_cost_days WHERE day < ${before}::date LIMIT 2000 FOR UPDATE SKIP LOCKED)`,
  );
}
