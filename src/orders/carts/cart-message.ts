import {
  type Addressee,
  buttonsMessage,
  type MessagePayload,
} from '../../whatsapp/payloads/message-payload.js';
import { cut, itemsText, shownAmount } from '../notices/notice-text.js';
import type { Placeholder } from '../settings/commerce-settings.js';
import type { CartItemRow, CartRow } from './cart-row.js';

const NAMED_LINES = 10;
const MAX_NAME = 60;
const MAX_BODY = 1_024;

export type CartButton = 'order' | 'change';

const BUTTON = /^cart:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(order|change)$/;

const buttonId = (cartId: string, button: CartButton): string => `cart:${cartId}:${button}`;

/** The cart that a tapped button is about, and what it asks. */
export function tappedCart(id: string | null): { cartId: string; button: CartButton } | undefined {
  const [, cartId, button] = BUTTON.exec(id ?? '') ?? [];
  return cartId === undefined ? undefined : { cartId, button: button === 'order' ? 'order' : 'change' };
}

type Words = Pick<CartRow, 'id' | 'total' | 'currency'>;
type Lines = readonly Pick<CartItemRow, 'quantity' | 'productName' | 'totalPrice'>[];

/** What a cart holds, with the buttons to order it or to have it changed. */
export function summaryMessage(to: Addressee, { id, total, currency }: Words, items: Lines): MessagePayload {
  const shown = items
    .slice(0, NAMED_LINES)
    .map(
      ({ quantity, productName, totalPrice }) =>
        `${quantity} x ${cut(productName, MAX_NAME)}: ${shownAmount(totalPrice, currency)}`,
    );
  const more = items.length - shown.length;
  const lines = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  const body = cut(`Your cart:\n${lines}\n\nTotal: ${shownAmount(total, currency)}`, MAX_BODY);
  return buttonsMessage({ to }, { body }, [
    { id: buttonId(id, 'order'), title: 'Place order' },
    { id: buttonId(id, 'change'), title: 'Change' },
  ]);
}

/** What the placeholders of a message about a cart stand for. */
export function cartValues(
  { total, currency }: Words,
  items: Lines,
  customerName: string,
): Record<Placeholder, string> {
  const sum = shownAmount(total, currency);
  return {
    ...{ orderNumber: '', customerName, total: sum, items: itemsText(items), status: 'open' },
    ...{ trackingNumber: '', amount: sum, paymentUrl: '' },
  };
}
