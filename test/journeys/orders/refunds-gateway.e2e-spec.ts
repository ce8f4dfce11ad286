import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EventWants } from '../../../src/events/event-wants.service.js';
import type { GatewayRefund, RefundAnswer } from '../../../src/orders/gateways/payment-gateway.js';
import { PaymentResults } from '../../../src/orders/payments/payment-results.service.js';
import { RefundStage } from '../../support/refund-stage.js';
import { brokenInvariants, Shop, sqlOf, startShopApp } from '../../support/shop.js';
import type { TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const NOON = '2026-03-01T12:00:00Z';

let app: TestApp;
let shop: Shop;
let stage: RefundStage;
let now = new Date(NOON);
beforeAll(async () => {
  app = await startShopApp({ CLOCK: NOON });
});
beforeEach(async () => {
  shop = await Shop.open(app);
  stage = await RefundStage.open(app, shop);
});
afterEach(async () => {
  expect(await brokenInvariants(app)).toEqual({});
});
afterAll(async () => {
  await app.close();
});

const advance = async (duration: string): Promise<void> => {
  const { status, body } = await app.api.post('/api/dev/clock', { advance: duration });
  expect(status).toBe(200);
  now = new Date(body.now);
};

async function paidOrder(quantity = 3) {
  const product = await shop.product({ quantity: 10 });
  const order = await shop.receive({ lines: [{ sku: product.sku, quantity }], at: now });
  const paymentId = await stage.paid(order.id, `${quantity}00.00`);
  return { product, id: order.id as string, item: order.items[0].id as string, paymentId };
}
const codeOf = ({ status, body }: { status: number; body: any }) => [
  status,
  body.type?.replace('urn:drumbeat:problem:', ''),
];
const settle = (id: string, refundId: string, succeeded: boolean) =>
  app.api.post(`/api/whatsapp/orders/${id}/refunds/${refundId}/settle`, { succeeded });
const states = async (id: string): Promise<string[]> =>
  (await shop.order(id)).refunds.map(({ state }: any) => state);
const refused: RefundAnswer = { outcome: 'refused', error: { code: 'BAD_REQUEST', message: 'Too old.' } };
const lost: RefundAnswer = { outcome: 'unknown', error: { code: 'no_answer', message: 'Lost.' } };

/** The gateway says nothing until the returned function is called. */
function hangingAnswer(): (answer: RefundAnswer) => void {
  const { promise, resolve } = Promise.withResolvers<RefundAnswer>();
  stage.gateway.answer = () => promise;
  return resolve;
}
const calls = (wanted: number) =>
  until(
    () => Promise.resolve(stage.gateway.asked.length),
    (count) => count === wanted,
  );

const told = async (id: string): Promise<number> =>
  (await shop.order(id)).messages.filter(({ event }: any) => event === 'refunded').length;

describe('a refund through a gateway', () => {
  it('is requested, pending and succeeds, and only then changes what was given back', async () => {
    const { product, id, item } = await paidOrder();
    const asked = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 1 }] });
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({
      ...{
        paymentStatus: 'paid',
        refundedAmount: '0.00',
        refunds: [{ state: 'requested', amount: '100.00' }],
      },
      items: [{ cancelledQuantity: 1, refundedAmount: '0.00' }],
    });
    // The units are given up at once: nobody may send them any more.
    expect(await shop.stock(product.id)).toEqual({ quantity: 8, reserved: 2 });
    const { sender, lookUps } = stage.worker();
    await sender.sendDue();
    const refundId = asked.body.refunds[0].id;
    expect(stage.gateway.asked).toEqual([{ refundId, amount: 10_000n, currency: 'INR' }]);
    expect(await states(id)).toEqual(['pending']);
    expect(codeOf(await shop.post(id, 'refunds', { amount: '200.01' }))).toEqual([422, 'exceeds_paid']);
    stage.gateway.refunds = [
      { gatewayId: 'rfnd_1', refundId, state: 'succeeded', amount: 10_000n, currency: 'INR' },
    ];
    await lookUps.lookUpDue();
    expect(await states(id)).toEqual(['pending']);
    await advance('PT3M');
    await lookUps.lookUpDue();
    const done = await shop.order(id);
    expect(done).toMatchObject({
      ...{
        paymentStatus: 'partially_refunded',
        refundedAmount: '100.00',
        items: [{ refundedAmount: '100.00' }],
      },
      refunds: [{ state: 'succeeded', error: null }],
    });
    expect(done.history.filter(({ kind }: any) => kind === 'refund')).toMatchObject([
      { from: null, to: 'requested', actor: 'key' },
      { from: 'requested', to: 'pending', actor: 'system' },
      { from: 'pending', to: 'succeeded', actor: 'system' },
    ]);
    expect(done.messages.map(({ event }: any) => event)).toEqual(['received', 'paid', 'refunded']);
    await advance('PT2H');
    await sender.sendDue();
    await lookUps.lookUpDue();
    expect(stage.gateway.asked).toHaveLength(1);
  });

  it('of all that was ordered cancels it at once, and refunds it when the money is back', async () => {
    const { id, item } = await paidOrder();
    const { body } = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 3 }] });
    expect(body).toMatchObject({ status: 'cancelled', paymentStatus: 'paid', flags: [] });
    stage.gateway.answer = () => ({ outcome: 'accepted', gatewayId: 'rfnd_9', state: 'succeeded' });
    await stage.worker().sender.sendDue();
    const done = await shop.order(id);
    expect(done).toMatchObject({ status: 'refunded', flags: [], refunds: [{ gatewayId: 'rfnd_9' }] });
    expect(done.messages.map(({ event }: any) => event)).toEqual([
      'received',
      'paid',
      'cancelled',
      'refunded',
    ]);
  });

  it('that the gateway refuses has failed: the money counts as left, and the order says so', async () => {
    app.app.get(EventWants, { strict: false }).always(['refund.failed']);
    const { id } = await paidOrder();
    await shop.post(id, 'refunds', { amount: '300.00' });
    stage.gateway.answer = () => refused;
    await stage.worker().sender.sendDue();
    expect(await shop.order(id)).toMatchObject({
      ...{ paymentStatus: 'paid', flags: ['refund_due'] },
      refunds: [{ state: 'failed', error: { code: 'BAD_REQUEST' } }],
    });
    const events = await sqlOf(app)(
      `SELECT kind FROM domain_events WHERE object_id = $1 AND kind LIKE 'refund%'`,
      [id],
    );
    expect(events).toEqual([{ kind: 'refund.failed' }]);
    const again = await shop.post(id, 'refunds', { amount: '300.00' });
    expect([again.status, again.body.flags]).toEqual([202, []]);
  });

  it('waits while the gateway cannot be asked, and fails after a day without having been sent', async () => {
    const { id } = await paidOrder();
    await shop.post(id, 'refunds', { amount: '100.00' });
    stage.gateway.lookUpFails = true;
    const { sender } = stage.worker();
    await sender.sendDue();
    expect([await states(id), stage.gateway.asked]).toEqual([['requested'], []]);
    await advance('PT25H');
    await sender.sendDue();
    expect([await states(id), stage.gateway.asked]).toEqual([['failed'], []]);
  });

  it('fails when its account is gone before it was sent', async () => {
    const { id } = await paidOrder();
    await shop.post(id, 'refunds', { amount: '100.00' });
    await sqlOf(app)('DELETE FROM payment_accounts WHERE id = $1', [stage.accountId]);
    await stage.worker().sender.sendDue();
    expect((await shop.order(id)).refunds).toMatchObject([
      { state: 'failed', error: { code: 'account_gone' } },
    ]);
    // From then on the shop gives the money back at the gateway, and says when it has.
    const again = await shop.post(id, 'refunds', { amount: '100.00' });
    expect([again.status, again.body.refundedAmount]).toEqual([202, '0.00']);
    const stuck = again.body.refunds[1];
    expect(stuck).toMatchObject({ state: 'pending', error: { code: 'account_gone' } });
    await stage.worker().sender.sendDue();
    await stage.worker().lookUps.lookUpDue();
    expect(await told(id)).toBe(0);
    expect((await settle(id, stuck.id, true)).body).toMatchObject({ refundedAmount: '100.00' });
    expect(await told(id)).toBe(1);
  });

  it('that failed keeps its share, and is repeated once, to the cent', async () => {
    const [mug, pen] = [await shop.product({ price: 50 }), await shop.product({ price: 100 })];
    const lines = [
      { sku: mug.sku, quantity: 2, price: 50 },
      { sku: pen.sku, quantity: 1, price: 100 },
    ];
    const order = await shop.receive({ lines, at: now });
    const { id } = order;
    await stage.paid(id, '200.00');
    const item = order.items[0].id;
    const { sender } = stage.worker();
    const asked = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 1 }] });
    stage.gateway.answer = () => refused;
    await sender.sendDue();
    const failed = asked.body.refunds[0].id;
    // A sibling that moves says nothing about it.
    stage.gateway.answer = () => ({ outcome: 'accepted', gatewayId: 'rfnd_s', state: 'succeeded' });
    await shop.post(id, 'refunds', { items: [{ itemId: order.items[1].id, quantity: 1 }] });
    await sender.sendDue();
    expect((await shop.order(id)).flags).toEqual(['refund_due']);
    const answers = await Promise.all([1, 2, 3].map(() => shop.post(id, 'refunds', { repeats: failed })));
    expect(answers.map(codeOf).sort()).toEqual([
      [202, undefined],
      [409, 'refund_repeated'],
      [409, 'refund_repeated'],
    ]);
    const repeated = (await shop.order(id)).refunds[2];
    expect(repeated).toMatchObject({
      ...{ repeats: failed, amount: '50.00', items: [{ itemId: item, quantity: 0, amount: '50.00' }] },
    });
    expect(codeOf(await shop.post(id, 'refunds', { repeats: repeated.id }))).toEqual([409, 'illegal_move']);
    expect(codeOf(await shop.post(id, 'refunds', { repeats: id }))).toEqual([404, 'refund_not_found']);
    const both = await shop.post(id, 'refunds', { repeats: failed, amount: '50.00' });
    expect(both.status).toBe(400);
    await sender.sendDue();
    expect(await shop.order(id)).toMatchObject({ flags: [], refundedAmount: '150.00' });
    const last = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 1 }] });
    expect(last.body.refunds[3].amount).toBe('50.00');
  });

  it('that failed and was repeated as an amount leaves the other units their own share', async () => {
    const { id, item } = await paidOrder();
    await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 1 }] });
    stage.gateway.answer = () => refused;
    await stage.worker().sender.sendDue();
    expect((await shop.post(id, 'refunds', { amount: '100.00' })).body.flags).toEqual([]);
    const rest = await shop.post(id, 'refunds', { items: [{ itemId: item, quantity: 1 }] });
    expect(rest.body.refunds[2].amount).toBe('100.00');
  });

  it('of everything that is on its way leaves nothing due when the order is cancelled', async () => {
    const { id } = await paidOrder();
    await shop.post(id, 'refunds', { amount: '300.00' });
    expect((await shop.move(id, 'cancelled')).body).toMatchObject({ status: 'cancelled', flags: [] });
  });

  it('and one by hand are rows of one call', async () => {
    const product = await shop.product({ quantity: 10 });
    const order = await shop.receive({ lines: [{ sku: product.sku, quantity: 2 }], at: now });
    await stage.paid(order.id, '150.00');
    await shop.post(order.id, 'payments', { amount: '50.00', method: 'cash' });
    const { status, body } = await shop.post(order.id, 'refunds', { amount: '200.00' });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      ...{ refundedAmount: '50.00', paymentStatus: 'partially_refunded' },
      refunds: [
        { state: 'succeeded', amount: '50.00' },
        { state: 'requested', amount: '150.00' },
      ],
    });
  });
});

