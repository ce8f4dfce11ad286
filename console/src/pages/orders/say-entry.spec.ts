import { expect, it } from '@jest/globals';
import { orderWords } from '../../../messages/orders.ts';
import { sayEntry } from './say-entry.ts';

const entry = { kind: 'status', from: null, to: null, actor: 'user' as const, reason: null, data: {} };
const say = (changes: object): string =>
  sayEntry({ ...entry, ...changes }, orderWords, (amount) => `₹${amount}`);

it.each([
  [{ kind: 'created', actor: 'customer' }, 'The customer sent the order'],
  [{ kind: 'created', actor: 'key' }, 'Order made'],
  [{ to: 'confirmed' }, 'Confirmed'],
  [{ to: 'processing', actor: 'system' }, 'Processing, by itself'],
  [{ to: 'cancelled', reason: 'Sold out' }, 'Cancelled: Sold out'],
  [{ kind: 'flags', data: { raised: ['stock_short'] } }, 'To look at: There is not enough in stock'],
  [
    { kind: 'flags', data: { accepted: ['price_differs'] } },
    'Accepted: The customer saw another price than ours',
  ],
  [{ kind: 'stock', data: { reserved: true, short: ['A', 'B'] } }, 'Not enough in stock: A, B'],
  [{ kind: 'payment', to: '5.00' }, '₹5.00 paid'],
  [{ kind: 'payment_request', to: '5.00' }, 'Payment: Asked for ₹5.00'],
  [{ kind: 'payment_request', to: 'failed' }, 'Payment: Failed'],
  [{ kind: 'refund', to: 'succeeded', reason: 'Broken' }, 'Refund: Given back: Broken'],
  [{ kind: 'fulfillment', data: { items: [{ quantity: 2 }, { quantity: 1 }, null] } }, '3 pieces sent'],
  [{ kind: 'something newer' }, 'something newer'],
  [{ kind: 'flags', data: { raised: 'not a list' } }, 'To look at: '],
])('says %j', (changes, said) => {
  expect(say(changes)).toBe(said);
});
