import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import { MessageLog } from '../log/message-log.service.js';
import type { MessageReport } from '../log/message-progress.js';
import { OutboxClaims } from './outbox-claims.service.js';
import type { DueSender } from './outbox-claims.queries.js';
import { OutboxRunner } from './outbox-runner.service.js';
import * as queries from './outbox.queries.js';

const LOOK_MS = 200;
const REST_MS = 5_000;
/** How soon a message that waits for the messaging limit, or for its sender, sees that it may go. */
const WAKE_MS = 5_000;
/** How long a message of a sender that may not send is left alone. */
const PUT_OFF_MS = 60_000;
/** Longer than any answer may take. */
const GIVE_UP_MS = 60_000;

/**
 * Sends the outbox, in every worker, each sender by itself. A message is marked as being sent before it is: after a
 * crash it is in doubt, and a message in doubt is never sent again.
 */
@Injectable()
export class OutboxSender implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private nextWakeMs = 0;
  private readonly runs = new Map<string, Promise<void>>();
  /** Senders that cannot be used, until when: their messages wait, and the other senders' are not held up. */
  private readonly resting = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly claims: OutboxClaims,
    private readonly runner: OutboxRunner,
    private readonly log: MessageLog,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.sendDue(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not empty the outbox; retrying');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  /** Messages in flight are finished. */
  async onModuleDestroy(): Promise<void> {
    this.runner.stop();
    await this.rounds.stop();
    await Promise.all(this.runs.values());
    await this.runner.finish();
  }

  private async sendDue(): Promise<void> {
    if (performance.now() >= this.nextWakeMs) {
      this.nextWakeMs = performance.now() + WAKE_MS;
      await this.tidy((tx) => this.wake(tx));
    }
    if (!(await queries.hasWork(this.database.manager, this.clock.now()))) return;
    await this.tidy((tx) => this.giveUp(tx));
    await this.tidy((tx) => queries.expire(tx, this.clock.now()));
    await this.tidy((tx) => this.putOff(tx));
    for (const sender of await this.claims.senders()) this.start(sender);
  }

  /** Each in a transaction of its own: one that fails keeps no message from being sent. */
  private async tidy(work: (tx: EntityManager) => Promise<unknown>): Promise<void> {
    try {
      await this.database.transaction(work);
    } catch (error) {
      this.logger.error({ err: error }, 'could not tidy the outbox; retrying');
    }
  }

  private async wake(tx: EntityManager): Promise<void> {
    if (!(await queries.holdWaking(tx))) return;
    const now = this.clock.now();
    await queries.wakeForRoom(tx, now);
    await queries.wakeForSenders(tx, now);
  }

  private async giveUp(tx: EntityManager): Promise<void> {
    const lost = await queries.giveUpSince(tx, new Date(this.clock.now().getTime() - GIVE_UP_MS));
    await this.log.report(tx, lost.map(unknown));
  }

  private async putOff(tx: EntityManager): Promise<void> {
    const now = this.clock.now();
    await queries.putOff(tx, now, new Date(now.getTime() + PUT_OFF_MS));
  }

  /** Not waited for: a slow sender must not hold up the others. */
  private start(sender: DueSender): void {
    const { senderId } = sender;
    if (this.runs.has(senderId) || performance.now() < (this.resting.get(senderId) ?? 0)) return;
    this.resting.delete(senderId);
    const run = this.runner
      .run(sender)
      .catch((error: unknown) => {
        this.logger.error({ err: error, senderId }, 'a sender cannot be used; its messages wait');
        this.resting.set(senderId, performance.now() + REST_MS);
      })
      .finally(() => this.runs.delete(senderId));
    this.runs.set(senderId, run);
  }
}

function unknown(messageId: string): MessageReport {
  return { message: { messageId }, status: 'unknown', at: null, wamid: null, error: null, pricing: null };
}
