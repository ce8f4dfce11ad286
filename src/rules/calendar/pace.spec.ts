import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { paceSlices, type Release } from './pace.js';

const MINUTE_MS = 60_000;
const sum = (releases: readonly Release[]): number => releases.reduce((total, { size }) => total + size, 0);

/** The most that any minute holds: it is enough to look at the minutes that end with a release. */
function busiestMinute(releases: readonly Release[]): number {
  let [most, inMinute, oldest] = [0, 0, 0];
  for (const { atMs, size } of releases) {
    inMinute += size;
    for (let old = releases[oldest]; old && old.atMs <= atMs - MINUTE_MS; old = releases[++oldest]) {
      inMinute -= old.size;
    }
    most = Math.max(most, inMinute);
  }
  return most;
}

describe('slices', () => {
  it.each([
    { perMinute: 1, recipients: 3, sizes: [1, 1, 1], times: [0, 60_000, 120_000] },
    { perMinute: 10, recipients: 3, sizes: [1, 1, 1], times: [0, 6_000, 12_000] },
    { perMinute: 60, recipients: 25, sizes: [10, 10, 5], times: [0, 10_000, 20_000] },
    { perMinute: 600, recipients: 250, sizes: [100, 100, 50], times: [0, 10_000, 20_000] },
    { perMinute: 6_000, recipients: 250, sizes: [100, 100, 50], times: [0, 1_000, 2_000] },
    { perMinute: 100_000, recipients: 250, sizes: [100, 100, 50], times: [0, 60, 120] },
    { perMinute: null, recipients: 250, sizes: [100, 100, 50], times: [0, 0, 0] },
    { perMinute: 10, recipients: 0, sizes: [], times: [] },
  ])('$recipients at $perMinute a minute', ({ perMinute, recipients, sizes, times }) => {
    const slices = paceSlices({ recipients, perMinute, startMs: 1_000 });
    expect(slices.map(({ size }) => size)).toEqual(sizes);
    expect(slices.map(({ atMs }) => atMs - 1_000)).toEqual(times);
  });

  it('fill a minute to the last message, and start the next one exactly then', () => {
    const slices = paceSlices({ recipients: 251, perMinute: 250, startMs: 0 });
    expect(slices.map(({ size }) => size)).toEqual([36, 36, 36, 36, 36, 36, 34, 1]);
    expect(slices.at(-1)?.atMs).toBe(MINUTE_MS);
  });

  it.each([0, -1, 1.5, NaN])('have no meaning at %p a minute', (perMinute) => {
    expect(() => paceSlices({ recipients: 1, perMinute, startMs: 0 })).toThrow(RangeError);
  });

  it('cut a million recipients at once', () => {
    const slices = paceSlices({ recipients: 1_000_000, perMinute: 100_000, startMs: 0 });
    expect(slices).toHaveLength(10_000);
    expect(slices.at(-1)?.atMs).toBe(10 * MINUTE_MS - 60);
  });
});

describe('queued work', () => {
  it('queues behind recipients that are planned already', () => {
    const earlier = paceSlices({ recipients: 10, perMinute: 10, startMs: 0 });
    const later = paceSlices({ recipients: 2, perMinute: 10, startMs: 20_000, earlier });
    expect(later.map(({ atMs }) => atMs)).toEqual([60_000, 66_000]);
  });

  it('does not wait when the minute before was quiet', () => {
    const earlier = [{ atMs: 0, size: 10 }];
    expect(paceSlices({ recipients: 1, perMinute: 10, startMs: 60_000, earlier })[0]?.atMs).toBe(60_000);
  });

  it('waits until a lowered rate is met again', () => {
    const earlier = paceSlices({ recipients: 600, perMinute: 600, startMs: 0 });
    const [first] = paceSlices({ recipients: 1, perMinute: 60, startMs: 55_000, earlier });
    expect(first?.atMs).toBe(110_000);
  });
});

describe('at any rate', () => {
  const rates = fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 700 }));
  const people = fc.integer({ min: 1, max: 30_000 });

  it('no minute holds more than the rate, and no message waits longer than the rate asks', () => {
    fc.assert(
      fc.property(rates, people, (perMinute, recipients) => {
        const slices = paceSlices({ recipients, perMinute, startMs: 0 });
        expect(sum(slices)).toBe(recipients);
        expect(busiestMinute(slices)).toBeLessThanOrEqual(perMinute);
        expect(slices.at(-1)?.atMs).toBeLessThan(Math.ceil(recipients / perMinute) * MINUTE_MS);
        const largest = Math.max(1, Math.min(100, Math.floor(perMinute / 6)));
        expect(slices.every(({ size }) => size > 0 && size <= largest)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('several calls together keep it too', () => {
    const call = fc.record({
      recipients: fc.integer({ min: 1, max: 400 }),
      afterMs: fc.integer({ min: 0, max: 90_000 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 700 }),
        fc.array(call, { minLength: 2, maxLength: 8 }),
        (perMinute, calls) => {
          const released: Release[] = [];
          let now = 0;
          for (const { recipients, afterMs } of calls) {
            now += afterMs;
            const earlier = released.filter(({ atMs }) => atMs > now - MINUTE_MS);
            released.push(...paceSlices({ recipients, perMinute, startMs: now, earlier }));
          }
          expect(busiestMinute(released)).toBeLessThanOrEqual(perMinute);
          expect(released.every(({ atMs }, n) => atMs > (released[n - 1]?.atMs ?? -1))).toBe(true);
        },
      ),
    );
  });
});
