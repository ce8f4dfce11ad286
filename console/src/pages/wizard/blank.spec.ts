import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { detailOf, pathsIn, readFilling, valueOf, valuesFor, withValue, writeFilling } from './blank.ts';

const parameter = (...keys: string[]) => ({
  ...{ component: 'body' as const, index: 0, card: null, name: keys[0] ?? '', kind: 'text' as const },
  ...{ keys, required: true },
});

describe('a blank of the message', () => {
  it('is read as it was written', () => {
    const name = fc.stringMatching(/^[a-z][a-zA-Z]{0,9}$/);
    const fallback = fc.stringMatching(/^[a-z]{0,8}$/);
    fc.assert(
      fc.property(
        fc.constantFrom('customer' as const, 'column' as const),
        name,
        fallback,
        (source, path, other) => {
          const filling = { source, path, fallback: other };
          expect(readFilling(writeFilling(filling))).toEqual(filling);
        },
      ),
    );
    expect(readFilling('30 %')).toEqual({ source: 'same', text: '30 %' });
    expect(readFilling('Hi {{customer.name}}')).toEqual({ source: 'same', text: 'Hi {{customer.name}}' });
    expect(readFilling({ asset: 'x' })).toEqual({ source: 'other' });
    expect(readFilling('')).toBeUndefined();
    expect(writeFilling({ source: 'same', text: '' })).toBeUndefined();
  });

  it('cannot be broken by its fallback', () => {
    expect(writeFilling({ source: 'customer', path: 'name', fallback: '}}{{x|' })).toBe(
      '{{customer.name|x}}',
    );
  });

  it('has one value, whatever name it was given under', () => {
    const blank = parameter('header', 'header.1');
    expect(valueOf(blank, { 'header.1': 'A' })).toBe('A');
    expect(withValue(blank, { 'header.1': 'A', '1': 'B' }, 'C')).toEqual({ '1': 'B', header: 'C' });
    expect(withValue(blank, { header: 'A' }, undefined)).toBeNull();
    expect(valueOf(parameter('constructor'), {})).toBeUndefined();
  });

  it('is filled for a customer who is not a recipient yet', () => {
    const values = { '1': '{{customer.name|there}}', '2': '{{customer.trip.place}}', '3': 'same' };
    const blanks = [parameter('1'), parameter('2'), parameter('3')];
    const ravi = { name: 'Ravi', attributes: { trip: { place: 'Bali' } } };
    expect(valuesFor(blanks, values, ravi)).toEqual({ '1': 'Ravi', '2': 'Bali' });
    expect(valuesFor(blanks, values, { name: null })).toEqual({ '1': 'there' });
    expect(detailOf({ attributes: { a: [1] } }, 'a.0')).toBeUndefined();
  });

  it('may take any detail that is a text or a number', () => {
    expect(pathsIn({ trip: { place: 'Bali', seats: 2, tags: ['x'] }, 'a.b': 'no', empty: '' })).toEqual([
      'trip.place',
      'trip.seats',
    ]);
  });
});
