import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatMoney, MAX_PRICE, MAX_TOTAL, parseMoney } from '../../rules/money/money.js';
import {
  blocksConfirmation,
  flagsAfter,
  inOrder,
  needsReview,
  ORDER_FLAGS,
  type OrderFlag,
} from './order-flags.js';
import { balanceOf, lineTax, lineTotal, orderSums, readRate } from './order-money.js';
import { isOrderNumber, orderNumber } from './order-number.js';
import {
  fulfillmentStatusOf,
  ORDER_MOVES,
  ORDER_STATUSES,
  paymentStatusOf,
  unitsLeft,
} from './order-status.js';
import {
  type AskedLine,
  type KnownItem,
  priceAt,
  priceLine,
  type PricingCatalog,
  quantityOf,
} from './price-line.js';
import { readShownPrice } from './shown-price.js';

const NOON = new Date('2026-03-01T12:00:00Z');
const minutes = (count: number): Date => new Date(NOON.getTime() + count * 60_000);
const prices = fc.bigInt({ min: 0n, max: MAX_PRICE });
const rates = fc.integer({ min: 0, max: 10_000 }).map(BigInt);

describe('the tax on a line', () => {
  it.each([
    ['90000.00', '5', true, '4285.71'],
    ['19.99', '5', true, '0.95'],
    ['100.00', '18.5', false, '18.50'],
    ['0.10', '5', false, '0.01'],
    ['0.09', '5', false, '0.00'],
    ['100.00', '0', true, '0.00'],
    ['100.00', '100', true, '50.00'],
  ])('of %s at %s %% (included: %s) is %s', (total, percent, included, tax) => {
    expect(formatMoney(lineTax(parseMoney(total), { rate: readRate(percent), included }))).toBe(tax);
  });

  it.each([
    ['333.00', '8', '27.00'],
    ['6.00', '8', '0.00'],
    ['625.00', '10', '63.00'],
  ])('on top of %s yen at %s %% is %s, which can be paid', (total, percent, tax) => {
    const taxes = { rate: readRate(percent), included: false, unit: 100n };
    expect(formatMoney(lineTax(parseMoney(total), taxes))).toBe(tax);
  });

  it('is never more than the price, and never half a hundredth off', () => {
    fc.assert(
      fc.property(prices, rates, (total, rate) => {
        const [inside, onTop] = [
          lineTax(total, { rate, included: true }),
          lineTax(total, { rate, included: false }),
        ];
        expect(inside >= 0n && inside <= total && onTop <= total).toBe(true);
        const off = onTop * 10_000n - total * rate;
        expect(off > -5_000n && off <= 5_000n).toBe(true);
        // What is taken out of a price, put on top of the rest, is the price again.
        const net = total - inside;
        const error = net * (10_000n + rate) - total * 10_000n;
        expect(error * 2n <= 10_000n + rate && error * -2n <= 10_000n + rate).toBe(true);
      }),
    );
  });
});

describe('the sums of an order', () => {
  const lines = fc.array(fc.tuple(prices, fc.integer({ min: 0, max: 9_999 })), { maxLength: 30 });
  it('are what the database checks, up to the limit and not beyond', () => {
    fc.assert(
      fc.property(lines, rates, fc.boolean(), prices, (asked, rate, included, shippingFee) => {
        const parts = asked.map(([price, quantity]) => {
          const total = lineTotal(price, quantity);
          return { total, tax: lineTax(total, { rate, included }) };
        });
        const subtotal = parts.reduce((sum, { total }) => sum + total, 0n);
        const discount = subtotal / 3n;
        const sums = orderSums(parts, { included }, { shippingFee, discount });
        if (sums === null) {
          expect(
            subtotal + shippingFee + parts.reduce((sum, { tax }) => sum + tax, 0n) > MAX_TOTAL / 2n,
          ).toBe(true);
          return;
        }
        expect(sums.total).toBe(
          sums.subtotal + sums.shippingFee - sums.discount + (included ? 0n : sums.tax),
        );
        expect(parseMoney(JSON.parse(formatMoney(sums.total)) as number)).toBe(sums.total);
      }),
    );
  });

  it('are refused when they are too large', () => {
    expect(orderSums([{ total: MAX_TOTAL, tax: 0n }], { included: true })?.total).toBe(MAX_TOTAL);
    expect(orderSums([{ total: MAX_TOTAL, tax: 1n }], { included: false })).toBeNull();
    expect(balanceOf(100n, 150n, 20n)).toBe(-30n);
  });
});

