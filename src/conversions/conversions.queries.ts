import type { EntityManager } from 'typeorm';
import { execute, firstOf, rowsOf, sql } from '../platform/database/sql.js';
import type { Day } from '../rules/calendar/day.js';
import type { RevenueDay, RevenueSum } from './revenue.js';
import type { Attribution, Conversion } from './conversion.js';

export interface NewConversion {
  id: string;
  externalId: string;
  customerId: string | null;
  name: string;
  value: string;
  currency: string | null;
  occurredAt: Date;
  day: Day;
  attribution: Attribution | null;
  isFinal: boolean;
  lookAt: Date | null;
}

export async function knownIds(
  tx: EntityManager,
  organizationId: string,
  externalIds: readonly string[],
): Promise<Set<string>> {
  const rows = await rowsOf<{ externalId: string }>(
    tx,
    sql`SELECT external_id AS "externalId" FROM conversions
         WHERE organization_id = ${organizationId} AND source = 'api' AND external_id = ANY(${externalIds}::text[])`,
  );
  return new Set(rows.map(({ externalId }) => externalId));
}

/**
 * Returns the ids of those that are new. Sorted, so that two requests with the same ids wait for each other in one
 * order; the later one finds them there.
 */
export async function insertConversions(
  tx: EntityManager,
  organizationId: string,
  conversions: readonly NewConversion[],
  now: Date,
): Promise<Set<string>> {
  const given = conversions.map(({ attribution, ...one }) => ({ ...one, ...attribution }));
  const rows = await rowsOf<{ id: string }>(
    tx,
    sql`INSERT INTO conversions
          (id, organization_id, source, external_id, customer_id, name, value, currency, occurred_at, day, touch,
           touched_at, recipient_id, campaign_id, variant, message_id, is_final, look_at, attributed_at, created_at)
        SELECT n.id, ${organizationId}::uuid, 'api', n."externalId", n."customerId", n.name, n.value, n.currency,
               n."occurredAt", n.day, n.touch, n."touchedAt", n."recipientId", n."campaignId", n.variant, n."messageId",
               n."isFinal", n."lookAt", ${now}::timestamptz, ${now}::timestamptz
          FROM json_to_recordset(${JSON.stringify(given)}::json)
               AS n (id uuid, "externalId" text, "customerId" uuid, name text, value numeric, currency text,
                     "occurredAt" timestamptz, day date, touch text, "touchedAt" timestamptz, "recipientId" uuid,
                     "campaignId" uuid, variant smallint, "messageId" uuid, "isFinal" boolean, "lookAt" timestamptz)
         ORDER BY n."externalId"
            ON CONFLICT (organization_id, source, external_id) DO NOTHING
        RETURNING id`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Of these customers, those that there are, with their numbers. */
export async function phonesOf(
  tx: EntityManager,
  organizationId: string,
  customerIds: readonly string[],
): Promise<Map<string, string | null>> {
  const rows = await rowsOf<{ id: string; phone: string | null }>(
    tx,
    sql`SELECT id, whatsapp_phone AS phone FROM user_profiles
         WHERE organization_id = ${organizationId} AND id = ANY(${customerIds}::uuid[])`,
  );
  return new Map(rows.map(({ id, phone }) => [id, phone]));
}

const SHOWN = sql`c.id, c.organization_id AS "organizationId", c.source, c.external_id AS "externalId",
  c.customer_id AS "customerId", c.name, c.value, c.paid_value AS "paidValue", c.reversed_value AS "reversedValue",
  c.is_reversed AS "isReversed", c.currency, c.occurred_at AS "occurredAt", c.touch, c.touched_at AS "touchedAt",
  c.recipient_id AS "recipientId", c.campaign_id AS "campaignId", c.variant, c.rule_id AS "ruleId",
  c.message_id AS "messageId", c.is_final AS "isFinal", c.created_at AS "createdAt"`;

export async function listConversions(
  db: EntityManager,
  organizationId: string,
  campaignId: string | undefined,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<Conversion[]> {
  const ofCampaign = campaignId === undefined ? sql`` : sql`AND c.campaign_id = ${campaignId}`;
  const after = before === undefined ? sql`` : sql`AND c.id < ${before}`;
  return rowsOf(
    db,
    sql`SELECT ${SHOWN} FROM conversions c WHERE c.organization_id = ${organizationId} ${ofCampaign} ${after}
         ORDER BY c.id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}

export async function countConversions(
  db: EntityManager,
  organizationId: string,
  campaignId: string | undefined,
): Promise<number> {
  const ofCampaign = campaignId === undefined ? sql`` : sql`AND campaign_id = ${campaignId}`;
  const row = await firstOf<{ n: number }>(
    db,
    sql`SELECT count(*)::int AS n FROM conversions WHERE organization_id = ${organizationId} ${ofCampaign}`,
  );
  return row?.n ?? 0;
}

export async function conversionsById(db: EntityManager, ids: readonly string[]): Promise<Conversion[]> {
  return rowsOf(db, sql`SELECT ${SHOWN} FROM conversions c WHERE c.id = ANY(${ids}::uuid[]) ORDER BY c.id`);
}

export async function lockByExternalId(
  tx: EntityManager,
  organizationId: string,
  externalId: string,
): Promise<Conversion | undefined> {
  return firstOf(
    tx,
    sql`SELECT ${SHOWN} FROM conversions c
         WHERE c.organization_id = ${organizationId} AND c.source = 'api' AND c.external_id = ${externalId}
           FOR NO KEY UPDATE`,
  );
}

/** How much of it is taken back in all: told twice, it is taken back once. */
export async function reverse(
  tx: EntityManager,
  id: string,
  { value, isWhole }: { value: string; isWhole: boolean },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE conversions
           SET reversed_value = greatest(reversed_value, ${value}::numeric),
               is_reversed = is_reversed OR ${isWhole}
         WHERE id = ${id}`,
  );
}

export async function passOn(
  tx: EntityManager,
  organizationId: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await execute(
    tx,
    sql`UPDATE conversions SET customer_id = ${to}
         WHERE organization_id = ${organizationId} AND customer_id = ${from} AND source = 'api'`,
  );
}

/** A bite of the oldest, along the key. The sums of their days stay. */
export async function purgeConversions(tx: EntityManager, before: Date): Promise<number> {
  return execute(
    tx,
    sql`DELETE FROM conversions
         WHERE id IN (SELECT id FROM (SELECT id, created_at FROM conversions ORDER BY id LIMIT 2000) AS oldest
                       WHERE created_at < ${before})`,
  );
}

export async function revenueOfCampaign(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
): Promise<RevenueSum[]> {
  return rowsOf(
    db,
    sql`SELECT currency, sum(conversions)::int AS conversions, sum(orders)::int AS orders,
               sum(value - reversed)::text AS "orderedValue", sum(revenue)::text AS revenue
          FROM revenue_days WHERE campaign_id = ${campaignId} AND organization_id = ${organizationId}
         GROUP BY currency
        HAVING sum(conversions) <> 0 OR sum(value - reversed) <> 0 OR sum(revenue) <> 0
         ORDER BY currency`,
  );
}

/** Through the index of a campaign's conversions, which are few beside its messages. */
export async function countConverters(
  db: EntityManager,
  organizationId: string,
  campaignId: string,
): Promise<number> {
  const row = await firstOf<{ people: number }>(
    db,
    sql`SELECT count(DISTINCT recipient_id)::int AS people FROM conversions
         WHERE campaign_id = ${campaignId} AND organization_id = ${organizationId} AND recipient_id IS NOT NULL
           AND NOT is_reversed`,
  );
  return row?.people ?? 0;
}

export async function revenueBetween(
  db: EntityManager,
  organizationId: string,
  { from, to, campaignId }: { from: Day; to: Day; campaignId?: string | undefined },
): Promise<RevenueDay[]> {
  const NIL = sql`'00000000-0000-0000-0000-000000000000'::uuid`;
  const ofCampaign = campaignId === undefined ? sql`` : sql`AND campaign_id = ${campaignId}`;
  return rowsOf(
    db,
    sql`SELECT day::text AS day, nullif(campaign_id, ${NIL}) AS "campaignId", nullif(rule_id, ${NIL}) AS "ruleId",
               nullif(variant, -1) AS variant, currency, conversions, orders, value, reversed,
               (value - reversed)::text AS "orderedValue", revenue
          FROM revenue_days
         WHERE organization_id = ${organizationId} AND day BETWEEN ${from} AND ${to} ${ofCampaign}
           AND (conversions <> 0 OR value <> 0 OR reversed <> 0 OR revenue <> 0)
         ORDER BY day, currency`,
  );
}
