import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE, people, QuotaSetup, START } from './quota-setup.js';

const setup = QuotaSetup.forThisFile();
const SEED = Number(process.env['QUOTA_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const PEOPLE = people(8);

type Step =
  | { do: 'reserve'; afterMs: number; who: number[]; keepFree: number }
  | { do: 'confirm'; which: number; afterMs: number }
  | { do: 'refund'; which: number }
  | { do: 'limit'; limit: number | null; allowance: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('reserve' as const),
      // Occasionally one process lags behind the others.
      afterMs: fc.oneof(
        fc.integer({ min: 0, max: 9 * HOUR }),
        fc.constantFrom(-1, -MINUTE, -2 * HOUR, 0, DAY),
      ),
      who: fc.array(fc.nat(PEOPLE.length - 1), { minLength: 1, maxLength: 6 }),
      keepFree: fc.constantFrom(0, 0, 0, 1, 3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('confirm' as const),
      which: fc.nat(200),
      afterMs: fc.oneof(fc.integer({ min: 0, max: MINUTE }), fc.constantFrom(0, 3 * HOUR, DAY)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('refund' as const), which: fc.nat(200) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('limit' as const),
      limit: fc.option(fc.nat(6), { freq: 6 }),
      allowance: fc.constantFrom(0, 0, 1),
    }),
  },
);

interface Made {
  phone: string;
  reservedMs: number;
  acceptedMs: number;
}

/** The same rules, kept as lists and recounted from scratch every time. */
class Model {
  readonly times = new Map<string, number[]>();
  limit: number | null = 4;
  allowance = 0;

  latest(phone: string): number {
    return Math.max(...(this.times.get(phone) ?? []));
  }

  used(sinceMs: number): number {
    return [...this.times.keys()].filter((phone) => this.latest(phone) > sinceMs).length;
  }

  reserve(phones: string[], atMs: number, keepFree: number): string[] {
    const capacity = this.limit === null ? Infinity : this.limit - this.allowance - keepFree;
    const granted: string[] = [];
    for (const phone of new Set(phones)) {
      const isCounted = this.latest(phone) > atMs - DAY;
      if (isCounted || this.usedWith(granted, atMs) < capacity) granted.push(phone);
    }
    for (const phone of granted) {
      const kept = (this.times.get(phone) ?? []).filter((time) => time > atMs - DAY);
      this.times.set(phone, [...kept, atMs]);
    }
    return granted;
  }

  change(phone: string, find: number[], put: number[]): void {
    const times = this.times.get(phone) ?? [];
    const found = find.find((time) => times.includes(time));
    if (found === undefined) return;
    times.splice(times.indexOf(found), 1, ...put);
    if (times.length === 0) this.times.delete(phone);
  }

  private usedWith(granted: string[], atMs: number): number {
    const counted = [...this.times.keys()].filter((phone) => this.latest(phone) > atMs - DAY);
    return new Set([...counted, ...granted]).size;
  }
}

describe('the quota ledger', () => {
  it(`matches a model made of plain lists (seed ${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const portfolio = await setup.portfolio({ limit: 4 });
        const model = new Model();
        const made: Made[] = [];
        let now = START;
        for (const one of steps) {
          const chosen = 'which' in one ? made[one.which % Math.max(1, made.length)] : undefined;
          if (one.do === 'limit') {
            model.limit = one.limit;
            model.allowance = one.allowance;
            await setup.setLimits(portfolio, one);
          } else if (one.do === 'reserve') {
            const at = now + one.afterMs;
            now = Math.max(now, at);
            const phones = one.who.map((index) => PEOPLE[index] ?? '');
            const expected = model.reserve(phones, at, one.keepFree);
            const { granted, nextUnitAt } = await setup.reserve(portfolio, phones, at, one.keepFree);
            expect([...granted]).toEqual(expected);
            expect(nextUnitAt === null).toBe(granted.size === new Set(phones).size);
            made.push(...expected.map((phone) => ({ phone, reservedMs: at, acceptedMs: at })));
          } else if (chosen !== undefined) {
            const { phone, reservedMs } = chosen;
            if (one.do === 'confirm') {
              chosen.acceptedMs = reservedMs + one.afterMs;
              model.change(phone, [reservedMs], [chosen.acceptedMs]);
              await setup.confirm(portfolio, phone, reservedMs, chosen.acceptedMs);
            } else {
              model.change(phone, [chosen.acceptedMs, reservedMs], []);
              await setup.refund(portfolio, phone, reservedMs, chosen.acceptedMs);
            }
          }
          const { kept, counted } = await setup.counts(portfolio);
          if (made.length > 0) expect(kept).toBe(counted);
          for (const since of [now - DAY, now - HOUR, START])
            expect(await setup.used(portfolio, since)).toBe(model.used(since));
        }
        const stored = await setup.reach(portfolio);
        const expected = [...model.times].map(([phone, times]) => [phone, times.toSorted((a, b) => b - a)]);
        expect(stored).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 60, seed: SEED },
    );
  }, 60_000);
});
