import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import * as leases from './leases.queries.js';

/** How long a worker may be silent before another takes its slices. Taking one twice is harmless, so it is short. */
export const LEASE_MS = 5_000;
const RENEW_MS = 1_500;

export interface HeldSlice {
  slice: leases.SliceRow;
  organizationId: string;
}

/** Keeps a slice with the worker that works through it. */
@Injectable()
export class SliceLeases {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Undefined: nothing is left to do. */
  async hold(sliceId: string): Promise<HeldSlice | undefined> {
    const { manager } = this.database;
    const slice = await leases.holdSlice(manager, sliceId, this.leaseEnd());
    if (slice === undefined) return undefined;
    const organizationId = await leases.organizationOf(manager, slice.campaignId);
    return organizationId === undefined ? undefined : { slice, organizationId };
  }

  /** Renews the lease until the returned function is called. */
  keep(sliceId: string): () => void {
    const renewal = setInterval(() => void this.renew(sliceId), RENEW_MS);
    return () => {
      clearInterval(renewal);
    };
  }

  async postpone(sliceId: string, dueAt: Date): Promise<void> {
    await leases.postponeSlice(this.database.manager, sliceId, dueAt);
  }

  async close(slice: leases.SliceRow): Promise<void> {
    await leases.closeSlice(this.database.manager, slice);
  }

  /** The worker has given up on it: another one need not wait for the lease to expire. */
  async release(sliceId: string): Promise<void> {
    await leases.releaseSlice(this.database.manager, sliceId);
  }

  private async renew(sliceId: string): Promise<void> {
    try {
      await leases.renewSlice(this.database.manager, sliceId, this.leaseEnd());
    } catch (error) {
      this.logger.debug({ err: error, sliceId }, 'could not renew lease');
    }
  }

  private leaseEnd(): Date {
    return new Date(this.clock.now().getTime() + LEASE_MS);
  }
}
