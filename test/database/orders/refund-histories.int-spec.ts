import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GatewayRefund, RefundAnswer } from '../../../src/orders/gateways/payment-gateway.js';
import { RefundStage } from '../../support/refund-stage.js';
import { brokenInvariants, Shop, sqlOf, startShopApp } from '../../support/shop.js';
import type { TestApp } from '../../support/test-app.js';

const NOON = '2026-03-01T12:00:00Z';
const LIMIT_MS = 15_000;

let app: TestApp;
let shop: Shop;
let stage: RefundStage;
beforeAll(async () => {
  app = await startShopApp({ CLOCK: NOON });
  shop = await Shop.open(app, { taxPercent: '18', pricesIncludeTax: false });
  stage = await RefundStage.open(app, shop);
});
afterAll(async () => {
  await app.close();
});

type Step =
  | { do: 'pay'; cents: number; isGateway: boolean }
  | { do: 'refund'; cents: number | null; units: [number, number]; shipping: boolean; restock: boolean }
  | { do: 'repeat' }
  | { do: 'fulfil'; units: [number, number] }
  | { do: 'move'; to: string }
  | { do: 'send'; answer: 'pending' | 'succeeded' | 'refused' | 'lost' }
  | { do: 'look'; finds: 'succeeded' | 'failed' }
  | { do: 'settle'; succeeded: boolean };

