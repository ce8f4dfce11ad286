import { SKIPPED } from '../messages/judgement/judgement.js';
import { and, join, type Sql, sql } from '../platform/database/sql.js';
import { waIdVariants } from '../rules/phone/number-variants.js';
import { normalizePhone } from '../rules/phone/phone-number.js';
import type { RecipientState } from './recipient-state.js';

/** Selects recipients of a campaign. All given conditions must hold. */
export interface RecipientFilter {
  status?: RecipientState | undefined;
  /** A number in any spelling, or the beginnings of words of the name. */
  search?: string | undefined;
  errorCode?: number | undefined;
  /** One of `REASONS`, or the whole text of a reason. */
  reason?: string | undefined;
  /** The local day that they are planned for, or were sent to on. */
  day?: string | undefined;
}

/** Short names of the reasons that Drumbeat itself gives, and how the text of each begins. */
export const REASONS: Readonly<Record<string, string>> = {
  unconfirmed: 'unconfirmed',
  unsubscribed: SKIPPED.unsubscribed,
  inactive: SKIPPED.inactive,
  deleted: SKIPPED.deleted,
  us_number: SKIPPED.us,
  frequency_cap: 'Frequency cap',
};

/** A search of more words than any name has is as good as one of these. */
const MAX_WORDS = 8;
const MAX_WORD = 60;
/** As in the trigger that takes names apart. */
const SEPARATORS = /[\s.,;:!?@#$%^&*\-_+=/|<>()[\]{}'"`~\\]+/;

/** The condition on `campaign_recipients r`. `defaultCountry` reads numbers without a country. */
export function matchingRecipients(
  campaignId: string,
  { status, search, errorCode, reason, day }: RecipientFilter,
  defaultCountry: string | null,
): Sql {
  return and([
    ...(status === undefined ? [] : [sql`r.status = ${status}`]),
    ...(errorCode === undefined ? [] : [sql`r.error_code = ${errorCode}`]),
    ...(reason === undefined ? [] : [withReason(reason)]),
    ...(day === undefined ? [] : [onDay(day)]),
    ...(search === undefined ? [] : [found(campaignId, search, defaultCountry)]),
  ]);
}

/** The beginning as the index has it, because a text may be longer than an entry of an index, and the rest checked. */
function withReason(reason: string): Sql {
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  const text = known ?? reason;
  const begins = sql`"left"(r.failure_reason, 11) = "left"(${text}::text, 11)`;
  return known === undefined
    ? sql`(${begins} AND r.failure_reason = ${text})`
    : sql`(${begins} AND r.failure_reason LIKE ${`${escaped(text)}%`})`;
}

/** Two indexes share the recipients between them, those in a slice and the others: each side of the OR has its own. */
function onDay(day: string): Sql {
  return sql`((r.scheduled_send_date = ${day} AND r.slice_id IS NULL)
           OR (r.scheduled_send_date = ${day} AND r.slice_id IS NOT NULL))`;
}

/**
 * Finds the matches first, on their own. A planner that expects many matches would walk the whole campaign and test each
 * row, which means a million rows for a rare name.
 */
function found(campaignId: string, search: string, defaultCountry: string | null): Sql {
  const phone = normalizePhone(search, defaultCountry ?? undefined);
  const ways: Sql[] = [];
  if (phone.ok) {
    ways.push(sql`SELECT id FROM campaign_recipients
                   WHERE campaign_id = ${campaignId} AND phone_number = ANY(${waIdVariants(phone.e164)})`);
  }
  const words = [...new Set(search.toLowerCase().split(SEPARATORS).filter(Boolean))].slice(0, MAX_WORDS);
  if (words.length > 0) {
    const named = words.map(
      (word) => sql`SELECT unnest(recipients) AS id FROM recipient_words
                     WHERE campaign_id = ${campaignId}
                       AND word LIKE ${`${escaped(Array.from(word).slice(0, MAX_WORD).join(''))}%`}`,
    );
    ways.push(sql`(${join(named, ' INTERSECT ')})`);
  }
  if (ways.length === 0) return sql`false`;
  return sql`r.id IN (WITH found AS MATERIALIZED (${join(ways, ' UNION ALL ')}) SELECT id FROM found)`;
}

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
