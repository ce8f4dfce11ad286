import type { Patience } from './patience.ts';
import type { Stage } from './stage.ts';
import { type Standing, standingIn } from './tables.ts';

/** Longer than anything under way takes to show. */
const QUIET_MS = 2_000;
const SECOND_MS = 1_000;
/** Longer than an answer can stay open: a recipient in doubt is given up after a day. */
const DAY_AND_MORE_MS = 25 * 3_600_000;

/** After the last first attempt: retries, and a day goes by. */
export class Aftermath {
  private readonly stage: Stage;
  private readonly patience: Patience;

  constructor(stage: Stage, patience: Patience) {
    this.stage = stage;
    this.patience = patience;
  }

  /** Moves the clock through all retries, until only recipients in doubt are left. */
  async exhaustRetries(): Promise<Standing> {
    for (let clockAt = 0; ;) {
      const standing = await this.calm(clockAt, 'nothing moves but the clock', () => true);
      if (standing.retryAt === null) return standing;
      clockAt = await this.moveClock(Date.parse(standing.retryAt) + SECOND_MS);
    }
  }

  async letADayPass(): Promise<Standing> {
    const { now } = await this.stage.api.get<{ now: string }>('/api/dev/clock');
    const clockAt = await this.moveClock(Date.parse(now) + DAY_AND_MORE_MS);
    return this.calm(clockAt, 'all campaigns are completed', ({ campaigns }) =>
      campaigns.every((campaign) => campaign.startsWith('completed')),
    );
  }

  private async moveClock(toMs: number): Promise<number> {
    const { now } = await this.stage.api.get<{ now: string }>('/api/dev/clock');
    const instant = Math.max(toMs, Date.parse(now) + SECOND_MS);
    await this.stage.api.post('/api/dev/clock', { now: new Date(instant).toISOString() });
    return instant;
  }

  private calm(clockAt: number, what: string, holds: (standing: Standing) => boolean): Promise<Standing> {
    return this.patience.quiet(
      {
        what,
        look: async () => ({
          ...(await standingIn(this.stage.databaseUrl)),
          untold: await this.stage.meta.untold(),
        }),
        holds: (seen) =>
          seen.untold === 0 &&
          sum(seen.states, ['pending', 'queued']) === 0 &&
          sum(seen.events, ['received', 'retry']) === 0 &&
          (seen.retryAt === null || Date.parse(seen.retryAt) > clockAt) &&
          holds(seen),
      },
      QUIET_MS,
    );
  }
}

function sum(counts: Readonly<Record<string, number>>, names: readonly string[]): number {
  return names.reduce((total, name) => total + (counts[name] ?? 0), 0);
}
