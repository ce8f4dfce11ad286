import { asInstant, asInteger, asObject, asObjects, asText, type JsonObject } from '../json/json-fields.js';
import { parseMessagingLimit } from './messaging-limit.js';
import { type AccountEvent, type Entry, type LimitEvent } from './webhook-events.js';

// The last two were due for removal in February 2026 and still occur.
const LIMIT_FIELDS = [
  'max_daily_conversations_per_business',
  'max_daily_conversation_per_phone',
  'current_limit',
];

export function parseLimitEvent(value: JsonObject, entry: Entry): LimitEvent {
  const limits = LIMIT_FIELDS.map((field) => parseMessagingLimit(value[field]));
  return {
    ...entry,
    displayPhoneNumber: asText(value['display_phone_number']) ?? null,
    event: asText(value['event']) ?? null,
    limit: limits.find((limit) => limit !== null) ?? null,
    maxPhoneNumbers:
      asInteger(value['max_phone_numbers_per_waba']) ??
      asInteger(value['max_phone_numbers_per_business']) ??
      null,
    raw: value,
  };
}

type Verdict = Pick<AccountEvent, 'effect' | 'cause' | 'until'>;

const NOTHING: Verdict = { effect: 'none', cause: null, until: null };
const WARNING: Verdict = { effect: 'warning', cause: null, until: null };
const says = (
  effect: AccountEvent['effect'],
  cause: AccountEvent['cause'],
  until: Date | null = null,
): Verdict => ({ effect, cause, until });

/** Any restriction of messaging stops sending until the last of them ends; other restrictions are only reported. */
function judgeRestrictions(value: JsonObject): Verdict {
  const blocking = asObjects(value['restriction_info'])
    .filter((restriction) => /RESTRICTED_.*MESSAGING/.test(asText(restriction['restriction_type']) ?? ''))
    .map((restriction) => asInstant(restriction['expiration']));
  if (blocking.length === 0) return WARNING;
  const ends = blocking.flatMap((end) => end ?? []);
  const last = new Date(Math.max(...ends.map((end) => end.getTime())));
  return says('block', 'restriction', ends.length === blocking.length ? last : null);
}

/** Meta writes "April 17, 2025", without a time zone. */
function dayOf(raw: unknown): Date | null {
  const at = Date.parse(`${asText(raw) ?? ''} UTC`);
  return asInstant(raw) ?? (Number.isNaN(at) ? null : new Date(at));
}

/** An announced ban stops nothing: Meta delivers until its date. */
function judgeBan(value: JsonObject): Verdict {
  const ban = asObject(value['ban_info']);
  const state = asText(ban?.['waba_ban_state']);
  if (state === 'REINSTATE') return says('lift', 'ban');
  if (state === 'DISABLE') return says('block', 'ban');
  return says('warning', 'ban', dayOf(ban?.['waba_ban_date']));
}

function judgeUpdate(event: string | null, value: JsonObject): Verdict {
  switch (event) {
    case 'ACCOUNT_RESTRICTION':
      return judgeRestrictions(value);
    case 'DISABLED_UPDATE':
      return judgeBan(value);
    case 'ACCOUNT_DELETED':
      return says('block', 'deletion');
    case 'ACCOUNT_OFFBOARDED':
      return says('block', 'offboarding');
    case 'ACCOUNT_RECONNECTED':
      return says('lift', 'offboarding');
    case 'ACCOUNT_VIOLATION':
      return WARNING;
    default:
      return NOTHING;
  }
}

/** Meta's APIs refuse an account that was rejected. One whose review is not over yet may still send. */
function judgeReview(decision: string | null): Verdict {
  if (decision === 'APPROVED') return says('lift', 'review');
  if (decision === 'REJECTED') return says('block', 'review');
  return decision === 'PENDING' || decision === 'DEFERRED' ? says('warning', 'review') : NOTHING;
}

function judge(field: string, event: string | null, value: JsonObject): Verdict {
  if (field === 'account_update') return judgeUpdate(event, value);
  return field === 'account_review_update' ? judgeReview(event) : NOTHING;
}

export function parseAccountEvent(field: string, value: JsonObject, entry: Entry): AccountEvent {
  const event = asText(value['event']) ?? asText(value['decision']) ?? null;
  return { ...entry, field, event, raw: value, ...judge(field, event, value) };
}
