import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { GroupedWrites, type GroupLimits, Overloaded } from './grouped-writes.js';

const LIMITS: GroupLimits = {
  writers: 1,
  maxItems: 100,
  maxBytes: 1_000,
  maxWaitingItems: 1_000,
  maxWaitingBytes: 10_000,
};
interface Item {
  text: string;
  size: number;
}
const item = (text: string): Item => ({ text, size: text.length });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A store whose writes end when the test says so. */
function slowStore(limits: Partial<GroupLimits> = {}) {
  const groups: { items: string[]; end: (error?: Error) => void }[] = [];
  const writes = new GroupedWrites<Item>(
    (items) =>
      new Promise((resolve, reject) => {
        groups.push({
          items: items.map(({ text }) => text),
          end: (error) => {
            if (error === undefined) resolve();
            else reject(error);
          },
        });
      }),
    { ...LIMITS, ...limits },
  );
  const add = (text: string): Promise<string> =>
    writes.add(item(text)).then(
      () => `${text} stored`,
      (error: unknown) => (error instanceof Overloaded ? `${text} refused` : `${text} failed`),
    );
  return { groups, add };
}

describe('GroupedWrites', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('writes items of one turn together, and later ones as the next group', async () => {
    const { groups, add } = slowStore();
    const first = ['a', 'b'].map(add);
    await turn();
    const second = ['c', 'd', 'e'].map(add);
    await turn();
    expect(groups.map(({ items }) => items)).toEqual([['a', 'b']]);
    groups[0]?.end();
    expect(await Promise.all(first)).toEqual(['a stored', 'b stored']);
    expect(groups.map(({ items }) => items)).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
    groups[1]?.end();
    expect(await Promise.all(second)).toEqual(['c stored', 'd stored', 'e stored']);
  });

  it('settles nothing before its own group is written', async () => {
    const { groups, add } = slowStore({ writers: 2, maxItems: 1 });
    const settled: string[] = [];
    const all = ['a', 'b'].map((text) => add(text).then((outcome) => settled.push(outcome)));
    await turn();
    groups[1]?.end();
    await turn();
    expect(settled).toEqual(['b stored']);
    groups[0]?.end();
    await Promise.all(all);
  });

  it('gathers for the configured time, across turns of the event loop', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { groups, add } = slowStore({ gatherMs: 40 });
    const stored = [add('a')];
    await turn();
    jest.advanceTimersByTime(39);
    stored.push(add('b'));
    await turn();
    expect(groups).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(groups.map(({ items }) => items)).toEqual([['a', 'b']]);
    groups[0]?.end();
    expect(await Promise.all(stored)).toEqual(['a stored', 'b stored']);
  });

  it('gathers no longer when there is enough for a group', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { groups, add } = slowStore({ gatherMs: 40, maxItems: 2, writers: 2 });
    const stored = ['a', 'b'].map(add);
    await turn();
    expect(groups.map(({ items }) => items)).toEqual([['a', 'b']]);
    groups[0]?.end();
    expect(await Promise.all(stored)).toEqual(['a stored', 'b stored']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('writes items that have waited long enough as soon as a writer is free, and starts a new wait for later ones', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { groups, add } = slowStore({ gatherMs: 40 });
    const first = add('a');
    jest.advanceTimersByTime(40);
    const second = add('b');
    jest.advanceTimersByTime(40);
    expect(groups.map(({ items }) => items)).toEqual([['a']]);
    groups[0]?.end();
    await first;
    await turn();
    expect(groups.map(({ items }) => items)).toEqual([['a'], ['b']]);
    const third = add('c');
    groups[1]?.end();
    await second;
    await turn();
    expect(groups).toHaveLength(2);
    jest.advanceTimersByTime(40);
    groups[2]?.end();
    expect(await third).toBe('c stored');
  });

  it('rejects every item of a failed group and continues with the next', async () => {
    const { groups, add } = slowStore();
    const first = ['a', 'b'].map(add);
    await turn();
    const second = add('c');
    groups[0]?.end(new Error('no disk'));
    expect(await Promise.all(first)).toEqual(['a failed', 'b failed']);
    groups[1]?.end();
    expect(await second).toBe('c stored');
  });

  it.each([
    ['too many', { maxWaitingItems: 2 }, ['b', 'c', 'd'], 'd refused'],
    ['too much', { maxWaitingBytes: 5 }, ['bbb', 'cccc'], 'cccc refused'],
  ])('refuses at once when %s wait', async (_, limits, texts, refusal) => {
    const { groups, add } = slowStore(limits);
    const outcomes = [add('a')];
    await turn();
    outcomes.push(...texts.map(add));
    expect(await outcomes.at(-1)).toBe(refusal);
    for (let index = 0; index < groups.length; index++) {
      groups[index]?.end();
      await turn();
    }
    expect((await Promise.all(outcomes)).slice(0, -1).every((outcome) => outcome.endsWith('stored'))).toBe(
      true,
    );
  });

  it('accepts a single item larger than a group or the whole queue', async () => {
    const { groups, add } = slowStore({ maxBytes: 3, maxWaitingBytes: 4 });
    const large = add('abcdefgh');
    await turn();
    groups[0]?.end();
    expect(await large).toBe('abcdefgh stored');
  });

  it('writes everything once, in order, within its limits', async () => {
    const bursts = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), { maxLength: 8 });
    const gather = fc.constantFrom({}, { gatherMs: 0 }, { gatherMs: 3 });
    await fc.assert(
      fc.asyncProperty(bursts, fc.integer({ min: 1, max: 3 }), gather, async (sizes, writers, limits) => {
        const written: string[][] = [];
        let running = 0;
        const writes = new GroupedWrites<Item>(
          async (items) => {
            expect(++running).toBeLessThanOrEqual(writers);
            written.push(items.map(({ text }) => text));
            await turn();
            running--;
          },
          { ...LIMITS, ...limits, writers, maxItems: 5, maxBytes: 60 },
        );
        const sent: string[] = [];
        const outcomes: Promise<void>[] = [];
        for (const burst of sizes) {
          for (const size of burst) {
            sent.push(`${sent.length}`.padEnd(size, '.'));
            outcomes.push(writes.add(item(sent.at(-1) ?? '')));
          }
          await turn();
        }
        await Promise.all(outcomes);
        expect(written.flat()).toEqual(sent);
        for (const group of written) {
          expect(group.length).toBeLessThanOrEqual(5);
          expect(group.length === 1 || group.join('').length <= 60).toBe(true);
        }
      }),
    );
  });
});
