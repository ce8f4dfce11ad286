import type { ConsentPolicy } from '../access/organizations/consent-policy.js';
import { consentCondition, mailableCondition } from '../customers/consent/mailable.js';
import { SKIPPED } from '../messages/judgement/judgement.js';
import { join, type Sql, sql } from '../platform/database/sql.js';
import { compileSegment } from '../segments/language/compile-segment.js';
import type { Group } from '../segments/language/segment.js';

/**
 * The people of a campaign as one SELECT: `src, id, phone_number, customer_id, name, variables, is_released`, in the
 * order of their days. They are in the campaign already, or will be added when it starts (`src` 1).
 */
export interface People {
  rows: Sql;
  order: Sql;
}

export interface GivenPerson {
  id: string;
  phoneNumber: string;
  name: string | null;
  variables: string | null;
}

/** Who will be added. Each chooses as the start of the campaign does. */
export type Joins =
  | { kind: 'nobody' }
  | { kind: 'customers'; segment: Group | undefined }
  | { kind: 'responders'; sourceCampaignId: string }
  | { kind: 'given'; people: readonly GivenPerson[] };

export interface Place {
  organizationId: string;
  campaignId: string;
  consentPolicy: ConsentPolicy;
}

export const NOT_CHOSEN = {
  noNumber: 'Customer has no phone number',
  badNumber: 'The phone number in the profile is not an international phone number',
} as const;

const isNumber = (number: Sql): Sql => sql`${number} ~ '^\\+[1-9][0-9]{6,14}$'`;

export function peopleOf(place: Place, joins: Joins): People {
  const joining = joiningPeople(place, joins);
  if (joining === null) return { rows: sql`(${peopleThere(place)})`, order: sql`id` };
  return { rows: sql`(${join([peopleThere(place), joining], ' UNION ALL ')})`, order: sql`src, id` };
}

function peopleThere({ campaignId }: Place): Sql {
  return sql`SELECT 0 AS src, r.id, r.phone_number, r.customer_id, r.name, r.variables,
                    r.status = 'queued' AS is_released
               FROM campaign_recipients r WHERE r.campaign_id = ${campaignId} AND r.status IN ('pending', 'queued')`;
}

function joiningPeople(place: Place, joins: Joins): Sql | null {
  const { organizationId, campaignId, consentPolicy } = place;
  const isNew = (number: Sql): Sql => sql`NOT EXISTS (SELECT FROM campaign_recipients known
    WHERE known.campaign_id = ${campaignId} AND known.phone_number = ${number})`;
  switch (joins.kind) {
    case 'nobody':
      return null;
    case 'customers':
      return sql`SELECT 1, p.id, p.whatsapp_phone, p.id, p.display_name, NULL::jsonb, false FROM user_profiles p
                  WHERE p.organization_id = ${organizationId} AND ${mailableCondition('p', consentPolicy)}
                    AND ${isNumber(sql`p.whatsapp_phone`)} AND ${inSegment(joins.segment, organizationId)}
                    AND ${isNew(sql`p.whatsapp_phone`)}`;
    case 'responders':
      return sql`SELECT 1, a.id, a.phone_number, a.customer_id, a.name, NULL::jsonb, false
                   FROM (${answered(place, joins.sourceCampaignId)}) AS a
                  WHERE a.is_mailable AND ${isNew(sql`a.phone_number`)}`;
    case 'given': {
      const { people } = joins;
      return sql`SELECT 1, g.id, g.phone_number, p.id, coalesce(g.name, p.display_name), g.variables, false
                   FROM unnest(${people.map(({ id }) => id)}::uuid[], ${people.map((one) => one.phoneNumber)}::text[],
                               ${people.map(({ name }) => name)}::text[],
                               ${people.map(({ variables }) => variables)}::jsonb[])
                        AS g (id, phone_number, name, variables)
                   LEFT JOIN user_profiles p
                     ON p.organization_id = ${organizationId} AND p.whatsapp_phone = g.phone_number`;
    }
  }
}

function inSegment(segment: Group | undefined, organizationId: string): Sql {
  return segment === undefined ? sql`true` : compileSegment(segment, organizationId);
}

/** Those who replied to an earlier campaign, and whether they may still be written to. */
function answered({ organizationId, consentPolicy }: Place, sourceCampaignId: string): Sql {
  return sql`SELECT r.id, r.phone_number, p.id AS customer_id, coalesce(r.name, p.display_name) AS name,
                    ${whyNotMailable(consentPolicy)} AS reason,
                    CASE WHEN p.id IS NULL THEN ${consentPolicy === 'assume'}::boolean
                         ELSE ${mailableCondition('p', consentPolicy)} END AS is_mailable
               FROM campaign_recipients r
               LEFT JOIN user_profiles p
                 ON p.organization_id = ${organizationId}
                AND p.id = coalesce(r.customer_id,
                                    (SELECT known.id FROM user_profiles known
                                      WHERE known.organization_id = ${organizationId}
                                        AND known.whatsapp_phone = r.phone_number))
              WHERE r.campaign_id = ${sourceCampaignId} AND r.status = 'responded'`;
}

function whyNotMailable(consentPolicy: ConsentPolicy): Sql {
  return sql`CASE WHEN p.id IS NULL OR NOT ${consentCondition('p', consentPolicy)} THEN ${SKIPPED.unsubscribed}::text
                  WHEN NOT p.is_active THEN ${SKIPPED.inactive}::text END`;
}

/** Those who match and will not be added, as `id, phone_number, reason`. Null: everyone who matches is added. */
export function notChosen(place: Place, joins: Joins): Sql | null {
  const { organizationId, consentPolicy } = place;
  if (joins.kind === 'responders') {
    return sql`SELECT a.id, a.phone_number, a.reason
                 FROM (${answered(place, joins.sourceCampaignId)}) AS a WHERE NOT a.is_mailable`;
  }
  if (joins.kind !== 'customers') return null;
  return sql`SELECT * FROM (
               SELECT p.id, p.whatsapp_phone AS phone_number,
                      coalesce(${whyNotMailable(consentPolicy)},
                               CASE WHEN p.whatsapp_phone IS NULL THEN ${NOT_CHOSEN.noNumber}::text
                                    WHEN NOT ${isNumber(sql`p.whatsapp_phone`)} THEN ${NOT_CHOSEN.badNumber}::text END)
                        AS reason
                 FROM user_profiles p
                WHERE p.organization_id = ${organizationId} AND ${inSegment(joins.segment, organizationId)}) AS m
              WHERE reason IS NOT NULL`;
}
