import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Reservations } from '../../../src/orders/moves/reservations.service.js';
import type { TestApp } from '../../support/test-app.js';
import { brokenInvariants, Shop, somebody, sqlOf, startShopApp } from '../../support/shop.js';

const NOON = '2026-03-01T12:00:00Z';
const at = new Date(NOON);
const AT_ONCE = 20;

let app: TestApp;
let second: TestApp;
let shop: Shop;
beforeAll(async () => {
  app = await startShopApp({ CLOCK: NOON });
  shop = await Shop.open(app);
});
afterEach(async () => {
  expect(await brokenInvariants(app)).toEqual({});
});
afterAll(async () => {
  await app.close();
});

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const statuses = (answers: readonly { status: number }[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('many at once', () => {
  it('the same message is one cart, one order, one number and one message to the customer', async () => {
    const { sku } = await shop.product({ quantity: 5 });
    const sent = shop.message({ from: somebody(), lines: [{ sku }], at });
    await shop.flood(times(AT_ONCE, () => sent.raw));
    const found = await sqlOf(app)(
      `SELECT count(*)::int AS orders, count(DISTINCT o.cart_id)::int AS carts,
              (SELECT count(*)::int FROM message_outbox b WHERE b.dedupe_key LIKE 'order:' || min(o.id::text) || '%') AS told
         FROM whatsapp_orders o WHERE source_message_id = $1`,
      [sent.wamid],
    );
    expect(found).toEqual([{ orders: 1, carts: 1, told: 1 }]);
  });

  it('200 orders want the last 120 pieces of one product: 60 get theirs, the oldest messages first within a batch', async () => {
    const { id, sku } = await shop.product({ quantity: 120 });
    const other = await shop.product({ quantity: 1_000 });
    const sent = times(200, () =>
      shop.message({ from: somebody(), lines: [{ sku, quantity: 2 }, { sku: other.sku }], at }),
    );
    await shop.flood(sent.map(({ raw }) => raw));
    expect(await shop.stock(id)).toEqual({ quantity: 0, reserved: 120 });
    expect(await shop.stock(other.id)).toEqual({ quantity: 800, reserved: 200 });
    const [counted] = await sqlOf(app)(
      `SELECT count(*) FILTER (WHERE 'stock_short' = ANY(flags))::int AS short, count(*)::int AS all
         FROM whatsapp_orders WHERE source_message_id = ANY($1)`,
      [sent.map(({ wamid }) => wamid)],
    );
    expect(counted).toEqual({ short: 140, all: 200 });
  });

  it('the last piece goes to one of those who confirm at once', async () => {
    await shop.settings({ reservationMinutes: 0 });
    const { id, sku } = await shop.product({ quantity: 1 });
    const sent = times(AT_ONCE, () => shop.message({ from: somebody(), lines: [{ sku }], at }));
    await shop.flood(sent.map(({ raw }) => raw));
    await shop.settings({ reservationMinutes: 1_440 });
    const orders = await Promise.all(sent.map(({ wamid }) => shop.byMessage(wamid)));
    const answers = await Promise.all(orders.map((order) => shop.move(order.id, 'confirmed')));
    expect(statuses(answers)).toEqual({ 200: 1, 422: AT_ONCE - 1 });
    expect(await shop.stock(id)).toEqual({ quantity: 0, reserved: 1 });
  });

  it('an order is confirmed, cancelled or loses its reservation, and its stock follows exactly one of them', async () => {
    const { id, sku } = await shop.product({ quantity: 50 });
    const reservations = app.app.get(Reservations, { strict: false });
    for (let round = 0; round < 5; round++) {
      const order = await shop.receive({ lines: [{ sku, quantity: 3 }], at });
      await sqlOf(app)('UPDATE whatsapp_orders SET reserved_until = $1 WHERE id = $2', [at, order.id]);
      await Promise.all([
        ...times(8, () => shop.move(order.id, 'confirmed')),
        ...times(8, () => shop.move(order.id, 'cancelled')),
        ...times(4, () => reservations.endDue()),
      ]);
      const { status, history, items } = await shop.order(order.id);
      expect(['confirmed', 'cancelled']).toContain(status);
      expect(items[0].reservedQuantity).toBe(status === 'confirmed' ? 3 : 0);
      const moves = history.filter(({ kind, to }: any) => kind === 'status' && to === 'cancelled');
      expect(moves.length).toBeLessThanOrEqual(1);
    }
    const { quantity, reserved } = await shop.stock(id);
    expect((quantity ?? 0) + reserved).toBe(50);
  });

  it('fulfilled is never more than ordered, and what was fulfilled is not cancelled', async () => {
    const { sku } = await shop.product({ quantity: 100 });
    for (let round = 0; round < 4; round++) {
      const order = await shop.receive({ lines: [{ sku, quantity: 5 }], at });
      await shop.move(order.id, 'confirmed');
      const items = [{ itemId: order.items[0].id, quantity: 2 }];
      await Promise.all([
        ...times(12, () => shop.post(order.id, 'fulfill', { items, notify: false })),
        ...times(8, () => shop.move(order.id, 'cancelled')),
      ]);
      const { status, items: lines } = await shop.order(order.id);
      expect([0, 4]).toContain(lines[0].fulfilledQuantity);
      expect(status === 'cancelled').toBe(lines[0].fulfilledQuantity === 0);
    }
  });

  it('one payment by hand is recorded once, and never more than is due', async () => {
    const { sku } = await shop.product();
    const order = await shop.receive({ lines: [{ sku, quantity: 2 }], at });
    const same = { amount: 50, method: 'bank_transfer', reference: 'UTR 7' };
    const answers = await Promise.all([
      ...times(AT_ONCE, () => shop.post(order.id, 'payments', same)),
      ...times(AT_ONCE, () => shop.post(order.id, 'payments', { amount: 75, method: 'cash' })),
    ]);
    const { paidAmount } = await shop.order(order.id);
    expect(Number(paidAmount)).toBeLessThanOrEqual(200);
    expect(statuses(answers)[201]).toBe((Number(paidAmount) - 50) / 75 + 1);
    expect(answers.every(({ status }) => [201, 409, 422].includes(status))).toBe(true);
  });

  it('two workers give numbers without a gap', async () => {
    second = await startShopApp({ CLOCK: NOON, DATABASE_URL: app.config.databaseUrl ?? '' });
    try {
      const { sku } = await shop.product({ quantity: 30 });
      const sent = times(60, () => shop.message({ from: somebody(), lines: [{ sku }], at }));
      await shop.flood([...sent, ...sent].map(({ raw }) => raw));
      const [counted] = await sqlOf(app)(
        `SELECT count(DISTINCT order_number)::int AS numbers FROM whatsapp_orders WHERE source_message_id = ANY($1)`,
        [sent.map(({ wamid }) => wamid)],
      );
      expect(counted).toEqual({ numbers: 60 });
    } finally {
      await second.close();
    }
  });
});
