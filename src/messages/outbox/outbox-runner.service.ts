import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Logger } from '../../platform/logging/logger.js';
import { type SenderCredentials, Senders } from '../../senders/directory/senders.service.js';
import { SenderPacing } from '../../senders/pace/sender-pace.service.js';
import type { ClaimedMessage } from './claimed-message.js';
import { OutboxClaims } from './outbox-claims.service.js';
import type { DueSender } from './outbox-claims.queries.js';
import { OutboxDelivery } from './outbox-delivery.service.js';

/** Messages of one sender under way at the same time. */
const AT_ONCE = 200;
/** A turn that is further away is given up: the sender may be released before. */
const LONGEST_WAIT_MS = 10_000;

/**
 * Sends what is due of one sender, a few messages at a time at the pace that it shares with campaigns. They are claimed
 * when their turn has come, so that a STOP of a moment ago is respected and a crash leaves hardly any in doubt.
 */
@Injectable()
export class OutboxRunner {
  private readonly ending = new AbortController();
  private readonly underWay = new Map<string, Set<Promise<void>>>();

  constructor(
    private readonly claims: OutboxClaims,
    private readonly delivery: OutboxDelivery,
    private readonly senders: Senders,
    private readonly pace: SenderPacing,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Nothing new is begun. */
  stop(): void {
    this.ending.abort();
  }

  /** After the runs have ended: the messages in flight. */
  async finish(): Promise<void> {
    await Promise.all([...this.underWay.values()].flatMap((messages) => [...messages]));
  }

  /** Does not wait for the last answers: one that is slow must not hold up what comes next. */
  async run({ senderId, organizationId }: DueSender): Promise<void> {
    let perSecond = 1;
    while (!this.ending.signal.aborted) {
      const wanted = await this.claims.due(senderId, chunkOf(perSecond));
      if (wanted === 0) return;
      const sender = await this.senders.credentialsOf(organizationId, senderId);
      const turn = await this.pace.take(senderId, wanted);
      perSecond = turn.perSecond;
      if (!(await this.itsTurn(turn.startAt))) return;
      const { messages, looked } = await this.claims.claim(senderId, wanted);
      if (looked === 0) return;
      const underWay = this.underWayOf(senderId);
      for (const message of messages) this.send(message, sender, underWay);
      while (underWay.size >= AT_ONCE) await Promise.race(underWay);
    }
  }

  private send(message: ClaimedMessage, sender: SenderCredentials, underWay: Set<Promise<void>>): void {
    const sending = this.delivery
      .deliver(message, sender)
      .catch((error: unknown) => {
        // It stays marked as being sent until it is given up; a status may still report its outcome.
        this.logger.error({ err: error, messageId: message.id }, 'the send of a message broke off');
      })
      .finally(() => underWay.delete(sending));
    underWay.add(sending);
  }

  private underWayOf(senderId: string): Set<Promise<void>> {
    const known = this.underWay.get(senderId) ?? new Set();
    this.underWay.set(senderId, known);
    return known;
  }

  private async itsTurn(startAt: Date): Promise<boolean> {
    const waitMs = startAt.getTime() - this.clock.now().getTime();
    const { signal } = this.ending;
    if (waitMs > 0)
      await delay(Math.min(waitMs, LONGEST_WAIT_MS), undefined, { signal }).catch(() => undefined);
    return waitMs <= LONGEST_WAIT_MS && !signal.aborted;
  }
}

/** About 50 ms of the sender's rate. */
function chunkOf(perSecond: number): number {
  return Math.max(1, Math.min(100, Math.ceil(perSecond / 20)));
}
