import type { EntityManager } from 'typeorm';
import { rowsOf, type Sql, sql } from '../platform/database/sql.js';

/** What a caller may see of a person. */
export const ACTIVITY_PARTS = ['messages', 'campaigns', 'orders', 'consent'] as const;
export type ActivityPart = (typeof ACTIVITY_PARTS)[number];

export interface Person {
  organizationId: string;
  customerId: string;
  /** Every spelling of the number. */
  numbers: readonly string[];
  userId: string | null;
}

export interface ActivityRow {
  id: string;
  part: ActivityPart;
  at: Date;
  /** By the names of the part; see activity.dto.ts. */
  facts: Record<string, unknown>;
}

const older = (id: Sql, before: string | undefined): Sql =>
  before === undefined ? sql`true` : sql`${id} < ${before}`;

/** Attempts of campaigns are told with their campaign, once. */
function messages({ organizationId, numbers, userId }: Person, before: string | undefined): Sql {
  const facts = sql`jsonb_build_object(
      'direction', m.direction, 'purpose', m.purpose, 'type', m.type, 'status', m.status,
      'templateName', m.template_name, 'content', m.content)`;
  const of = (condition: Sql): Sql =>
    sql`SELECT m.id, 'messages' AS part, m.created_at AS at, ${facts} AS facts FROM whatsapp_messages m
         WHERE m.organization_id = ${organizationId} AND ${condition} AND m.recipient_id IS NULL
           AND ${older(sql`m.id`, before)}`;
  const byNumber = of(sql`m.phone_number = ANY(${numbers}::text[])`);
  return userId === null
    ? byNumber
    : sql`${byNumber} UNION ALL ${of(sql`m.phone_number IS NULL AND m.whatsapp_user_id = ${userId}`)}`;
}

function campaigns({ organizationId, customerId }: Person, before: string | undefined): Sql {
  return sql`SELECT r.id, 'campaigns' AS part, coalesce(r.sent_at, r.created_at) AS at,
                    jsonb_build_object(
                      'campaignId', c.id, 'name', c.name, 'status', r.status, 'sentAt', r.sent_at,
                      'deliveredAt', r.delivered_at, 'readAt', r.read_at, 'respondedAt', r.responded_at,
                      'reply', r.response_message, 'failureReason', r.failure_reason) AS facts
               FROM campaign_recipients r JOIN marketing_campaigns c ON c.id = r.campaign_id
              WHERE r.customer_id = ${customerId} AND c.organization_id = ${organizationId}
                AND ${older(sql`r.id`, before)}`;
}

function orders({ organizationId, customerId }: Person, before: string | undefined): Sql {
  return sql`SELECT o.id, 'orders' AS part, o.created_at AS at,
                    jsonb_build_object(
                      'orderId', o.id, 'orderNumber', o.order_number, 'status', o.status, 'total', o.total::text,
                      'currency', o.currency, 'paymentStatus', o.payment_status) AS facts
               FROM whatsapp_orders o
              WHERE o.organization_id = ${organizationId} AND o.customer_id = ${customerId}
                AND ${older(sql`o.id`, before)}`;
}

function consent({ organizationId, customerId }: Person, before: string | undefined): Sql {
  return sql`SELECT e.id, 'consent' AS part, e.occurred_at AS at,
                    jsonb_build_object('kind', e.kind, 'source', e.source, 'recordedAt', e.recorded_at) AS facts
               FROM consent_events e
              WHERE e.organization_id = ${organizationId} AND e.profile_id = ${customerId}
                AND ${older(sql`e.id`, before)}`;
}

const READ: Readonly<Record<ActivityPart, (person: Person, before: string | undefined) => Sql>> = {
  messages,
  campaigns,
  orders,
  consent,
};

/**
 * The newest of each part that the page can need, merged. Ids of all tables are in order of time, so one id says where
 * the page before ended in every part.
 */
export async function listActivity(
  db: EntityManager,
  person: Person,
  parts: readonly ActivityPart[],
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<ActivityRow[]> {
  const enough = limit + offset;
  const pages = parts.map(
    (part) => sql`(SELECT * FROM (${READ[part](person, before)}) AS rows ORDER BY id DESC LIMIT ${enough})`,
  );
  const all = pages.reduce((before, page) => sql`${before} UNION ALL ${page}`);
  return rowsOf(db, sql`SELECT * FROM (${all}) AS activity ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`);
}

/** A million is as good as more, and one person never has so many. */
export async function countActivity(
  db: EntityManager,
  person: Person,
  parts: readonly ActivityPart[],
): Promise<number> {
  const all = parts
    .map((part) => sql`(SELECT id FROM (${READ[part](person, undefined)}) AS rows)`)
    .reduce((before, page) => sql`${before} UNION ALL ${page}`);
  const [row] = await rowsOf<{ total: number }>(
    db,
    sql`SELECT count(*)::int AS total FROM (${all}) AS activity`,
  );
  return row?.total ?? 0;
}

export interface ReplyRow {
  id: string;
  customerId: string | null;
  phoneNumber: string;
  name: string | null;
  text: string | null;
  repliedAt: Date;
}

export interface RepliesOf {
  organizationId: string;
  campaignId: string;
}

/** Counts those that are listed: the campaign's own figure leaves out who has answered and then failed or was retried. */
export async function countReplies(
  db: EntityManager,
  { organizationId, campaignId }: RepliesOf,
): Promise<number> {
  const [row] = await rowsOf<{ total: number }>(
    db,
    sql`SELECT count(*)::int AS total
          FROM campaign_recipients r JOIN marketing_campaigns c ON c.id = r.campaign_id
         WHERE r.campaign_id = ${campaignId} AND c.organization_id = ${organizationId}
           AND r.responded_at IS NOT NULL`,
  );
  return row?.total ?? 0;
}

/** Those of the recipients added last come first. */
export async function listReplies(
  db: EntityManager,
  { organizationId, campaignId }: RepliesOf,
  { before, limit, offset }: { before: string | undefined; limit: number; offset: number },
): Promise<ReplyRow[]> {
  return rowsOf(
    db,
    sql`SELECT r.id, r.customer_id AS "customerId", r.phone_number AS "phoneNumber", r.name,
               r.response_message AS text, r.responded_at AS "repliedAt"
          FROM campaign_recipients r JOIN marketing_campaigns c ON c.id = r.campaign_id
         WHERE r.campaign_id = ${campaignId} AND c.organization_id = ${organizationId}
           AND r.responded_at IS NOT NULL AND ${older(sql`r.id`, before)}
         ORDER BY r.id DESC LIMIT ${limit} OFFSET ${offset}`,
  );
}
