import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SenderPacing } from '../../../src/senders/pace/sender-pace.service.js';
import { newShop } from '../../support/segment-customers.js';
import { DAY, QuotaSetup, SetClock, START } from './quota-setup.js';

const setup = QuotaSetup.forThisFile();
const SECOND = 1_000;

interface Number {
  id: string;
  pace: SenderPacing;
  clock: SetClock;
}

async function number(perSecond: number): Promise<Number> {
  const id = await setup.sender(await newShop(setup.db), { perSecond });
  const clock = new SetClock();
  return { id, clock, pace: new SenderPacing(setup.database, clock) };
}

async function slowDown({ id, pace }: Number, holdMs = 0): Promise<void> {
  await setup.database.transaction((tx) => pace.slowDown(tx, [id], holdMs));
}

const rate = async ({ id, pace }: Number): Promise<number> => (await pace.rateOf(id)).perSecond;

interface Chunk {
  atMs: number;
  count: number;
}

/** The most messages within any second (first millisecond included, last one excluded). */
function mostInASecond(chunks: readonly Chunk[]): number {
  const sorted = chunks.toSorted((a, b) => a.atMs - b.atMs);
  return Math.max(
    0,
    ...sorted.map(({ atMs }, first) =>
      sorted
        .slice(first)
        .filter((chunk) => chunk.atMs < atMs + SECOND)
        .reduce((sum, chunk) => sum + chunk.count, 0),
    ),
  );
}

/** Mostly as fast as possible: a rate only shows when every worker waits for it. */
const afterMs = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(700) });

describe('workers that take turns concurrently', () => {
  it('never send more than the rate in any second', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 2, 7, 20, 21, 80, 1_000),
        fc.array(fc.record({ share: fc.double({ min: 0.5, max: 1, noNaN: true }), afterMs }), {
          minLength: 30,
          maxLength: 80,
        }),
        fc.boolean(),
        async (perSecond, wishes, isBold) => {
          const one = await number(perSecond);
          const chunks: Chunk[] = [];
          const largest = Math.min(100, Math.ceil(perSecond / (isBold ? 2 : 20)));
          for (let index = 0; index < wishes.length; index += 5) {
            const together = wishes.slice(index, index + 5);
            one.clock.ms += together[0]?.afterMs ?? 0;
            await Promise.all(
              together.map(async ({ share }) => {
                const count = Math.max(1, Math.round(share * largest));
                const { startAt, perSecond: told } = await one.pace.take(one.id, count);
                expect(told).toBe(perSecond);
                chunks.push({ atMs: startAt.getTime(), count });
              }),
            );
          }
          expect(mostInASecond(chunks)).toBeLessThanOrEqual(perSecond);
          for (const { atMs } of chunks) expect(atMs).toBeGreaterThanOrEqual(START);
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it.each([
    [1, 1],
    [20, 1],
    [80, 4],
    [1_000, 50],
  ])('use almost all of %i a second, in chunks of %i', async (perSecond, count) => {
    const one = await number(perSecond);
    let last = START;
    const turns = 40;
    for (let turn = 0; turn < turns; turn++) last = (await one.pace.take(one.id, count)).startAt.getTime();
    const perSecondReached = ((turns - 1) * count * SECOND) / (last - START);
    expect(perSecondReached).toBeGreaterThanOrEqual(perSecond * 0.95);
    expect(perSecondReached).toBeLessThanOrEqual(perSecond * 1.001);
  });
});

describe('a turn', () => {
  it('starts at once after a quiet while, or after the clock was moved', async () => {
    const one = await number(1);
    for (let turn = 0; turn < 5; turn++) await one.pace.take(one.id, 1);
    one.clock.ms += DAY;
    expect((await one.pace.take(one.id, 1)).startAt).toEqual(new Date(START + DAY));
    expect((await one.pace.take(one.id, 1)).startAt).toEqual(new Date(START + DAY + SECOND));
  });

  it('waits until a hold is over', async () => {
    const one = await number(80);
    await slowDown(one, 3 * SECOND);
    expect((await one.pace.take(one.id, 1)).startAt).toEqual(new Date(START + 3 * SECOND));
    expect(await one.pace.rateOf(one.id)).toMatchObject({ heldUntil: new Date(START + 3 * SECOND) });
    one.clock.ms += 3 * SECOND;
    expect(await one.pace.rateOf(one.id)).toMatchObject({ heldUntil: null });
  });

  it('is rejected for a number that does not exist', async () => {
    const { pace } = await number(80);
    await expect(pace.take('01900000-0000-7000-8000-000000000000', 1)).rejects.toThrow(/sender/);
    await expect(pace.rateOf('01900000-0000-7000-8000-000000000000')).rejects.toThrow(/sender/);
  });
});

describe('slowing down', () => {
  it('halves the rate, which grows back on its own', async () => {
    const one = await number(80);
    await slowDown(one);
    const seen: number[] = [];
    for (const seconds of [0, 5, 6, 10, 14, 15, 60]) {
      one.clock.ms = START + seconds * SECOND;
      seen.push(await rate(one));
    }
    expect(seen).toEqual([40, 40, 44, 60, 76, 80, 80]);
    expect((await one.pace.take(one.id, 4)).perSecond).toBe(80);
  });

  it('treats a burst of refusals as one', async () => {
    const one = await number(80);
    await Promise.all([1, 2, 3, 4].map((hold) => slowDown(one, hold * SECOND)));
    expect(await one.pace.rateOf(one.id)).toEqual({
      perSecond: 40,
      heldUntil: new Date(START + 4 * SECOND),
    });
    one.clock.ms += 2 * SECOND;
    await slowDown(one);
    expect(await one.pace.rateOf(one.id)).toMatchObject({
      perSecond: 20,
      heldUntil: new Date(START + 4 * SECOND),
    });
  });

  it('halves the current rate, and never goes below one a second', async () => {
    const one = await number(80);
    await slowDown(one);
    one.clock.ms += 10 * SECOND;
    await slowDown(one);
    expect(await rate(one)).toBe(30);
    for (let again = 0; again < 8; again++) {
      one.clock.ms += 3 * SECOND;
      await slowDown(one);
    }
    expect(await rate(one)).toBe(1);
    await one.pace.take(one.id, 1);
    const next = await one.pace.take(one.id, 1);
    expect(next.startAt).toEqual(new Date(one.clock.ms + SECOND));
  });

  it('ends when an operator releases the number', async () => {
    const one = await number(80);
    await slowDown(one, DAY);
    await setup.database.transaction((tx) => one.pace.release(tx, one.id));
    expect(await one.pace.rateOf(one.id)).toEqual({ perSecond: 80, heldUntil: null });
  });

  it('does not deadlock over several numbers in any order', async () => {
    const [one, other] = [await number(80), await number(80)];
    const orders = [
      [one.id, other.id],
      [other.id, one.id],
    ];
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        setup.database.transaction((tx) => one.pace.slowDown(tx, orders[index % 2] ?? [], SECOND)),
      ),
    );
    expect([await rate(one), await rate(other)]).toEqual([40, 40]);
  });
});
