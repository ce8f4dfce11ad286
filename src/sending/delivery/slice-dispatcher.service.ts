import { InjectQueue } from '@nestjs/bullmq';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import { Claims, LEASE_MS } from '../claims/claims.service.js';
import * as leases from '../slices/leases.queries.js';
import { SEND_SLICE, SENDING_QUEUE, type SendSliceJob } from './sending.jobs.js';
import { HORIZON, Slicer } from '../slices/slicer.service.js';
import { findFeedable } from '../slices/slices.queries.js';

const LOOK_MS = 200;
/** Feeding looks at every active campaign: not at each look. */
const FEED_EVERY = 3;
/** Slices that are being worked on at once, over all workers and senders. */
const AT_ONCE = 48;
const ORPHANS_AT_ONCE = 20;

/**
 * Turns due slices into jobs, in every worker. The rows say what is due; the queue only wakes somebody up. So an
 * emptied queue, a lost job or one that comes twice changes nothing but the moment, and a moved clock is obeyed at
 * once.
 */
@Injectable()
export class SliceDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private looks = 0;

  constructor(
    private readonly database: Database,
    private readonly slicer: Slicer,
    private readonly claims: Claims,
    private readonly clock: Clock,
    @InjectQueue(SENDING_QUEUE) private readonly queue: Queue<SendSliceJob>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.look(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'slices could not be dispatched; they are looked at again');
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
    const { manager } = this.database;
    const orphans = await leases.findOrphans(manager, ORPHANS_AT_ONCE);
    for (const { organizationId, campaignId } of orphans) {
      await this.claims.giveBackAll(organizationId, campaignId);
    }
    for (const { organizationId, id } of await findFeedable(manager, this.clock.now(), HORIZON / 2)) {
      if (this.rounds.isStopped) return;
      try {
        await this.slicer.slice(organizationId, id);
      } catch (error) {
        // One campaign that cannot be cut must not keep the others from it.
        this.logger.error({ err: error, campaignId: id }, 'nobody of a campaign could be let go');
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
