import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database, isOutage } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { OpenOrder } from '../moves/open-order.js';
import { OrderDesk } from '../moves/order-desk.service.js';
import { SYSTEM } from '../order/order-row.js';
import * as queries from '../order/due-requests.queries.js';
import { PaymentRequests } from './payment-requests.service.js';

const LOOK_MS = 250;
const AT_ONCE = 20;
/** What cannot be worked on is tried again then, for a day. */
const CLAIM_MS = 5 * 60_000;
const GIVE_UP_MS = 24 * 60 * 60_000;
const MAX_REASON = 500;

/**
 * Asks customers for money by itself, when their order has come or is confirmed (`paymentRequestOn`). The wish is written
 * with its reason; the request is made afterwards, so that one that is refused never takes its order with it.
 */
@Injectable()
export class DueRequests implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly database: Database,
    private readonly desk: OrderDesk,
    private readonly requests: PaymentRequests,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.look(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not ask for payments, will retry');
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
    for (let taken = AT_ONCE; taken === AT_ONCE && !this.rounds.isStopped;) {
      const now = this.clock.now();
      const until = new Date(now.getTime() + CLAIM_MS);
      const due = await this.database.transaction((tx) =>
        queries.claimRequests(tx, { now, until, limit: AT_ONCE }),
      );
      for (const one of due) await this.ask(one);
      taken = due.length;
    }
  }

  private async ask(due: queries.DueRequest): Promise<void> {
    try {
      await this.take(due, (tx, open) => this.requests.requestOf(tx, open));
    } catch (error) {
      if (isOutage(error)) throw error;
      await this.refuse(due, error);
    }
  }

  /** The order says why its customer was not asked. One that cannot be worked on holds up no other. */
  private async refuse(due: queries.DueRequest, error: unknown): Promise<void> {
    if (!(error instanceof DomainError)) {
      const { orderId } = due;
      this.logger.error({ err: error, orderId }, 'a customer could not be asked to pay; retrying for a day');
      if (this.clock.now().getTime() - due.createdAt.getTime() < GIVE_UP_MS) return;
    }
    const refusal = error instanceof DomainError ? error : FAILED;
    const reason = refusal.message.slice(0, MAX_REASON).toWellFormed();
    try {
      await this.take(due, (_, open) => {
        open.note('payment_request', { to: 'refused', reason, data: { code: refusal.code } });
        return Promise.resolve();
      });
    } catch (failure) {
      if (isOutage(failure)) throw failure;
      this.logger.error({ err: failure, orderId: due.orderId }, 'a refused request could not be noted');
    }
  }

  private async take(
    { organizationId, orderId }: queries.DueRequest,
    change: (tx: EntityManager, open: OpenOrder) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction((outer) =>
      this.desk.workIn(outer, organizationId, orderId, SYSTEM, async (tx, open) => {
        if (await queries.takeRequest(tx, organizationId, orderId)) await change(tx, open);
      }),
    );
  }
}

const FAILED = { code: 'failed', message: 'The request could not be made.' };
