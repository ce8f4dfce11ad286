import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../rules/errors/domain-error.js';
import { type Cents, formatMoney, parseMoney, sumMoney } from '../../rules/money/money.js';
import type { GatewayRefund } from '../gateways/payment-gateway.js';
import { REFUND_STATES, type RefundState } from '../order/refund-state.js';
import { matchRefunds, nextLookUp, type OwnRefund } from './match-refunds.js';
import { owedOf } from '../order/order-due.js';
import { openRefunds, type TriedRefund } from '../order/open-refunds.js';
import { type AskedMoney, planRefund, type Refundable, repeatRefund } from './plan-refund.js';
import { commonUnit, lineValues, shareOf } from '../order/line-share.js';

const amounts = fc.bigInt({ min: 0n, max: 999_999_999_999_999n });
const quantities = fc.integer({ min: 1, max: 9_999 });
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

describe('the share of units', () => {
  it.each([
    ['100.00', 3, [1, 1, 1], ['33.33', '33.34', '33.33']],
    ['0.05', 2, [1, 1], ['0.03', '0.02']],
    ['10.00', 4, [3, 1], ['7.50', '2.50']],
    ['0.01', 3, [1, 1, 1], ['0.00', '0.01', '0.00']],
  ])('of a line of %s with %i units, given back as %j, is %j', (value, quantity, steps, shares) => {
    let [units, amount] = [0, 0n];
    const given = steps.map((more) => {
      const share = shareOf({ quantity, value: parseMoney(value), units, amount }, more);
      [units, amount] = [units + more, amount + share];
      return formatMoney(share);
    });
    expect(given).toEqual(shares);
  });

  it('adds up to the line in any split, is never above it, and never more than one cent off', () => {
    const splits = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(amounts, splits, fc.constantFrom(1n, 100n), (hundredths, steps, unit) => {
        const value = (hundredths / unit) * unit;
        const quantity = steps.reduce((sum, step) => sum + step, 0);
        let [units, amount] = [0, 0n];
        for (const step of steps) {
          amount += shareOf({ quantity, value, units, amount }, step, unit);
          units += step;
          expect(amount % unit).toBe(0n);
          const off = amount * BigInt(quantity) - value * BigInt(units);
          expect(off * 2n <= unit * BigInt(quantity) && off * -2n <= unit * BigInt(quantity)).toBe(true);
        }
        expect(amount).toBe(value);
      }),
    );
  });

  it('makes up for money that failed to go back, and never asks for any', () => {
    fc.assert(
      fc.property(amounts, quantities, amounts, (value, quantity, given) => {
        const share = shareOf({ quantity, value, units: quantity - 1, amount: given }, 1);
        expect(share).toBe(given > value ? 0n : value - given);
      }),
    );
  });
});

describe('the values of lines', () => {
  const lines = fc.array(
    fc.record({
      total: fc.bigInt({ min: 0n, max: 10_000_000n }),
      tax: fc.bigInt({ min: 0n, max: 100_000n }),
    }),
    { minLength: 1, maxLength: 20 },
  );
  it('are the total of the order without shipping, and never negative', () => {
    fc.assert(
      fc.property(
        lines,
        fc.integer({ min: 0, max: 100 }),
        fc.option(fc.bigInt({ min: 0n, max: 100_000n }), { nil: null }),
        fc.boolean(),
        fc.constantFrom('INR', 'JPY', 'KWD'),
        (rows, percent, ownTax, pricesIncludeTax, currency) => {
          const unit = currency === 'JPY' ? 100n : 1n;
          const subtotal = sumMoney(rows.map(({ total }) => total)) * unit;
          const discount = (((subtotal / unit) * BigInt(percent)) / 100n) * unit;
          const tax = ownTax === null ? sumMoney(rows.map((row) => row.tax)) * unit : ownTax * unit;
          const order = {
            currency,
            pricesIncludeTax,
            discount: formatMoney(discount),
            tax: formatMoney(tax),
          };
          const values = lineValues(
            order,
            rows.map((row) => ({
              ...{ quantity: 1, totalPrice: formatMoney(row.total * unit), tax: formatMoney(row.tax * unit) },
            })),
          );
          expect(sumMoney(values)).toBe(subtotal - discount + (pricesIncludeTax ? 0n : tax));
          expect(values.every((value) => value >= 0n && value % unit === 0n)).toBe(true);
          expect(commonUnit(currency, values)).toBe(unit);
        },
      ),
    );
  });

  it('give each line its own tax when the tax is that of the lines', () => {
    const order = { currency: 'INR', pricesIncludeTax: false, discount: '10.00', tax: '7.00' };
    const rows = [
      { quantity: 1, totalPrice: '100.00', tax: '5.00' },
      { quantity: 1, totalPrice: '0.00', tax: '0.00' },
      { quantity: 2, totalPrice: '100.00', tax: '2.00' },
    ];
    expect(lineValues(order, rows)).toEqual([10_000n, 0n, 9_700n]);
  });
});

