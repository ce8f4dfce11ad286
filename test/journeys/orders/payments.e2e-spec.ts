import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventWants } from '../../../src/events/event-wants.service.js';
import { PayStage } from '../../support/pay-stage.js';
import { brokenInvariants } from '../../support/shop.js';
import { until } from '../../support/until.js';

let stage: PayStage;
beforeAll(async () => {
  stage = await PayStage.open();
  await stage.account('razorpay');
});
afterEach(async () => {
  expect(await brokenInvariants(stage.app)).toEqual({});
});
afterAll(async () => {
  await stage.close();
});

const toldOf = (order: any, event: string): any[] => order.messages.filter((one: any) => one.event === event);
const last = (order: any): any => order.payments.at(-1);

describe('a payment link', () => {
  it('goes out once, and its payment confirms the order with one message', async () => {
    stage.app.app.get(EventWants, { strict: false }).always(['payment.captured']);
    const order = await stage.order();
    const payment = await stage.requested(order.id);
    expect(payment).toMatchObject({
      ...{ provider: 'razorpay', amount: '100.00', currency: 'INR', url: expect.stringMatching(/^https:/) },
      reference: `${order.orderNumber}-1-${order.id.slice(-6).toUpperCase()}`,
    });
    const { reservedUntil } = await stage.shop.order(order.id);
    expect(Date.parse(reservedUntil)).toBeGreaterThanOrEqual(Date.parse(payment.expiresAt));
    await stage.pay(payment.reference, { webhooks: 3 });
    const paid = await stage.until(order.id, ({ paymentStatus }) => paymentStatus === 'paid');
    expect(paid).toMatchObject({
      status: 'confirmed',
      paidAmount: '100.00',
      paymentMethod: 'razorpay',
      flags: [],
    });
    expect(last(paid)).toMatchObject({ state: 'captured', capturedAmount: '100.00', error: null });
    expect(toldOf(paid, 'paymentRequest')).toHaveLength(1);
    expect([toldOf(paid, 'paid').length, toldOf(paid, 'confirmed').length]).toEqual([1, 0]);
    const [sent] = await stage.sql(
      `SELECT payload->'text'->>'body' AS body FROM message_outbox
                                     WHERE dedupe_key = $1`,
      [`order:${order.id}:payment:1:request`],
    );
    expect(sent?.['body']).toContain(payment.url);
    // Three webhooks were one event.
    const events = await stage.sql(`SELECT state FROM payment_events WHERE body LIKE $1`, [
      Buffer.from(`%${payment.reference}%`),
    ]);
    expect(events).toHaveLength(1);
    const told = await stage.sql(
      `SELECT data->>'paysUp' AS "paysUp" FROM domain_events WHERE object_id = $1 AND kind = 'payment.captured'`,
      [order.id],
    );
    expect(told).toEqual([{ paysUp: 'true' }]);
  });

  it('whose creation got no answer is found by its reference', async () => {
    const order = await stage.order();
    const { 'razorpay.create': before = 0 } = await stage.control('GET', 'payment-calls');
    await stage.control('PUT', 'gateways/faults', { lostAnswers: 1 });
    expect((await stage.request(order.id)).status).toBe(202);
    const [lost] = (
      await stage.until(order.id, (now) => last(now).state === 'created' && last(now).error !== null)
    ).payments;
    expect(lost.error.code).toBe('no_answer');
    await stage.advance('PT10S');
    const { payments } = await stage.until(order.id, (now) => last(now).state === 'requested');
    const link = await stage.control('GET', `payments/${lost.reference}`);
    expect(payments[0].url).toBe(link.url);
    const { 'razorpay.create': after } = await stage.control('GET', 'payment-calls');
    expect(after - before).toBe(2);
  });

  it('is found paid without any webhook', async () => {
    const order = await stage.order();
    const { reference } = await stage.requested(order.id);
    await stage.pay(reference, { webhooks: 0 });
    await stage.advance('PT2M1S');
    await stage.until(order.id, ({ paymentStatus }) => paymentStatus === 'paid');
  });

  it('paid with another amount counts as it is, and waits for a person', async () => {
    const order = await stage.order();
    const { reference } = await stage.requested(order.id);
    await stage.pay(reference, { amount: 20_000 });
    const paid = await stage.until(order.id, ({ paidAmount }) => paidAmount === '200.00');
    expect(paid).toMatchObject({ status: 'pending', needsReview: true, paymentStatus: 'paid' });
    expect(paid.flags).toEqual(['payment_mismatch', 'overpaid']);
    expect(paid.flagDetails.payment_mismatch).toEqual({ reference, amount: '200.00', currency: 'INR' });
  });

  it('paid in another currency is captured, counts nothing, and waits for a person', async () => {
    const order = await stage.order();
    const { reference } = await stage.requested(order.id);
    await stage.pay(reference, { currency: 'USD' });
    const paid = await stage.until(order.id, (now) => last(now).state === 'captured');
    expect(paid).toMatchObject({ status: 'pending', paidAmount: '0.00', flags: ['payment_mismatch'] });
    expect(last(paid)).toMatchObject({
      capturedAmount: '0.00',
      error: { amount: '100.00', currency: 'USD' },
    });
  });

  it('that was replaced brings both amounts when both are paid', async () => {
    const order = await stage.order();
    const first = await stage.requested(order.id);
    expect((await stage.request(order.id)).body.type).toMatch(/request_open$/);
    const second = await stage.requested(order.id, { replace: true });
    expect((await stage.shop.order(order.id)).payments.map((one: any) => one.state)).toEqual([
      'cancelled',
      'requested',
    ]);
    await stage.pay(first.reference);
    await stage.pay(second.reference);
    const paid = await stage.until(order.id, ({ paidAmount }) => paidAmount === '200.00');
    expect(paid.flags).toEqual(['overpaid']);
    expect(paid.status).toBe('confirmed');
  });

  it('that failed can still be paid', async () => {
    const order = await stage.order();
    const { reference } = await stage.requested(order.id);
    await stage.pay(reference, { status: 'failed' });
    const failed = await stage.until(order.id, (now) => last(now).state === 'failed');
    expect(last(failed).error).toMatchObject({ message: 'Payment failed' });
    await stage.pay(reference);
    await stage.until(order.id, ({ paymentStatus }) => paymentStatus === 'paid');
  });

  it('expires, and money that comes later finds no stock but is never lost', async () => {
    const { sku, id: productId } = await stage.shop.product({ quantity: 1 });
    const order = await stage.order({ lines: [{ sku }] });
    const { reference } = await stage.requested(order.id, { expiresInMinutes: 1_500 });
    await stage.advance('PT24H30M');
    // The request keeps the goods for as long as it can be paid.
    expect(await stage.shop.stock(productId)).toEqual({ quantity: 0, reserved: 1 });
    await stage.advance('PT31M');
    await stage.until(order.id, (now) => last(now).state === 'expired');
    await until(
      () => stage.shop.stock(productId),
      ({ reserved }) => reserved === 0,
    );
    await stage.order({ lines: [{ sku }] });
    await stage.pay(reference);
    const paid = await stage.until(order.id, ({ paymentStatus }) => paymentStatus === 'paid');
    expect(paid.status).toBe('pending');
    expect(paid.flags).toContain('paid_without_stock');
  });
});

