import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import * as leases from '../slices/leases.queries.js';
import { LEASE_MS } from '../slices/slice-leases.service.js';
import { HORIZON, MINUTES_AHEAD, Slicer } from '../slices/slicer.service.js';
import { findFeedable } from '../slices/slices.queries.js';
import { SEND_SLICE, SENDING_QUEUE, type SendSliceJob } from './sending.jobs.js';

const LOOK_MS = 200;
/** Feeding cuts whole minutes of work, so it does not run at each look. */
const FEED_EVERY = 3;
/** Slices in work at once, over all workers and senders. */
const AT_ONCE = 48;

/**
 * Turns due slices into jobs, in every worker. The rows say what is due; the queue only wakes a worker. So an emptied
 * queue, a lost job or a repeated job only changes when a slice is sent, and a moved clock takes effect at once.
 */
@Injectable()
export class SliceDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private looks = 0;

  constructor(
    private readonly database: Database,
    private readonly slicer: Slicer,
    private readonly clock: Clock,
    @InjectQueue(SENDING_QUEUE) private readonly queue: Queue<SendSliceJob>,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.look(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not dispatch slices; retrying');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  private async look(): Promise<void> {
    if (this.looks++ % FEED_EVERY === 0) await this.feed();
    await this.dispatch();
  }

  private async feed(): Promise<void> {
    const room = { horizon: HORIZON / 2, minutes: MINUTES_AHEAD / 2 };
    for (const { organizationId, id } of await findFeedable(this.database.manager, this.clock.now(), room)) {
      if (this.rounds.isStopped) return;
      try {
        await this.slicer.slice(organizationId, id);
      } catch (error) {
        // A campaign that cannot be sliced must not hold up the others.
        this.logger.error({ err: error, campaignId: id }, 'could not slice campaign');
      }
    }
  }

  private async dispatch(): Promise<void> {
    const { manager } = this.database;
    const now = this.clock.now();
    await leases.releaseExpired(manager, now);
    const leasedUntil = new Date(now.getTime() + LEASE_MS);
    const taken = await leases.takeDue(manager, { now, leasedUntil, atOnce: AT_ONCE });
    if (taken.length === 0) return;
    await this.queue.addBulk(
      taken.map(({ id, tries, priority }) => ({
        name: SEND_SLICE,
        data: { sliceId: id },
        opts: { jobId: `${id}-${tries}`, priority },
      })),
    );
  }
}
