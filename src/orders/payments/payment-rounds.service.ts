import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database, isOutage } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import { formatMoney, parseMoney } from '../../rules/money/money.js';
import type { LinkRequest, LookUpAnswer, PaymentGateway } from '../gateways/payment-gateway.js';
import { PaymentGateways } from '../gateways/payment-gateways.service.js';
import { customerOf, type PayingCustomer } from './paying-customer.queries.js';
import { PaymentMetrics } from './payment-metrics.service.js';
import { nextLookUp } from './payment-state.js';
import { type ClaimedPayment, PaymentResults } from './payment-results.service.js';
import * as queries from './payment-rows.queries.js';
import { GatewayBreaker } from './gateway-breaker.js';

const LOOK_MS = 250;
const AT_ONCE = 20;
/** Of one account in a round, and at most four rounds a second. */
const OF_ACCOUNT = 5;
/** Longer than a call to a gateway may take with all its parts. */
const CLAIM_MS = 3 * 60_000;
const AFTER_FAILURE_MS = 60_000;

/**
 * Everything that gateways are asked: links for requests that have none, and what became of those that have. Rows are
 * claimed in one transaction, the call is made outside of any, and its answer is applied in another. A worker that dies in
 * between leaves a claim that runs out; the same question again does no harm.
 */
@Injectable()
export class PaymentRounds implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private readonly breaker = new GatewayBreaker();

  constructor(
    private readonly database: Database,
    private readonly gateways: PaymentGateways,
    private readonly results: PaymentResults,
    private readonly metrics: PaymentMetrics,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.look(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not look after payments, will retry');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  private async look(): Promise<void> {
    const now = this.clock.now();
    const until = new Date(now.getTime() + CLAIM_MS);
    const without = this.breaker.closedAt(now);
    const claimed = await this.database.transaction((tx) =>
      queries.claimDue(tx, { now, until, limit: AT_ONCE, ofAccount: OF_ACCOUNT, without }),
    );
    await Promise.all(claimed.map((payment) => this.workOn({ ...payment, claimedUntil: until })));
  }

  /** One payment that cannot be worked on holds up no other. */
  private async workOn(payment: queries.PaymentRow & ClaimedPayment): Promise<void> {
    try {
      if (payment.state === 'created') await this.makeLink(payment);
      else await this.lookUp(payment);
    } catch (error) {
      // Another round finds it when its claim has run out.
      if (isOutage(error)) return;
      this.logger.error(
        { err: error, paymentId: payment.id },
        'a payment could not be worked on; retrying later',
      );
      await this.postpone(payment, new Date(this.clock.now().getTime() + AFTER_FAILURE_MS));
    }
  }

  private async makeLink(payment: queries.PaymentRow & ClaimedPayment): Promise<void> {
    const gateway = await this.gatewayOf(payment);
    const customer = await customerOf(this.database.manager, payment.organizationId, payment.orderId);
    if (gateway === null || customer === undefined) {
      const error = {
        code: 'account_gone',
        message: 'The payment account is gone, or cannot be used any more.',
      };
      await this.results.linkMade(payment, { outcome: 'refused', error });
      return;
    }
    const answer = await gateway.createLink(linkRequest(payment, customer, this.clock.now()));
    this.breaker.note(payment.accountId ?? '', answer.outcome !== 'unknown', this.clock.now());
    await this.results.linkMade(payment, answer);
    this.metrics.links.inc({ provider: payment.provider, outcome: answer.outcome });
  }

  private async lookUp(payment: queries.PaymentRow & ClaimedPayment): Promise<void> {
    const gateway = await this.gatewayOf(payment);
    if (gateway === null) {
      await this.results.heard(payment, null);
      return;
    }
    const end = this.metrics.lookups.startTimer({ provider: payment.provider });
    const answer = await gateway.lookUp(payment);
    end();
    this.breaker.note(payment.accountId ?? '', answer.outcome !== 'unknown', this.clock.now());
    if (answer.outcome === 'unknown' || answer.outcome === 'refused') {
      await this.lookAgain(payment, answer);
      return;
    }
    const found = answer.outcome === 'found' ? answer : null;
    const state = await this.results.heard(payment, found);
    // Whatever becomes of that: a link that stays open is closed at the next look.
    if (state === 'cancelled' && found !== null && isPayable(found)) await gateway.cancelLink?.(payment);
    if (state !== undefined && state !== payment.state)
      this.metrics.moved.inc({ provider: payment.provider, state });
  }

  /** A gateway that does not answer is asked again soon, one that refuses at the next usual time; neither for ever. */
  private async lookAgain(
    payment: queries.PaymentRow & ClaimedPayment,
    { outcome, error }: Extract<LookUpAnswer, { error: unknown }>,
  ): Promise<void> {
    const { provider, reference, requestedAt, expiresAt } = payment;
    this.logger.warn({ provider, reference, error: error.code }, 'a look-up of a payment got no answer');
    const now = this.clock.now();
    const next = nextLookUp(requestedAt, expiresAt, now);
    if (next === null) await this.results.heard(payment, null);
    else
      await this.postpone(payment, outcome === 'refused' ? next : new Date(now.getTime() + AFTER_FAILURE_MS));
  }

  private async gatewayOf({
    organizationId,
    accountId,
    senderId,
  }: queries.PaymentRow): Promise<PaymentGateway | null> {
    return accountId === null ? null : this.gateways.open(organizationId, accountId, senderId);
  }

  private async postpone(payment: ClaimedPayment, until: Date): Promise<void> {
    await queries.postpone(this.database.manager, payment, { from: payment.claimedUntil, until });
  }
}

/** Nobody is paying it and nobody has, but anybody could. */
const isPayable = ({ request, payments }: Extract<LookUpAnswer, { outcome: 'found' }>): boolean =>
  request === 'open' && payments.every(({ state }) => state === 'failed');

function linkRequest(payment: queries.PaymentRow, customer: PayingCustomer, now: Date): LinkRequest {
  const { reference, amount, currency, expiresAt } = payment;
  const { orderNumber, name, phone, email } = customer;
  return {
    ...{ reference, amount: parseMoney(amount), currency, expiresAt, now },
    description: `Order ${orderNumber}, ${currency} ${formatMoney(parseMoney(amount))}`,
    customer: { name, phone, email },
  };
}
