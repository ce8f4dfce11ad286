import { asObject, asObjects, asText, type JsonObject } from '../../whatsapp/json/json-fields.js';
import { parseMessagingLimit } from '../../whatsapp/parsing/messaging-limit.js';
import { type MessagingLimit } from '../../whatsapp/parsing/webhook-events.js';

/** The fields to request for a number. The limit has this name since Graph v24. */
export const NUMBER_FIELDS = [
  'display_phone_number',
  'verified_name',
  'quality_rating',
  'throughput',
  'status',
  'health_status',
  'whatsapp_business_manager_messaging_limit',
] as const;

/** What Meta reports about a number; null where it reports nothing. */
export interface NumberState {
  displayPhoneNumber: string | null;
  verifiedName: string | null;
  qualityRating: string | null;
  throughputLevel: string | null;
  health: string | null;
  /** Why the number cannot send now. */
  blockedBecause: string | null;
  limit: MessagingLimit | null;
  /** A limit in a form this version does not know. */
  unreadableLimit: string | null;
}

const MAX_WORD = 20;
const MAX_REASON = 500;
/** The column is an integer. A larger limit is as good as unlimited. */
const MAX_LIMIT = 2_147_483_647;
const DEAD = new Set(['DISCONNECTED', 'BANNED', 'DELETED', 'MIGRATED']);

const clip = (value: unknown, length: number): string | null => asText(value)?.slice(0, length) ?? null;
const word = (value: unknown): string | null => clip(value, MAX_WORD)?.toUpperCase() ?? null;

function errorsOf(entity: JsonObject): string[] {
  return asObjects(entity['errors']).map((error) => {
    const code = asText(error['error_code']);
    const text = asText(error['error_description']) ?? 'no reason given';
    return code === undefined ? text : `${text} (code ${code})`;
  });
}

/** The number may be fine while its account or portfolio is blocked: each is named with its own errors. */
function reasonOf(health: JsonObject): string {
  const blocked = asObjects(health['entities']).filter((one) => word(one['can_send_message']) === 'BLOCKED');
  const reasons = blocked.flatMap((entity) =>
    errorsOf(entity).map((error) => `${asText(entity['entity_type']) ?? 'UNKNOWN'}: ${error}`),
  );
  return `Meta blocks sending. ${reasons.join(' ')}`.trim().slice(0, MAX_REASON);
}

export function storableLimit(limit: MessagingLimit): MessagingLimit {
  return typeof limit === 'number' && limit > MAX_LIMIT ? 'unlimited' : limit;
}

export function readNumberState(answer: unknown): NumberState {
  const number = asObject(answer) ?? {};
  const health = asObject(number['health_status']) ?? {};
  const canSend = word(health['can_send_message']);
  const status = word(number['status']);
  const rawLimit = number['whatsapp_business_manager_messaging_limit'];
  const limit = parseMessagingLimit(rawLimit);
  const isSaid = rawLimit !== undefined && rawLimit !== null;
  return {
    displayPhoneNumber: clip(number['display_phone_number'], 32),
    verifiedName: clip(number['verified_name'], 200),
    qualityRating: word(number['quality_rating']),
    throughputLevel: word(asObject(number['throughput'])?.['level']),
    health: canSend,
    blockedBecause:
      canSend === 'BLOCKED'
        ? reasonOf(health)
        : status !== null && DEAD.has(status)
          ? `Meta reports the number as ${status}.`
          : null,
    limit: limit === null ? null : storableLimit(limit),
    unreadableLimit: isSaid && limit === null ? JSON.stringify(rawLimit).slice(0, 100) : null,
  };
}
