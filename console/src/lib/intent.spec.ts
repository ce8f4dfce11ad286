import { expect, it } from '@jest/globals';
import { intent } from './intent.ts';

it('has one key for the same request, and a new one for another', () => {
  const keyOf = intent();
  const first = keyOf({ amount: '5.00' });
  expect(keyOf({ amount: '5.00' })).toBe(first);
  expect(keyOf({ amount: '6.00' })).not.toBe(first);
  expect(intent()({ amount: '5.00' })).not.toBe(first);
});
