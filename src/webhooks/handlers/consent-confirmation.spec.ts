import { describe, expect, it } from '@jest/globals';
import { confirmationPayload, confirmationText, isNews } from './consent-confirmation.js';

const NONE = { stopConfirmation: null, startConfirmation: null };
const AT = new Date('2026-03-01T12:00:00Z');

describe('confirmationText', () => {
  it.each([
    ['stop', NONE, /unsubscribed/],
    ['start', NONE, /subscribed/],
    ['stop', { ...NONE, stopConfirmation: 'Schade!' }, /^Schade!$/],
    ['start', { ...NONE, stopConfirmation: 'Schade!' }, /subscribed/],
  ] as const)('answers %s with the texts %j', (keyword, words, text) => {
    expect(confirmationText(keyword, words)).toMatch(text);
  });

  it.each(['', '  '])('answers nothing when the text is %j', (words) => {
    expect(confirmationText('stop', { ...NONE, stopConfirmation: words })).toBeNull();
  });

  it('addresses the number, or a user id that Meta accepts, in reply to the message', () => {
    expect(confirmationPayload({ phone: '+491701234567', userId: 'DE.1' }, 'wamid.1', 'Bye')).toMatchObject({
      to: '+491701234567',
      context: { message_id: 'wamid.1' },
      text: { body: 'Bye' },
    });
    expect(confirmationPayload({ phone: null, userId: 'DE.1' }, 'wamid.1', 'Bye')).toMatchObject({
      recipient: 'DE.1',
    });
    expect(confirmationPayload({ phone: null, userId: 'not one' }, 'wamid.1', 'Bye')).toBeNull();
  });
});

it.each([
  ['a STOP', 'subscribed', null, 'unsubscribed', null, 'assume', true],
  ['another STOP', 'unsubscribed', null, 'unsubscribed', null, 'assume', false],
  ['a START from a subscriber', 'subscribed', null, 'subscribed', AT, 'assume', false],
  [
    'a START from a subscriber under the explicit policy',
    'subscribed',
    null,
    'subscribed',
    AT,
    'explicit',
    true,
  ],
] as const)('isNews judges %s', (_, was, since, is, now, policy, expected) => {
  const before = { subscription: was, marketingOptInAt: since };
  expect(isNews(before, { subscription: is, marketingOptInAt: now }, policy)).toBe(expected);
});