const line = (id: string, more: Partial<Refundable['lines'][number]> = {}): Refundable['lines'][number] => ({
  ...{ id, sku: id, quantity: 3, fulfilled: 0, cancelled: 0, returned: 0, value: 300n, givenBack: 0n },
  ...more,
});
const order = (more: Partial<Refundable> = {}): Refundable => ({
  ...{ currency: 'INR', unit: 1n, lines: [line('a'), line('b')], shippingLeft: 50n },
  payments: [
    { id: 'new', left: 400n },
    { id: 'old', left: 250n },
  ],
  ...more,
});
const ask = (more: Partial<AskedMoney> = {}): AskedMoney => ({
  ...{ amount: null, items: [], shipping: false, paymentId: null },
  ...more,
});
const item = (itemId: string, quantity: number, restock = false) => ({ itemId, quantity, restock });

describe('the plan of a refund', () => {
  it('takes the newest payment first, and splits an item between two', () => {
    const plan = planRefund(order(), ask({ items: [item('a', 3), item('b', 2)], shipping: true }));
    expect(plan.refunds).toEqual([
      {
        ...{ paymentId: 'new', amount: 400n, shipping: 0n },
        items: [
          { itemId: 'a', quantity: 3, amount: 300n },
          { itemId: 'b', quantity: 2, amount: 100n },
        ],
      },
      {
        ...{ paymentId: 'old', amount: 150n, shipping: 50n },
        items: [{ itemId: 'b', quantity: 0, amount: 100n }],
      },
    ]);
  });

  it('takes only from the payment that is named', () => {
    const plan = planRefund(order(), ask({ amount: 250n, paymentId: 'old' }));
    expect(plan.refunds).toEqual([{ paymentId: 'old', amount: 250n, shipping: 0n, items: [] }]);
    expect(codeOf(() => planRefund(order(), ask({ amount: 251n, paymentId: 'old' })))).toBe('exceeds_paid');
  });

  it('cancels undelivered units before it takes delivered ones back', () => {
    const lines = [
      line('a', { quantity: 5, fulfilled: 3, returned: 1, cancelled: 1, value: 500n, givenBack: 200n }),
    ];
    const plan = planRefund(order({ lines }), ask({ items: [item('a', 2, true)] }));
    expect(plan.units).toEqual([{ itemId: 'a', cancelled: 1, returned: 1, restock: true }]);
    expect(plan.refunds[0]).toMatchObject({ amount: 200n });
    const tooMany = ask({ items: [item('a', 4)] });
    expect(codeOf(() => planRefund(order({ lines }), tooMany))).toBe('exceeds_quantity');
  });

  it('gives back no more than there is: an amount is refused, items are capped', () => {
    const payments = [{ id: 'only', left: 90n }];
    expect(codeOf(() => planRefund(order({ payments }), ask({ amount: 91n })))).toBe('exceeds_paid');
    const plan = planRefund(order({ payments }), ask({ items: [item('a', 3), item('b', 3)] }));
    expect(plan.refunds).toMatchObject([{ amount: 90n, items: [{ amount: 45n }, { amount: 45n }] }]);
    expect(codeOf(() => planRefund(order({ payments: [] }), ask({ items: [item('a', 1)] })))).toBe(
      'exceeds_paid',
    );
  });

  it('takes back free units without money', () => {
    const lines = [line('a', { value: 0n })];
    const plan = planRefund(order({ lines }), ask({ items: [item('a', 1)] }));
    expect(plan).toEqual({
      refunds: [],
      units: [{ itemId: 'a', cancelled: 1, returned: 0, restock: false }],
    });
  });

  it.each([
    ['an item of another order', [item('c', 1)], 'item_not_found'],
    ['no unit', [item('a', 0)], 'bad_quantity'],
    ['less than no unit', [item('a', -1)], 'bad_quantity'],
    ['more units than there are', [item('a', 4)], 'exceeds_quantity'],
  ])('refuses %s', (_, items, code) => {
    expect(codeOf(() => planRefund(order(), ask({ items })))).toBe(code);
  });

  it('loses no cent, takes none twice and keeps to every limit', () => {
    const lines = fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 9 }),
        value: fc.bigInt({ min: 0n, max: 1_000n }),
        asked: fc.integer({ min: 0, max: 9 }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    const payments = fc.array(fc.bigInt({ min: 0n, max: 2_000n }), { maxLength: 4 });
    const amount = fc.option(fc.bigInt({ min: 1n, max: 3_000n }), { nil: null });
    fc.assert(
      fc.property(lines, payments, amount, fc.boolean(), (rows, lefts, asked, shipping) => {
        const of = order({
          lines: rows.map(({ quantity, value }, place) => line(String(place), { quantity, value })),
          payments: lefts.map((left, place) => ({ id: String(place), left })),
        });
        const items = rows.flatMap((row, place) =>
          row.asked === 0 ? [] : [item(String(place), Math.min(row.asked, row.quantity))],
        );
        const left = sumMoney(lefts);
        const worth = sumMoney(
          items.map(({ itemId, quantity }) => {
            const { value, quantity: all } = rows[Number(itemId)] ?? { value: 0n, quantity: 1 };
            return shareOf({ value, quantity: all, units: 0, amount: 0n }, quantity);
          }),
        );
        const whole = worth + (shipping ? 50n : 0n);
        const wanted = asked ?? (whole < left ? whole : left);
        const money = ask({ amount: asked, items, shipping });
        if (wanted > left || (wanted === 0n && whole > 0n)) {
          expect(codeOf(() => planRefund(of, money))).toBe('exceeds_paid');
          return;
        }
        const { refunds } = planRefund(of, money);
        expect(sumMoney(refunds.map((refund) => refund.amount))).toBe(wanted);
        for (const refund of refunds) {
          const parts = refund.shipping + sumMoney(refund.items.map((one) => one.amount));
          expect(refund.amount > 0n && parts <= refund.amount).toBe(true);
          expect(refund.amount <= (lefts[Number(refund.paymentId)] ?? 0n)).toBe(true);
        }
        // The newest payment is empty before the next one is touched.
        const touched = refunds.map(({ paymentId }) => Number(paymentId));
        const emptied = touched.slice(0, -1).every((place, n) => refunds[n]?.amount === lefts[place]);
        expect(emptied && touched.every((place, n) => n === 0 || place > (touched[n - 1] ?? 0))).toBe(true);
        const parts = refunds.flatMap((refund) => refund.items);
        const spent =
          sumMoney(refunds.map((refund) => refund.shipping)) + sumMoney(parts.map((one) => one.amount));
        expect(spent).toBe(wanted < whole ? wanted : whole);
        for (const { itemId, quantity } of refunds.length === 0 ? [] : items) {
          const units = parts
            .filter((one) => one.itemId === itemId)
            .reduce((sum, one) => sum + one.quantity, 0);
          expect(units).toBe(quantity);
        }
      }),
    );
  });
});

