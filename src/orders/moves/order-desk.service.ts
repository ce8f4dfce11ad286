import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { parseMoney } from '../../rules/money/money.js';
import { OrderNotices } from '../notices/order-notices.service.js';
import { balanceOf } from '../order/order-money.js';
import type { Actor } from '../order/order-row.js';
import * as queries from '../order/orders.queries.js';
import { CommerceSettingsStore } from '../settings/commerce-settings.service.js';
import { eventsOf } from '../order/order-events.js';
import { queueRequests } from '../order/due-requests.queries.js';
import { OpenOrder } from './open-order.js';

export type Change = (tx: EntityManager, open: OpenOrder) => Promise<void>;

/**
 * Where orders are worked on: one at a time, under the lock of its row. Order, lines, stock, history, the message to the
 * customer and the news of it are written in one transaction, or not at all.
 */
@Injectable()
export class OrderDesk {
  constructor(
    private readonly database: Database,
    private readonly settings: CommerceSettingsStore,
    private readonly notices: OrderNotices,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** Returns the id of the order. */
  async work(organizationId: string, ref: string, by: Actor, change: Change): Promise<string> {
    return this.database.transaction(async (tx) => {
      const id = await this.workIn(tx, organizationId, ref, by, change);
      if (id === undefined) throw notFound('order', ref);
      return id;
    });
  }

  /** The same in a transaction that is open. Undefined: there is no such order. */
  async workIn(
    tx: EntityManager,
    organizationId: string,
    ref: string,
    by: Actor,
    change: Change,
  ): Promise<string | undefined> {
    const order = await queries.lockOrder(tx, organizationId, ref);
    if (order === undefined) return undefined;
    const lines = await queries.linesOf(tx, organizationId, [order.id]);
    const settings = await this.settings.get(organizationId, tx);
    const open = new OpenOrder(order, lines, by, this.clock.now(), settings);
    await change(tx, open);
    await this.save(tx, open);
    return order.id;
  }

  private async save(tx: EntityManager, open: OpenOrder): Promise<void> {
    const { order, lines, history, news, told, now, settings } = open;
    const { organizationId } = order;
    if (open.isChanged) {
      open.settle();
      await queries.updateOrders(tx, organizationId, [order], now);
      await queries.deleteLines(tx, organizationId, open.removedLines);
      await queries.updateLines(tx, organizationId, lines, now);
      await queries.insertHistory(tx, organizationId, history, now);
      await this.events.record(tx, eventsOf(open.order, lines, news, now));
      if (asksAtConfirmation(open)) await queueRequests(tx, organizationId, [order.id], now);
    }
    if (told !== null) await this.notices.tell(tx, organizationId, settings, [{ order, lines, ...told }]);
  }
}

/** What is paid already is asked for no more. */
function asksAtConfirmation({ order, news, settings }: OpenOrder): boolean {
  if (settings.paymentRequestOn !== 'confirmed') return false;
  const isConfirmed = news.some((one) => one.kind === 'order.status_changed' && one.to === 'confirmed');
  const [total, paid, refunded] = [order.total, order.paidAmount, order.refundedAmount];
  return isConfirmed && balanceOf(parseMoney(total), parseMoney(paid), parseMoney(refunded)) > 0n;
}
