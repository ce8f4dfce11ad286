import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database, isOutage, sqlState, UNIQUE_VIOLATION } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { parseMoney } from '../../rules/money/money.js';
import type { GatewayError, PaymentGateway, RefundAnswer } from '../gateways/payment-gateway.js';
import { SYSTEM } from '../order/order-row.js';
import { matchRefunds, type Outcome } from './match-refunds.js';
import { RefundBooks } from './refund-books.service.js';
import { RefundGateways } from './refund-gateways.js';
import type { DueRefund } from './refunds.queries.js';
import * as queries from './refunds.queries.js';

const AT_ONCE = 20;
/** Longer than a look-up and a call take together. */
const LEASE_MS = 120_000;
const LOST_A_TURN = 100;
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 3_600_000;
/** A gateway that cannot be asked for so long: nothing was sent, so the refund has failed for certain. */
const GIVE_UP_MS = 24 * 3_600_000;

/**
 * Asks gateways to give money back, each refund at most once. The mark that it is sent is committed before the call. An
 * answer that is lost, with the network or with the worker, leaves the refund `unknown`: it is never sent again.
 */
@Injectable()
export class RefundSender implements OnModuleInit {
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
      name: 'send-refunds',
      expression: '*/5 * * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.sendDue(),
    });
  }

  async sendDue(): Promise<void> {
    await this.endLost();
    const now = this.clock.now();
    const until = new Date(now.getTime() + LEASE_MS);
    const due = await queries.claimRequested(this.database.manager, { now, until, limit: AT_ONCE });
    const byPayment = Map.groupBy(due, ({ paymentId }) => paymentId);
    await Promise.all([...byPayment.values()].map((refunds) => this.sendAll(refunds)));
  }

  /** One after the other: a payment has one refund on its way at a time. */
  private async sendAll(refunds: readonly DueRefund[]): Promise<void> {
    for (const refund of refunds) {
      try {
        await this.send(refund);
      } catch (error) {
        if (isOutage(error)) throw error;
        // One refund that cannot be worked on must not hold up all others.
        this.logger.error({ err: error, refundId: refund.id }, 'a refund could not be sent; retrying later');
      }
    }
  }

  private async send(refund: DueRefund): Promise<void> {
    const { organizationId, accountId, senderId, id } = refund;
    const gateway = accountId === null ? null : await this.gateways.open(organizationId, accountId, senderId);
    if (gateway === null) {
      const message =
        'The payment account is gone. Repeat the refund, give the money back at the gateway, and settle it.';
      return this.book(refund, { state: 'failed', error: { code: 'account_gone', message } });
    }
    const look = await gateway.lookUp(refund);
    if (look.outcome !== 'found') {
      const error = look.outcome === 'missing' ? UNKNOWN_PAYMENT : look.error;
      return this.tryLater(refund, error);
    }
    const known = matchRefunds([{ ...ownOf(refund), isSent: false }], look.refunds, refund.currency);
    if (known[0] !== undefined) return this.book(refund, known[0]);
    if (!(await this.mark(refund))) return;
    const answer = await this.ask(gateway, refund);
    if (answer.outcome === 'not_sent') {
      await queries.unmarkSent(this.database.manager, refund.organizationId, id);
      return this.tryLater(refund, answer.error);
    }
    if (answer.outcome !== 'accepted') {
      const state = answer.outcome === 'refused' ? 'failed' : 'unknown';
      return this.book(refund, { state, error: answer.error });
    }
    const { state, gatewayId } = answer;
    const error = state === 'failed' ? { code: 'failed', message: 'The gateway says that it failed.' } : null;
    this.logger.info({ refundId: id, state }, 'a gateway has taken a refund');
    return this.book(refund, { state, gatewayId, error });
  }

  private async mark(refund: DueRefund): Promise<boolean> {
    const { manager } = this.database;
    const { organizationId, id } = refund;
    try {
      return await queries.markSent(manager, organizationId, id, this.clock.now());
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      // Another refund of this payment is on its way.
      await this.tryIn(refund, FIRST_WAIT_MS);
      return false;
    }
  }

  private async ask(gateway: PaymentGateway, refund: DueRefund): Promise<RefundAnswer> {
    const { id: refundId, amount, currency } = refund;
    try {
      return await gateway.refund(refund, { refundId, amount: parseMoney(amount), currency });
    } catch (error) {
      this.logger.error({ err: error, refundId }, 'the answer to a refund is lost');
      return { outcome: 'unknown', error: { code: 'no_answer', message: 'The answer was lost.' } };
    }
  }

  private async tryLater(refund: DueRefund, error: GatewayError): Promise<void> {
    const age = this.clock.now().getTime() - refund.createdAt.getTime();
    if (age >= GIVE_UP_MS) return this.book(refund, { state: 'failed', error });
    await this.tryIn(refund, Math.min(FIRST_WAIT_MS * 2 ** (refund.tries - 1), LONGEST_WAIT_MS));
  }

  private async tryIn({ organizationId, id }: DueRefund, waitMs: number): Promise<void> {
    const at = new Date(this.clock.now().getTime() + waitMs);
    await queries.tryAgainAt(this.database.manager, organizationId, id, at);
  }

  private async book(
    { organizationId, orderId, id }: Pick<DueRefund, 'organizationId' | 'orderId' | 'id'>,
    { gatewayId = null, ...outcome }: Omit<Outcome, 'id' | 'gatewayId'> & { gatewayId?: string | null },
  ): Promise<void> {
    await this.books.take(organizationId, orderId, SYSTEM, () => [{ id, gatewayId, ...outcome }]);
  }

  /** Sent by a worker that never wrote down an answer. */
  private async endLost(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - LEASE_MS);
    const error = { code: 'no_answer', message: 'The answer was lost.' };
    for (const lost of await queries.unanswered(this.database.manager, before, LOST_A_TURN)) {
      try {
        await this.book(lost, { state: 'unknown', error });
      } catch (failure) {
        if (isOutage(failure)) throw failure;
        this.logger.error({ err: failure, refundId: lost.id }, 'a refund could not be marked as unknown');
      }
    }
  }
}

const UNKNOWN_PAYMENT: GatewayError = {
  code: 'payment_missing',
  message: 'The gateway does not know the payment.',
};

const ownOf = ({ id, amount }: DueRefund) => ({
  ...{ id, state: 'requested' as const, gatewayId: null, amount: parseMoney(amount) },
});
