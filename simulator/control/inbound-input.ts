import { DomainError } from '../../src/rules/errors/domain-error.js';
import { orderOf } from '../customers/customer-replies.js';
import type { Sender } from '../customers/inbound-messages.js';
import {
  anyObject,
  listed,
  nullable,
  oneOf,
  overlay,
  readInput,
  text,
  whole,
  type Reader,
} from '../input-reader.js';
import type { JsonObject } from '../json.js';
import { isUserId, userIdOf, whatsappId } from '../messages/whatsapp-id.js';

const TYPES = [
  'text',
  'button',
  'button_reply',
  'list_reply',
  'order',
  'reaction',
  'image',
  'location',
  'stop_marketing',
  'resume_marketing',
  'raw',
] as const;

interface OrderItem {
  product_retailer_id: string;
  quantity: number;
  item_price: number | null;
  currency: string | null;
}

interface InboundInput {
  from: string | null;
  user_id: string | null;
  name: string | null;
  phone_number_id: string | null;
  type: (typeof TYPES)[number];
  /** The id of the business message that this one answers, taps or reacts to. */
  context: string | null;
  text: string | null;
  payload: string | null;
  id: string | null;
  title: string | null;
  emoji: string | null;
  caption: string | null;
  catalog_id: string | null;
  items: OrderItem[];
  /** `raw`: the message as it appears in the webhook, without from, id and timestamp. */
  message: JsonObject | null;
}

const EMPTY: InboundInput = {
  from: null,
  user_id: null,
  name: null,
  phone_number_id: null,
  type: 'text',
  context: null,
  text: null,
  payload: null,
  id: null,
  title: null,
  emoji: null,
  caption: null,
  catalog_id: null,
  items: [],
  message: null,
};

const words = nullable(text);
const amount: Reader<number> = (value, path) =>
  typeof value === 'number' && value >= 0 ? value : whole(0, 1_000_000_000)(value, path);
const item: Reader<OrderItem> = overlay<OrderItem>(
  { product_retailer_id: '', quantity: 1, item_price: null, currency: null },
  { product_retailer_id: text, quantity: whole(1, 99), item_price: nullable(amount), currency: words },
);
const inbound = overlay(EMPTY, {
  from: words,
  user_id: words,
  name: words,
  phone_number_id: words,
  type: oneOf(...TYPES),
  context: words,
  text: words,
  payload: words,
  id: words,
  title: words,
  emoji: words,
  caption: words,
  catalog_id: words,
  items: listed(item),
  message: nullable(anyObject),
});

export function parseInbound(given: unknown): InboundInput {
  return readInput(inbound, given, 'inbound message');
}

/** The customer who writes. Without `from` it is a customer who hides the number behind a username. */
export function senderOf({ from, user_id: userId, name }: InboundInput): Sender {
  const named = name === null ? {} : { name };
  if (from === null) {
    if (userId === null || !isUserId(userId))
      throw refused('needs from (a phone number) or user_id (like US.123)');
    return { waId: undefined, userId, ...named };
  }
  const digits = from.replaceAll(/\D/g, '');
  if (!/^[1-9]\d{6,14}$/.test(digits)) throw refused('from must be a phone number with its country code');
  const waId = whatsappId(digits);
  return { waId, userId: userId ?? userIdOf(waId), ...named };
}

type PriceOf = (retailerId: string) => { price: number; currency: string } | undefined;

/** The message itself, as it appears in the webhook. */
export function contentOf(
  input: InboundInput,
  businessDigits: string,
  catalogId: string | undefined,
  priceOf: PriceOf,
): JsonObject {
  const context = input.context === null ? {} : { context: { from: businessDigits, id: input.context } };
  switch (input.type) {
    case 'button': {
      const label = input.text ?? 'Yes';
      return { type: 'button', ...context, button: { payload: input.payload ?? label, text: label } };
    }
    case 'button_reply':
      return interactive('button_reply', { id: input.id ?? 'yes', title: input.title ?? 'Yes' }, context);
    case 'list_reply': {
      const description = input.text === null ? {} : { description: input.text };
      return interactive(
        'list_reply',
        { id: input.id ?? 'row1', title: input.title ?? 'Row 1', ...description },
        context,
      );
    }
    case 'order':
      return { ...orderContent(input, catalogId, priceOf), ...context };
    case 'reaction':
      if (input.context === null) throw refused('a reaction needs context, the id of the message reacted to');
      return { type: 'reaction', reaction: { message_id: input.context, emoji: input.emoji ?? '👍' } };
    case 'image': {
      const caption = input.caption === null ? {} : { caption: input.caption };
      return {
        type: 'image',
        ...context,
        image: { id: '1339522734477770', mime_type: 'image/jpeg', sha256: 'q8Jm0r0b8s1c', ...caption },
      };
    }
    case 'location':
      return {
        type: 'location',
        ...context,
        location: { latitude: 40.7128, longitude: -74.006, name: 'Here' },
      };
    case 'raw':
      if (input.message === null) throw refused('a raw message needs message, an object with a type');
      return input.message;
    default:
      return { type: 'text', ...context, text: { body: input.text ?? 'Hello' } };
  }
}

function orderContent(input: InboundInput, catalogId: string | undefined, priceOf: PriceOf): JsonObject {
  if (input.items.length === 0) throw refused('an order needs items');
  const items = input.items.map(
    ({ product_retailer_id: retailerId, quantity, item_price: given, currency }) => {
      const known = priceOf(retailerId);
      const price = given ?? known?.price;
      if (price === undefined)
        throw refused(`${retailerId} is not in a connected catalog, so it needs an item_price`);
      return { retailerId, quantity, price, currency: currency ?? known?.currency ?? 'USD' };
    },
  );
  return orderOf(input.catalog_id ?? catalogId ?? '0', items, input.text ?? '');
}

function interactive(kind: string, reply: JsonObject, context: JsonObject): JsonObject {
  return { type: 'interactive', ...context, interactive: { type: kind, [kind]: reply } };
}

function refused(detail: string): DomainError {
  return new DomainError(
    'invalid',
    'invalid_inbound_message',
    `This inbound message cannot be used: ${detail}.`,
  );
}
