import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database, isDataError } from '../../platform/database/database.js';
import { GroupedWrites } from '../../platform/database/grouped-writes.js';
import { halveOnFailure } from '../../platform/database/halve-on-failure.js';
import { Logger } from '../../platform/logging/logger.js';
import { MessageLog } from '../log/message-log.service.js';
import type { MessageReport } from '../log/message-progress.js';
import type { ClaimedMessage } from './claimed-message.js';
import { OutboxEffects } from './outbox-effects.service.js';
import { OutboxQuota } from './outbox-quota.service.js';
import * as queries from './outbox.queries.js';
import { nextAttemptAt, type OutboxVerdict } from './outbox-verdict.js';

interface Outcome {
  readonly size: number;
  message: ClaimedMessage;
  verdict: OutboxVerdict;
  at: Date;
}

const LIMITS = {
  writers: 2,
  maxItems: 200,
  maxBytes: 200,
  maxWaitingItems: 100_000,
  maxWaitingBytes: 100_000,
  gatherMs: 20,
};
const LONGEST_WAIT_MS = 2_000;
const CLOSED_WINDOW = 131_047;

/**
 * Stores what became of the attempts of the outbox: those that end together in one transaction. While the database is
 * unavailable they wait here, because Meta answers only once.
 */
@Injectable()
export class OutboxOutcomes {
  private readonly writes = new GroupedWrites<Outcome>((outcomes) => this.write(outcomes), LIMITS);

  constructor(
    private readonly database: Database,
    private readonly log: MessageLog,
    private readonly quota: OutboxQuota,
    private readonly effects: OutboxEffects,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Resolves when it is stored. */
  async record(message: ClaimedMessage, verdict: OutboxVerdict): Promise<void> {
    if (verdict.kind !== 'accepted') {
      const { code, title, details } = verdict.error;
      const about = { messageId: message.id, purpose: message.purpose, code, title, details };
      this.logger.warn(about, `a message was not sent: ${verdict.kind}`);
    }
    await this.writes.add({ size: 1, message, verdict, at: this.clock.now() });
  }

  private async write(outcomes: readonly Outcome[]): Promise<void> {
    const failed = await halveOnFailure(
      outcomes,
      (some) => this.apply(some),
      () => false,
    );
    // It stays marked as being sent until it is given up; a status may still report its outcome.
    for (const { item, error } of failed)
      this.logger.error({ err: error, messageId: item.message.id }, 'an answer could not be recorded');
  }

  private async apply(outcomes: readonly Outcome[]): Promise<void> {
    for (let waitMs = 50; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        await this.database.transaction((tx) => this.store(tx, outcomes));
        return;
      } catch (error) {
        if (isDataError(error)) throw error;
        this.logger.warn({ err: error, outcomes: outcomes.length }, 'answers are waiting for the database');
        await delay(waitMs);
      }
    }
  }

  private async store(tx: EntityManager, outcomes: readonly Outcome[]): Promise<void> {
    await queries.settle(tx, outcomes.map(outcomeOf));
    await this.log.report(tx, outcomes.map(reportOf));
    const of = (...kinds: OutboxVerdict['kind'][]): ClaimedMessage[] =>
      outcomes.flatMap(({ message, verdict: { kind } }) => (kinds.includes(kind) ? [message] : []));
    const [accepted, unsent] = [of('accepted'), of('again', 'refused')];
    const { at } = outcomes[0] ?? { at: this.clock.now() };
    if (accepted.length > 0) await this.quota.confirm(tx, accepted, at);
    if (unsent.length > 0) await this.quota.refund(tx, unsent);
    // A status may have been faster than the answer.
    const replaceable = accepted.filter(({ hasFallback }) => hasFallback).map(({ id }) => id);
    if (replaceable.length > 0) await queries.fallBackLate(tx, replaceable, at);
    await this.effects.apply(tx, outcomes);
  }
}

function outcomeOf({ message, verdict, at }: Outcome): queries.OutboxOutcome {
  const { id, attempts, hasFallback } = message;
  if (verdict.kind === 'again')
    return { id, attempts, state: 'waiting', dueAt: nextAttemptAt(attempts, at), fallsBack: false };
  if (verdict.kind === 'accepted') return { id, attempts, state: 'done', dueAt: at, fallsBack: false };
  const isClosed = verdict.kind === 'refused' && verdict.error.code === CLOSED_WINDOW;
  if (isClosed && hasFallback) return { id, attempts, state: 'waiting', dueAt: at, fallsBack: true };
  return { id, attempts, state: 'failed', dueAt: at, fallsBack: false };
}

function reportOf({ message: { id: messageId }, verdict, at }: Outcome): MessageReport {
  const about = { message: { messageId }, at, pricing: null };
  if (verdict.kind === 'accepted')
    return { ...about, status: verdict.isHeld ? 'held' : 'accepted', wamid: verdict.wamid, error: null };
  const status = verdict.kind === 'in-doubt' ? 'unknown' : 'failed';
  return { ...about, status, wamid: null, error: verdict.error };
}