const own = (id: string, state: RefundState, more: Partial<OwnRefund> = {}): OwnRefund => ({
  ...{ id, state, gatewayId: null, amount: 100n, isSent: true },
  ...more,
});
const told = (
  gatewayId: string,
  state: GatewayRefund['state'],
  more: Partial<GatewayRefund> = {},
): GatewayRefund => ({
  ...{ gatewayId, refundId: null, state, amount: 100n, currency: 'INR' },
  ...more,
});
const matched = (ours: OwnRefund[], theirs: GatewayRefund[]) =>
  matchRefunds(ours, theirs, 'INR').map(({ id, state, gatewayId }) => [id, state, gatewayId]);

describe("a gateway's list of refunds", () => {
  it('is matched by our id, then by its id, then by amount', () => {
    const ours = [own('a', 'unknown'), own('b', 'pending', { gatewayId: 'g2' }), own('c', 'unknown')];
    const theirs = [
      told('g1', 'succeeded'),
      told('g2', 'failed'),
      told('g3', 'succeeded', { refundId: 'c' }),
    ];
    expect(matched(ours, theirs)).toEqual([
      ['a', 'succeeded', 'g1'],
      ['b', 'failed', 'g2'],
      ['c', 'succeeded', 'g3'],
    ]);
  });

  it('says nothing about refunds that it lacks, of another amount, currency or row', () => {
    expect(matched([own('a', 'unknown')], [])).toEqual([]);
    const others = [
      told('g1', 'succeeded', { amount: 99n }),
      told('g2', 'succeeded', { currency: 'USD' }),
      told('g3', 'succeeded', { refundId: 'another' }),
    ];
    expect(matched([own('a', 'unknown'), own('b', 'requested', { isSent: false })], others)).toEqual([]);
  });

  it('does not give a settled refund to another row', () => {
    const ours = [own('lost', 'unknown'), own('settled', 'succeeded')];
    expect(matched(ours, [told('g1', 'succeeded')])).toEqual([]);
    expect(matched(ours, [told('g1', 'succeeded'), told('g2', 'pending')])).toEqual([
      ['lost', 'pending', 'g2'],
    ]);
  });

  it('never leads backwards, and uses each of its refunds once', () => {
    const rows = fc.array(
      fc.record({
        state: fc.constantFrom(...REFUND_STATES),
        gatewayId: fc.option(fc.constantFrom('g0', 'g1', 'g2'), { nil: null }),
        amount: fc.constantFrom<Cents>(100n, 200n),
        isSent: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    const listed = fc.array(
      fc.record({
        refundId: fc.option(fc.constantFrom('0', '1', '9'), { nil: null }),
        state: fc.constantFrom('pending' as const, 'succeeded' as const, 'failed' as const),
        amount: fc.constantFrom<Cents>(100n, 200n),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(rows, listed, (ours, theirs) => {
        const mine = ours.map((row, place) => own(String(place), row.state, row));
        const list = theirs.map((one, place) => told(`g${place}`, one.state, one));
        const outcomes = matchRefunds(mine, list, 'INR');
        for (const { id, state } of outcomes) {
          expect(['requested', 'pending', 'unknown']).toContain(mine[Number(id)]?.state);
          expect(state).not.toBe('unknown');
        }
        const ids = outcomes.map(({ gatewayId }) => gatewayId);
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set(outcomes.map(({ id }) => id)).size).toBe(outcomes.length);
      }),
    );
  });

  it('is read after minutes, then hourly, then daily, and not for ever', () => {
    const made = new Date('2026-03-01T00:00:00Z');
    const after = (lookUps: number, ageHours: number): number | null => {
      const now = new Date(made.getTime() + ageHours * 3_600_000);
      const next = nextLookUp(lookUps, made, now);
      return next === null ? null : (next.getTime() - now.getTime()) / 60_000;
    };
    expect([after(1, 0), after(4, 1), after(5, 1), after(9, 71), after(80, 73), after(200, 720)]).toEqual([
      ...[4, 32, 60, 60, 1_440, null],
    ]);
  });
});

describe('what refunds have not brought to its end', () => {
  const early = new Date('2026-03-01T12:00:00Z');
  const late = new Date('2026-03-01T13:00:00Z');
  const one = (id: string, state: RefundState, more: Partial<TriedRefund> = {}): TriedRefund => ({
    ...{ id, state, amount: '50.00', shipping: '0.00', repeats: null, createdAt: early, updatedAt: early },
    ...{ items: [], ...more },
  });
  const failed = one('failed', 'failed', { items: [{ amount: '50.00' }] });
  it.each<[string, TriedRefund[], string, string]>([
    ['a failed one', [failed], '0.00', '50.00'],
    [
      'a failed one that is repeated',
      [failed, one('b', 'requested', { repeats: 'failed' })],
      '50.00',
      '0.00',
    ],
    ['a repetition that failed too', [failed, one('b', 'failed', { repeats: 'failed' })], '0.00', '50.00'],
    [
      'a sibling for items',
      [failed, one('b', 'succeeded', { items: [{ amount: '50.00' }] })],
      '0.00',
      '50.00',
    ],
    ['a sibling for shipping', [failed, one('b', 'succeeded', { shipping: '50.00' })], '0.00', '50.00'],
    ['an amount that follows', [failed, one('b', 'unknown', { amount: '30.00' })], '30.00', '20.00'],
    [
      'a larger amount that follows',
      [failed, failed, one('b', 'pending', { amount: '70.00' })],
      '70.00',
      '30.00',
    ],
    [
      'an amount of before it failed',
      [one('b', 'succeeded'), { ...failed, updatedAt: late }],
      '0.00',
      '50.00',
    ],
  ])('of %s', (_, refunds, underWay, left) => {
    expect(openRefunds(refunds)).toEqual({ underWay: parseMoney(underWay), failed: parseMoney(left) });
  });
});

describe('the repetition of a failed refund', () => {
  const of: Refundable = {
    ...{ currency: 'INR', unit: 1n, lines: [], shippingLeft: 700n },
    payments: [
      { id: 'new', left: 9_000n },
      { id: 'old', left: 5_000n },
    ],
  };
  const items = [{ itemId: 'a', quantity: 2, amount: 4_000n }];
  const failed = { paymentId: 'old', amount: 5_000n, shipping: 1_000n, items };
  it('is for the same items without their units, and for no more shipping than is left', () => {
    const again = { amount: 4_700n, shipping: 700n, items: [{ itemId: 'a', quantity: 0, amount: 4_000n }] };
    expect(repeatRefund(of, failed, null)).toEqual({ paymentId: 'old', ...again });
    expect(repeatRefund(of, failed, 'new')).toEqual({ paymentId: 'new', ...again });
  });
  it('is refused when too little is left of its payment, and is nothing when its shipping has gone back', () => {
    expect(codeOf(() => repeatRefund(of, { ...failed, amount: 6_000n }, null))).toBe('exceeds_paid');
    expect(codeOf(() => repeatRefund(of, failed, 'foreign'))).toBe('exceeds_paid');
    const shipped = { ...failed, amount: 1_000n, items: [] };
    expect(repeatRefund({ ...of, shippingLeft: 0n }, shipped, null)).toBeNull();
  });
});

describe('what is owed', () => {
  const line = fc.record({
    ...{ unitPrice: fc.integer({ min: 0, max: 99_999 }), quantity: fc.integer({ min: 1, max: 9 }) },
    ...{ cancelled: fc.nat(9), returned: fc.nat(9) },
  });
  it('is the total less what refunds of the units that are gone are worth, in any split', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 8 }),
        fc.nat(100),
        fc.nat(5_000),
        (drawn, off, ships) => {
          const lines = drawn.map(({ unitPrice, quantity, cancelled, returned }) => {
            const cancelledQuantity = Math.min(cancelled, quantity);
            const returnedQuantity = Math.min(returned, quantity - cancelledQuantity);
            const totalPrice = formatMoney(BigInt(unitPrice * quantity));
            return { quantity, totalPrice, tax: '0.00', cancelledQuantity, returnedQuantity };
          });
          const subtotal = sumMoney(lines.map(({ totalPrice }) => parseMoney(totalPrice)));
          const discount = (subtotal * BigInt(off)) / 100n;
          const total = subtotal - discount + BigInt(ships);
          const money = { discount: formatMoney(discount), total: formatMoney(total), tax: '0.00' };
          const order = { currency: 'INR', pricesIncludeTax: true, ...money };
          const values = lineValues(order, lines);
          const gone = lines.map(({ quantity, cancelledQuantity, returnedQuantity }, place) => {
            const value = values[place] ?? 0n;
            let amount = 0n;
            for (let units = 0; units < cancelledQuantity + returnedQuantity; units++) {
              amount += shareOf({ quantity, value, units, amount }, 1);
            }
            return amount;
          });
          expect(owedOf(order, lines)).toBe(total - sumMoney(gone));
        },
      ),
    );
  });
});
