import { expect, it } from '@jest/globals';
import { camelKeys, snakeKeys } from './snake-case.js';

it('renames keys to camelCase and back to snake_case, and keeps their values', () => {
  const camel = { name: 'Sale', dailySendLimit: null, targetAudience: { customer_tier: 'gold' } };
  const snake = { name: 'Sale', daily_send_limit: null, target_audience: { customer_tier: 'gold' } };
  expect(camelKeys(snake)).toEqual(camel);
  expect(snakeKeys(camel)).toEqual(snake);
});
