import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database, isOutage } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { parseMoney } from '../../rules/money/money.js';
import type { GatewayRefund } from '../gateways/payment-gateway.js';
import { SYSTEM } from '../order/order-row.js';
import { matchRefunds, nextLookUp } from './match-refunds.js';
import { RefundBooks } from './refund-books.service.js';
import { RefundGateways } from './refund-gateways.js';
import type { RefundedPayment } from './refunds.queries.js';
import * as queries from './refunds.queries.js';

const AT_ONCE = 20;

type PaymentOfOrder = Pick<RefundedPayment, 'organizationId' | 'orderId' | 'paymentId' | 'currency'>;

/** Asks gateways what became of refunds that they have not finished, or whose answer was lost. */
@Injectable()
export class RefundLookUps implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly books: RefundBooks,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly gateways: RefundGateways,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'look-up-refunds',
      expression: '*/15 * * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.lookUpDue(),
    });
  }

  async lookUpDue(): Promise<void> {
    const due = await this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const found = await queries.lockLookUps(tx, now, AT_ONCE);
      // The next time is fixed before this one: a worker that dies repeats nothing at once.
      const looks = found.map(({ id, lookUps, createdAt }) => {
        return { id, at: nextLookUp(lookUps + 1, createdAt, now) };
      });
      await queries.setLookUps(tx, looks);
      return found;
    });
    const payments = new Map(due.map(({ payment }) => [payment.paymentId, payment]));
    await Promise.all([...payments.values()].map((payment) => this.lookUp(payment)));
  }

  /** What a look-up of a payment has said about its refunds, also one that was made for the payment itself. */
  async hear(
    { organizationId, orderId, paymentId, currency }: PaymentOfOrder,
    theirs: readonly GatewayRefund[],
  ): Promise<void> {
    await this.books.take(organizationId, orderId, SYSTEM, (refunds) => {
      const ours = refunds.filter((refund) => refund.paymentId === paymentId);
      const own = ours.map(({ amount, ...refund }) => ({ ...refund, amount: parseMoney(amount) }));
      return matchRefunds(own, theirs, currency);
    });
  }

  private async lookUp(payment: RefundedPayment): Promise<void> {
    const { organizationId, accountId, senderId, paymentId } = payment;
    try {
      const gateway =
        accountId === null ? null : await this.gateways.open(organizationId, accountId, senderId);
      const answer = await gateway?.lookUp(payment);
      if (answer?.outcome === 'found') await this.hear(payment, answer.refunds);
    } catch (error) {
      if (isOutage(error)) throw error;
      this.logger.error({ err: error, paymentId }, 'refunds could not be looked up; retrying later');
    }
  }
}
