import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromSmallestUnits, smallestUnits } from '../../rules/money/smallest-units.js';
import { type Cents, formatMoney, MAX_PRICE } from '../../rules/money/money.js';
import { unitOf } from '../../rules/money/currency.js';
import { canMove } from '../../rules/state-machine.js';
import type { GatewayTransaction } from '../gateways/payment-gateway.js';
import { GatewayBreaker } from './gateway-breaker.js';
import { type AskedPayment, judgeLookUp, TRYING_AGAIN } from './judge-look-up.js';
import { type DetailsRequest, orderDetails, prove } from './order-details.js';
import { paymentReference, upiLink } from './payment-reference.js';
import { nextLookUp, PAYMENT_MOVES, PAYMENT_STATES } from './payment-state.js';

const HOUR_MS = 3_600_000;
const AT = new Date('2026-03-01T12:00:00Z');
const after = (ms: number): Date => new Date(AT.getTime() + ms);

const amounts = fc.bigInt({ min: 1n, max: 10_000_000n });
const transactions = fc.array(
  fc.record({
    state: fc.constantFrom<GatewayTransaction['state']>('pending', 'captured', 'failed'),
    amount: amounts,
    currency: fc.constantFrom('INR', 'INR', 'USD'),
    transactionId: fc.constantFrom('t1', 't2', null),
    error: fc.constant(null),
  }),
  { maxLength: 4 },
);
const answers = fc.option(
  fc.record({
    request: fc.constantFrom<'open' | 'expired' | 'cancelled'>('open', 'expired', 'cancelled'),
    payments: transactions,
  }),
);

