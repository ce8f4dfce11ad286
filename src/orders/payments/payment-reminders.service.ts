import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database, isOutage } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { parseMoney } from '../../rules/money/money.js';
import type { OpenOrder } from '../moves/open-order.js';
import { OrderDesk } from '../moves/order-desk.service.js';
import { balanceOf } from '../order/order-money.js';
import { SYSTEM } from '../order/order-row.js';
import { isOver } from '../order/order-status.js';
import * as queries from './payment-rows.queries.js';
import { RequestMessages } from './request-messages.service.js';

const AT_ONCE = 200;
const MINUTE_MS = 60_000;
/** What cannot be worked on is tried again then. */
const CLAIM_MS = 10 * MINUTE_MS;

/** Reminds customers of requests that nobody has paid, as often as the shop says, and no more once they pay. */
@Injectable()
export class PaymentReminders implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly desk: OrderDesk,
    private readonly messages: RequestMessages,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      ...{ name: 'remind-of-payments', expression: '20 * * * * *', timeZone: 'UTC', missed: 'last' },
      run: () => this.remindDue(),
    });
  }

  async remindDue(): Promise<void> {
    for (let taken = AT_ONCE; taken === AT_ONCE;) {
      const now = this.clock.now();
      const until = new Date(now.getTime() + CLAIM_MS);
      const due = await this.database.transaction((tx) =>
        queries.claimReminders(tx, { now, until, limit: AT_ONCE }),
      );
      for (const one of due) await this.remind(one);
      taken = due.length;
    }
  }

  private async remind({ organizationId, orderId, id }: queries.DueReminder): Promise<void> {
    try {
      await this.desk.work(organizationId, orderId, SYSTEM, (tx, open) => this.remindOf(tx, open, id));
    } catch (error) {
      if (isOutage(error)) throw error;
      this.logger.error({ err: error, paymentId: id }, 'a customer could not be reminded; retrying later');
    }
  }

  /** Under the lock of the order: it may have been paid or cancelled since. */
  private async remindOf(tx: EntityManager, open: OpenOrder, id: string): Promise<void> {
    const { order, now, settings } = open;
    const payment = await queries.lockPayment(tx, order.organizationId, id);
    if (payment === undefined) return;
    const [total, paid, refunded] = [order.total, order.paidAmount, order.refundedAmount];
    const due = balanceOf(parseMoney(total), parseMoney(paid), parseMoney(refunded));
    // A request for more than is due by now would have the customer pay twice.
    const isStillDue = due > 0n && parseMoney(payment.amount) <= due;
    const number = payment.remindersSent + 1;
    const reminder = settings.paymentReminders[payment.remindersSent];
    const isWanted =
      payment.state === 'requested' && payment.expiresAt > now && !isOver(order.status) && isStillDue;
    if (reminder === undefined || !isWanted) {
      // A request whose link is not made yet is reminded of later; any other never again.
      const next =
        payment.state === 'created' && reminder !== undefined ? new Date(now.getTime() + MINUTE_MS) : null;
      await queries.noteReminder(tx, payment, { sent: payment.remindersSent, next });
      return;
    }
    const wording = {
      ...reminder,
      enabled: true,
      text: reminder.text ?? settings.messages.paymentRequest.text,
    };
    await this.messages.remind(tx, open, payment, { number, wording });
    const following = settings.paymentReminders[number];
    const next =
      following === undefined
        ? null
        : new Date(payment.requestedAt.getTime() + following.afterMinutes * MINUTE_MS);
    await queries.noteReminder(tx, payment, { sent: number, next });
  }
}
