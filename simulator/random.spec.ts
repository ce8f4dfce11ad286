import { expect, it } from '@jest/globals';
import { Dice } from './random.js';

it('rolls the same again for the same seed, recipient and attempt, and differently for another', () => {
  const rolls = (seed: number, to: string, attempt: number) => {
    const dice = Dice.of(seed, to, attempt);
    return [dice.roll(), dice.roll(), dice.roll()].join();
  };
  expect(rolls(7, '14155550101', 1)).toBe(rolls(7, '14155550101', 1));
  const others = [rolls(8, '14155550101', 1), rolls(7, '14155550102', 1), rolls(7, '14155550101', 2)];
  expect(new Set([rolls(7, '14155550101', 1), ...others]).size).toBe(4);
});

it.each([0.01, 0.1, 0.5, 0.9])('hits about %d of neighbouring numbers', (share) => {
  const count = 20_000;
  let hits = 0;
  for (let i = 0; i < count; i += 1) if (Dice.of(3, `1415${5_550_000 + i}`, 1).chance(share)) hits += 1;
  // Five standard deviations: the seed is fixed, so this either holds for good or never did.
  expect(Math.abs(hits - count * share)).toBeLessThan(5 * Math.sqrt(count * share * (1 - share)));
});

it('stays within its bounds', () => {
  const dice = new Dice(5);
  for (let i = 0; i < 2_000; i += 1) {
    expect(dice.between({ min: 10, max: 20 })).toBeGreaterThanOrEqual(10);
    expect(dice.between({ min: 10, max: 20 })).toBeLessThan(20);
    expect(['a', 'b', 'c']).toContain(dice.pick(['a', 'b', 'c']));
  }
});
