import type { EntityManager } from 'typeorm';
import type { ConsentPolicy } from '../access/organizations/consent-policy.js';
import { consentCondition, mailableCondition } from '../customers/consent/mailable.js';
import { execute, firstOf, rowsOf, type Sql, sql } from '../platform/database/sql.js';
import { type InsertedCounts, MAX_INVALID } from './add-result.js';
import { assignedColumns, CONTROL_GROUP } from './variants/assign-variants.queries.js';
import type { Assignment } from './variants/variant-bucket.js';
import { isNew, type MetBefore, metBefore } from './met-before.queries.js';
import { usAreaCodes } from '../rules/phone/us-area-codes.js';

/** The campaign that rows are added to, and the rules that judge them. */
export interface Target {
  campaignId: string;
  organizationId: string;
  isMarketing: boolean;
  consentPolicy: ConsentPolicy;
  now: Date;
  /** By the campaign's own rule as it is sent, not by a request to add them. */
  isChosen: boolean;
  /** Of the campaign's experiment, once it has started; null: none. */
  assignment: Assignment | null;
  /** Those who got something before, and are not to get this. */
  leavesOut?: MetBefore;
}

export interface NewRecipient {
  id: string;
  phoneNumber: string;
  /** The spelling in the person's profile, if it differs. */
  otherSpelling: string | null;
  name: string | null;
  variables: string | null;
  isSuppressed: boolean;
}

function isRestricted({ isMarketing }: Target): Sql {
  if (!isMarketing) return sql`false`;
  return sql`(phone_number LIKE '+1%' AND substr(phone_number, 3, 3) = ANY(${usAreaCodes()}))`;
}

/** Further columns of who joins an experiment under way: those in its control group are done at once. */
function dividedInto({ assignment }: Target, number: Sql): { columns: Sql; values: Sql } {
  if (assignment === null) return { columns: sql``, values: sql`` };
  const { variant, wave } = assignedColumns(assignment, number);
  return {
    columns: sql`, variant, wave, status, failure_reason`,
    values: sql`, ${variant}, ${wave}, CASE WHEN ${variant} = 0 THEN 'skipped' ELSE 'pending' END,
                CASE WHEN ${variant} = 0 THEN ${CONTROL_GROUP} END`,
  };
}

/** Returns the numbers that belong to a profile. */
export async function numbersOfProfiles(
  tx: EntityManager,
  organizationId: string,
  numbers: readonly string[],
): Promise<Set<string>> {
  const rows = await rowsOf<{ number: string }>(
    tx,
    sql`SELECT whatsapp_phone AS number FROM user_profiles
         WHERE organization_id = ${organizationId} AND whatsapp_phone = ANY(${numbers})`,
  );
  return new Set(rows.map(({ number }) => number));
}

/**
 * Adds recipients that are not there yet. ON CONFLICT checks each row against the existing ones; if another transaction
 * is adding the same number, it waits and checks again, so the counts are exact even under concurrent adds. No conflict
 * target is named because two indexes keep people unique.
 */
export async function insertRecipients(
  tx: EntityManager,
  target: Target,
  rows: readonly NewRecipient[],
): Promise<InsertedCounts> {
  const { campaignId, organizationId, consentPolicy, now } = target;
  const divided = dividedInto(target, sql`given.phone_number`);
  const counts = await firstOf<InsertedCounts>(
    tx,
    sql`WITH given AS (
          SELECT g.id, g.phone_number, p.id AS customer_id, coalesce(g.name, p.display_name) AS name, g.variables,
                 g.is_suppressed OR CASE WHEN p.id IS NULL THEN ${consentPolicy === 'explicit'}::boolean
                                         ELSE NOT ${consentCondition('p', consentPolicy)} END AS is_unsubscribed
            FROM unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map((row) => row.phoneNumber)}::text[],
                        ${rows.map((row) => row.otherSpelling)}::text[], ${rows.map(({ name }) => name)}::text[],
                        ${rows.map(({ variables }) => variables)}::jsonb[],
                        ${rows.map((row) => row.isSuppressed)}::boolean[])
                 AS g (id, phone_number, other_spelling, name, variables, is_suppressed)
            LEFT JOIN user_profiles p
              ON p.organization_id = ${organizationId}
             AND p.whatsapp_phone = coalesce(g.other_spelling, g.phone_number)
        ), added AS (
          INSERT INTO campaign_recipients
            (id, campaign_id, phone_number, customer_id, name, variables, created_at, updated_at ${divided.columns})
          SELECT id, ${campaignId}, phone_number, customer_id, name, variables, ${now}, ${now} ${divided.values}
            FROM given ORDER BY id
          ON CONFLICT DO NOTHING RETURNING id, phone_number
        )
        SELECT count(*)::int AS added,
               (count(*) FILTER (WHERE ${isRestricted(target)}))::int AS restricted,
               (count(*) FILTER (WHERE given.is_unsubscribed))::int AS unsubscribed
          FROM added JOIN given USING (id, phone_number)`,
  );
  return counts ?? { added: 0, restricted: 0, unsubscribed: 0 };
}

