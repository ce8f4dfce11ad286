import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyCounter } from './key-counter.js';

it('counts like a map, through every growth', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 5_000 }), (keys) => {
      const counter = new KeyCounter();
      const map = new Map<string, number>();
      const texts = keys.map((k) => `+1415555${k} promo en_US`);
      const expected = texts.map((key) => {
        map.set(key, (map.get(key) ?? 0) + 1);
        return map.get(key);
      });
      expect(texts.map((key) => counter.add(key))).toEqual(expected);
      expect(counter.size).toBe(map.size);
    }),
    { numRuns: 20 },
  );
});

it('distinguishes 200,000 numbers', () => {
  const counter = new KeyCounter();
  for (let i = 0; i < 200_000; i += 1) counter.add(`1415${i}`);
  expect(counter.size).toBe(200_000);
});
