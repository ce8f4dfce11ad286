import { describe, expect, it } from '@jest/globals';
import { storedOf, timesOf, withAcceptance, withRefund, withReservation } from './reach-times.js';

describe('reach times', () => {
  it.each([
    [[], undefined],
    [[5], { countedAt: new Date(5), earlier: [] }],
    [[5, 9, 5], { countedAt: new Date(9), earlier: [new Date(5), new Date(5)] }],
  ])('stores %j with the latest first', (times, stored) => {
    expect(storedOf(times)).toEqual(stored);
    if (stored !== undefined) expect(timesOf(stored)).toEqual(times.toSorted((a, b) => b - a));
  });

  it.each([
    [[], 10, 3, [10]],
    [[3, 4], 10, 3, [4, 10]],
    [[10], 10, 3, [10, 10]],
    [[12], 10, 3, [12, 10]],
  ])('adds to %j a reservation at %i that looks back to %i: %j', (times, at, keepAfter, after) => {
    expect(withReservation(times, at, keepAfter)).toEqual(after);
  });

  it.each([
    [[10], 10, 12, [12]],
    [[12], 10, 12, [12]],
    [[], 10, 12, []],
    [[10, 10], 10, 12, [12, 10]],
  ])(
    'moves in %j the reservation at %i to the acceptance at %i: %j',
    (times, reservedAt, acceptedAt, after) => {
      expect(withAcceptance(times, reservedAt, acceptedAt)).toEqual(after);
    },
  );

  it.each([
    [[12], [10, 12], []],
    [[10], [10, 12], []],
    [[12, 10], [10, 12], [10]],
    [[12, 12], [12], [12]],
    [[8], [10, 12], [8]],
    [[8], [], [8]],
  ])('removes from %j what was counted at one of %j: %j', (times, candidates, after) => {
    expect(withRefund(times, candidates)).toEqual(after);
  });
});
