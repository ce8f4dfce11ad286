import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readHeader } from './csv-header.js';
import { type CustomerRow, identityOf, mergeRows, readRow, type RowError } from './customer-row.js';
import { mergeAttributes } from '../profiles/merge-attributes.js';

const NOW = new Date('2025-06-01T00:00:00Z');

function read(
  header: string[],
  cells: string[],
  mapping: Record<string, string> = {},
): CustomerRow | RowError[] {
  const found = readHeader(header, mapping);
  if (!found.ok) throw new Error(found.reason);
  return readRow(cells, {
    columns: found.columns,
    defaultCountry: 'IN',
    areValuesTyped: true,
    now: NOW,
    listAgreedAt: null,
  });
}
function row(header: string[], cells: string[]): CustomerRow {
  const found = read(header, cells);
  if (Array.isArray(found)) throw new Error(JSON.stringify(found));
  return found;
}

describe('a header', () => {
  it.each([
    ['phone', 'phoneNumber'],
    ['Phone_Number', 'phoneNumber'],
    ['WhatsApp phone', 'phoneNumber'],
    ['Mobile No.', 'phoneNumber'],
    ['Acc. No.', 'attribute'],
    ['a..b', 'attribute'],
    ['MOBILE', 'phoneNumber'],
    ['E-Mail', 'email'],
    ['Postal Code', 'zipcode'],
    ['customer_tier', 'customerTier'],
    ['constructor', 'attribute'],
    ['attributes', 'attributes'],
    ['attributes.phone', 'attribute'],
    ['', 'nothing'],
  ])('reads "%s" as %s', (name, meaning) => {
    const found = readHeader(name === '' || meaning !== 'phoneNumber' ? ['bsuid', name] : [name]);
    const column = found.ok ? found.columns.at(-1) : undefined;
    expect(column?.to === 'text' ? column.field : column?.to).toBe(meaning);
  });

  it.each<[string[], Record<string, string>, RegExp]>([
    [['phone', 'x'], { y: 'name' }, /no column "y"/],
    [['phone', 'x'], { x: 'nonsense' }, /use a field name or attributes/],
    [['phone', 'x'.repeat(201)], {}, /longer than 200/],
    [['phone', 'a.__proto__.b'], {}, /not a valid attribute path/],
    [['phone', Array.from({ length: 17 }, () => 'a').join('.')], {}, /not a valid attribute path/],
    [['phone', 'attributes.a..b'], {}, /not a valid attribute path/],
    [['phone'], { phone: '-' }, /no phone number column/],
  ])('rejects %j with mapping %j', (names, mapping, reason) => {
    expect(readHeader(names, mapping)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });
});

describe('a row', () => {
  it.each([
    ['12', 12],
    ['-1.5', -1.5],
    ['007', '007'],
    ['1e5', '1e5'],
    ['12345678901234567890', '12345678901234567890'],
    ['true', true],
    ['null', null],
    ['{"a":[1]}', { a: [1] }],
    ['{"a":', '{"a":'],
    ['"x"', '"x"'],
    ["'=1", '=1'],
  ])('reads the attribute %j as %j', (cell, value) => {
    expect(row(['phone', 'x'], ['9978783238', cell]).attributes).toEqual({ x: value });
  });

  it('gives single attributes precedence over the JSON column, in any order', () => {
    const expected = { a: { b: 1, c: 2 }, d: 3 };
    const json = '{"a":{"b":0,"c":2},"d":3}';
    expect(row(['phone', 'a.b', 'attributes'], ['9978783238', '1', json]).attributes).toEqual(expected);
    expect(row(['phone', 'attributes', 'a.b'], ['9978783238', json, '1']).attributes).toEqual(expected);
  });

  it.each([
    ['vip', ['vip']],
    ['a, b,,a', ['a', 'b']],
    ['a;b,c', ['a', 'b,c']],
    ['["a;b","c"]', ['a;b', 'c']],
    ['[a', ['[a']],
  ])('splits the tags %j', (cell, tags) => {
    expect(row(['phone', 'tags'], ['9978783238', cell]).tags).toEqual(tags);
  });

  it.each([
    ['country', 'India'],
    ['email', 'x'],
    ['name', 'x'.repeat(201)],
    ['tags', 'x'.repeat(101)],
    ['isActive', 'maybe'],
    ['attributes', '{"a":1e400}'],
    ['attributes', '{"a":"\\ud800"}'],
    ['attributes', `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`],
    ['waId', '14694652751'],
    ['optInAt', '2025-02-31T00:00:00Z x'],
    ['optOutAt', '2025-07-01'],
  ])('rejects %s = %s', (column, cell) => {
    expect(read(['phone', column], ['9978783238', cell])).toEqual([
      expect.objectContaining({ message: expect.any(String) }),
    ]);
  });
});

describe('rows about the same person', () => {
  it('share an identity across every spelling of the number', () => {
    const [one, other] = ['+541123456789', '+5491123456789'].map((phone) => row(['phone'], [phone]));
    expect(one && other && identityOf(one) === identityOf(other)).toBe(true);
  });

  it('add up: values omitted by a later row stay', () => {
    const header = ['phone', 'name', 'city', 'tags', 'x.a', 'x.b', 'isActive'];
    const one = row(header, ['9978783238', 'Old', 'Pune', 'a;b', '1', '', 'no']);
    const other = row(header, ['9978783238', 'New', '', 'b;c', '', '2', '']);
    expect(mergeRows(one, other, true)).toMatchObject({
      texts: { name: 'New', city: 'Pune' },
      tags: ['a', 'b', 'c'],
      attributes: { x: { a: 1, b: 2 } },
      isActive: false,
    });
    expect(mergeRows(one, other, false).tags).toEqual(['b', 'c']);
  });

  const said = (optIn: string, at: string): CustomerRow =>
    row(
      ['phone', 'optIn', 'optInAt', 'optOutAt'],
      ['9978783238', optIn, optIn === 'yes' ? at : '', optIn === 'no' ? at : ''],
    );
  it.each([
    [['yes', ''], ['no', ''], true],
    [['no', ''], ['yes', ''], true],
    [['no', '2025-01-01'], ['yes', ''], true],
    [['no', '2025-01-01'], ['yes', '2025-01-02'], false],
    [['yes', '2025-01-02'], ['no', '2025-01-01'], false],
    [['yes', '2025-01-01'], ['no', '2025-01-01'], true],
  ] as [[string, string], [string, string], boolean][])(
    'with consent %j and %j merge to a refusal: %s',
    (one, other, refuses) => {
      expect(mergeRows(said(...one), said(...other), true).consent?.refuses).toBe(refuses);
    },
  );

  it('merge attributes idempotently', () => {
    const json = fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.dictionary(fc.string(), fc.integer())));
    fc.assert(
      fc.property(json, json, (base, top) => {
        const merged = mergeAttributes(base, top);
        expect(mergeAttributes(merged, top)).toEqual(merged);
        expect(Object.keys(merged)).toHaveLength(new Set([...Object.keys(base), ...Object.keys(top)]).size);
      }),
    );
  });
});
