import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { halveOnFailure } from './halve-on-failure.js';

const never = (): boolean => false;

/** Takes a list whole or not at all, like a statement does. */
function store(isBad: (item: number) => boolean) {
  const stored: number[] = [];
  let calls = 0;
  const apply = (items: readonly number[]): Promise<void> => {
    calls++;
    const bad = items.find(isBad);
    if (bad !== undefined) return Promise.reject(new Error(`${bad} is bad`));
    stored.push(...items);
    return Promise.resolve();
  };
  return { stored, apply, calls: () => calls };
}

describe('halveOnFailure', () => {
  it('applies every good item once and in order, and names every bad one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), async (isBad) => {
        const { stored, apply } = store((item) => isBad[item] === true);
        const items = isBad.map((_, index) => index);
        const failed = await halveOnFailure(items, apply, never);
        expect(stored).toEqual(items.filter((item) => isBad[item] !== true));
        expect(failed.map(({ item, error }) => [item, String(error)])).toEqual(
          items.filter((item) => isBad[item] === true).map((item) => [item, `Error: ${item} is bad`]),
        );
      }),
    );
  });

  it.each([
    ['all are good', [], 1],
    ['one of a thousand is bad', [617], 21],
    ['there is nothing', undefined, 0],
  ])('needs few calls when %s', async (_, bad, most) => {
    const { apply, calls } = store((item) => bad?.includes(item) === true);
    await halveOnFailure(bad === undefined ? [] : Array.from({ length: 1_000 }, (__, i) => i), apply, never);
    expect(calls()).toBeLessThanOrEqual(most);
  });

  it('ends at an error that no item caused', async () => {
    const { apply, calls, stored } = store((item) => item === 3);
    await expect(halveOnFailure([1, 2, 3, 4], apply, () => true)).rejects.toThrow('3 is bad');
    expect([calls(), stored]).toEqual([1, []]);
  });
});
