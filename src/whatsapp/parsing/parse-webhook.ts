import { parseWebhookError } from '../errors/graph-error.js';
import { asInstant, asObject, asObjects, asText, type JsonObject } from '../json/json-fields.js';
import { parseAccountEvent, parseLimitEvent } from './parse-account-event.js';
import { parseInboundMessage, parseSystemMessage } from './parse-inbound-message.js';
import { parseJsonKeepingIds } from '../json/parse-json.js';
import { parsePaymentStatus, parseStatus } from './parse-status.js';
import { parseTemplateEvent } from './parse-template-event.js';
import { readPerson } from './person.js';
import {
  type CallEvent,
  type CatalogEvent,
  type ClickEvent,
  type Entry,
  type Origin,
  type ParsedWebhook,
  type PreferenceEvent,
} from './webhook-events.js';

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
  calls: [],
  catalogs: [],
  payments: [],
  unknown: [],
});

function parsePreference(raw: unknown, origin: Origin): PreferenceEvent | null {
  const fields = asObject(raw);
  const value = fields?.['value'];
  if (fields === undefined || (value !== 'stop' && value !== 'resume' && value !== 'signup')) return null;
  return {
    ...origin,
    person: readPerson(fields, 'wa_id', 'user_id'),
    category: asText(fields['category']) ?? null,
    value,
    detail: asText(fields['detail']) ?? null,
    signupId: asText(fields['signup_id']) ?? null,
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

function parseCall(raw: unknown, origin: Origin): CallEvent | null {
  const fields = asObject(raw);
  if (fields === undefined || asText(fields['id']) === undefined) return null;
  return {
    ...origin,
    event: asText(fields['event']) ?? null,
    isFromPerson: asText(fields['direction']) !== 'BUSINESS_INITIATED',
    person: readPerson(fields, 'from', 'from_user_id'),
    at: asInstant(fields['timestamp']),
  };
}

type ListReader = (raw: unknown, found: ParsedWebhook, from: MessagingValue) => boolean;

interface MessagingValue {
  field: string;
  reportedAt: Date | null;
  origin: Origin;
  contacts: JsonObject[];
}

/** Appends the items it read; false: there were none. */
function keep<T>(into: T[], parsed: T | null): boolean {
  if (parsed !== null) into.push(parsed);
  return parsed !== null;
}

/** In `standby` another app answers, but the person still wrote to us. `history` has old messages of both sides. */
const INBOUND_FIELDS = new Set(['messages', 'standby']);

/** With coexistence Meta also reports what the business wrote on its phone. */
function isOwn(message: JsonObject | undefined, { displayPhoneNumber }: Origin): boolean {
  const digits = (text: string | null | undefined): string => text?.replaceAll(/\D/g, '') ?? '';
  const own = digits(displayPhoneNumber);
  return own !== '' && digits(asText(message?.['from'])) === own;
}

const LISTS: Readonly<Record<string, ListReader>> = {
  statuses: (raw, found, { origin }) =>
    asObject(raw)?.['type'] === 'payment'
      ? keep(found.payments, parsePaymentStatus(raw, origin))
      : keep(found.statuses, parseStatus(raw, origin)),
  messages: (raw, found, { field, origin, contacts }) => {
    if (!INBOUND_FIELDS.has(field) || isOwn(asObject(raw), origin)) return false;
    return asObject(raw)?.['type'] === 'system'
      ? keep(found.identityChanges, parseSystemMessage(raw, origin))
      : keep(found.messages, parseInboundMessage(raw, origin, contacts));
  },
  errors: (raw, found, { origin, reportedAt }) =>
    keep(
      found.errors,
      asObject(raw) === undefined ? null : { ...origin, reportedAt, error: parseWebhookError(raw) },
    ),
  user_preferences: (raw, found, { origin }) => keep(found.preferences, parsePreference(raw, origin)),
  user_actions: (raw, found, { origin }) => keep(found.clicks, parseClick(raw, origin)),
  calls: (raw, found, { origin }) => keep(found.calls, parseCall(raw, origin)),
};
const ABOUT_THE_LISTS = new Set(['messaging_product', 'metadata', 'contacts']);

/** One value may hold several lists at once; a bad item never stops the others. */
function readMessaging(field: string, value: JsonObject, entry: Entry, found: ParsedWebhook): void {
  const { wabaId, reportedAt } = entry;
  const metadata = asObject(value['metadata']) ?? {};
  const phoneNumberId = asText(metadata['phone_number_id']) ?? null;
  const displayPhoneNumber = asText(metadata['display_phone_number']) ?? null;
  const from = {
    field,
    reportedAt,
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

function readField(field: string, value: JsonObject, entry: Entry, found: ParsedWebhook): boolean {
  if (TEMPLATE_FIELD.test(field)) return keep(found.templates, parseTemplateEvent(field, value, entry));
  if (LIMIT_FIELD.test(field)) return keep(found.limits, parseLimitEvent(value, entry));
  if (ACCOUNT_FIELD.test(field)) return keep(found.accounts, parseAccountEvent(field, value, entry));
  if (!Object.keys(LISTS).some((list) => Array.isArray(value[list]))) return false;
  readMessaging(field, value, entry, found);
  return true;
}

function readChange(raw: unknown, entry: Entry, found: ParsedWebhook): void {
  const change = asObject(raw);
  const field = asText(change?.['field']) ?? '';
  const value = asObject(change?.['value']);
  const read = value !== undefined && readField(field, value, entry, found);
  if (!read) found.unknown.push({ wabaId: entry.wabaId, where: field === '' ? 'change' : field, raw });
}

/** The object `catalog`: entries are catalogs, not accounts. */
function readCatalogChange(raw: unknown, entryId: string | null, found: ParsedWebhook): void {
  const change = asObject(raw);
  const field = asText(change?.['field']);
  const value = asObject(change?.['value']);
  const catalogId = asText(value?.['catalog_id']) ?? entryId;
  const handle = asText(value?.['handle']) ?? null;
  const isKnown = field === 'product_feed' || (field === 'items_batch' && handle !== null);
  const event: CatalogEvent | null =
    !isKnown || catalogId === null
      ? null
      : { wabaId: null, catalogId, handle: field === 'items_batch' ? handle : null };
  if (!keep(found.catalogs, event)) found.unknown.push({ wabaId: null, where: field ?? 'catalog', raw });
}

function parseBody(rawBody: Buffer | string): unknown {
  try {
    return parseJsonKeepingIds(rawBody.toString());
  } catch {
    return undefined;
  }
}

/**
 * Everything in one POST of Meta's, sorted by kind. Never throws, never drops anything. An entry without a time has
 * the time of receipt.
 */
export function parseWebhook(rawBody: Buffer | string, receivedAt: Date | null = null): ParsedWebhook {
  const body = asObject(parseBody(rawBody));
  if (body === undefined || !Array.isArray(body['entry'])) return { ...nothing(), readable: false };
  const found = nothing();
  for (const raw of body['entry']) {
    const entry = asObject(raw);
    const wabaId = asText(entry?.['id']) ?? null;
    const reportedAt = asInstant(entry?.['time']) ?? receivedAt;
    if (!Array.isArray(entry?.['changes'])) found.unknown.push({ wabaId, where: 'entry', raw });
    else if (body['object'] === 'catalog') {
      for (const change of entry['changes']) readCatalogChange(change, wabaId, found);
    } else for (const change of entry['changes']) readChange(change, { wabaId, reportedAt }, found);
  }
  return found;
}
