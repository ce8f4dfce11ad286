import type { ConsentPolicy } from '../../access/organizations/consent-policy.js';
import { consentCondition } from '../../customers/consent/mailable.js';
import { belongsTo } from '../../customers/profiles/belongs-to.js';
import { identifier, join, type Sql, sql } from '../../platform/database/sql.js';
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
  /** Whether the person is over the frequency cap, where a statement over very many rows knows it already. */
  isCapped?: Sql;
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

/**
 * The same profile `p` for a million rows at once, as joins: looking each of them up takes ten times as long. A column
 * that the judgement reads has to be listed here.
 */
export function profilesOf(
  { phoneNumber, customerId }: Pick<JudgedRow, 'phoneNumber' | 'customerId'>,
  { organizationId }: Pick<JudgementRules, 'organizationId'>,
): Sql {
  const joined = (alias: string, condition: Sql): Sql => {
    const profile = identifier(alias);
    return sql`LEFT JOIN user_profiles ${profile} ON ${profile}.organization_id = ${organizationId} AND ${condition}`;
  };
  const picked = (column: string): Sql => {
    const name = identifier(column);
    return sql`CASE WHEN by_id.id IS NOT NULL THEN by_id.${name}
                    WHEN by_number.id IS NOT NULL THEN by_number.${name} ELSE by_spelling.${name} END AS ${name}`;
  };
  return sql`${joined('by_id', sql`by_id.id = ${customerId}`)}
             ${joined('by_number', sql`by_id.id IS NULL AND by_number.whatsapp_phone = ${phoneNumber}`)}
             ${joined(
               'by_spelling',
               sql`by_id.id IS NULL AND by_number.id IS NULL AND ${argentine(phoneNumber)}
                   AND ${argentine(sql`by_spelling.whatsapp_phone`)}
                   AND "right"(by_spelling.whatsapp_phone, 10) = "right"(${phoneNumber}, 10)`,
             )}
             CROSS JOIN LATERAL (SELECT ${join(JUDGED_COLUMNS.map(picked), ', ')}) AS p`;
}

const JUDGED_COLUMNS = ['id', 'whatsapp_phone', 'subscription', 'marketing_opt_in_at', 'is_active'];

/** The numbers that are over the frequency cap, of all people of the organization. Null: there is no cap. */
export function cappedNumbers(rules: JudgementRules): Sql | null {
  const { capMessages, capDays } = rules;
  if (capMessages === null || capDays === null) return null;
  return sql`SELECT m.phone_number FROM whatsapp_messages m
              WHERE ${countsForCap(rules, capDays)} AND m.phone_number IS NOT NULL
              GROUP BY m.phone_number HAVING count(*) >= ${capMessages}`;
}

// Written out, as in the index that makes the two spellings of these numbers one customer.
const argentine = (number: Sql): Sql => sql`${number} ~ '^\\+549?\\d{10}$'`;

function profileOf({ phoneNumber, customerId, userId }: JudgedRow, { organizationId }: JudgementRules): Sql {
  const profile = (rank: number, match: Sql): Sql =>
    sql`SELECT ${rank}::int AS rank, u.* FROM user_profiles u WHERE u.${belongsTo(organizationId)} AND ${match}`;
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
function countsForCap({ organizationId, now }: JudgementRules, capDays: number): Sql {
  return sql`m.organization_id = ${organizationId} AND m.direction = 'out' AND m.category = 'MARKETING'
             AND m.status <> 'failed' AND m.created_at > ${new Date(now.getTime() - capDays * DAY_MS)}`;
}

function cappedOf(
  { phoneNumber, userId, isMarketing, isCapped: known }: JudgedRow,
  rules: JudgementRules,
): Sql {
  const { capMessages, capDays } = rules;
  if (isMarketing === false || capMessages === null || capDays === null) return sql`NULL`;
  const sent = (person: Sql): Sql =>
    sql`(SELECT count(*) FROM whatsapp_messages m WHERE ${countsForCap(rules, capDays)} AND ${person})`;
  const toNumber = sent(sql`m.phone_number = ${phoneNumber}`);
  const toPerson =
    userId === undefined
      ? toNumber
      : sql`CASE WHEN ${phoneNumber} IS NULL
                 THEN ${sent(sql`m.phone_number IS NULL AND m.whatsapp_user_id = ${userId}`)} ELSE ${toNumber} END`;
  const isCapped = known ?? sql`(${toPerson}) >= ${capMessages}`;
  const reason = `Frequency cap: ${capMessages} marketing messages in ${capDays} days`;
  return isMarketing === true
    ? sql`CASE WHEN ${isCapped} THEN ${reason} END`
    : sql`CASE WHEN ${isMarketing} AND ${isCapped} THEN ${reason} END`;
}
