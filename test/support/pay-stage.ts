import { createSimulator, type Simulator } from '../../simulator/simulator.js';
import { Shop, sqlOf, startShopApp } from './shop.js';
import { APP_SECRET, WEBHOOK_ENV } from './signed-webhooks.js';
import type { TestApp } from './test-app.js';
import { until } from './until.js';

const NOON = '2026-03-01T12:00:00Z';
const ACCOUNTS = '/api/whatsapp/payment-accounts';
export const HOOK_SECRET = 'whsec-1';

let customers = 1;
/** Payments inside WhatsApp are for Indian numbers alone. */
export const indian = (): string => `+9198765${String(customers++).padStart(5, '0')}`;

/** A shop, its customers, Meta and the gateways, all on one movable clock. */
export class PayStage {
  private constructor(
    readonly app: TestApp,
    readonly shop: Shop,
    readonly simulator: Simulator,
  ) {}

  static async open(): Promise<PayStage> {
    const { WHATSAPP_ACCESS_TOKEN: accessToken } = WEBHOOK_ENV;
    const simulator = createSimulator({ port: 0, appSecret: APP_SECRET, accessToken });
    const meta = await simulator.listen();
    const app = await startShopApp({ CLOCK: NOON, WHATSAPP_API_URL: meta });
    // Without a callback URL: a test that waits for the webhook of its order would see Meta's own.
    simulator.state.book.change({ closedWindow: 'allow' });
    return new PayStage(app, await Shop.open(app), simulator);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.simulator.close();
  }

  async account(provider: string, more: object = {}): Promise<any> {
    const fields = {
      razorpay: { keyId: 'rzp_1', keySecret: 'key-secret-1', webhookSecret: HOOK_SECRET },
      payu: { merchantKey: 'mk1', salt: 'salt-secret-1' },
      upi: { vpa: 'shop@bank' },
      whatsapp: { configurationName: 'prod', gateway: 'razorpay' },
    }[provider];
    const account = { provider, name: 'Shop', ...fields, ...more };
    const { status, body } = await this.app.api.post(ACCOUNTS, account);
    if (status !== 201) throw new Error(JSON.stringify(body));
    const url = `${this.app.url}/api/webhooks/${provider}/${body.id}`;
    if (provider === 'razorpay') await this.control('PUT', 'gateways/razorpay', { url, secret: HOOK_SECRET });
    if (provider === 'payu')
      await this.control('PUT', 'gateways/payu', { url, key: 'mk1', salt: 'salt-secret-1' });
    return body;
  }

  /** An order of one product at 100.00, just sent by an Indian customer. */
  async order(more: object = {}, product: object = {}): Promise<any> {
    const { sku } = await this.shop.product({ quantity: 10, ...product });
    return this.shop.receive({ from: indian(), lines: [{ sku }], at: await this.now(), ...more });
  }

  /** From now on Meta's own webhooks arrive. */
  hearMeta(isHeard: boolean): void {
    const webhookUrl = isHeard ? `${this.app.url}/api/webhooks/whatsapp` : null;
    this.simulator.state.book.change({ webhookUrl });
  }

  request(orderId: string, body: object = {}) {
    return this.shop.post(orderId, 'payment-requests', body);
  }

  /** Asks for money and waits until the customer can pay. */
  async requested(orderId: string, body: object = {}): Promise<any> {
    const { status, body: answer } = await this.request(orderId, body);
    if (status !== 202) throw new Error(JSON.stringify(answer));
    const order = await this.until(orderId, ({ payments }) => payments.at(-1).state === 'requested');
    return order.payments.at(-1);
  }

  /** The customer pays, or tries to. */
  pay(reference: string, more: object = {}): Promise<any> {
    return this.control('POST', 'payments', { reference, ...more });
  }

  /** An order in a currency that most ways to pay do not take. */
  async dollarOrder(): Promise<any> {
    const shop = await Shop.open(this.app, { currency: 'USD' });
    const { sku } = await shop.product({ quantity: 10, currency: 'USD' });
    return shop.receive({ from: indian(), lines: [{ sku, currency: 'USD' }], at: await this.now() });
  }

  /** Waits until a message of the outbox went out, and returns it. */
  async untilSent(dedupeKey: string): Promise<any> {
    const text = 'SELECT payload, state FROM message_outbox WHERE dedupe_key = $1';
    const [row] = await until(
      () => this.sql(text, [dedupeKey]),
      ([one]) => one?.['state'] === 'done',
    );
    return row;
  }

  /** Waits until a gateway has been called so often. */
  async untilCalls(what: string, times: number): Promise<void> {
    await until(
      () => this.control('GET', 'payment-calls'),
      (calls) => (calls[what] ?? 0) >= times,
    );
  }

  until(orderId: string, isIt: (order: any) => boolean): Promise<any> {
    // A jump of the clock wakes every task of the timetable at once.
    return until(() => this.shop.order(orderId), isIt, { within: 60_000 });
  }

  async control(method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<any> {
    const answer = await this.simulator.app.inject({
      method,
      url: `/simulator/${path}`,
      ...(body === undefined
        ? {}
        : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (answer.statusCode >= 300) throw new Error(answer.body);
    return answer.json();
  }

  async now(): Promise<Date> {
    return new Date((await this.app.api.get('/api/dev/clock')).body.now);
  }

  async advance(duration: string): Promise<void> {
    const { status } = await this.app.api.post('/api/dev/clock', { advance: duration });
    if (status !== 200) throw new Error('the clock does not move');
  }

  sql<T = Record<string, any>>(text: string, values: unknown[] = []): Promise<T[]> {
    return sqlOf(this.app)<T>(text, values);
  }
}
