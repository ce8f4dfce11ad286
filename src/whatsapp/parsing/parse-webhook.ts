import { parseWebhookError } from '../errors/graph-error.js';
import { asInstant, asObject, asObjects, asText, type JsonObject } from '../json/json-fields.js';
import { parseAccountEvent, parseLimitEvent } from './parse-account-event.js';
import { parseInboundMessage, parseSystemMessage } from './parse-inbound-message.js';
import { parseJsonKeepingIds } from '../json/parse-json.js';
import { parseStatus } from './parse-status.js';
import { parseTemplateEvent } from './parse-template-event.js';
import { readPerson } from './person.js';
import { type ClickEvent, type Origin, type ParsedWebhook, type PreferenceEvent } from './webhook-events.js';

const nothing = (): ParsedWebhook => ({
  readable: true,
  statuses: [],
  messages: [],
  identityChanges: [],
  preferences: [],
  templates: [],
  limits: [],
  accounts: [],
  errors: [],
  clicks: [],
  unknown: [],
});

function parsePreference(raw: unknown, origin: Origin): PreferenceEvent | null {
  const fields = asObject(raw);
  const value = fields?.['value'];
  if (fields === undefined || (value !== 'stop' && value !== 'resume')) return null;
  return {
    ...origin,
    person: readPerson(fields, 'wa_id', 'user_id'),
    category: asText(fields['category']) ?? null,
    value,
    detail: asText(fields['detail']) ?? null,
    at: asInstant(fields['timestamp']),
  };
}

function parseClick(raw: unknown, origin: Origin): ClickEvent | null {
  const fields = asObject(raw);
  const click = asObject(fields?.['marketing_messages_link_click_data']);
  if (fields === undefined || click === undefined) return null;
  return {
    ...origin,
    component: asText(click['click_component']) ?? null,
    clickId: asText(click['click_id']) ?? null,
    trackingToken: asText(click['tracking_token']) ?? null,
    productId: asText(click['product_id']) ?? null,
    at: asInstant(fields['timestamp']),
  };
}

type ListReader = (raw: unknown, found: ParsedWebhook, from: MessagingValue) => boolean;

interface MessagingValue {
  origin: Origin;
  contacts: JsonObject[];
}

/** Appends what was read; false: nothing could be read. */
function keep<T>(into: T[], parsed: T | null): boolean {
  if (parsed !== null) into.push(parsed);
  return parsed !== null;
}

const LISTS: Readonly<Record<string, ListReader>> = {
  statuses: (raw, found, { origin }) => keep(found.statuses, parseStatus(raw, origin)),
  messages: (raw, found, { origin, contacts }) =>
    asObject(raw)?.['type'] === 'system'
      ? keep(found.identityChanges, parseSystemMessage(raw, origin))
      : keep(found.messages, parseInboundMessage(raw, origin, contacts)),
  errors: (raw, found, { origin }) =>
    keep(found.errors, asObject(raw) === undefined ? null : { ...origin, error: parseWebhookError(raw) }),
  user_preferences: (raw, found, { origin }) => keep(found.preferences, parsePreference(raw, origin)),
  user_actions: (raw, found, { origin }) => keep(found.clicks, parseClick(raw, origin)),
};
const ABOUT_THE_LISTS = new Set(['messaging_product', 'metadata', 'contacts']);

/** One value may hold several lists at once, whatever its field is called; a bad item never stops the others. */
function readMessaging(value: JsonObject, wabaId: string | null, found: ParsedWebhook): void {
  const metadata = asObject(value['metadata']) ?? {};
  const phoneNumberId = asText(metadata['phone_number_id']) ?? null;
  const displayPhoneNumber = asText(metadata['display_phone_number']) ?? null;
  const from = {
    origin: { wabaId, phoneNumberId, displayPhoneNumber },
    contacts: asObjects(value['contacts']),
  };
  for (const [where, content] of Object.entries(value)) {
    const reader = Object.hasOwn(LISTS, where) ? LISTS[where] : undefined;
    if (ABOUT_THE_LISTS.has(where)) continue;
    if (reader === undefined || !Array.isArray(content)) found.unknown.push({ wabaId, where, raw: content });
    else {
      for (const raw of content) if (!reader(raw, found, from)) found.unknown.push({ wabaId, where, raw });
    }
  }
}

const TEMPLATE_FIELD = /^(message_template_(status|quality|components)_update|template_category_update)$/;
const LIMIT_FIELD = /^(business_capability_update|phone_number_quality_update)$/;
const ACCOUNT_FIELD =
  /^(account_update|account_alerts|account_review_update|phone_number_name_update|security)$/;

function readField(field: string, value: JsonObject, wabaId: string | null, found: ParsedWebhook): boolean {
  if (TEMPLATE_FIELD.test(field)) return keep(found.templates, parseTemplateEvent(field, value, wabaId));
  if (LIMIT_FIELD.test(field)) return keep(found.limits, parseLimitEvent(value, wabaId));
  if (ACCOUNT_FIELD.test(field)) return keep(found.accounts, parseAccountEvent(field, value, wabaId));
  if (!Object.keys(LISTS).some((list) => Array.isArray(value[list]))) return false;
  readMessaging(value, wabaId, found);
  return true;
}

function readChange(raw: unknown, wabaId: string | null, found: ParsedWebhook): void {
  const change = asObject(raw);
  const field = asText(change?.['field']) ?? '';
  const value = asObject(change?.['value']);
  const read = value !== undefined && readField(field, value, wabaId, found);
  if (!read) found.unknown.push({ wabaId, where: field === '' ? 'change' : field, raw });
}

function parseBody(rawBody: Buffer | string): unknown {
  try {
    return parseJsonKeepingIds(rawBody.toString());
  } catch {
    return undefined;
  }
}

/** Everything in one POST of Meta's, sorted by kind. Never throws, never drops anything. */
export function parseWebhook(rawBody: Buffer | string): ParsedWebhook {
  const body = asObject(parseBody(rawBody));
  if (body === undefined || !Array.isArray(body['entry'])) return { ...nothing(), readable: false };
  const found = nothing();
  for (const raw of body['entry']) {
    const entry = asObject(raw);
    const wabaId = asText(entry?.['id']) ?? null;
    if (!Array.isArray(entry?.['changes'])) found.unknown.push({ wabaId, where: 'entry', raw });
    else for (const change of entry['changes']) readChange(change, wabaId, found);
  }
  return found;
}
