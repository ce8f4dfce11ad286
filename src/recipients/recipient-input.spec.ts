import { describe, expect, it } from '@jest/globals';
import { checkRecipient } from './recipient-input.js';

const PHONE = '+919978783238';

describe('checkRecipient', () => {
  it('returns the row as it will be stored', () => {
    expect(
      checkRecipient({ phoneNumber: '99787 83238', name: ' Asha ', variables: ['Bali', 2] }, 'IN'),
    ).toEqual({
      ok: true,
      phoneNumber: PHONE,
      name: 'Asha',
      variables: '{"1":"Bali","2":2}',
    });
  });

  it.each([
    ['the longest name', { name: 'ñ'.repeat(200) }],
    ['100 variables', { variables: Array.from({ length: 100 }, () => 'x') }],
    ['10 KB of variables', { variables: { v: 'x'.repeat(10_240 - 8) } }],
  ])('accepts %s', (_, more) => {
    expect(checkRecipient({ phoneNumber: PHONE, ...more })).toMatchObject({ ok: true });
  });

  it.each([
    ['a longer name', { name: 'ñ'.repeat(201) }, 'longer than 200 characters'],
    ['101 variables', { variables: Array.from({ length: 101 }, () => 'x') }, 'more than 100 variables'],
    ['more than 10 KB', { variables: { v: 'x'.repeat(10_240 - 7) } }, 'larger than 10 KB'],
    ['more than 10 KB in few characters', { variables: { v: '₹'.repeat(3_500) } }, 'larger than 10 KB'],
    ['a NUL', { name: 'a\0b' }, '"name" holds a character that cannot be stored'],
    ['half a character', { variables: { v: '\ud83d' } }, '"variables.v" holds a character'],
    ['very deep nesting', { variables: { v: nested(5_000) } }, 'nested more than 64 levels'],
  ])('rejects %s', (_, more, reason) => {
    expect(checkRecipient({ phoneNumber: PHONE, ...more })).toEqual({
      ok: false,
      reason: expect.stringContaining(reason),
    });
  });

  function nested(depth: number): unknown {
    let value: unknown = 1;
    for (let level = 0; level < depth; level++) value = [value];
    return value;
  }
});
