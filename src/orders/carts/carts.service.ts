import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { CartPricing } from './cart-prices.service.js';
import type { CartRow } from './cart-row.js';
import { closedBy } from './cart-status.js';
import type { CartFilter, ShownCartMessage } from './carts.queries.js';
import * as queries from './carts.queries.js';
import { priceCart } from './price-cart.js';
import type { PricedItem } from './shown-cart.js';

interface ListPlace {
  before: string | undefined;
  limit: number;
  offset: number;
}

export interface CartWithParts extends CartRow {
  items: PricedItem[];
  messages: ShownCartMessage[];
}

/** Carts as they are read: those that customers have sent, and those that the shop builds. */
@Injectable()
export class Carts {
  constructor(
    private readonly database: Database,
    private readonly prices: CartPricing,
    private readonly clock: Clock,
  ) {}

  /** An open cart is shown at the prices of this moment. */
  async get(organizationId: string, id: string): Promise<CartWithParts> {
    const { manager } = this.database;
    const cart = await queries.findCart(manager, organizationId, id);
    if (cart === undefined) throw notFound('cart', id);
    const items = await queries.itemsOfCarts(manager, organizationId, [id]);
    const messages = await queries.messagesOfCart(manager, organizationId, id);
    const now = this.clock.now();
    if (closedBy(cart, now) !== null) {
      return { ...cart, items: items.map((item) => ({ ...item, priceChanged: false })), messages };
    }
    const prices = (await this.prices.of(manager, organizationId, [cart], items))(cart);
    const { items: priced, sums } = priceCart(cart, items, prices, now);
    return { ...cart, ...sums, items: priced, messages };
  }

  async list(organizationId: string, filter: CartFilter, place: ListPlace): Promise<CartRow[]> {
    return queries.listCarts(this.database.manager, organizationId, filter, place);
  }

  async count(organizationId: string, filter: CartFilter): Promise<number> {
    return queries.countCarts(this.database.manager, organizationId, filter);
  }
}
