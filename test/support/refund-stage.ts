import { randomUUID } from 'node:crypto';
import {
  type AskedRefund,
  type GatewayRefund,
  type LinkAnswer,
  type LookUpAnswer,
  PaymentGateway,
  type RefundAnswer,
} from '../../src/orders/gateways/payment-gateway.js';
import { RefundBooks } from '../../src/orders/refunds/refund-books.service.js';
import { RefundGateways } from '../../src/orders/refunds/refund-gateways.js';
import { RefundLookUps } from '../../src/orders/refunds/refund-look-ups.service.js';
import { RefundSender } from '../../src/orders/refunds/refund-sender.service.js';
import { Clock } from '../../src/platform/clock/clock.js';
import { Database } from '../../src/platform/database/database.js';
import { Logger } from '../../src/platform/logging/logger.js';
import { Timetable } from '../../src/platform/timetable/timetable.js';
import type { Shop } from './shop.js';
import { sqlOf } from './shop.js';
import type { TestApp } from './test-app.js';

type Answering = (asked: AskedRefund) => RefundAnswer | Promise<RefundAnswer>;

/** A gateway that says what a test tells it to, and remembers what it was asked. */
export class ScriptedGateway extends PaymentGateway {
  readonly asked: AskedRefund[] = [];
  /** What its look-ups list. */
  refunds: GatewayRefund[] = [];
  lookUpFails = false;
  /** What its look-ups wait for. */
  holdsLookUps: Promise<unknown> = Promise.resolve();
  lookUps = 0;
  answer: Answering = () => ({ outcome: 'accepted', gatewayId: `rfnd_${randomUUID()}`, state: 'pending' });

  createLink(): Promise<LinkAnswer> {
    return Promise.resolve({ outcome: 'refused', error: { code: 'none', message: 'It makes no links.' } });
  }

  async lookUp(): Promise<LookUpAnswer> {
    this.lookUps += 1;
    await this.holdsLookUps;
    if (this.lookUpFails) return { outcome: 'unknown', error: { code: 'no_answer', message: 'It is down.' } };
    return { outcome: 'found', request: 'open', payments: [], refunds: this.refunds };
  }

  async refund(_: unknown, asked: AskedRefund): Promise<RefundAnswer> {
    this.asked.push(asked);
    return this.answer(asked);
  }
}

/** Refunds through a scripted gateway. The jobs of the application itself stand still, and tests call these instead. */
export class RefundStage {
  readonly gateway = new ScriptedGateway();
  readonly accountId = randomUUID();

  private constructor(
    readonly app: TestApp,
    readonly shop: Shop,
  ) {}

  static async open(app: TestApp, shop: Shop): Promise<RefundStage> {
    const stage = new RefundStage(app, shop);
    app.app.get(RefundSender, { strict: false }).sendDue = () => Promise.resolve();
    app.app.get(RefundLookUps, { strict: false }).lookUpDue = () => Promise.resolve();
    await sqlOf(app)(
      `INSERT INTO payment_accounts (id, organization_id, provider, name, created_at, updated_at)
       SELECT $1, organization_id, 'razorpay', 'Gateway', now(), now() FROM whatsapp_catalogs WHERE id = $2`,
      [stage.accountId, shop.catalogId],
    );
    return stage;
  }

  /** A worker of its own: two of them compete as two processes do. */
  worker(): { sender: RefundSender; lookUps: RefundLookUps } {
    const get = <T>(token: abstract new (...args: never[]) => T): T =>
      this.app.app.get(token, { strict: false });
    const { gateway, app, accountId } = this;
    class Gateways extends RefundGateways {
      async open(_: string, id: string): Promise<PaymentGateway | null> {
        const accounts = await sqlOf(app)('SELECT FROM payment_accounts WHERE id = $1', [id]);
        return id === accountId && accounts.length === 1 ? gateway : null;
      }
    }
    const gateways = new Gateways();
    const [timetable, books, database] = [get(Timetable), get(RefundBooks), get(Database)] as const;
    const [clock, logger] = [get(Clock), get(Logger)] as const;
    return {
      sender: new RefundSender(timetable, books, database, clock, logger, gateways),
      lookUps: new RefundLookUps(timetable, books, database, clock, logger, gateways),
    };
  }

  /** Money that came through the gateway. */
  async paid(orderId: string, amount: string): Promise<string> {
    const { body } = await this.shop.post(orderId, 'payments', { amount, method: 'razorpay' });
    const id: string = body.payments.at(-1).id;
    await sqlOf(this.app)(
      `UPDATE whatsapp_payments SET provider = 'razorpay', account_id = $2, reference = id::text,
                                    requested_at = created_at, expires_at = created_at + interval '1 hour',
                                    transaction_id = 'pay_' || left(id::text, 8) WHERE id = $1`,
      [id, this.accountId],
    );
    return id;
  }
}
