import { Injectable } from '@nestjs/common';
import { DomainEvents } from '../../events/domain-events.service.js';
import { Outbox } from '../../messages/outbox/outbox.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { keptSince, RetentionSettings } from '../../rules/retention-settings.js';
import { itemsOfCarts } from '../carts/carts.queries.js';
import { cartEvent } from '../carts/shown-cart.js';
import { reminderKeys } from '../notices/notice.js';
import { DEFAULT_SETTINGS } from '../settings/commerce-settings.js';
import * as queries from './cart-aging.queries.js';

/** A statement touches no more rows than this. */
const BITE = 500;

/** Carts grow old: idle ones are abandoned, and those whose time is over expire. Set-based, and safe to run twice. */
@Injectable()
export class CartAging {
  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly outbox: Outbox,
    private readonly retention: RetentionSettings,
    private readonly clock: Clock,
  ) {}

  /** One bite of everything. Returns whether there may be more. */
  async run(): Promise<boolean> {
    const now = this.clock.now();
    const abandoned = await this.abandon(now);
    const expired = await this.expire(now);
    const purged = await this.purge(now);
    return [abandoned, expired, purged].some((count) => count === BITE);
  }

  private async abandon(now: Date): Promise<number> {
    const defaultMinutes = DEFAULT_SETTINGS.cartAbandonAfterMinutes;
    return this.database.transaction(async (tx) => {
      const carts = await queries.abandonIdle(tx, { now, defaultMinutes, limit: BITE });
      const owners = Map.groupBy(carts, ({ organizationId }) => organizationId);
      for (const [organizationId, own] of owners) {
        const ids = own.map(({ id }) => id);
        const items = Map.groupBy(await itemsOfCarts(tx, organizationId, ids), ({ cartId }) => cartId);
        const events = own.map((cart) => {
          const lines = (items.get(cart.id) ?? []).map((item) => ({ ...item, priceChanged: false }));
          return cartEvent('cart.abandoned', cart, lines, cart.abandonedAt ?? now);
        });
        await this.events.record(tx, events);
      }
      return carts.length;
    });
  }

  private async expire(now: Date): Promise<number> {
    return this.database.transaction(async (tx) => {
      const carts = await queries.expireOver(tx, now, BITE);
      const owners = Map.groupBy(carts, ({ organizationId }) => organizationId);
      for (const [organizationId, own] of owners) {
        const keys = own.flatMap(({ id }) => reminderKeys(id));
        await this.outbox.withdraw(tx, organizationId, keys, 'cart_expired');
      }
      return carts.length;
    });
  }

  private async purge(now: Date): Promise<number> {
    const before = keptSince(now, this.retention.messageDays);
    return this.database.transaction((tx) => queries.purgeExpired(tx, before, BITE));
  }
}