describe('a shown price', () => {
  it.each([
    ['45000', '45000.00', true],
    ['19.99', '19.99', true],
    ['19.989999771118164', '19.99', true],
    ['0', '0.00', true],
    ['19.995', '20.00', false],
    ['99999999.99', '99999999.99', true],
  ])('of %s is %s (exactly: %s)', (text, amount, isExact) => {
    const shown = readShownPrice(text);
    expect(shown === null ? null : [formatMoney(shown.cents), shown.isExact]).toEqual([amount, isExact]);
  });

  it.each([null, '', '-1', '1e3', 'much', '1.', '.5', '100000000.00', '9'.repeat(400)])(
    'of %j is none',
    (text) => {
      expect(readShownPrice(text)).toBeNull();
    },
  );

  it('survives a float', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (cents) => {
        const shown = readShownPrice((cents / 100).toFixed(12));
        expect(shown).toEqual({ cents: BigInt(cents), isExact: true });
      }),
    );
  });
});

const CATALOG: PricingCatalog = {
  ...{ id: 'c', metaCatalogId: '7', currency: 'INR', isActive: true, taxRate: 500n, pricesIncludeTax: true },
  honourRate: 1_000n,
};
const item = (more: Partial<KnownItem> = {}): KnownItem => ({
  ...{ productId: 'p', variantId: null, kind: 'sellable', name: 'Mug', image: null, options: null },
  ...{ price: 10_000n, salePrice: null, saleStartsAt: null, saleEndsAt: null, isForSale: true, ...more },
});
const asked = (more: Partial<AskedLine> = {}): AskedLine => ({
  ...{ retailerId: 'MUG', quantity: 1, itemPrice: '100', currency: 'INR', ...more },
});
const price = (
  line: AskedLine,
  known: KnownItem | undefined,
  catalog: PricingCatalog | undefined = CATALOG,
) => {
  const { unitPrice, priceSource, problems } = priceLine(line, known, catalog, { currency: 'INR', at: NOON });
  return [formatMoney(unitPrice), priceSource, problems];
};

describe('a line', () => {
  const sale = { salePrice: 8_000n };
  it.each<[string, AskedLine, KnownItem | undefined, [string, string, OrderFlag[]]]>([
    ['at our price', asked(), item(), ['100.00', 'price', []]],
    ['at the sale price', asked({ itemPrice: '80' }), item(sale), ['80.00', 'sale', []]],
    ['at the price during a sale', asked(), item(sale), ['80.00', 'sale', []]],
    [
      'at the price of a sale that is over',
      asked({ itemPrice: '80' }),
      item({ ...sale, saleEndsAt: NOON }),
      ['100.00', 'price', ['price_differs']],
    ],
    [
      'at the price of a sale to come',
      asked({ itemPrice: '80' }),
      item({ ...sale, saleStartsAt: minutes(1) }),
      ['100.00', 'price', ['price_differs']],
    ],
    ['a little below', asked({ itemPrice: '90' }), item(), ['90.00', 'shown', []]],
    ['too far below', asked({ itemPrice: '89.99' }), item(), ['100.00', 'price', ['price_differs']]],
    ['above', asked({ itemPrice: '100.01' }), item(), ['100.00', 'price', ['price_differs']]],
    ['with half a cent', asked({ itemPrice: '99.995' }), item(), ['100.00', 'price', ['price_differs']]],
    ['without a price', asked({ itemPrice: null }), item(), ['100.00', 'price', ['bad_price']]],
    ['in another currency', asked({ currency: 'USD' }), item(), ['100.00', 'price', ['currency_differs']]],
    ['of nothing we know', asked({ itemPrice: '7' }), undefined, ['7.00', 'shown', ['unknown_product']]],
    [
      'of nothing, at no price',
      asked({ itemPrice: '-7' }),
      undefined,
      ['0.00', 'shown', ['unknown_product', 'bad_price']],
    ],
    ['of a group', asked(), item({ kind: 'group' }), ['100.00', 'shown', ['variant_missing']]],
    ['of what is gone', asked(), item({ kind: 'gone' }), ['100.00', 'shown', ['product_deleted']]],
    [
      'of what is not for sale',
      asked(),
      item({ isForSale: false }),
      ['100.00', 'price', ['inactive_product']],
    ],
  ])('%s is charged and flagged as it should be', (_, line, known, expected) => {
    expect(price(line, known)).toEqual(expected);
  });

  it.each<[string | null, KnownItem | undefined, bigint, OrderFlag[]]>([
    ['100', item(), 10_000n, []],
    ['100.0000001', item(), 10_000n, []],
    ['99.50', item(), 10_000n, ['bad_price']],
    ['99.50', undefined, 0n, ['unknown_product', 'bad_price']],
    ['99', undefined, 9_900n, ['unknown_product']],
  ])('in yen at %s costs whole yen', (itemPrice, known, unitPrice, problems) => {
    const catalog = { ...CATALOG, currency: 'JPY', pricesIncludeTax: false };
    const line = asked({ itemPrice, currency: 'JPY' });
    const priced = priceLine(line, known, catalog, { currency: 'JPY', at: NOON });
    expect([priced.unitPrice, priced.problems, priced.tax % 100n]).toEqual([unitPrice, problems, 0n]);
  });

  it('of an unknown catalog takes what was shown', () => {
    expect(
      priceLine(asked({ itemPrice: '7' }), undefined, undefined, { currency: 'INR', at: NOON }),
    ).toMatchObject({
      ...{ unitPrice: 700n, problems: [], tax: 0n },
    });
  });

  it('is never cheaper than the shop allows, whatever the device says', () => {
    fc.assert(
      fc.property(
        fc.option(fc.string({ unit: fc.constantFrom(...Array.from('0123456789.-e')) })),
        rates,
        (text, honourRate) => {
          const charged = priceLine(
            asked({ itemPrice: text }),
            item(),
            { ...CATALOG, honourRate },
            {
              ...{ currency: 'INR', at: NOON },
            },
          );
          const least = 10_000n - honourRate;
          expect(charged.unitPrice >= least && charged.unitPrice <= 10_000n).toBe(true);
        },
      ),
    );
  });

  it.each([
    [1, 1, []],
    [99, 99, []],
    [100, 100, ['quantity_over_99']],
    [9_999, 9_999, ['quantity_over_99']],
    [10_000, 0, ['bad_quantity']],
    [0, 0, ['bad_quantity']],
    [-1, 0, ['bad_quantity']],
    [1.5, 0, ['bad_quantity']],
    [null, 0, ['bad_quantity']],
  ])('of %p pieces has %p', (pieces, quantity, problems) => {
    expect(quantityOf(pieces)).toEqual({ quantity, problems });
  });

  it('costs the sale price from its start up to its end', () => {
    const sold = item({ salePrice: 1n, saleStartsAt: NOON, saleEndsAt: minutes(5) });
    expect([-1, 0, 4, 5].map((count) => priceAt(sold, minutes(count)).source)).toEqual([
      ...['price', 'sale', 'sale', 'price'],
    ]);
  });
});

