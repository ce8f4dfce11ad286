import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { optionsKey } from './options-key.js';
import { problemsOfWhole, readProduct, readSku, readVariant } from './product-rules.js';

describe('a SKU', () => {
  it.each(['A', 'Bali 2025/001', '日本-1', 'a'.repeat(100)])('may be "%s"', (sku) => {
    expect(readSku(sku)).toBe(sku);
  });

  it.each(['', ' A', 'A ', 'A\tB', 'A\nB', 'A\0', 'A\u200bB', 'A\u2028B', '\ud800', 'a'.repeat(101)])(
    'may not be %j',
    (sku) => {
      expect(() => readSku(sku)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'bad_sku' }));
    },
  );

  it('is composed once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (text) => {
        let sku: string;
        try {
          sku = readSku(text);
        } catch {
          return;
        }
        expect(readSku(sku)).toBe(sku);
        expect(readSku(text.normalize('NFD'))).toBe(sku);
      }),
    );
  });
});

describe('reading a product', () => {
  it('reports every wrong field, not only the first', () => {
    const { errors } = readProduct(
      { name: ' ', price: 'x', quantity: 1.5, imageUrl: 'nowhere', saleStartsAt: 'soon' },
      'INR',
    );
    expect(errors.map(({ field }) => field).sort()).toEqual([
      'imageUrl',
      'name',
      'price',
      'quantity',
      'saleStartsAt',
    ]);
  });

  it('returns only what was given, in its stored form', () => {
    const { values, errors } = readProduct(
      { price: 7.5, tags: [' a', 'a', ''], description: '', currency: 'INR' },
      'INR',
    );
    expect(errors).toEqual([]);
    expect(values).toEqual({ price: '7.50', tags: ['a'], description: null });
  });

  it('changes nothing when it reads what it returned', () => {
    const money = fc.integer({ min: 0, max: 9_999_999_999 }).map((cents) => (cents / 100).toFixed(2));
    const text = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter((one) => one.isWellFormed() && !one.includes('\0'));
    const input = fc.record({
      price: money,
      description: text,
      tags: fc.array(text, { maxLength: 5 }),
      quantity: fc.option(fc.nat(10_000_000)),
      variantOptions: fc.option(fc.dictionary(text, fc.array(text, { maxLength: 3 }), { maxKeys: 3 })),
    });
    fc.assert(
      fc.property(input, (given) => {
        const first = readProduct(given, 'INR');
        fc.pre(first.errors.length === 0);
        expect(readProduct(first.values as never, 'INR')).toEqual(first);
      }),
    );
  });
});

describe('the whole of a product', () => {
  const at = (hour: number) => new Date(Date.UTC(2025, 5, 1, hour));

  it.each<[string, Parameters<typeof problemsOfWhole>[0], string[]]>([
    ['no sale', { price: '10.00', salePrice: null }, []],
    ['a cent below', { price: '10.00', salePrice: '9.99' }, []],
    ['the same', { price: '10.00', salePrice: '10.00' }, ['salePrice']],
    ['greater as a number, smaller as text', { price: '9.00', salePrice: '10.00' }, ['salePrice']],
    ['smaller as a number, greater as text', { price: '10.00', salePrice: '9.00' }, []],
    [
      'a sale of no length',
      { price: '1.00', salePrice: null, saleStartsAt: at(1), saleEndsAt: at(1) },
      ['saleEndsAt'],
    ],
    ['a sale of an hour', { price: '1.00', salePrice: null, saleStartsAt: at(1), saleEndsAt: at(2) }, []],
  ])('%s', (_, values, fields) => {
    expect(problemsOfWhole(values).map(({ field }) => field)).toEqual(fields);
  });
});

describe('options', () => {
  it('have the same key in whatever order, and another one when anything differs', () => {
    const options = fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), { maxKeys: 10 });
    fc.assert(
      fc.property(options, options, (a, b) => {
        const reversed = Object.fromEntries(Object.entries(a).reverse());
        expect(optionsKey(reversed)).toBe(optionsKey(a));
        const isSame = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
        expect(optionsKey(a) === optionsKey(b)).toBe(isSame);
        expect(optionsKey(a).length).toBeLessThanOrEqual(400);
      }),
    );
  });

  it('that are the same after trimming are one', () => {
    const { errors } = readVariant({ options: { 'size ': 'M', size: 'L' } }, 'INR');
    expect(errors).toMatchObject([{ field: 'options' }]);
  });
});
