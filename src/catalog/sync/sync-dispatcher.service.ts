import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import { LEASE_MS } from '../calls/run-session.service.js';
import type { RunFacts } from '../calls/sync-run.js';
import { SyncMetrics } from '../calls/sync-metrics.service.js';
import { SyncRunner } from './sync-runner.service.js';
import * as queries from './sync-runs.queries.js';

const LOOK_MS = 500;
/** Runs wait for Meta most of the time. */
const AT_ONCE = 4;

/** Takes the runs that are due, in every worker: queued ones, ones that have waited, ones whose worker has died. */
@Injectable()
export class SyncDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private readonly underWay = new Map<string, Promise<void>>();
  private isShuttingDown = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly runner: SyncRunner,
    private readonly metrics: SyncMetrics,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.takeDue(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not look for sync runs; retrying');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  /** Runs end after the call under way, and any other worker continues them at once. */
  async onModuleDestroy(): Promise<void> {
    this.isShuttingDown = true;
    await this.rounds.stop();
    await Promise.all(this.underWay.values());
  }

  private async takeDue(): Promise<void> {
    const room = AT_ONCE - this.underWay.size;
    if (room <= 0 || this.isShuttingDown) return;
    const now = this.clock.now();
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    const except = [...this.underWay.keys()];
    const runs = await this.database.transaction((tx) =>
      queries.takeRuns(tx, { now, leaseUntil, room, except }),
    );
    for (const run of runs) {
      const work = this.carryOut(run, leaseUntil).finally(() => this.underWay.delete(run.id));
      this.underWay.set(run.id, work);
    }
  }

  private async carryOut(run: RunFacts, leaseUntil: Date): Promise<void> {
    try {
      const outcome = await this.runner.run(run, leaseUntil, () => this.isShuttingDown);
      if (outcome !== null) this.metrics.ended(outcome);
    } catch (error) {
      this.logger.warn(
        { err: error, runId: run.id },
        'the end of a sync run was not stored; its lease expires',
      );
    }
  }
}
