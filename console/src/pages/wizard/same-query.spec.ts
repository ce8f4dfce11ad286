import { describe, expect, it } from '@jest/globals';
import { sameQuery } from './same-query.ts';

describe('the rule of a group', () => {
  it('is the same in any order of its fields, and not of its conditions', () => {
    const one = {
      logic: 'AND',
      conditions: [{ field: 'city', operator: 'eq', value: 'Goa' }, { field: 'tags' }],
    };
    const other = {
      conditions: [{ value: 'Goa', operator: 'eq', field: 'city' }, { field: 'tags' }],
      logic: 'AND',
    };
    expect(sameQuery(one, other)).toBe(true);
    expect(sameQuery(one, { ...other, logic: 'OR' })).toBe(false);
    expect(sameQuery([1, 2], [2, 1])).toBe(false);
    expect(sameQuery(null, {})).toBe(false);
  });
});
