import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { uuidV7 } from './uuid-v7.js';

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string): number => parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
const clockReading = fc.integer({ min: 0, max: 2 ** 47 });

describe('uuidV7', () => {
  it('has the version and variant bits of RFC 9562, whatever the time', () => {
    fc.assert(fc.property(clockReading, (now) => VERSION_7.test(uuidV7(now))));
  });

  it('sorts in the order of creation, also when the clock stands still or steps back', () => {
    fc.assert(
      fc.property(fc.array(clockReading, { minLength: 2, maxLength: 200 }), (readings) => {
        const ids = readings.map((now) => uuidV7(now));
        expect(ids).toEqual([...ids].sort());
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('carries the time of its creation after the clock has moved', () => {
    const future = timeOf(uuidV7()) + 60_000;
    expect(timeOf(uuidV7(future))).toBe(future);
    expect(timeOf(uuidV7(future + 0.75))).toBe(future);
  });

  it('keeps a million ids of one instant apart and in order', () => {
    const now = timeOf(uuidV7()) + 1;
    let last = uuidV7(now);
    let outOfOrder = 0;
    for (let i = 0; i < 1_000_000; i++) {
      const id = uuidV7(now);
      if (id <= last) outOfOrder++;
      last = id;
    }
    expect(outOfOrder).toBe(0);
    expect(last).toMatch(VERSION_7);
  });

  it('starts counting anywhere in the lower half, so that a millisecond has room', () => {
    const first = timeOf(uuidV7());
    const starts = Array.from({ length: 400 }, (_, n) => uuidV7(first + n + 1).charAt(15));
    expect([...new Set(starts)].sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  it('leaves the last 48 bits to chance', () => {
    const tails = Array.from({ length: 5_000 }, () => uuidV7().slice(-12));
    expect(new Set(tails).size).toBe(tails.length);
    for (let position = 0; position < 12; position++) {
      expect(new Set(tails.map((tail) => tail[position])).size).toBe(16);
    }
  });
});
