import { expect, it } from '@jest/globals';
import { callbackDataOf, parseCallbackData } from './callback-data.js';

const ID = '019a2f64-9c10-7abc-8def-0123456789ab';

it('identifies the attempt it was made for', () => {
  expect(parseCallbackData(callbackDataOf(ID, 3))).toEqual({ recipientId: ID, attempt: 3 });
});

it('reads a recipient without an attempt as the latest attempt, in any letter case', () => {
  expect(parseCallbackData(ID.toUpperCase())).toEqual({ recipientId: ID, attempt: null });
});

it.each([null, '', 'order-17', `${ID}:`, `${ID}:x`, `${ID}:1:2`, `message:${ID}`])(
  'rejects callback data that is not ours: %p',
  (data) => {
    expect(parseCallbackData(data)).toBeNull();
  },
);
