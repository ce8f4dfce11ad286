import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Outbox } from '../../messages/outbox/outbox.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { dayAt } from '../../rules/calendar/day.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { reminderKeys } from '../notices/notice.js';
import { CommerceSettingsStore } from '../settings/commerce-settings.service.js';
import { CartPricing } from './cart-prices.service.js';
import { lockForOrders } from './cart-locks.queries.js';
import * as writes from './cart-writes.queries.js';
import type { CartRow } from './cart-row.js';
import { assertOpen } from './cart-status.js';
import { findCart, itemsOfCarts, lockCart } from './carts.queries.js';
import { OpenCart } from './open-cart.js';

export type CartChange = (tx: EntityManager, open: OpenCart) => Promise<void> | void;

/**
 * Where carts are worked on: one at a time, under the lock of its row. A reminder that waits in the outbox is taken back
 * by every change.
 */
@Injectable()
export class CartDesk {
  constructor(
    private readonly database: Database,
    private readonly settings: CommerceSettingsStore,
    private readonly prices: CartPricing,
    private readonly outbox: Outbox,
    private readonly calendar: CalendarSettings,
    private readonly clock: Clock,
  ) {}

  /** For what has to be found out before the lock. Refuses a cart that is over. */
  async look(organizationId: string, id: string): Promise<CartRow> {
    const cart = await findCart(this.database.manager, organizationId, id);
    if (cart === undefined) throw notFound('cart', id);
    assertOpen(cart, this.clock.now());
    return cart;
  }

  /** `orders`: the change makes an order of it, which touches other carts of the person. */
  async work(
    organizationId: string,
    id: string,
    change: CartChange,
    { orders = false }: { orders?: boolean } = {},
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (orders) await lockForOrders(tx, organizationId, [id]);
      const isFound = await this.workIn(tx, organizationId, id, change);
      if (!isFound) throw notFound('cart', id);
    });
  }

  /** The same in a transaction that is open. False: there is no such cart. */
  async workIn(tx: EntityManager, organizationId: string, id: string, change: CartChange): Promise<boolean> {
    const cart = await lockCart(tx, organizationId, id);
    if (cart === undefined) return false;
    const items = await itemsOfCarts(tx, organizationId, [id]);
    const { catalog, found } = (await this.prices.of(tx, organizationId, [cart], items))(cart);
    const settings = await this.settings.get(organizationId, tx);
    const open = new OpenCart(cart, items, catalog, found, settings, this.clock.now());
    await change(tx, open);
    if (open.isChanged) await this.save(tx, open);
    return true;
  }

  private async save(tx: EntityManager, open: OpenCart): Promise<void> {
    const { cart, now } = open;
    // An order has fixed the prices.
    if (cart.status !== 'converted') open.reprice();
    await writes.updateCart(tx, cart, now);
    const today = dayAt(now, this.calendar.timeZone);
    await writes.writeItems(tx, cart, open.items, { now, today });
    await this.outbox.withdraw(tx, cart.organizationId, reminderKeys(cart.id), 'cart_changed');
  }
}
