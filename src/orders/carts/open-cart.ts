import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { formatMoney, MAX_TOTAL } from '../../rules/money/money.js';
import { assertMove } from '../../rules/state-machine.js';
import type { KnownItem } from '../order/price-line.js';
import type { CommerceSettings } from '../settings/commerce-settings.js';
import type { CartItemRow, CartRow } from './cart-row.js';
import { assertOpen, CART_MOVES, closedBy, type CartStatus } from './cart-status.js';
import { type CartCatalog, type CartPrices, priceCart, sellableKey } from './price-cart.js';
import type { PricedItem } from './shown-cart.js';

const DAY_MS = 86_400_000;

/** A cart under the lock of its row, while it changes. */
export class OpenCart implements CartPrices {
  readonly known: Map<string, KnownItem>;
  isChanged = false;

  constructor(
    readonly cart: CartRow,
    public items: CartItemRow[],
    readonly catalog: CartCatalog | undefined,
    known: readonly KnownItem[],
    readonly settings: CommerceSettings,
    readonly now: Date,
  ) {
    this.known = new Map(known.map((item) => [sellableKey(item), item]));
  }

  get closed(): 'converted' | 'expired' | null {
    return closedBy(this.cart, this.now);
  }

  assertOpen(): void {
    assertOpen(this.cart, this.now);
  }

  item(id: string): CartItemRow {
    const item = this.items.find((one) => one.id === id);
    if (item === undefined) throw notFound('item', id);
    return item;
  }

  /** Someone has changed it: what the customer was sent is no longer what it holds, and its time begins again. */
  touch(): void {
    this.move('active');
    this.cart.checkoutAt = null;
    this.renew();
  }

  /** The customer gets it as it is, and answers with a button. */
  offer(): void {
    this.move('checkout');
    this.cart.checkoutAt = this.now;
    this.renew();
    for (const item of this.reprice()) this.item(item.id).shownPrice = item.unitPrice;
  }

  convert(orderId: string): void {
    this.move('converted');
    this.cart.convertedAt = this.now;
    this.cart.orderId = orderId;
  }

  expire(): void {
    this.move('expired');
    this.cart.expiresAt = this.now;
  }

  /** The lines and sums at the prices of this moment, which are those of the cart from here on. */
  reprice(): PricedItem[] {
    const { items, sums } = priceCart(this.cart, this.items, this, this.now);
    if (sums === null) {
      const detail = `The total of the cart would be more than ${formatMoney(MAX_TOTAL)}.`;
      throw new DomainError('rule', 'total_too_large', detail);
    }
    for (const { id, productName, unitPrice, totalPrice, problems } of items) {
      Object.assign(this.item(id), { productName, unitPrice, totalPrice, problems });
    }
    Object.assign(this.cart, sums);
    return items;
  }

  private move(to: CartStatus): void {
    const { cart } = this;
    if (cart.status !== to) assertMove(CART_MOVES, 'cart', cart.status, to);
    cart.status = to;
    this.isChanged = true;
  }

  private renew(): void {
    const { cart, now } = this;
    cart.abandonedAt = null;
    cart.lastActivityAt = now;
    if (!cart.expiresFixed) cart.expiresAt = expiryOf(this.settings, now);
  }
}

export const expiryOf = ({ cartExpiresAfterDays }: CommerceSettings, from: Date): Date =>
  new Date(from.getTime() + cartExpiresAfterDays * DAY_MS);
