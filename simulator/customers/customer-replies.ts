import type { JsonObject } from '../json.js';
import type { QuickReply } from '../messages/message-request.js';
import type { Dice } from '../random.js';

const TEXTS = [
  'Thanks!',
  'Is this still available?',
  'How much is shipping?',
  'Great, I am interested',
  '👍 perfeito, obrigada!',
] as const;

interface Answered {
  /** The business message: its sender's number and its id. */
  from: string;
  id: string;
  quickReply: QuickReply | undefined;
}

/** A customer's reply to a campaign: a tap on the button if there is one, otherwise a few words. */
export function replyTo(message: Answered, dice: Dice): JsonObject {
  if (message.quickReply !== undefined && !isStopButton(message.quickReply))
    return tap(message, message.quickReply);
  return { type: 'text', text: { body: dice.pick(TEXTS) } };
}

export function stopReplyTo(message: Answered): JsonObject {
  if (message.quickReply !== undefined && isStopButton(message.quickReply))
    return tap(message, message.quickReply);
  return { type: 'text', text: { body: 'STOP' } };
}

export interface OrderLine {
  retailerId: string;
  quantity: number;
  /** In major units, as WhatsApp writes it. */
  price: number;
  currency: string;
}

export function orderOf(catalogId: string, lines: OrderLine[], text = ''): JsonObject {
  return {
    type: 'order',
    order: {
      catalog_id: catalogId,
      text,
      product_items: lines.map(({ retailerId, quantity, price, currency }) => ({
        product_retailer_id: retailerId,
        quantity,
        item_price: price,
        currency,
      })),
    },
  };
}

/** A tap on the button of an offer; undefined: there is none, or it is the one that unsubscribes. */
export function tapOn(message: Answered): JsonObject | undefined {
  const { quickReply } = message;
  return quickReply === undefined || isStopButton(quickReply) ? undefined : tap(message, quickReply);
}

function tap({ from, id }: Answered, { payload, text }: QuickReply): JsonObject {
  return { type: 'button', context: { from, id }, button: { payload, text } };
}

function isStopButton({ payload, text }: QuickReply): boolean {
  return /^(stop|unsubscribe)/i.test(payload) || /^(stop|unsubscribe)/i.test(text);
}
