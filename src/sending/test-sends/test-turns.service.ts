import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { SenderPacing } from '../../senders/pace/sender-pace.service.js';

/** The caller waits for the answer: a sender without a turn within this time is reported as busy. */
const LONGEST_WAIT_MS = 5_000;

/** Turns of test messages within the sender's messages per second, which campaigns share. */
@Injectable()
export class TestTurns {
  constructor(
    private readonly pace: SenderPacing,
    private readonly clock: Clock,
  ) {}

  /** When each message may go. Turns are taken one by one, because a slow sender has no room for ten a second. */
  async take(senderId: string, count: number): Promise<Date[]> {
    const turns: Date[] = [];
    while (turns.length < count) turns.push((await this.pace.take(senderId, 1)).startAt);
    const waitMs = this.waitMs(turns.at(-1));
    if (waitMs <= LONGEST_WAIT_MS) return turns;
    const detail = 'The sender is at its maximum rate. Retry in a moment.';
    const retryAfterSeconds = Math.ceil(waitMs / 1_000);
    throw new DomainError('rate', 'sender_busy', detail, { retryAfterSeconds });
  }

  get now(): Date {
    return this.clock.now();
  }

  async wait(turn: Date | undefined): Promise<void> {
    const waitMs = this.waitMs(turn);
    if (waitMs > 0) await delay(waitMs);
  }

  private waitMs(turn: Date | undefined): number {
    return (turn?.getTime() ?? 0) - this.now.getTime();
  }
}
