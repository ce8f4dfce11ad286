import { parseWebhookError } from '../errors/graph-error.js';
import { asInstant, asList, asObject, asText, type JsonObject } from '../json/json-fields.js';
import { readMessageId } from '../json/message-id.js';
import { parseMessageContent } from './parse-message-content.js';
import { readPerson } from './person.js';
import {
  type IdentityChange,
  type InboundMessage,
  type MessageContext,
  type Origin,
  type Person,
  type Profile,
} from './webhook-events.js';

const differ = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && one !== other;

/** The contact of a message: by phone, by user id, or the only one that contradicts neither. */
function contactOf(contacts: readonly JsonObject[], from: Person): JsonObject {
  const listed = contacts.map((contact) => ({ contact, person: readPerson(contact, 'wa_id', 'user_id') }));
  const possible = listed.filter(
    ({ person }) => !differ(person.waId, from.waId) && !differ(person.userId, from.userId),
  );
  const sure = possible.find(
    ({ person }) =>
      (person.waId !== null && person.waId === from.waId) ||
      (person.userId !== null && person.userId === from.userId),
  );
  return (sure ?? (listed.length === 1 ? possible[0] : undefined))?.contact ?? {};
}

function readProfile(contact: JsonObject): Profile {
  const profile = asObject(contact['profile']) ?? {};
  return { name: asText(profile['name']) ?? null, username: asText(profile['username']) ?? null };
}

function readContext(raw: unknown): MessageContext | null {
  const context = asObject(raw);
  if (context === undefined) return null;
  const product = asObject(context['referred_product']);
  return {
    messageId: readMessageId(context['id']) ?? null,
    forwarded: context['forwarded'] === true || context['frequently_forwarded'] === true,
    referredProduct:
      product === undefined
        ? null
        : {
            catalogId: asText(product['catalog_id']) ?? null,
            retailerId: asText(product['product_retailer_id']) ?? null,
          },
  };
}

/** null: without an id a message could not be told from its repetition. */
export function parseInboundMessage(
  raw: unknown,
  origin: Origin,
  contacts: readonly JsonObject[],
): InboundMessage | null {
  const message = asObject(raw);
  const wamid = readMessageId(message?.['id']);
  if (message === undefined || wamid === undefined) return null;
  const sender = readPerson(message, 'from', 'from_user_id');
  const contact = contactOf(contacts, sender);
  const listed = readPerson(contact, 'wa_id', 'user_id');
  return {
    ...origin,
    wamid,
    from: { waId: sender.waId ?? listed.waId, userId: sender.userId ?? listed.userId },
    profile: readProfile(contact),
    groupId: asText(message['group_id']) ?? null,
    at: asInstant(message['timestamp']),
    context: readContext(message['context']),
    referral: asObject(message['referral']) ?? null,
    content: parseMessageContent(message),
    errors: asList(message['errors']).map(parseWebhookError),
    raw: message,
  };
}

function kindOf(type: string | undefined): IdentityChange['kind'] {
  if (type === 'user_changed_user_id') return 'user-id';
  return type === 'user_changed_number' || type === 'customer_changed_number' ? 'number' : 'other';
}

/** A message of type `system`: no contacts come with it. */
export function parseSystemMessage(raw: unknown, origin: Origin): IdentityChange | null {
  const message = asObject(raw);
  const system = asObject(message?.['system']);
  if (message === undefined || system === undefined) return null;
  const before = readPerson(message, 'from', 'from_user_id');
  const after = readPerson(system, 'wa_id', 'user_id');
  return {
    ...origin,
    wamid: readMessageId(message['id']) ?? null,
    kind: kindOf(asText(system['type'])),
    before: { waId: before.waId, userId: asText(system['previous_user_id']) ?? before.userId },
    after: { waId: after.waId ?? asText(system['new_wa_id']) ?? null, userId: after.userId },
    at: asInstant(message['timestamp']),
    body: asText(system['body']) ?? null,
  };
}
