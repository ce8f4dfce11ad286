import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PayStage } from '../../support/pay-stage.js';
import { brokenInvariants, somebody } from '../../support/shop.js';

let stage: PayStage;
let inside: any;
beforeAll(async () => {
  stage = await PayStage.open();
  inside = await stage.account('whatsapp');
});
afterEach(async () => {
  expect(await brokenInvariants(stage.app)).toEqual({});
});
afterAll(async () => {
  await stage.close();
});

const last = (order: any): any => order.payments.at(-1);
const codeOf = ({ body }: { body: any }): string => body.type.split(':').at(-1);
const sentFor = async (orderId: string, key: string): Promise<any> => {
  const [row] = await stage.sql('SELECT payload, state FROM message_outbox WHERE dedupe_key = $1', [
    `order:${orderId}:${key}`,
  ]);
  return row;
};

describe('a payment inside WhatsApp', () => {
  it('is asked for with sums that Meta accepts, and heard of over its webhook', async () => {
    const order = await stage.order({}, { price: '100.00', salePrice: '80.00' });
    await stage.shop.api.put(`/api/whatsapp/orders/${order.id}`, { shippingFee: '12.50', discount: '5.00' });
    const payment = await stage.requested(order.id);
    expect(payment).toMatchObject({ method: 'whatsapp_pay', amount: expect.any(String), url: null });
    const message = await stage.untilSent(`order:${order.id}:payment:1:request`);
    const { type, action } = message.payload.interactive;
    const { parameters } = action;
    expect([type, action.name]).toEqual(['order_details', 'review_and_pay']);
    expect(parameters).toMatchObject({
      type: 'digital-goods',
      reference_id: payment.reference,
      currency: 'INR',
    });
    expect(parameters.order).toMatchObject({
      tax: { value: 0, offset: 100, description: 'Prices include tax' },
      shipping: { value: 1_250, offset: 100 },
      discount: { value: 500, offset: 100 },
    });
    stage.hearMeta(true);
    await stage.pay(payment.reference, { webhooks: 2 });
    const paid = await stage.until(order.id, ({ paymentStatus }) => paymentStatus === 'paid');
    stage.hearMeta(false);
    expect(paid).toMatchObject({ status: 'confirmed', paymentMethod: 'whatsapp_pay', flags: [] });
    const unknown = await stage.sql(
      `SELECT id FROM webhook_events WHERE status NOT IN ('processed', 'received')`,
    );
    expect(unknown).toEqual([]);
  });

  it('of a part of an order still adds up', async () => {
    const order = await stage.order();
    await stage.shop.post(order.id, 'payments', { amount: 30, method: 'cash' });
    const { reference } = await stage.requested(order.id);
    const { payload } = await stage.untilSent(`order:${order.id}:payment:2:request`);
    const { total_amount: total, order: parts } = payload.interactive.action.parameters;
    expect([total.value, parts.subtotal.value, parts.discount.value]).toEqual([7_000, 10_000, 3_000]);
    await stage.pay(reference, { webhooks: 0 });
    await stage.advance('PT2M1S');
    await stage.until(order.id, ({ paymentStatus }) => paymentStatus === 'paid');
  });

  it('is followed by messages that move the page of the order', async () => {
    const order = await stage.order();
    await stage.requested(order.id);
    await stage.untilSent(`order:${order.id}:payment:1:request`);
    await stage.shop.move(order.id, 'confirmed');
    const moved = (await stage.shop.order(order.id)).history.find((one: any) => one.to === 'confirmed');
    const { payload } = await sentFor(order.id, moved.id);
    expect(payload.interactive).toMatchObject({
      type: 'order_status',
      action: { name: 'review_order', parameters: { order: { status: 'processing' } } },
    });
    const fulfilled = await stage.shop.post(order.id, 'fulfill');
    expect(fulfilled.status).toBe(200);
    const [shipped] = await stage.sql(
      `SELECT payload FROM message_outbox WHERE dedupe_key LIKE $1 ORDER BY id DESC LIMIT 1`,
      [`order:${order.id}:%`],
    );
    expect(shipped?.['payload'].interactive.action.parameters.order.status).toBe('shipped');
  });

  it('is not asked for outside India, in other currencies, or when the message cannot go', async () => {
    const abroad = await stage.order({ from: somebody() });
    expect(codeOf(await stage.request(abroad.id))).toBe('payments_unsupported');
    const order = await stage.order();
    await stage.advance('PT25H');
    const late = await stage.request(order.id, { accountId: inside.id });
    expect([late.status, codeOf(late)]).toEqual([422, 'window_closed']);
    expect((await stage.shop.order(order.id)).payments).toEqual([]);
    expect(last(await stage.shop.order(order.id))).toBeUndefined();
  });
});