describe('flags', () => {
  it('are listed once and in one order, and those of lines follow the lines', () => {
    const some = fc.subarray([...ORDER_FLAGS]);
    fc.assert(
      fc.property(some, fc.array(some), (flags, problems) => {
        const after = flagsAfter(
          [...flags, ...flags].reverse(),
          problems.map((one) => ({ problems: one })),
        );
        expect(after).toEqual(inOrder(after));
        expect(problems.flat().every((problem) => after.includes(problem))).toBe(true);
      }),
    );
    expect(flagsAfter(['stock_short', 'no_lines'], [])).toEqual(['no_lines']);
  });

  it('need a look, block the confirmation, or are only noted', () => {
    expect(ORDER_FLAGS.filter((flag) => needsReview([flag]))).toHaveLength(11);
    expect(needsReview(['stock_short', 'reservation_expired', 'possible_duplicate'])).toBe(false);
    expect(blocksConfirmation(['stock_short', 'product_deleted', 'refund_due', 'bad_price'])).toEqual([
      ...['product_deleted', 'bad_price'],
    ]);
  });
});

describe('statuses', () => {
  it('lead nowhere from the end, and to refunded never by hand', () => {
    expect(ORDER_STATUSES.filter((status) => ORDER_MOVES[status].length === 0)).toEqual([
      ...['completed', 'cancelled', 'refunded'],
    ]);
    expect(Object.values(ORDER_MOVES).flat()).not.toContain('refunded');
  });

  it.each([
    [0n, 0n, 100n, 'unpaid'],
    [1n, 0n, 100n, 'partial'],
    [100n, 0n, 100n, 'paid'],
    [150n, 0n, 100n, 'paid'],
    [100n, 1n, 100n, 'partially_refunded'],
    [100n, 100n, 100n, 'refunded'],
  ])('of a payment of %s with %s back, of %s due, is %s', (paid, refunded, total, status) => {
    expect(paymentStatusOf(paid, refunded, total)).toBe(status);
  });

  it('of fulfilment say fulfilled only when nothing is left', () => {
    const line = fc
      .tuple(fc.nat(5), fc.nat(5), fc.nat(5))
      .map(([left, fulfilledQuantity, cancelledQuantity]) => ({
        ...{ quantity: left + fulfilledQuantity + cancelledQuantity, fulfilledQuantity, cancelledQuantity },
      }));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const status = fulfillmentStatusOf(lines);
        const left = lines.reduce((sum, one) => sum + unitsLeft(one), 0);
        const sent = lines.reduce((sum, one) => sum + one.fulfilledQuantity, 0);
        expect(status).toBe(sent === 0 ? 'unfulfilled' : left === 0 ? 'fulfilled' : 'partially_fulfilled');
      }),
    );
  });
});

it('numbers have the year of the day, and six digits or more', () => {
  expect(orderNumber('2026-01-01', 123n)).toBe('ORD-2026-000123');
  expect(orderNumber('2026-12-31', 1_000_000n)).toBe('ORD-2026-1000000');
  expect(['ORD-2026-000123', 'ORD-26-1', 'ord-2026-000123', 'ORD-2026-000123\n'].map(isOrderNumber)).toEqual([
    ...[true, false, false, false],
  ]);
});