describe('the judgement of a look-up', () => {
  it('moves forward only, never uncounts money, and settles after the same answer twice', () => {
    const steps = fc.array(fc.record({ answer: answers, hours: fc.integer({ min: 0, max: 60 }) }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(amounts, steps, (amount, history) => {
        let asked: AskedPayment = {
          ...{ state: 'requested', amount, currency: 'INR', captured: 0n },
          ...{ expiresAt: after(24 * HOUR_MS), isLast: false },
        };
        let at = 0;
        for (const { answer, hours } of history) {
          at += hours * HOUR_MS;
          const verdict = judgeLookUp(asked, answer, after(at));
          expect(verdict.state === asked.state || canMove(PAYMENT_MOVES, asked.state, verdict.state)).toBe(
            true,
          );
          expect(verdict.captured >= asked.captured).toBe(true);
          expect(verdict.captured > 0n && verdict.state !== 'captured').toBe(false);
          const next = { ...asked, state: verdict.state, captured: verdict.captured };
          expect(judgeLookUp(next, answer, after(at))).toMatchObject({
            state: verdict.state,
            captured: verdict.captured,
          });
          asked = next;
        }
      }),
    );
  });

  const asked: AskedPayment = {
    ...{ state: 'requested', amount: 10_000n, currency: 'INR', captured: 0n, expiresAt: after(HOUR_MS) },
    isLast: false,
  };
  const tried = (state: GatewayTransaction['state'], amount = 10_000n, currency = 'INR') => ({
    request: 'open' as const,
    payments: [{ state, amount, currency, transactionId: 't', error: null }],
  });

  it.each([
    ['nothing before its end', null, 0, 'requested'],
    ['nothing after its end', null, 2 * HOUR_MS, 'expired'],
    ['a try under way after its end', tried('pending'), 2 * HOUR_MS, 'pending'],
    ['a failed try', tried('failed'), 0, 'failed'],
    ['money', tried('captured'), 0, 'captured'],
  ] as const)('finds %s: %s', (_, found, ms, state) => {
    expect(judgeLookUp(asked, found, after(ms)).state).toBe(state);
  });

  it('ends with the last look what the gateway never ends, and still counts money', () => {
    const pending: AskedPayment = { ...asked, state: 'pending', isLast: true };
    expect(judgeLookUp(pending, tried('pending'), AT).state).toBe('expired');
    expect(judgeLookUp(pending, null, AT).state).toBe('expired');
    expect(judgeLookUp(pending, tried('captured'), AT).state).toBe('captured');
    expect(judgeLookUp({ ...pending, state: 'expired' }, tried('captured'), AT).state).toBe('captured');
  });

  it('says of a failed payment that it is tried again, and leaves it failed', () => {
    const failed: AskedPayment = { ...asked, state: 'failed' };
    expect(judgeLookUp(failed, tried('pending'), AT)).toMatchObject({ state: 'failed', error: TRYING_AGAIN });
    expect(judgeLookUp({ ...failed, isLast: true }, tried('pending'), AT).error).toBeNull();
  });

  it('adds up two payments of one request, and calls only other amounts and currencies a mismatch', () => {
    const twice = {
      ...tried('captured'),
      payments: [...tried('captured').payments, ...tried('captured').payments],
    };
    expect(judgeLookUp(asked, twice, AT)).toMatchObject({ captured: 20_000n, mismatch: null });
    expect(judgeLookUp(asked, tried('captured', 9_999n), AT)).toMatchObject({
      ...{ captured: 9_999n, mismatch: { amount: 9_999n, currency: 'INR' } },
    });
    expect(judgeLookUp(asked, tried('captured', 10_000n, 'USD'), AT)).toMatchObject({
      ...{ state: 'captured', captured: 0n, mismatch: { amount: 10_000n, currency: 'USD' } },
    });
  });

  it('hears of money in every state but the first', () => {
    for (const state of PAYMENT_STATES) {
      const isOpen = state !== 'created' && state !== 'captured';
      expect(canMove(PAYMENT_MOVES, state, 'captured')).toBe(isOpen);
    }
  });
});

describe('the times of look-ups', () => {
  it('are 2, 5, 10, 20 and 40 minutes after the request, hourly, at its end, and none 72 hours after that', () => {
    const expiresAt = after(90 * 60_000);
    const minutes: number[] = [];
    for (let next = nextLookUp(AT, expiresAt, AT); next !== null; next = nextLookUp(AT, expiresAt, next))
      minutes.push((next.getTime() - AT.getTime()) / 60_000);
    expect(minutes.slice(0, 8)).toEqual([2, 5, 10, 20, 40, 90, 150, 210]);
    expect(minutes.at(-1)).toBe(90 + 72 * 60);
  });
});

describe('the details of an order', () => {
  const lines = fc.array(
    fc.record({
      quantity: fc.integer({ min: 1, max: 99 }),
      price: fc.bigInt({ min: 1n, max: 1_000_000n }),
      off: fc.bigInt({ min: 0n, max: 1_000_000n }),
      name: fc.string({ minLength: 1, maxLength: 90 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const requests = fc
    .record({
      lines,
      shippingFee: fc.bigInt({ min: 0n, max: 100_000n }),
      discountShare: fc.integer({ min: 0, max: 100 }),
      tax: fc.bigInt({ min: 0n, max: 100_000n }),
      included: fc.boolean(),
      part: fc.integer({ min: 1, max: 100 }),
    })
    .map(({ lines: drawn, shippingFee, discountShare, tax, included, part }): DetailsRequest => {
      const subtotal = drawn.reduce((sum, { price, quantity }) => sum + price * BigInt(quantity), 0n);
      const discount = (subtotal * BigInt(discountShare)) / 100n;
      const total = subtotal + shippingFee - discount + (included ? 0n : tax);
      const share = (total * BigInt(part)) / 100n;
      const shown = (amount: Cents): string => formatMoney(amount);
      return {
        order: {
          ...{
            orderNumber: 'ORD-2026-000123',
            currency: 'INR',
            pricesIncludeTax: included,
            shippingAddress: null,
          },
          ...{ subtotal: shown(subtotal), tax: shown(tax), discount: shown(discount) },
          ...{ shippingFee: shown(shippingFee), total: shown(total) },
        },
        lines: drawn.map(({ quantity, price, off, name }, place) => ({
          ...{ retailerId: `SKU-${place}`, productSku: `SKU-${place}`, productName: name, quantity },
          ...{ unitPrice: shown(price), listPrice: shown(price + off) },
        })),
        ...{ metaCatalogId: '1', reference: 'ORD-2026-000123-1-ABCDEF', amount: share < 1n ? total : share },
        ...{ expiresAt: after(HOUR_MS), gateway: 'razorpay', configurationName: 'prod' },
      };
    })
    .filter(({ amount }) => amount > 0n);

  it('always add up to what is asked for, with names that fit', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const details = orderDetails(request);
        expect(BigInt(details.total_amount.value)).toBe(request.amount);
        for (const { name } of details.order.items) expect(Array.from(name).length).toBeLessThanOrEqual(60);
      }),
    );
  });

  it('are refused when any one amount is off', () => {
    fc.assert(
      fc.property(
        requests,
        fc.constantFrom('total', 'subtotal', 'tax', 'shipping', 'discount', 'item'),
        (request, part) => {
          const details = structuredClone(orderDetails(request));
          const { order } = details;
          const [item] = order.items;
          if (part === 'total') details.total_amount.value += 1;
          else if (part !== 'item') order[part].value += 1;
          else if (item !== undefined) (item.sale_amount ?? item.amount).value += 1;
          expect(() => {
            prove(details);
          }).toThrow('do not add up');
        },
      ),
    );
  });

  it('name the address when goods are shipped in India', () => {
    const [request] = fc.sample(requests, 1);
    if (request === undefined) throw new Error('nothing drawn');
    const shippingAddress = {
      ...{ name: 'A. Rao', line1: '12 MG Road', city: 'Bengaluru', state: 'Karnataka', postalCode: '560001' },
    };
    const shipped = orderDetails({ ...request, order: { ...request.order, shippingAddress } });
    expect(shipped).toMatchObject({ type: 'physical-goods', beneficiaries: [{ country: 'India' }] });
    const abroad = { ...shippingAddress, country: 'Nepal' };
    expect(orderDetails({ ...request, order: { ...request.order, shippingAddress: abroad } })).toMatchObject({
      type: 'digital-goods',
    });
  });
});

describe('the smallest units of a currency', () => {
  it('bring every amount back', () => {
    const currencies = fc.constantFrom('INR', 'JPY', 'KWD', 'HUF', 'USD', 'BHD');
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: MAX_PRICE }), currencies, (amount, currency) => {
        const whole = amount - (amount % unitOf(currency));
        expect(fromSmallestUnits(smallestUnits(whole, currency), currency)).toBe(whole);
      }),
    );
  });

  it.each([
    ['INR', 4_500_000],
    ['JPY', 45_000],
    ['KWD', 45_000_000],
    ['HUF', 4_500_000],
  ])('write 45,000.00 %s as %i', (currency, units) => {
    expect(smallestUnits(4_500_000n, currency)).toBe(units);
  });

  it.each([
    [99_991, 'KWD'],
    [1.5, 'INR'],
    [-1, 'INR'],
    ['1e3', 'INR'],
    [1, 'XYZ'],
    [null, 'INR'],
  ])('do not read %p %s', (value, currency) => {
    expect(fromSmallestUnits(value, currency)).toBeUndefined();
  });
});

