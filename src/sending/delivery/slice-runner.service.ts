import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { valuesOf } from '../../campaigns/message/sample-recipient.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import { SenderPaceService } from '../../senders/pace/sender-pace.service.js';
import { GraphClient } from '../../whatsapp/graph/graph.client.js';
import { templateMessage } from '../../whatsapp/payloads/message-payload.js';
import { reportOfAnswer, reportOfUnfilled } from '../outcomes/answer-report.js';
import { callbackDataOf } from '../outcomes/callback-data.js';
import type { Claimed } from '../claims/claim.queries.js';
import { Claims, LEASE_MS } from '../claims/claims.service.js';
import type { DeliveryReport } from '../outcomes/delivery-report.js';
import * as leases from '../slices/leases.queries.js';
import { OutcomeRecorder } from '../outcomes/outcome-recorder.service.js';
import { SendingMetrics } from './sending-metrics.service.js';
import { type SendContext, SendContexts } from './send-context.service.js';

/** A sender whose turn comes later than this leaves the worker to others. */
const LONGEST_WAIT_MS = 2_000;
const RENEW_MS = 1_500;

/**
 * Works through one slice: a few recipients at a time are claimed and sent at once, so that whoever is marked as being
 * sent to really is, and a crash leaves next to nobody in doubt.
 */
@Injectable()
export class SliceRunner implements OnModuleDestroy {
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly claims: Claims,
    private readonly contexts: SendContexts,
    private readonly pace: SenderPaceService,
    private readonly graph: GraphClient,
    private readonly recorder: OutcomeRecorder,
    private readonly metrics: SendingMetrics,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** What is in flight is still recorded; nothing more is begun. */
  onModuleDestroy(): void {
    this.stopping = true;
  }

  /** Nobody works on it any more: it need not wait until its lease runs out. */
  async release(sliceId: string): Promise<void> {
    await leases.releaseSlice(this.database.manager, sliceId);
  }

  async run(sliceId: string): Promise<void> {
    const { manager } = this.database;
    const slice = await leases.holdSlice(manager, sliceId, this.leaseEnd());
    if (slice === undefined) return;
    const organizationId = await leases.organizationOf(manager, slice.campaignId);
    if (organizationId === undefined) return;
    const renewal = setInterval(() => void this.renew(sliceId), RENEW_MS);
    const inFlight: Promise<void>[] = [];
    try {
      await this.sendAll(slice, organizationId, inFlight);
    } finally {
      await Promise.allSettled(inFlight);
      clearInterval(renewal);
    }
    await leases.closeSlice(manager, slice);
  }

  private async sendAll(
    slice: leases.SliceRow,
    organizationId: string,
    inFlight: Promise<void>[],
  ): Promise<void> {
    let left = slice.size;
    for (let over = false; !over && left > 0 && !this.stopping;) {
      const context = await this.contextOf(slice, organizationId);
      if (context === undefined) return;
      const limit = chunkOf(context.throughputPerSecond, left);
      const { startAt } = await this.pace.take(slice.senderId, limit);
      const waitMs = startAt.getTime() - this.clock.now().getTime();
      if (waitMs > LONGEST_WAIT_MS) {
        await leases.postponeSlice(this.database.manager, slice.id, startAt);
        return;
      }
      if (waitMs > 0) await delay(waitMs);
      const result = await this.claims.claim({
        slice,
        organizationId,
        template: { name: context.templateName, category: context.category },
        isMarketing: context.isMarketing,
        limit,
      });
      over = result.over;
      left -= result.taken;
      slice.lastClaimAt = this.clock.now();
      for (const recipient of result.claimed) inFlight.push(this.sendOne(context, recipient));
    }
  }

  /** Undefined: no message of the campaign can be made, and it is stopped until somebody has mended it. */
  private async contextOf(
    { campaignId, senderId }: leases.SliceRow,
    organizationId: string,
  ): Promise<SendContext | undefined> {
    try {
      return await this.contexts.of(organizationId, campaignId, senderId);
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'rule') throw error;
      await this.claims.stop(campaignId, error.message);
      return undefined;
    }
  }

  private async sendOne(context: SendContext, recipient: Claimed): Promise<void> {
    const report = await this.attempt(context, recipient);
    this.metrics.count(report.kind);
    await this.recorder.record(report);
  }

  private async attempt(context: SendContext, recipient: Claimed): Promise<DeliveryReport> {
    const rendered = context.message.render(valuesOf(recipient));
    if (!rendered.ok) return reportOfUnfilled(recipient, rendered.problems, this.clock.now());
    const { templateName: name, languageCode: language, credentials, marketingApi } = context;
    const payload = templateMessage(
      {
        to: { phone: recipient.phoneNumber },
        callbackData: callbackDataOf(recipient.id, recipient.attempt),
      },
      { name, language, components: rendered.components },
    );
    const began = performance.now();
    const answer = await this.graph.sendMessage({
      phoneNumberId: credentials.phoneNumberId,
      token: credentials.accessToken,
      payload,
      marketingApi,
    });
    this.metrics.answerSeconds.observe((performance.now() - began) / 1_000);
    return reportOfAnswer(recipient, answer, this.clock.now());
  }

  private async renew(sliceId: string): Promise<void> {
    try {
      await leases.renewSlice(this.database.manager, sliceId, this.leaseEnd());
    } catch (error) {
      this.logger.debug({ err: error, sliceId }, 'a lease could not be renewed');
    }
  }

  private leaseEnd(): Date {
    return new Date(this.clock.now().getTime() + LEASE_MS);
  }
}

/** About 50 ms of the sender's rate. */
function chunkOf(perSecond: number, size: number): number {
  return Math.max(1, Math.min(100, size, Math.ceil(perSecond / 20)));
}
