import { asInstant, asInteger, asObject, asObjects, asText, type JsonObject } from '../json/json-fields.js';
import { parseMessagingLimit } from './messaging-limit.js';
import { type AccountEvent, type LimitEvent } from './webhook-events.js';

// The last two were due for removal in February 2026 and still occur.
const LIMIT_FIELDS = [
  'max_daily_conversations_per_business',
  'max_daily_conversation_per_phone',
  'current_limit',
];

export function parseLimitEvent(value: JsonObject, wabaId: string | null): LimitEvent {
  const limits = LIMIT_FIELDS.map((field) => parseMessagingLimit(value[field]));
  return {
    wabaId,
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

type Verdict = Pick<AccountEvent, 'effect' | 'until'>;

const says = (effect: AccountEvent['effect'], until: Date | null = null): Verdict => ({ effect, until });

/** Any restriction of messaging stops us until the last of them ends; others are for a person to look at. */
function judgeRestrictions(value: JsonObject): Verdict {
  const blocking = asObjects(value['restriction_info'])
    .filter((restriction) => /RESTRICTED_.*MESSAGING/.test(asText(restriction['restriction_type']) ?? ''))
    .map((restriction) => asInstant(restriction['expiration']));
  if (blocking.length === 0) return says('warning');
  const ends = blocking.flatMap((end) => end ?? []);
  const last = new Date(Math.max(...ends.map((end) => end.getTime())));
  return says('block', ends.length === blocking.length ? last : null);
}

function judgeBan(value: JsonObject): Verdict {
  const state = asText(asObject(value['ban_info'])?.['waba_ban_state']);
  if (state === 'REINSTATE') return says('lift');
  return says(state === 'DISABLE' || state === 'SCHEDULE_FOR_DISABLE' ? 'block' : 'warning');
}

function judge(event: string | null, value: JsonObject): Verdict {
  switch (event) {
    case 'ACCOUNT_RESTRICTION':
      return judgeRestrictions(value);
    case 'DISABLED_UPDATE':
      return judgeBan(value);
    case 'ACCOUNT_DELETED':
    case 'ACCOUNT_OFFBOARDED':
      return says('block');
    case 'ACCOUNT_RECONNECTED':
      return says('lift');
    case 'ACCOUNT_VIOLATION':
      return says('warning');
    default:
      return says('none');
  }
}

export function parseAccountEvent(field: string, value: JsonObject, wabaId: string | null): AccountEvent {
  const event = asText(value['event']) ?? asText(value['decision']) ?? null;
  return { wabaId, field, event, raw: value, ...judge(field === 'account_update' ? event : null, value) };
}
