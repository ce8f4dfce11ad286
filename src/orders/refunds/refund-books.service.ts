import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { canMove } from '../../rules/state-machine.js';
import type { OpenOrder } from '../moves/open-order.js';
import { OrderDesk } from '../moves/order-desk.service.js';
import { cancelRequested } from '../moves/payments.queries.js';
import { settleMoney } from '../moves/settle-money.js';
import type { Actor } from '../order/order-row.js';
import { type Booking, bookRefunds, isEmptied } from './book-refunds.js';
import { FIRST_LOOK_UP_MS, type Outcome } from './match-refunds.js';
import { REFUND_MOVES } from '../order/refund-state.js';
import { openRefunds } from '../order/open-refunds.js';
import * as queries from './refunds.queries.js';

/** Where refunds come to new states: always under the lock of their order, and together with what follows for it. */
@Injectable()
export class RefundBooks {
  constructor(private readonly desk: OrderDesk) {}

  /** `outcomesOf` sees the refunds as they are under the lock. What would lead backwards is ignored. */
  async take(
    organizationId: string,
    ref: string,
    by: Actor,
    outcomesOf: (refunds: readonly queries.StoredRefund[]) => readonly Outcome[],
  ): Promise<string> {
    return this.desk.work(organizationId, ref, by, async (tx, open) => {
      const refunds = await queries.refundsOf(tx, organizationId, open.order.id);
      const states = new Map(refunds.map(({ id, state }) => [id, state]));
      const outcomes = outcomesOf(refunds).filter(({ id, state }) => {
        const from = states.get(id);
        return from !== undefined && canMove(REFUND_MOVES, from, state);
      });
      if (outcomes.length === 0) return;
      const lookUpAt = new Date(open.now.getTime() + FIRST_LOOK_UP_MS);
      await queries.writeOutcomes(tx, organizationId, outcomes, { now: open.now, lookUpAt });
      const bookings = outcomes.flatMap(({ id, state: to }): Booking[] => {
        const refund = refunds.find((one) => one.id === id);
        return refund === undefined ? [] : [{ refund, from: refund.state, to }];
      });
      await this.enter(tx, open, bookings);
    });
  }

  /** Books refunds whose rows are written, and moves the order where they lead it. */
  async enter(tx: EntityManager, open: OpenOrder, bookings: readonly Booking[]): Promise<void> {
    const { order } = open;
    bookRefunds(open, bookings);
    if (isEmptied(open)) {
      await cancelRequested(tx, order.organizationId, order.id, open.now);
      open.tell('cancelled', open.moveByItself('cancelled').id);
    }
    settleMoney(open, openRefunds(await queries.refundsOf(tx, order.organizationId, order.id)));
  }
}
