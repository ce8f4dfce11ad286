import { describe, expect, it } from '@jest/globals';
import { hasConsent, isMailable, mailableCondition } from './mailable.js';

const AT = new Date('2025-01-01T00:00:00Z');

describe('mailable', () => {
  it.each([
    ['assume', 'subscribed', null, true],
    ['assume', 'subscribed', AT, true],
    ['assume', 'unsubscribed', AT, false],
    ['explicit', 'subscribed', null, false],
    ['explicit', 'subscribed', AT, true],
    ['explicit', 'unsubscribed', null, false],
  ] as const)(
    'under policy %s, %s with opt-in at %s: %s',
    (policy, subscription, marketingOptInAt, expected) => {
      const profile = { subscription, marketingOptInAt, isActive: true };
      expect(hasConsent(profile, policy)).toBe(expected);
      expect(isMailable(profile, policy)).toBe(expected);
      expect(isMailable({ ...profile, isActive: false }, policy)).toBe(false);
    },
  );

  it('compiles to SQL without parameters', () => {
    expect(mailableCondition('p', 'explicit').compile()).toEqual({
      text: `("p".is_active AND ("p".subscription = 'subscribed' AND "p".marketing_opt_in_at IS NOT NULL))`,
      parameters: [],
    });
  });
});
