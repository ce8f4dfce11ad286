import { expect, it } from '@jest/globals';
import { refundable } from './refundable.ts';

it('is what was paid less what has gone back or is under way', () => {
  const order = {
    ...{ paidAmount: '100.00', refundedAmount: '20.00' },
    refunds: [
      { state: 'succeeded', amount: '20.00' },
      { state: 'failed', amount: '50.00' },
      { state: 'unknown', amount: '30.50' },
    ],
  };
  expect(refundable(order)).toBe('49.50');
  expect(refundable({ ...order, refundedAmount: '90.00' })).toBe('0.00');
});
