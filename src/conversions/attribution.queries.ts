import type { EntityManager } from 'typeorm';
import { execute, rowsOf, sql } from '../platform/database/sql.js';
import type { Attribution } from './conversion.js';

export interface DueConversion {
  id: string;
  organizationId: string;
  source: 'order' | 'api';
  customerId: string | null;
  /** Of the order, or else of the profile. */
  phone: string | null;
  occurredAt: Date;
  recipientId: string | null;
  /** Attributed for good, though its recipient does not show it yet. */
  isFinal: boolean;
  /** It was not looked at before. */
  isNew: boolean;
}

const DUE = sql`c.id, c.organization_id AS "organizationId", c.source, c.customer_id AS "customerId",
  coalesce((SELECT o.phone_number FROM whatsapp_orders o
             WHERE c.source = 'order' AND o.id = CASE WHEN c.source = 'order' THEN c.external_id::uuid END),
           (SELECT p.whatsapp_phone FROM user_profiles p
             WHERE p.id = c.customer_id AND p.organization_id = c.organization_id)) AS phone,
  c.occurred_at AS "occurredAt", c.recipient_id AS "recipientId", c.is_final AS "isFinal",
  c.attributed_at IS NULL AS "isNew"`;

/** Those whose time has come. What another worker is at is left to it. */
export async function takeDue(tx: EntityManager, now: Date, limit: number): Promise<DueConversion[]> {
  return rowsOf(
    tx,
    sql`SELECT ${DUE} FROM conversions c WHERE c.look_at <= ${now}
         ORDER BY c.look_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED`,
  );
}

/** Whose messages they may be: those of the profile, and those sent to any spelling of the number. */
export interface Toucher {
  id: string;
  organizationId: string;
  customerId: string | null;
  phones: readonly string[];
  occurredAt: Date;
}

export interface FoundTouch extends Attribution {
  id: string;
}

/**
 * Last touch: of all that a person did with our messages up to then, each within its window, the latest; of the same
 * instant, what says most. The person's own indexes find the messages, so the size of a campaign does not matter.
 */
export async function lastTouches(tx: EntityManager, people: readonly Toucher[]): Promise<FoundTouch[]> {
  const spelled = people.flatMap(({ id, phones }) => phones.map((phone) => ({ id, phone })));
  return rowsOf(
    tx,
    sql`WITH asked AS MATERIALIZED (
          SELECT one.id, one.organization_id, one.customer_id, one.occurred_at, o.click_window_seconds,
                 o.reply_window_seconds, o.read_window_seconds, o.delivered_window_seconds
            FROM unnest(${people.map(({ id }) => id)}::uuid[], ${people.map((one) => one.organizationId)}::uuid[],
                        ${people.map((one) => one.customerId)}::uuid[],
                        ${people.map((one) => one.occurredAt.toISOString())}::timestamptz[])
                 AS one (id, organization_id, customer_id, occurred_at)
            JOIN organizations o ON o.id = one.organization_id),
        spelled AS MATERIALIZED (
          SELECT id, phone FROM unnest(${spelled.map(({ id }) => id)}::uuid[], ${spelled.map(({ phone }) => phone)}::text[])
            AS s (id, phone)),
        theirs AS (
          SELECT a.id, r.id AS recipient_id FROM asked a JOIN campaign_recipients r ON r.customer_id = a.customer_id
           UNION
          SELECT a.id, m.recipient_id FROM asked a JOIN spelled s ON s.id = a.id
            JOIN whatsapp_messages m ON m.organization_id = a.organization_id AND m.phone_number = s.phone
           WHERE m.recipient_id IS NOT NULL)
        SELECT DISTINCT ON (a.id) a.id, touch.kind AS touch, touch.at AS "touchedAt", r.id AS "recipientId",
               r.campaign_id AS "campaignId", r.variant,
               (SELECT m.id FROM whatsapp_messages m WHERE m.recipient_id = r.id ORDER BY m.attempt DESC LIMIT 1)
                 AS "messageId"
          FROM theirs t JOIN asked a ON a.id = t.id
          JOIN campaign_recipients r ON r.id = t.recipient_id
          CROSS JOIN LATERAL (VALUES
            ('click', 1, r.clicked_at, a.click_window_seconds), ('reply', 2, r.responded_at, a.reply_window_seconds),
            ('read', 3, r.read_at, a.read_window_seconds),
            ('delivered', 4, r.delivered_at, a.delivered_window_seconds)) AS touch (kind, place, at, seconds)
         WHERE touch.at <= a.occurred_at AND touch.at >= a.occurred_at - make_interval(secs => touch.seconds)
         ORDER BY a.id, touch.at DESC, touch.place, r.id DESC`,
  );
}

