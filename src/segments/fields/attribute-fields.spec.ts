import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseField } from '../language/field-path.js';
import { parseSegment } from '../language/parse-segment.js';
import { attributeFields, attributePath, OPERATORS_OF_ATTRIBUTE } from './attribute-fields.js';

const NOW = new Date('2025-06-15T12:00:00Z');
const MOST = 1_000;

describe('the fields of attributes', () => {
  it('names each path with its label, type and a value', () => {
    const fields = attributeFields(
      [
        {
          saleDetails: [{ destination: 'Bali', travelDate: '2025-07-01' }, { destination: 'Goa' }],
          score: 12,
        },
        { saleDetails: { destination: 'Pune' }, score: '7', isVip: true, note: null, empty: {} },
        { score: 'high', home_town: 'Agra', tagsOfCRM: ['a', 'b'] },
      ],
      MOST,
    );
    expect(fields).toEqual([
      { path: 'attributes.score', label: 'Score', type: 'mixed', sample: 12, customers: 3 },
      {
        path: 'attributes.saleDetails.destination',
        ...{ label: 'Sale details › Destination', type: 'text', sample: 'Bali', customers: 2 },
      },
      { path: 'attributes.home_town', label: 'Home town', type: 'text', sample: 'Agra', customers: 1 },
      { path: 'attributes.isVip', label: 'Is vip', type: 'flag', sample: true, customers: 1 },
      {
        path: 'attributes.saleDetails.travelDate',
        ...{ label: 'Sale details › Travel date', type: 'instant', sample: '2025-07-01', customers: 1 },
      },
      { path: 'attributes.tagsOfCRM', label: 'Tags of CRM', type: 'text', sample: 'a', customers: 1 },
    ]);
  });

  it('lists the most frequent ones only, and shortens a long text', () => {
    const documents = [{ a: 'x'.repeat(1_000), b: 1 }, { b: 2 }];
    expect(attributeFields(documents, 1)).toMatchObject([{ path: 'attributes.b' }]);
    expect(String(attributeFields(documents, 2)[1]?.sample)).toHaveLength(101);
  });

  it('looks as deep as a condition can name, and survives any depth', () => {
    const nested = (levels: number, wrap: (inner: unknown) => unknown): unknown => {
      let value: unknown = 1;
      for (let n = 0; n < levels; n++) value = wrap(value);
      return value;
    };
    const key = (inner: unknown) => ({ k: inner });
    const keyOfList = (inner: unknown) => ({ k: [inner] });
    const path = (keys: number) => `attributes${'.k'.repeat(keys)}`;
    const of = (document: unknown) => attributeFields([document, { a: 1 }], MOST).map((one) => one.path);
    expect(of(nested(19, key))).toEqual([path(19), 'attributes.a'].sort());
    expect(of(nested(19, keyOfList))).toEqual([path(19), 'attributes.a'].sort());
    expect(of(nested(20, key))).toEqual(['attributes.a']);
    for (const wrap of [key, keyOfList, (inner: unknown) => [inner]])
      expect(of({ b: nested(100_000, wrap) })).toEqual(['attributes.a']);
  });

  it('offers paths and operators that the grammar takes, whatever the keys are', () => {
    const key = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('a.b', '"', 'orders'));
    const value = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant('2025-02-03'));
    const document = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, fc.array(value))));
    fc.assert(
      fc.property(fc.array(document, { maxLength: 5 }), (documents) => {
        for (const { path, type } of attributeFields(documents, MOST)) {
          const field = parseField(path);
          if (typeof field === 'string' || field.kind !== 'attribute') throw new Error(path);
          for (const operator of OPERATORS_OF_ATTRIBUTE[type]) {
            const parsed = parseSegment({ conditions: [{ field: path, operator, value: [] }] }, NOW);
            const refused = parsed.ok ? [] : parsed.errors.map(({ field }) => field);
            if (!refused.every((name) => name.endsWith('.value'))) throw new Error(`${path}: ${operator}`);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('writes a path that means the same keys', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 15 }), (keys) => {
        const field = parseField(attributePath(keys));
        if (typeof field !== 'string') expect(field).toEqual({ kind: 'attribute', path: keys });
      }),
    );
  });
});
