import { describe, expect, it } from '@jest/globals';
import { attributeTree, dateKindOf, nameInWords } from './attribute-tree.ts';

describe('attributes', () => {
  it.each([
    ['saleDetails', 'Sale details'],
    ['isVIP', 'Is VIP'],
    ['postal_code', 'Postal code'],
    ['Acc. No.', 'Acc. No.'],
    ['größeÜber', 'Größe über'],
    ['_', '_'],
  ])('name %s in words', (name, said) => {
    expect(nameInWords(name)).toBe(said);
  });

  it('become a tree of fields, entries and values', () => {
    expect(attributeTree({ interests: ['Bali', 3, null], saleDetails: [{ to: 'Goa' }, 'x'] })).toEqual({
      kind: 'fields',
      fields: [
        ['Interests', { kind: 'values', values: ['Bali', 3, null] }],
        [
          'Sale details',
          {
            kind: 'entries',
            entries: [
              { kind: 'fields', fields: [['To', { kind: 'value', value: 'Goa' }]] },
              { kind: 'value', value: 'x' },
            ],
          },
        ],
      ],
    });
  });

  it.each([
    ['2024-03-01', 'day'],
    ['2024-03-01T10:00:00Z', 'instant'],
    ['2024-13-01', undefined],
    ['2024-03-01 or later', undefined],
    ['20240301', undefined],
  ])('hold a date: %s', (text, kind) => {
    expect(dateKindOf(text)).toBe(kind);
  });
});
