import { expect, it } from '@jest/globals';
import { transportError } from '../../whatsapp/errors/graph-error.js';
import { effectOf } from './outbox-effect.js';

it.each([
  ['rate limit of the number', 130_429, { kind: 'slow-down', reach: 'sender' }],
  ['expired token', 190, { kind: 'pause', reach: 'app', ms: null }],
  ['locked account', 131_031, { kind: 'pause', reach: 'account', ms: null }],
])('%s (%i) concerns more than the message', (_, code, effect) => {
  expect(effectOf({ ...transportError('no'), code, httpStatus: 400 })).toMatchObject(effect);
});

it.each([
  ['pair rate limit', 131_056],
  ['closed window', 131_047],
  ['bad parameter', 100],
  ['outage', null],
])('%s (%s) concerns one message', (_, code) => {
  expect(effectOf({ ...transportError('no'), code, httpStatus: code === null ? null : 400 })).toBeNull();
});