export interface ChosenCounts extends InsertedCounts {
  valid: number;
  /** The first values that are not usable phone numbers. */
  invalid: string[];
  invalidCount: number;
}

/** Adds the customers of an audience that may receive messages, whatever its own statement selects. */
export async function insertAudience(
  tx: EntityManager,
  target: Target,
  audience: Sql,
): Promise<ChosenCounts> {
  return insertChosen(
    tx,
    target,
    sql`SELECT p.id AS place, p.id AS customer_id, p.whatsapp_phone AS phone_number, p.display_name AS name
          FROM user_profiles p
         WHERE p.organization_id = ${target.organizationId} AND ${mailableCondition('p', target.consentPolicy)}
           AND p.whatsapp_phone IS NOT NULL AND p.id IN (SELECT customer_id FROM (${audience}) AS a)`,
  );
}

export async function insertResponders(
  tx: EntityManager,
  target: Target,
  sourceCampaignId: string,
): Promise<ChosenCounts> {
  const { organizationId, consentPolicy } = target;
  const isAllowed = mailableCondition('p', consentPolicy);
  return insertChosen(
    tx,
    target,
    sql`SELECT r.id AS place, p.id AS customer_id, r.phone_number, coalesce(r.name, p.display_name) AS name
          FROM campaign_recipients r
          LEFT JOIN user_profiles p
            ON p.organization_id = ${organizationId}
           AND p.id = coalesce(r.customer_id,
                               (SELECT known.id FROM user_profiles known
                                 WHERE known.organization_id = ${organizationId}
                                   AND known.whatsapp_phone = r.phone_number))
         WHERE r.campaign_id = ${sourceCampaignId} AND r.status = 'responded'
           AND CASE WHEN p.id IS NULL THEN ${consentPolicy === 'assume'}::boolean ELSE ${isAllowed} END`,
  );
}

/** Those that the campaign's rule has chosen and nothing was sent to. The caller holds the campaign. */
export async function deleteChosen(tx: EntityManager, campaignId: string): Promise<void> {
  await execute(
    tx,
    sql`DELETE FROM campaign_recipients WHERE campaign_id = ${campaignId} AND is_chosen AND status = 'pending'`,
  );
}

/** `chosen` selects place, customer_id, phone_number and name; rows are added in the order of `place`. */
async function insertChosen(tx: EntityManager, target: Target, chosen: Sql): Promise<ChosenCounts> {
  const { campaignId, now, isChosen, leavesOut } = target;
  const divided = dividedInto(target, sql`ordered.phone_number`);
  const met = leavesOut === undefined ? sql`` : sql`met AS MATERIALIZED (${metBefore(leavesOut)}),`;
  const counts = await firstOf<ChosenCounts>(
    tx,
    sql`WITH ${met} chosen AS MATERIALIZED (
          SELECT *, phone_number ~ '^\\+[1-9][0-9]{6,14}$' AS is_number FROM (${chosen}) AS c
           WHERE ${leavesOut === undefined ? sql`true` : isNew()}
        ), added AS (
          INSERT INTO campaign_recipients
            (id, campaign_id, phone_number, customer_id, name, is_chosen, created_at, updated_at ${divided.columns})
          SELECT new_id(), ${campaignId}, phone_number, customer_id, name, ${isChosen}, ${now}, ${now} ${divided.values}
            FROM (SELECT * FROM chosen WHERE is_number ORDER BY place) AS ordered
          ON CONFLICT DO NOTHING RETURNING phone_number
        ), judged AS (
          SELECT count(*) FILTER (WHERE is_number) AS valid, count(*) FILTER (WHERE NOT is_number) AS invalid
            FROM chosen
        )
        SELECT count(*)::int AS added, (count(*) FILTER (WHERE ${isRestricted(target)}))::int AS restricted,
               0 AS unsubscribed, (SELECT valid FROM judged)::int AS valid,
               (SELECT invalid FROM judged)::int AS "invalidCount",
               ARRAY(SELECT phone_number FROM chosen WHERE NOT is_number ORDER BY place LIMIT ${MAX_INVALID})
                 AS invalid
          FROM added`,
  );
  return counts ?? { added: 0, restricted: 0, unsubscribed: 0, valid: 0, invalid: [], invalidCount: 0 };
}