describe('a refund whose answer is lost', () => {
  it('is unknown, counts as given, is never sent again, and is settled by the list of the gateway', async () => {
    const { id } = await paidOrder();
    await shop.post(id, 'refunds', { amount: '100.00' });
    stage.gateway.answer = () => {
      throw new Error('socket hang up');
    };
    const { sender, lookUps } = stage.worker();
    await sender.sendDue();
    expect(await states(id)).toEqual(['unknown']);
    const metrics = await app.api.get('/metrics');
    expect(metrics.body).toContain('drumbeat_refunds_unknown 1');
    for (const duration of ['PT10M', 'PT3H', 'PT30H']) {
      await advance(duration);
      await sender.sendDue();
      await lookUps.lookUpDue();
    }
    expect([await states(id), stage.gateway.asked.length]).toEqual([['unknown'], 1]);
    expect(codeOf(await shop.post(id, 'refunds', { amount: '200.01' }))).toEqual([422, 'exceeds_paid']);
    stage.gateway.refunds = [
      { gatewayId: 'rfnd_7', refundId: null, state: 'succeeded', amount: 10_000n, currency: 'INR' },
    ];
    await advance('PT2H');
    await lookUps.lookUpDue();
    expect((await shop.order(id)).refunds).toMatchObject([{ state: 'succeeded', gatewayId: 'rfnd_7' }]);
  });

  it('is settled by a look-up of the payment too', async () => {
    const { id, paymentId } = await paidOrder();
    await shop.post(id, 'refunds', { amount: '100.00' });
    stage.gateway.answer = () => lost;
    await stage.worker().sender.sendDue();
    const refunds: GatewayRefund[] = [
      { gatewayId: 'rfnd_8', refundId: null, state: 'succeeded', amount: 10_000n, currency: 'INR' },
    ];
    const [row] = await sqlOf(app)('SELECT organization_id AS id FROM whatsapp_orders WHERE id = $1', [id]);
    const claimed = { id: paymentId, organizationId: row?.['id'] as string, orderId: id, claimedUntil: now };
    const found = { outcome: 'found' as const, request: 'open' as const, payments: [], refunds };
    await app.app.get(PaymentResults, { strict: false }).heard(claimed, found);
    expect((await shop.order(id)).refunds).toMatchObject([{ state: 'succeeded', gatewayId: 'rfnd_8' }]);
  });

  it.each([
    [true, 'succeeded', '100.00'],
    [false, 'failed', '0.00'],
  ])('is settled by a person (succeeded: %s), once', async (succeeded, state, refundedAmount) => {
    const { id } = await paidOrder();
    const asked = await shop.post(id, 'refunds', { amount: '100.00' });
    const refundId = asked.body.refunds[0].id;
    expect(codeOf(await settle(id, refundId, true))).toEqual([409, 'illegal_move']);
    stage.gateway.answer = () => lost;
    await stage.worker().sender.sendDue();
    const answers = await Promise.all([1, 2, 3].map(() => settle(id, refundId, succeeded)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const order = await shop.order(id);
    expect(order).toMatchObject({ refundedAmount, refunds: [{ state }] });
    const settled = order.history.filter(({ to }: any) => to === state);
    expect(settled).toMatchObject([{ kind: 'refund', from: 'unknown', actor: 'key' }]);
    expect(codeOf(await settle(id, refundId, !succeeded))).toEqual([409, 'illegal_move']);
    expect(codeOf(await settle(id, id, true))).toEqual([404, 'refund_not_found']);
  });

  it('with the worker that died during the call becomes unknown, and a late answer still counts', async () => {
    const { id } = await paidOrder();
    await shop.post(id, 'refunds', { amount: '100.00' });
    const answer = hangingAnswer();
    const dying = stage.worker().sender.sendDue();
    await calls(1);
    const { sender } = stage.worker();
    await sender.sendDue();
    expect(await states(id)).toEqual(['requested']);
    await advance('PT5M');
    await sender.sendDue();
    expect([await states(id), stage.gateway.asked.length]).toEqual([['unknown'], 1]);
    answer({ outcome: 'accepted', gatewayId: 'rfnd_3', state: 'succeeded' });
    await dying;
    expect((await shop.order(id)).refunds).toMatchObject([{ state: 'succeeded', gatewayId: 'rfnd_3' }]);
  });
});

describe('many workers at once', () => {
  it('send a refund once, even if one of them was away longer than its lease', async () => {
    const { id } = await paidOrder();
    await shop.post(id, 'refunds', { amount: '100.00' });
    const { promise, resolve: wake } = Promise.withResolvers<undefined>();
    stage.gateway.holdsLookUps = promise;
    const away = stage.worker().sender.sendDue();
    await until(
      () => Promise.resolve(stage.gateway.lookUps),
      (count) => count === 1,
    );
    stage.gateway.holdsLookUps = Promise.resolve();
    await advance('PT5M');
    const answer = hangingAnswer();
    const other = stage.worker().sender.sendDue();
    await calls(1);
    wake(undefined);
    await away;
    expect([await states(id), stage.gateway.asked.length]).toEqual([['requested'], 1]);
    answer({ outcome: 'accepted', gatewayId: 'rfnd_5', state: 'pending' });
    await other;
    expect([await states(id), stage.gateway.asked.length]).toEqual([['pending'], 1]);
  });

  it('send the next refund of a payment when the one before is answered', async () => {
    const { id } = await paidOrder();
    await shop.post(id, 'refunds', { amount: '100.00' });
    const answer = hangingAnswer();
    const first = stage.worker().sender.sendDue();
    await calls(1);
    await shop.post(id, 'refunds', { amount: '100.00' });
    await stage.worker().sender.sendDue();
    expect([await states(id), stage.gateway.asked.length]).toEqual([['requested', 'requested'], 1]);
    answer({ outcome: 'accepted', gatewayId: 'rfnd_6', state: 'succeeded' });
    await first;
    stage.gateway.answer = () => ({ outcome: 'accepted', gatewayId: 'rfnd_7', state: 'succeeded' });
    await advance('PT1M');
    await stage.worker().sender.sendDue();
    expect([await states(id), stage.gateway.asked.length]).toEqual([['succeeded', 'succeeded'], 2]);
  });

  it('send each refund once, and those of one payment one after the other', async () => {
    const { id, paymentId } = await paidOrder(8);
    const wanted = 8;
    await Promise.all(Array.from({ length: wanted }, () => shop.post(id, 'refunds', { amount: '100.00' })));
    let [open, most] = [0, 0];
    stage.gateway.answer = async ({ refundId }) => {
      most = Math.max(most, ++open);
      // A round trip to the database: long enough for another worker to come.
      await sqlOf(app)('SELECT 1');
      open -= 1;
      return { outcome: 'accepted', gatewayId: refundId, state: 'succeeded' };
    };
    for (let round = 0; round < 20 && stage.gateway.asked.length < wanted; round++) {
      await Promise.all(Array.from({ length: 5 }, () => stage.worker().sender.sendDue()));
      await advance('PT1M');
    }
    const ids = stage.gateway.asked.map(({ refundId }) => refundId);
    expect([ids.length, new Set(ids).size, most]).toEqual([wanted, wanted, 1]);
    expect(await shop.order(id)).toMatchObject({ refundedAmount: '800.00', paymentStatus: 'refunded' });
    const [row] = await sqlOf(app)('SELECT captured_amount FROM whatsapp_payments WHERE id = $1', [
      paymentId,
    ]);
    expect(row).toEqual({ captured_amount: '800.00' });
  });
});
