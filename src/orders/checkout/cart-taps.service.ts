import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Outbox } from '../../messages/outbox/outbox.service.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { parseMoney } from '../../rules/money/money.js';
import { type MessagePayload, textMessage } from '../../whatsapp/payloads/message-payload.js';
import { CartContacts } from '../carts/cart-contacts.service.js';
import { CartDesk } from '../carts/cart-desk.service.js';
import { summaryMessage, tappedCart } from '../carts/cart-message.js';
import { lockForOrders } from '../carts/cart-locks.queries.js';
import type { CartRow } from '../carts/cart-row.js';
import { insertCartMessages } from '../carts/cart-writes.queries.js';
import type { OpenCart } from '../carts/open-cart.js';
import type { Draft } from '../intake/draft-order.js';
import { cut } from '../notices/notice-text.js';
import { CUSTOMER } from '../order/order-row.js';
import * as queries from './cart-taps.queries.js';
import { Checkout } from './checkout.service.js';

export interface CartTap {
  buttonId: string | null;
  wamid: string;
  /** The number that the person wrote to. */
  senderId: string | null;
  isFrom: (cart: CartRow) => boolean;
}

/** A text, the cart as it is now, or nothing because the order has its own message. */
type Answer = { text: string } | 'summary' | 'ordered';

const ANSWER_MS = 24 * 60 * 60 * 1_000;
const PRIORITY = 2;
const MAX_TEXT = 4_096;
const CHANGE = 'What would you like to change? Write to us here, and we send you the cart again.';
const EXPIRED = 'This cart has expired. Write to us here if you still want it.';

/** What customers do with the buttons under a cart. Each tap has one answer, however often Meta repeats it. */
@Injectable()
export class CartTaps {
  constructor(
    private readonly desk: CartDesk,
    private readonly contacts: CartContacts,
    private readonly checkout: Checkout,
    private readonly outbox: Outbox,
  ) {}

  /** Returns the orders that were placed. */
  async hear(tx: EntityManager, organizationId: string, taps: readonly CartTap[]): Promise<Draft[]> {
    const about = taps.flatMap((tap) => {
      const tapped = tappedCart(tap.buttonId);
      return tapped === undefined ? [] : [{ ...tap, ...tapped }];
    });
    if (about.length === 0) return [];
    const ids = about.map(({ cartId }) => cartId);
    await lockForOrders(tx, organizationId, ids);
    about.sort((a, b) => (a.cartId < b.cartId ? -1 : a.cartId > b.cartId ? 1 : 0));
    const placed: Draft[] = [];
    for (const tap of about) {
      await this.desk.workIn(tx, organizationId, tap.cartId, async (inner, open) => {
        const dedupeKey = `cart:${tap.cartId}:tap:${tap.wamid}`;
        if (!tap.isFrom(open.cart) || (await queries.wasHeard(inner, organizationId, dedupeKey))) return;
        const answer = await this.obey(inner, open, tap.button, placed);
        await this.answer(inner, open, answer, { dedupeKey, senderId: tap.senderId });
      });
    }
    return placed;
  }

  private async obey(
    tx: EntityManager,
    open: OpenCart,
    button: 'order' | 'change',
    placed: Draft[],
  ): Promise<Answer> {
    const { cart } = open;
    if (open.closed === 'expired') return { text: EXPIRED };
    if (open.closed === 'converted') {
      const order = await queries.orderOfCart(tx, cart.organizationId, cart.id);
      return { text: order === undefined ? EXPIRED : `Your order ${order.orderNumber} is ${order.status}.` };
    }
    if (button === 'change') {
      open.touch();
      return { text: CHANGE };
    }
    const shown = parseMoney(cart.total);
    const wasChanged = cart.checkoutAt === null;
    try {
      open.reprice();
      // Nobody orders what they have not seen, or for more than they have seen.
      if (open.items.length > 0 && (wasChanged || parseMoney(cart.total) > shown)) {
        open.offer();
        return 'summary';
      }
      // A savepoint: a refusal undoes what was reserved.
      placed.push(await tx.transaction((inner) => this.checkout.place(inner, open, CUSTOMER, {})));
      return 'ordered';
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const reasons = (error.extra.errors ?? []).map(({ message }) => message);
      const words = error.code === 'cart_empty' ? ['There is nothing in your cart.'] : reasons;
      return { text: `We could not place your order.\n${words.join('\n')}` };
    }
  }

  private async answer(
    tx: EntityManager,
    open: OpenCart,
    answer: Answer,
    { dedupeKey, senderId: heardBy }: { dedupeKey: string; senderId: string | null },
  ): Promise<void> {
    const { cart, now } = open;
    const { id: cartId, organizationId, phoneNumber, whatsappUserId, customerId } = cart;
    const { senderId: usual, to } = (await this.contacts.of(tx, organizationId, [cart]))(cart);
    const senderId = heardBy ?? usual;
    const reason =
      answer === 'ordered' ? 'ordered' : senderId === null ? 'no_sender' : to === null ? 'no_address' : null;
    const record = { cartId, kind: 'answer' as const, number: null, dedupeKey, notSentReason: reason };
    await insertCartMessages(tx, organizationId, [record], now);
    if (answer === 'ordered' || senderId === null || to === null) return;
    const payload: MessagePayload =
      answer === 'summary'
        ? summaryMessage(to, cart, open.items)
        : textMessage({ to }, cut(answer.text, MAX_TEXT));
    const message = { organizationId, senderId, purpose: 'cart' as const, dedupeKey, payload };
    await this.outbox.add(tx, [
      {
        ...{ ...message, phoneNumber, whatsappUserId, customerId, isMarketing: false, needsOpenWindow: true },
        ...{ priority: PRIORITY, expiresAt: new Date(now.getTime() + ANSWER_MS) },
      },
    ]);
  }
}
