import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { consentCondition } from '../../customers/consent/mailable.js';
import { belongsTo } from '../../customers/profiles/belongs-to.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import { usAreaCodes } from '../../rules/phone/us-area-codes.js';

export const SKIPPED = {
  unsubscribed: 'User unsubscribed',
  inactive: 'Customer is not active',
  deleted: 'Customer was deleted',
  us: 'Marketing messages to US numbers are not delivered by WhatsApp',
} as const;

const DAY_MS = 86_400_000;

/** What the organization says about the people it writes to. */
export interface JudgementRules {
  organizationId: string;
  consentPolicy: ConsentPolicy;
  /** The frequency cap: so many marketing messages in so many days. Null: none. */
  capMessages: number | null;
  capDays: number | null;
  skipUs: boolean;
  now: Date;
}

/** Where the statement finds what it judges, as SQL over its own row. */
export interface JudgedRow {
  phoneNumber: Sql;
  customerId: Sql;
  /** Where a message may go to a person without a number. */
  userId?: Sql;
  isSuppressed: Sql;
  /** The country and the frequency cap concern marketing only. */
  isMarketing: boolean | Sql;
  /** False for what the person has asked for: it goes to the unsubscribed too, unless nothing else is known of them. */
  needsConsent: true | Sql;
}

export interface Judgement {
  /** `LEFT JOIN LATERAL (profile) AS p ON true`: the person's profile. */
  profile: Sql;
  /** Why the row's message must not go, of the row and `p`; null: it may. */
  skipReason: Sql;
}

/**
 * Whether a message may go, as one text for everything that sends or foretells: suppression, consent, a deleted or
 * inactive customer, the country, the frequency cap. It stands in the statement that takes the message, so a STOP of a
 * moment ago is respected. A customer who was deleted and came back has another profile with the same number, which
 * speaks for them; without one they are not written to.
 */
export function judgement(row: JudgedRow, rules: JudgementRules): Judgement {
  return { profile: profileOf(row, rules), skipReason: skipReasonOf(row, rules) };
}

function profileOf({ phoneNumber, customerId, userId }: JudgedRow, { organizationId }: JudgementRules): Sql {
  const profile = (rank: number, match: Sql): Sql =>
    sql`SELECT ${rank}::int AS rank, u.* FROM user_profiles u WHERE u.${belongsTo(organizationId)} AND ${match}`;
  // Written out, as in the index that makes the two spellings of these numbers one customer.
  const argentine = (number: Sql): Sql => sql`${number} ~ '^\\+549?\\d{10}$'`;
  const byUserId =
    userId === undefined ? sql`` : sql`UNION ALL ${profile(4, sql`u.whatsapp_user_id = ${userId}`)}`;
  return sql`${profile(1, sql`u.id = ${customerId}`)}
             UNION ALL ${profile(2, sql`u.whatsapp_phone = ${phoneNumber}`)}
             UNION ALL ${profile(
               3,
               sql`${argentine(phoneNumber)} AND ${argentine(sql`u.whatsapp_phone`)}
                   AND "right"(u.whatsapp_phone, 10) = "right"(${phoneNumber}, 10)`,
             )}
             ${byUserId}
             ORDER BY rank LIMIT 1`;
}

function skipReasonOf(row: JudgedRow, rules: JudgementRules): Sql {
  const { phoneNumber, customerId, isSuppressed, isMarketing, needsConsent } = row;
  const { consentPolicy, skipUs } = rules;
  const usNumber = sql`(${phoneNumber} LIKE '+1%' AND substr(${phoneNumber}, 3, 3) = ANY(${usAreaCodes()}))`;
  const isRestricted =
    typeof isMarketing === 'boolean'
      ? sql`${isMarketing && skipUs}::boolean AND ${usNumber}`
      : sql`${skipUs}::boolean AND ${isMarketing} AND ${usNumber}`;
  const hasRefused = sql`CASE WHEN p.id IS NULL THEN ${consentPolicy === 'explicit'}::boolean
                              ELSE NOT ${consentCondition('p', consentPolicy)} END`;
  const isOut =
    needsConsent === true ? isSuppressed : sql`${isSuppressed} AND (${needsConsent} OR p.id IS NULL)`;
  const isUnsubscribed = needsConsent === true ? hasRefused : sql`${needsConsent} AND ${hasRefused}`;
  return sql`CASE WHEN ${isOut} THEN ${SKIPPED.unsubscribed}
                  WHEN p.id IS NULL AND ${customerId} IS NOT NULL THEN ${SKIPPED.deleted}
                  WHEN ${isUnsubscribed} THEN ${SKIPPED.unsubscribed}
                  WHEN p.is_active = false THEN ${SKIPPED.inactive}
                  WHEN ${isRestricted} THEN ${SKIPPED.us}
                  ELSE ${cappedOf(row, rules)} END`;
}

/** Every message of the category counts, whatever its purpose. */
function cappedOf({ phoneNumber, userId, isMarketing }: JudgedRow, rules: JudgementRules): Sql {
  const { organizationId, capMessages, capDays, now } = rules;
  if (isMarketing === false || capMessages === null || capDays === null) return sql`NULL`;
  const sent = (person: Sql): Sql =>
    sql`(SELECT count(*) FROM whatsapp_messages m
          WHERE m.organization_id = ${organizationId} AND ${person}
            AND m.direction = 'out' AND m.category = 'MARKETING' AND m.status <> 'failed'
            AND m.created_at > ${new Date(now.getTime() - capDays * DAY_MS)})`;
  const toNumber = sent(sql`m.phone_number = ${phoneNumber}`);
  const toPerson =
    userId === undefined
      ? toNumber
      : sql`CASE WHEN ${phoneNumber} IS NULL
                 THEN ${sent(sql`m.phone_number IS NULL AND m.whatsapp_user_id = ${userId}`)} ELSE ${toNumber} END`;
  const isCapped = sql`(${toPerson}) >= ${capMessages}`;
  const reason = `Frequency cap: ${capMessages} marketing messages in ${capDays} days`;
  return isMarketing === true
    ? sql`CASE WHEN ${isCapped} THEN ${reason} END`
    : sql`CASE WHEN ${isMarketing} AND ${isCapped} THEN ${reason} END`;
}
