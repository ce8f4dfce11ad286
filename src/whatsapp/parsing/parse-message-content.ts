import { asInteger, asList, asNumber, asObject, asText, type JsonObject } from '../json/json-fields.js';
import { type MediaKind, type MessageContent, type OrderLine } from './webhook-events.js';

type Reader = (part: JsonObject) => MessageContent | null;

const text = (value: unknown): string | null => asText(value) ?? null;

/** A JSON number as the text it was written as, so that sums never use floats. */
function decimal(value: unknown): string | null {
  const written = asText(value);
  return written !== undefined && /^\d+(\.\d+)?$/.test(written) ? written : null;
}

function orderLine(raw: unknown): OrderLine {
  const line = asObject(raw) ?? {};
  return {
    retailerId: text(line['product_retailer_id']),
    quantity: asInteger(line['quantity']) ?? null,
    itemPrice: decimal(line['item_price']),
    currency: text(line['currency']),
  };
}

const media =
  (kind: MediaKind): Reader =>
  (part) => ({
    kind: 'media',
    media: kind,
    id: text(part['id']),
    mimeType: text(part['mime_type']),
    sha256: text(part['sha256']),
    caption: text(part['caption']),
    filename: text(part['filename']),
    url: text(part['url']),
  });

/** The answers of a flow come as JSON inside a string. */
function flowResponse(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const INTERACTIVE: Readonly<Record<string, Reader>> = {
  button_reply: (part) => ({ kind: 'button-reply', id: text(part['id']), title: text(part['title']) }),
  list_reply: (part) => ({
    kind: 'list-reply',
    id: text(part['id']),
    title: text(part['title']),
    description: text(part['description']),
  }),
  nfm_reply: (part) => ({
    kind: 'flow-reply',
    name: text(part['name']),
    response: flowResponse(part['response_json']),
  }),
};

const READERS: Readonly<Record<string, Reader>> = {
  // An empty text is a text: asText would call it absent.
  text: (part) => (typeof part['body'] === 'string' ? { kind: 'text', body: part['body'] } : null),
  button: (part) => ({ kind: 'button', payload: text(part['payload']), text: text(part['text']) }),
  interactive: (part) => readPart(INTERACTIVE, part['type'], part),
  order: (part) => ({
    kind: 'order',
    catalogId: text(part['catalog_id']),
    text: text(part['text']),
    lines: asList(part['product_items']).map(orderLine),
  }),
  image: media('image'),
  audio: media('audio'),
  video: media('video'),
  document: media('document'),
  sticker: media('sticker'),
  location: (part) => ({
    kind: 'location',
    latitude: asNumber(part['latitude']) ?? null,
    longitude: asNumber(part['longitude']) ?? null,
    name: text(part['name']),
    address: text(part['address']),
  }),
  reaction: (part) => ({ kind: 'reaction', messageId: text(part['message_id']), emoji: text(part['emoji']) }),
  edit: (part) => ({ kind: 'edit', originalMessageId: text(part['original_message_id']) }),
  revoke: (part) => ({ kind: 'revoke', originalMessageId: text(part['original_message_id']) }),
};

function readPart(
  readers: Readonly<Record<string, Reader>>,
  type: unknown,
  parent: JsonObject,
): MessageContent | null {
  if (typeof type !== 'string' || !Object.hasOwn(readers, type)) return null;
  const part = asObject(parent[type]);
  return part === undefined ? null : (readers[type]?.(part) ?? null);
}

/** Never null: an unknown type, or one without content, is `unknown` and keeps its raw message. */
export function parseMessageContent(message: JsonObject): MessageContent {
  const type = text(message['type']);
  if (type === 'contacts') return { kind: 'contacts', contacts: asList(message['contacts']) };
  if (type === 'unsupported') {
    return { kind: 'unsupported', type: text(asObject(message['unsupported'])?.['type']) };
  }
  return readPart(READERS, type, message) ?? { kind: 'unknown', type };
}