describe('an order', () => {
  it('that is cancelled ends its request, and money for it is to be given back', async () => {
    const order = await stage.order();
    const { reference } = await stage.requested(order.id);
    expect((await stage.shop.move(order.id, 'cancelled')).status).toBe(200);
    expect(last(await stage.shop.order(order.id)).state).toBe('cancelled');
    await stage.pay(reference);
    const paid = await stage.until(order.id, ({ paidAmount }) => paidAmount === '100.00');
    expect(paid).toMatchObject({ status: 'cancelled', flags: ['refund_due'] });
  });

  it('is not cancelled while its customer is paying', async () => {
    const order = await stage.order();
    const { reference } = await stage.requested(order.id);
    await stage.pay(reference, { status: 'pending', webhooks: 1 });
    await stage.until(order.id, (now) => last(now).state === 'pending');
    expect((await stage.shop.move(order.id, 'cancelled')).body.type).toMatch(/payment_pending$/);
    expect((await stage.request(order.id, { replace: true })).body.type).toMatch(/payment_pending$/);
    await stage.pay(reference);
    await stage.until(order.id, ({ paymentStatus }) => paymentStatus === 'paid');
  });

  it('is asked for no more than is due, and for nothing while it needs a look', async () => {
    const order = await stage.order();
    const codeOf = async (id: string, body: object = {}): Promise<string> =>
      (await stage.request(id, body)).body.type.split(':').at(-1);
    expect(await codeOf(order.id, { amount: 100.01 })).toBe('exceeds_total');
    await stage.shop.post(order.id, 'payments', { amount: 100, method: 'cash' });
    expect(await codeOf(order.id)).toBe('nothing_due');
    const flagged = await stage.order({ lines: [{ sku: 'NO-SUCH-SKU' }] });
    expect(await codeOf(flagged.id)).toBe('needs_review');
    expect((await stage.request(order.id, { accountId: order.id })).status).toBe(422);
    const open = await stage.order();
    expect((await stage.request(open.id, { accountId: order.id })).status).toBe(404);
    expect((await stage.request(open.id, { expiresInMinutes: 4 })).status).toBe(400);
    expect((await stage.request(open.id, { amount: '1.001' })).status).toBe(400);
  });

  it('takes twenty requests at once as one', async () => {
    const order = await stage.order();
    const answers = await Promise.all(Array.from({ length: 20 }, () => stage.request(order.id)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  });

  it('is credited once when webhooks, look-ups and cash race', async () => {
    const order = await stage.order();
    const { reference } = await stage.requested(order.id, { amount: 60 });
    await Promise.all([
      stage.pay(reference, { webhooks: 20 }),
      stage.advance('PT2M1S'),
      ...Array.from({ length: 20 }, () =>
        stage.shop.post(order.id, 'payments', { amount: 40, method: 'cash', reference: 'c1' }),
      ),
    ]);
    const paid = await stage.until(order.id, ({ paymentStatus }) => paymentStatus === 'paid');
    expect(paid).toMatchObject({ paidAmount: '100.00', status: 'confirmed', flags: [] });
  });
});
