import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE, people, QuotaSetup, START } from './quota-setup.js';

const setup = QuotaSetup.forThisFile();
const SEED = Number(process.env['QUOTA_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const PEOPLE = people(40);

/** The outcome of a message: Meta accepts it, refuses it, fails it later, or never answers. */
const FATES = ['accepted', 'accepted', 'accepted', 'refused', 'fails later', 'in doubt'] as const;
type Fate = (typeof FATES)[number];

interface Worker {
  who: number[];
  fates: Fate[];
  /** How far its clock is off from the others. */
  skewMs: number;
  latencyMs: number;
}

interface Round {
  afterMs: number;
  limit: number | undefined;
  workers: Worker[];
}

const round: fc.Arbitrary<Round> = fc.record({
  afterMs: fc.oneof(fc.integer({ min: 1, max: 10 * HOUR }), fc.constantFrom(1, DAY)),
  limit: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined, freq: 3 }),
  workers: fc.array(
    fc.record({
      who: fc.uniqueArray(fc.nat(PEOPLE.length - 1), { minLength: 1, maxLength: 12 }),
      fates: fc.array(fc.constantFrom(...FATES), { minLength: 12, maxLength: 12 }),
      skewMs: fc.constantFrom(0, 0, 0, -300, 300),
      latencyMs: fc.integer({ min: 0, max: MINUTE }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

interface Sent {
  phone: string;
  reservedMs: number;
  acceptedMs: number;
  /** The highest limit that was in force while it was reserved. */
  limit: number;
  stands: boolean;
}

class Run {
  readonly sent: Sent[] = [];
  readonly later: Sent[] = [];

  constructor(readonly portfolio: string) {}

  async work({ who, fates, skewMs, latencyMs }: Worker, nowMs: number, limit: number): Promise<void> {
    const at = nowMs + skewMs;
    const phones = who.map((index) => PEOPLE[index] ?? '');
    const counted = await setup.reach(this.portfolio);
    const { granted } = await setup.reserve(this.portfolio, phones, at);
    // Only an accepted message is sure to keep a person counted: another worker may refund the others.
    const safe = this.sent.filter(({ stands, phone }) => stands && counted[phone] !== undefined);
    for (const { phone, acceptedMs } of safe) {
      if (acceptedMs > at - DAY && phones.includes(phone)) expect(granted).toContain(phone);
    }
    await Promise.all(
      [...granted].map(async (phone, index) => {
        const fate = fates[index] ?? 'accepted';
        const acceptedMs = at + latencyMs + index;
        const message = { phone, reservedMs: at, acceptedMs, limit, stands: true };
        if (fate === 'refused') {
          await setup.refund(this.portfolio, phone, at);
          this.sent.push({ ...message, stands: false });
          return;
        }
        if (fate !== 'in doubt') await setup.confirm(this.portfolio, phone, at, acceptedMs);
        const standing = fate === 'in doubt' ? { ...message, acceptedMs: at } : message;
        if (fate === 'fails later') this.later.push(standing);
        this.sent.push(standing);
      }),
    );
  }

  /**
   * Reports the refusals of an earlier round, some of them twice, except when two messages went to one person at the
   * same instant: the ledger cannot distinguish them.
   */
  async fail(failing: readonly Sent[]): Promise<void> {
    await Promise.all(
      failing.flatMap((message, index) => {
        message.stands = false;
        const { phone, reservedMs } = message;
        const alike = this.sent.filter((one) => one.phone === phone && one.reservedMs === reservedMs);
        const told = index % 3 === 0 && alike.length === 1 ? 2 : 1;
        return Array.from({ length: told }, () =>
          setup.refund(this.portfolio, phone, reservedMs, message.acceptedMs),
        );
      }),
    );
  }

  /** Each newly counted person found the moving day within the limit in force at that moment. */
  assertWithinLimit(): void {
    for (const message of this.sent.filter(({ stands }) => stands)) {
      const { phone, reservedMs, acceptedMs, limit } = message;
      const isNew = !this.sent.some(
        (other) =>
          other !== message &&
          other.phone === phone &&
          other.acceptedMs > reservedMs - DAY - MINUTE &&
          other.reservedMs <= acceptedMs,
      );
      if (!isNew) continue;
      const inDay = this.sent.filter(
        (other) => other.stands && other.acceptedMs > acceptedMs - DAY && other.acceptedMs <= acceptedMs,
      );
      expect(new Set(inDay.map((other) => other.phone)).size).toBeLessThanOrEqual(limit);
    }
  }
}

describe('concurrent workers', () => {
  it(`never reach more people in a moving day than the limit allows (seed ${SEED})`, async () => {
    let reached = 0;
    let full = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 2, maxLength: 8 }), async (rounds) => {
        let limit = 8;
        const run = new Run(await setup.portfolio({ limit }));
        let now = START;
        for (const { afterMs, limit: wanted, workers } of rounds) {
          // Every worker has finished before the next round begins.
          now += 2 * MINUTE + afterMs;
          const next = wanted ?? limit;
          const inForce = Math.max(limit, next);
          const failing = run.later.splice(0);
          await Promise.all([
            setup.setLimits(run.portfolio, { limit: next }),
            run.fail(failing),
            ...workers.map((worker) => run.work(worker, now, inForce)),
          ]);
          limit = next;
          const { kept, counted } = await setup.counts(run.portfolio);
          expect(kept).toBe(counted);
          if (kept >= limit) full++;
        }
        run.assertWithinLimit();
        reached += run.sent.length;

        await run.fail(run.sent.filter(({ stands }) => stands));
        expect(await setup.reach(run.portfolio)).toEqual({});
        expect(await setup.granted(run.portfolio, PEOPLE, now + 2 * MINUTE)).toHaveLength(limit);
      }),
      { numRuns: 30, seed: SEED, endOnFailure: true },
    );
    // The property is meaningful only if the workers had something to share.
    expect(reached).toBeGreaterThan(200);
    expect(full).toBeGreaterThan(20);
  }, 90_000);

  it('share a limit exactly', async () => {
    const portfolio = await setup.portfolio({ limit: 100 });
    const chunks = Array.from({ length: 30 }, (_, index) => people(10, index * 7));
    const grants = await Promise.all(chunks.map((chunk) => setup.granted(portfolio, chunk, START)));
    expect(new Set(grants.flat()).size).toBe(100);
    expect(await setup.counts(portfolio)).toEqual({ kept: 100, counted: 100 });
  });
});
