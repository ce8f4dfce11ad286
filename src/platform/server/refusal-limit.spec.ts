import { describe, expect, it } from '@jest/globals';
import { RefusalLimit } from './refusal-limit.js';

function limitAt(start = 0): { limit: RefusalLimit; pass: (ms: number) => void } {
  let now = start;
  return {
    limit: new RefusalLimit({ perMinute: 60, addresses: 100, now: () => now }),
    pass: (ms) => (now += ms),
  };
}
const takes = (limit: RefusalLimit, address: string, times: number): (number | undefined)[] =>
  Array.from({ length: times }, () => limit.take(address));

describe('the limit of refusals', () => {
  it('gives an address a minute of them at once, then one a second', () => {
    const { limit, pass } = limitAt();
    expect(takes(limit, '1.2.3.4', 61)).toEqual([...Array<undefined>(60).fill(undefined), 1]);
    pass(500);
    expect(limit.take('1.2.3.4')).toBe(1);
    pass(500);
    expect(takes(limit, '1.2.3.4', 2)).toEqual([undefined, 1]);
    pass(3_600_000);
    expect(takes(limit, '1.2.3.4', 61).filter((seconds) => seconds === undefined)).toHaveLength(60);
  });

  it('keeps addresses apart', () => {
    const { limit } = limitAt();
    takes(limit, '1.2.3.4', 61);
    expect(limit.take('1.2.3.5')).toBeUndefined();
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:db8::1', '2001:db8:0:0:1::1', true],
    ['2001:db8::1', '2001:db8:1::1', false],
    ['::1', '::2', true],
    ['::ffff:1.2.3.4', '1.2.3.4', true],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.5', false],
  ])('counts %s and %s together: %s', (one, other, isShared) => {
    const { limit } = limitAt();
    takes(limit, one, 60);
    expect(limit.take(other) !== undefined).toBe(isShared);
  });

  it('remembers a bounded number of addresses, the latest refused ones', () => {
    const { limit } = limitAt();
    takes(limit, '9.9.9.9', 60);
    for (let n = 0; n < 10_000; n++) {
      limit.take(`10.0.${n >> 8}.${n & 255}`);
      if (n % 50 === 0) expect(limit.take('9.9.9.9')).toBe(1);
    }
    expect(limit.size).toBe(100);
  });
});