const units = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }));
const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record<Step & { do: 'pay' }>({
        ...{ do: fc.constant('pay'), cents: fc.integer({ min: 1, max: 40_000 }), isGateway: fc.boolean() },
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record<Step & { do: 'refund' }>({
        ...{ do: fc.constant('refund'), cents: fc.option(fc.integer({ min: 1, max: 30_000 })), units },
        ...{ shipping: fc.boolean(), restock: fc.boolean() },
      }),
    },
    { weight: 2, arbitrary: fc.record<Step & { do: 'repeat' }>({ do: fc.constant('repeat') }) },
    { weight: 2, arbitrary: fc.record<Step & { do: 'fulfil' }>({ do: fc.constant('fulfil'), units }) },
    {
      weight: 2,
      arbitrary: fc.record<Step & { do: 'move' }>({
        ...{ do: fc.constant('move'), to: fc.constantFrom('confirmed', 'completed', 'cancelled') },
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record<Step & { do: 'send' }>({
        ...{ do: fc.constant('send'), answer: fc.constantFrom('pending', 'succeeded', 'refused', 'lost') },
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record<Step & { do: 'look' }>({
        ...{ do: fc.constant('look'), finds: fc.constantFrom('succeeded', 'failed') },
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record<Step & { do: 'settle' }>({ do: fc.constant('settle'), succeeded: fc.boolean() }),
    },
  ),
  { minLength: 3, maxLength: 14 },
);

const ANSWERS: Record<(Step & { do: 'send' })['answer'], RefundAnswer> = {
  pending: { outcome: 'accepted', gatewayId: null, state: 'pending' },
  succeeded: { outcome: 'accepted', gatewayId: null, state: 'succeeded' },
  refused: { outcome: 'refused', error: { code: 'no', message: 'No.' } },
  lost: { outcome: 'unknown', error: { code: 'no_answer', message: 'Lost.' } },
};
const money = (cents: number): string => (cents / 100).toFixed(2);
const listed = (order: any, [first, second]: [number, number]) =>
  [first, second].flatMap((quantity, place) =>
    quantity === 0 ? [] : [{ itemId: order.items[place].id, quantity }],
  );

async function take(order: any, step: Step): Promise<{ status: number } | undefined> {
  const { sender, lookUps } = stage.worker();
  switch (step.do) {
    case 'pay': {
      if (step.isGateway && Number(order.balance) * 100 >= step.cents && order.status !== 'refunded') {
        if (order.status !== 'cancelled') await stage.paid(order.id, money(step.cents));
        return undefined;
      }
      return shop.post(order.id, 'payments', { amount: money(step.cents), method: 'cash' });
    }
    case 'refund': {
      const items = listed(order, step.units).map((item) => ({ ...item, restock: step.restock }));
      return shop.post(order.id, 'refunds', {
        ...(step.cents === null ? {} : { amount: money(step.cents) }),
        ...(items.length === 0 ? {} : { items }),
        shipping: step.shipping,
      });
    }
    case 'repeat': {
      const repeated = new Set(order.refunds.map(({ repeats }: any) => repeats));
      const failed = order.refunds.find(({ id, state }: any) => state === 'failed' && !repeated.has(id));
      if (failed === undefined) return undefined;
      return shop.post(order.id, 'refunds', { repeats: failed.id });
    }
    case 'fulfil': {
      const items = listed(order, step.units);
      return shop.post(order.id, 'fulfill', items.length === 0 ? {} : { items });
    }
    case 'move':
      return shop.move(order.id, step.to);
    case 'send':
      stage.gateway.answer = () => ANSWERS[step.answer];
      await sender.sendDue();
      return undefined;
    case 'look': {
      stage.gateway.refunds = order.refunds.map(({ id, amount }: any): GatewayRefund => {
        const cents = BigInt(amount.replace('.', ''));
        return { gatewayId: id, refundId: id, state: step.finds, amount: cents, currency: 'INR' };
      });
      await sqlOf(app)('UPDATE whatsapp_refunds SET next_lookup_at = $1 WHERE next_lookup_at IS NOT NULL', [
        NOON,
      ]);
      await lookUps.lookUpDue();
      stage.gateway.refunds = [];
      return undefined;
    }
    case 'settle': {
      const refund = order.refunds.at(-1);
      if (refund === undefined) return undefined;
      return shop.post(order.id, `refunds/${refund.id}/settle`, { succeeded: step.succeeded });
    }
  }
}

const cents = (amount: string): number => Math.round(Number(amount) * 100);

/** What one step may not do to an order. */
function holdsBetween(before: any, after: any): void {
  expect(cents(after.refundedAmount)).toBeGreaterThanOrEqual(cents(before.refundedAmount));
  expect(cents(after.paidAmount)).toBeGreaterThanOrEqual(cents(before.paidAmount));
  for (const [place, line] of after.items.entries()) {
    expect(line.cancelledQuantity).toBeGreaterThanOrEqual(before.items[place].cancelledQuantity);
    expect(line.returnedQuantity).toBeGreaterThanOrEqual(before.items[place].returnedQuantity);
  }
  const finals = new Map(before.refunds.map(({ id, state }: any) => [id, state]));
  for (const { id, state } of after.refunds) {
    const was = finals.get(id);
    if (was === 'succeeded' || was === 'failed') expect(state).toBe(was);
  }
  if (before.status === 'refunded') expect(after.status).toBe('refunded');
  const isBack = cents(after.paidAmount) > 0 && after.refundedAmount === after.paidAmount;
  if (after.status === 'refunded') expect(isBack).toBe(true);
  const isEmpty = after.items.every((line: any) => line.cancelledQuantity === line.quantity);
  if (isEmpty) expect(['cancelled', 'refunded']).toContain(after.status);
  const isUntouched = after.items.every((line: any) => line.fulfilledQuantity === 0);
  if (isEmpty && isUntouched && isBack && before.refundedAmount !== after.refundedAmount) {
    expect(after.status).toBe('refunded');
  }
}

it('random histories of payments, refunds, fulfilments and answers leave money, units, stock and figures right', async () => {
  let histories = 0;
  const end = performance.now() + LIMIT_MS;
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      // A busy machine proves fewer histories, but one at least.
      if (histories > 0 && performance.now() > end) return;
      histories += 1;
      const [mug, pen] = [
        await shop.product({ price: '33.33', quantity: 20 }),
        await shop.product({ price: '9.99', quantity: null }),
      ];
      const lines = [
        { sku: mug.sku, quantity: 3, price: 33.33 },
        { sku: pen.sku, quantity: 3, price: 9.99 },
      ];
      let order = await shop.receive({ lines, at: new Date(NOON) });
      const sums = { discount: '10.01', shippingFee: '49.50' };
      order = (await app.api.put(`/api/whatsapp/orders/${order.id}`, sums)).body;
      for (const step of history) {
        const answer = await take(order, step);
        expect(answer === undefined || answer.status < 500).toBe(true);
        const after = await shop.order(order.id);
        holdsBetween(order, after);
        order = after;
      }
      expect(await brokenInvariants(app)).toEqual({});
    }),
    { numRuns: 40, endOnFailure: true },
  );
  expect(histories).toBeGreaterThan(0);
});