export interface NamedUnit {
  unit: string;
  recipientId: string;
  campaignId: string;
  variant: number | null;
  customerId: string | null;
  messageId: string | null;
  sentAt: Date;
  clickedAt: Date | null;
}

/** The recipients that links name, directly or by one of their messages. */
export async function recipientsOfUnits(
  tx: EntityManager,
  organizationId: string,
  units: readonly string[],
): Promise<NamedUnit[]> {
  return rowsOf(
    tx,
    sql`SELECT named.unit, r.id AS "recipientId", r.campaign_id AS "campaignId", r.variant,
               r.customer_id AS "customerId",
               (SELECT m.id FROM whatsapp_messages m WHERE m.recipient_id = r.id ORDER BY m.attempt DESC LIMIT 1)
                 AS "messageId",
               coalesce(r.sent_at, r.delivered_at, r.read_at, r.clicked_at, r.created_at) AS "sentAt",
               r.clicked_at AS "clickedAt"
          FROM (SELECT unit, coalesce((SELECT m.recipient_id FROM whatsapp_messages m WHERE m.id = unit), unit) AS id
                  FROM unnest(${units}::uuid[]) AS given (unit)) AS named
          JOIN campaign_recipients r ON r.id = named.id
         WHERE EXISTS (SELECT FROM whatsapp_messages m
                        WHERE m.recipient_id = r.id AND m.organization_id = ${organizationId})`,
  );
}

/** In the order of their ids, like everything that locks several. */
export async function lockRecipients(tx: EntityManager, ids: readonly string[]): Promise<void> {
  await rowsOf(
    tx,
    sql`SELECT id FROM campaign_recipients WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
  );
}

export interface Outcome {
  id: string;
  /** Undefined: as it was. Null: nobody's. */
  attribution: Attribution | null | undefined;
  isFinal: boolean;
  lookAt: Date | null;
}

export async function storeOutcomes(
  tx: EntityManager,
  outcomes: readonly Outcome[],
  now: Date,
): Promise<void> {
  const rows = outcomes.map(({ id, attribution, isFinal, lookAt }) => ({
    ...{ id, isFinal, lookAt, isKept: attribution === undefined },
    ...(attribution ?? {}),
  }));
  await execute(
    tx,
    sql`UPDATE conversions c
           SET is_final = n."isFinal", look_at = n."lookAt", attributed_at = ${now}::timestamptz,
               touch = CASE WHEN n."isKept" THEN c.touch ELSE n.touch END,
               touched_at = CASE WHEN n."isKept" THEN c.touched_at ELSE n."touchedAt" END,
               recipient_id = CASE WHEN n."isKept" THEN c.recipient_id ELSE n."recipientId" END,
               campaign_id = CASE WHEN n."isKept" THEN c.campaign_id ELSE n."campaignId" END,
               variant = CASE WHEN n."isKept" THEN c.variant ELSE n.variant END,
               message_id = CASE WHEN n."isKept" THEN c.message_id ELSE n."messageId" END
          FROM json_to_recordset(${JSON.stringify(rows)}::json)
               AS n (id uuid, "isFinal" boolean, "lookAt" timestamptz, "isKept" boolean, touch text,
                     "touchedAt" timestamptz, "recipientId" uuid, "campaignId" uuid, variant smallint, "messageId" uuid)
         WHERE c.id = n.id`,
  );
}

/** When each of them first led to something, from the conversions themselves. */
export async function markConverted(tx: EntityManager, recipientIds: readonly string[]): Promise<void> {
  await execute(
    tx,
    sql`UPDATE campaign_recipients r SET converted_at = first.at
          FROM (SELECT r.id, (SELECT min(c.occurred_at) FROM conversions c
                               WHERE c.campaign_id = r.campaign_id AND c.recipient_id = r.id) AS at
                  FROM campaign_recipients r WHERE r.id = ANY(${recipientIds}::uuid[])) AS first
         WHERE r.id = first.id AND r.converted_at IS DISTINCT FROM first.at`,
  );
}
