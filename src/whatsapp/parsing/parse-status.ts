import { parseWebhookError } from '../errors/graph-error.js';
import { asInstant, asList, asObject, asText, type JsonObject } from '../json/json-fields.js';
import { readMessageId } from '../json/message-id.js';
import { readPerson } from './person.js';
import {
  STATUSES,
  type MessageStatus,
  type Origin,
  type PaymentEvent,
  type StatusEvent,
} from './webhook-events.js';

function isStatus(word: unknown): word is MessageStatus {
  return (STATUSES as readonly unknown[]).includes(word);
}

function readPricing(raw: JsonObject | undefined): StatusEvent['pricing'] {
  if (raw === undefined) return null;
  const billable = raw['billable'];
  return {
    type: asText(raw['type']) ?? null,
    category: asText(raw['category']) ?? null,
    billable: typeof billable === 'boolean' ? billable : null,
    raw,
  };
}

/** null: an unknown status, one without a message, or one of something else (`type` payment, call). */
export function parseStatus(raw: unknown, origin: Origin): StatusEvent | null {
  const fields = asObject(raw);
  const wamid = readMessageId(fields?.['id']);
  const status = fields?.['status'];
  if (fields === undefined || wamid === undefined || !isStatus(status)) return null;
  const type = fields['type'] ?? 'message';
  if (type !== 'message') return null;
  return {
    ...origin,
    wamid,
    status,
    at: asInstant(fields['timestamp']),
    recipient: readPerson(fields, 'recipient_id', 'recipient_user_id'),
    callbackData: asText(fields['biz_opaque_callback_data']) ?? null,
    errors: asList(fields['errors']).map(parseWebhookError),
    pricing: readPricing(asObject(fields['pricing'])),
    conversation: asObject(fields['conversation']) ?? null,
    raw: fields,
  };
}

/** Its id is that of the payment, not of a message; what we call it is the reference. */
export function parsePaymentStatus(raw: unknown, origin: Origin): PaymentEvent | null {
  const fields = asObject(raw);
  const reference = asText(asObject(fields?.['payment'])?.['reference_id']);
  if (fields === undefined || reference === undefined) return null;
  return {
    ...origin,
    reference,
    status: asText(fields['status']) ?? null,
    at: asInstant(fields['timestamp']),
  };
}
