import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { SenderPacing } from '../../senders/pace/sender-pace.service.js';
import { SliceClaims } from '../claims/claims.service.js';
import { type HeldSlice, SliceLeases } from '../slices/slice-leases.service.js';
import { SendAttempts } from './send-attempts.service.js';
import { SendContexts } from './send-context.service.js';

/** A slice whose sender has no turn within this time leaves the worker to other slices. */
const LONGEST_WAIT_MS = 2_000;

/**
 * Works through one slice. It claims a few recipients at a time and sends to them at once, so that recipients marked as
 * sending really are being sent to, and a crash leaves hardly any in doubt.
 */
@Injectable()
export class SliceRunner implements OnModuleDestroy {
  private stopping = false;

  constructor(
    private readonly leases: SliceLeases,
    private readonly claims: SliceClaims,
    private readonly contexts: SendContexts,
    private readonly pace: SenderPacing,
    private readonly attempts: SendAttempts,
    private readonly clock: Clock,
  ) {}

  /** Outcomes of messages in flight are still recorded; nothing new is begun. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  async run(sliceId: string): Promise<void> {
    const held = await this.leases.hold(sliceId);
    if (held === undefined) return;
    const stopRenewing = this.leases.keep(sliceId);
    const inFlight: Promise<void>[] = [];
    try {
      await this.sendAll(held, inFlight);
    } finally {
      await Promise.allSettled(inFlight);
      stopRenewing();
    }
    await this.leases.close(held.slice);
  }

  private async sendAll({ slice, organizationId }: HeldSlice, inFlight: Promise<void>[]): Promise<void> {
    let left = slice.size;
    for (let over = false; !over && left > 0 && !this.stopping;) {
      const context = await this.contexts.of(organizationId, slice.campaignId, slice.senderId);
      if (context === undefined) return;
      if ('waitMs' in context) {
        await this.leases.postpone(slice.id, new Date(this.clock.now().getTime() + context.waitMs));
        return;
      }
      const limit = chunkOf(context.throughputPerSecond, left);
      const { startAt } = await this.pace.take(slice.senderId, limit);
      const waitMs = startAt.getTime() - this.clock.now().getTime();
      if (waitMs > LONGEST_WAIT_MS) {
        await this.leases.postpone(slice.id, startAt);
        return;
      }
      if (waitMs > 0) await delay(waitMs);
      const result = await this.claims.claim({
        slice,
        organizationId,
        contents: context.contents,
        isMarketing: context.isMarketing,
        limit,
      });
      over = result.over;
      left -= result.taken;
      slice.lastClaimAt = this.clock.now();
      for (const recipient of result.claimed) inFlight.push(this.attempts.make(context, recipient));
    }
  }
}

/** About 50 ms of the sender's rate. */
function chunkOf(perSecond: number, size: number): number {
  return Math.max(1, Math.min(100, size, Math.ceil(perSecond / 20)));
}
