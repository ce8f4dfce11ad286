import { expect, it } from '@jest/globals';
import { customersWords } from '../../../messages/customers.ts';
import { peopleWords } from '../../../messages/people.ts';
import type { Activity } from './customers.query.ts';
import { sayActivity } from './say-activity.ts';

it.each<[Activity['kind'], Record<string, unknown>, string, string]>([
  ['messages', { direction: 'inbound', content: { text: { body: 'Yes' } } }, 'Wrote: Yes', 'ok'],
  ['messages', { direction: 'inbound', content: null }, 'Wrote to you', 'ok'],
  [
    'messages',
    { direction: 'outbound', templateName: 'promo', status: 'read' },
    'Got the template promo',
    'plain',
  ],
  [
    'messages',
    { direction: 'outbound', content: { body: 'Hello' }, status: 'failed' },
    'Got a message: Hello, which did not arrive',
    'bad',
  ],
  [
    'campaigns',
    { name: 'Sale', status: 'responded', reply: 'Me too', failureReason: null },
    'Campaign Sale: Replied · Replied: Me too',
    'ok',
  ],
  ['campaigns', { name: 'Sale', status: 'new state' }, 'Campaign Sale: new state', 'plain'],
  ['orders', { orderNumber: 'ORD-1', total: '45.00', currency: 'INR' }, 'Order ORD-1 · INR 45.00', 'ok'],
  ['consent', { kind: 'stop' }, 'Wrote a word that stops marketing', 'bad'],
  ['consent', { kind: 'something_new' }, 'something_new', 'ok'],
])('says %s %j', (kind, facts, text, tone) => {
  expect(sayActivity({ kind, facts }, customersWords, peopleWords)).toEqual({ text, tone });
});
