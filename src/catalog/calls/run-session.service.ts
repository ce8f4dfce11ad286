import type { EntityManager } from 'typeorm';
import type { Clock } from '../../platform/clock/clock.js';
import type { Database } from '../../platform/database/database.js';
import { RunLost, RunStopped } from './run-endings.js';
import * as queries from './run-session.queries.js';
import type { RunFacts, RunProgress } from './sync-run.js';

export const LEASE_MS = 60_000;

/**
 * One worker's hold on a run. Whatever a run writes goes through here: the same transaction renews the lease and adds
 * to the counts, so a worker that has lost its run writes nothing, and nothing is counted twice or not at all.
 */
export class RunSession {
  /** The highest share of a budget that Meta has reported, in percent. */
  usedPercent = 0;
  /** Of a dry run: the SKUs whose fate the read has planned. The push plans the others. */
  readonly planned = new Set<string>();
  private stopRequested = false;

  constructor(
    private readonly database: Database,
    readonly clock: Clock,
    readonly run: RunFacts,
    /** When the lease ends: also what tells this worker's hold from another's. */
    private leaseUntil: Date,
    private readonly isShuttingDown: () => boolean = () => false,
  ) {}

  async write(work: (tx: EntityManager, now: Date) => Promise<RunProgress>): Promise<void> {
    const held = this.leaseUntil;
    const written = await this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const progress = await work(tx, now);
      const until = new Date(Math.max(now.getTime() + LEASE_MS, held.getTime() + 1));
      const kept = await queries.keepRun(tx, this.run.id, held, until, now, progress);
      if (kept === undefined) throw new RunLost();
      return { until, progress, stop: kept.stopRequested };
    });
    this.leaseUntil = written.until;
    if (written.progress.phase !== undefined) this.run.phase = written.progress.phase;
    if (written.progress.memory !== undefined) Object.assign(this.run.memory, written.progress.memory);
    this.stopRequested = written.stop;
  }

  /** Between two calls, where everything that was done is written down. */
  stopIfAsked(): void {
    if (this.stopRequested) throw new RunStopped(false);
    if (this.isShuttingDown()) throw new RunStopped(true);
  }

  async note(progress: RunProgress): Promise<void> {
    await this.write(() => Promise.resolve(progress));
  }

  get manager(): EntityManager {
    return this.database.manager;
  }

  get held(): Date {
    return this.leaseUntil;
  }
}