describe('a reference', () => {
  it('fits every gateway, also after the millionth order and the hundredth attempt', () => {
    const id = '0198a2b4-0000-7000-8000-00000abcdef1';
    expect(paymentReference('ORD-2026-12345678', 999, id)).toBe('ORD-2026-12345678-999-BCDEF1');
    expect(() => paymentReference('ORD-2026-123456789012345', 99_999, id)).toThrow(RangeError);
  });

  it('and names of the shop cannot break a UPI address', () => {
    const link = upiLink('a@b', { payee: 'A&am=1', reference: 'r', amount: '100.00', note: 'x#y' });
    expect(Object.fromEntries(new URL(link).searchParams)).toEqual({
      ...{ pa: 'a@b', pn: 'A&am=1', tr: 'r', tn: 'x#y', am: '100.00', cu: 'INR' },
    });
  });
});

describe('the breaker', () => {
  it('leaves an account alone for a minute after five lost calls in a row', () => {
    const breaker = new GatewayBreaker();
    for (let call = 0; call < 4; call++) breaker.note('a', false, AT);
    expect(breaker.closedAt(AT)).toEqual([]);
    breaker.note('a', false, AT);
    expect(breaker.closedAt(after(59_000))).toEqual(['a']);
    expect(breaker.closedAt(after(61_000))).toEqual([]);
    breaker.note('a', true, after(61_000));
    breaker.note('a', false, after(62_000));
    expect(breaker.closedAt(after(62_000))).toEqual([]);
  });
});
