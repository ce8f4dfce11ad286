import { describe, expect, it } from '@jest/globals';
import { changeOf, fieldsOf, otherCustomer } from './customer-fields.ts';

const empty = fieldsOf(undefined);

describe('the form of a customer', () => {
  it('sends what was changed, and removes what was emptied', () => {
    const before = { ...empty, name: 'Asha', city: 'Goa', tags: 'a, b' };
    const after = { ...before, name: ' Asha K ', city: ' ', country: 'in' };
    expect(changeOf(before, after)).toEqual({ name: 'Asha K', city: null, country: 'IN' });
    expect(changeOf(before, before)).toEqual({});
  });

  it('reads tags between commas, each once', () => {
    expect(changeOf(empty, { ...empty, tags: ' vip,, vip , old friend' })).toEqual({
      tags: ['vip', 'old friend'],
    });
  });

  it('says yes to marketing only when it was ticked', () => {
    expect(changeOf(empty, { ...empty, hasAgreed: true })).toEqual({ marketingOptIn: true });
  });

  it('finds the customer that the API names', () => {
    const id = '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d';
    expect(otherCustomer(`A customer with this phone number already exists: ${id}.`)).toBe(id);
    expect(otherCustomer('Something else.')).toBeUndefined();
  });
});
