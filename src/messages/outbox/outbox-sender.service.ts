import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import { SenderPaceService } from '../../senders/pace/sender-pace.service.js';
import { type SenderCredentials, SendersService } from '../../senders/directory/senders.service.js';
import type { SendAnswer } from '../../whatsapp/graph/graph-answer.js';
import { GraphClient } from '../../whatsapp/graph/graph.client.js';
import { transportError } from '../../whatsapp/errors/graph-error.js';
import { asObject, asText } from '../../whatsapp/json/json-fields.js';
import type { NewAttempt } from '../log/message-attempt.js';
import { messageCallbackOf } from '../log/message-callback.js';
import { MessageLog } from '../log/message-log.service.js';
import type { MessageReport } from '../log/message-progress.js';
import * as queries from './outbox.queries.js';
import { nextAttemptAt, type OutboxVerdict, verdictOn } from './outbox-verdict.js';

const LOOK_MS = 200;
/** Sent at the same time. */
const AT_ONCE = 20;
const REST_MS = 5_000;
/** A turn further away than this is not waited for. */
const LONGEST_WAIT_MS = 10_000;
/** Longer than any answer may take. */
const GIVE_UP_MS = 60_000;

/**
 * Sends what is in the outbox, in every worker. A message is written down as being sent before it is: after a crash
 * it is in doubt, and what is in doubt is never sent again.
 */
@Injectable()
export class OutboxSender implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly senders: SendersService,
    private readonly pace: SenderPaceService,
    private readonly graph: GraphClient,
    private readonly log: MessageLog,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.sendDue(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'the outbox could not be emptied; it is tried again');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  /** What is under way is finished. */
  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
    await Promise.all(this.underWay);
  }

  private async sendDue(): Promise<void> {
    const room = AT_ONCE - this.underWay.size;
    if (room === 0 || !(await queries.hasWork(this.database.manager, this.clock.now()))) return;
    const messages = await this.database.transaction((tx) => this.claim(tx, room));
    const credentials = await this.credentialsFor(messages);
    for (const message of messages) {
      // Not waited for: one slow answer must not hold up the rest.
      const delivery = this.deliver(message, credentials.get(message.senderId)).finally(() =>
        this.underWay.delete(delivery),
      );
      this.underWay.add(delivery);
    }
  }

  private async claim(tx: EntityManager, room: number): Promise<queries.ClaimedMessage[]> {
    const now = this.clock.now();
    const lost = await queries.giveUpSince(tx, new Date(now.getTime() - GIVE_UP_MS));
    await this.log.report(tx, lost.map(unknown));
    await queries.expire(tx, now);
    await queries.putOff(tx, now, new Date(now.getTime() + REST_MS));
    const messages = await queries.claimDue(tx, now, room);
    const again = messages.filter(({ attempts }) => attempts > 1).map(({ id }) => id);
    if (again.length > 0) await queries.forgetRefused(tx, again);
    await this.log.begin(
      tx,
      messages.map((message) => attemptOf(message, now)),
    );
    return messages;
  }

  private async credentialsFor(
    messages: readonly queries.ClaimedMessage[],
  ): Promise<Map<string, SenderCredentials>> {
    const credentials = new Map<string, SenderCredentials>();
    for (const { organizationId, senderId } of messages) {
      if (credentials.has(senderId)) continue;
      try {
        credentials.set(senderId, await this.senders.credentialsOf(organizationId, senderId));
      } catch (error) {
        // Nothing has been sent yet, and the other senders' messages must not be held up.
        this.logger.error({ err: error, senderId }, 'a sender cannot be used; its messages wait');
      }
    }
    return credentials;
  }

  private async deliver(message: queries.ClaimedMessage, sender?: SenderCredentials): Promise<void> {
    try {
      const answer = await this.send(message, sender);
      await this.record(message, verdictOn(answer));
    } catch (error) {
      // It stays as being sent until it is given up; a status may still tell what became of it.
      this.logger.error({ err: error, messageId: message.id }, 'an answer could not be recorded');
    }
  }

  private async send(
    { id, payload }: queries.ClaimedMessage,
    sender: SenderCredentials | undefined,
  ): Promise<SendAnswer> {
    if (sender === undefined) return notSent('The sender cannot be used.');
    if (!(await this.itsTurn(sender.senderId))) return notSent('The sender is too busy.');
    return this.graph.sendMessage({
      phoneNumberId: sender.phoneNumberId,
      token: sender.accessToken,
      payload: { ...payload, biz_opaque_callback_data: messageCallbackOf(id) },
    });
  }

  /** At the sender's pace, which campaigns share. */
  private async itsTurn(senderId: string): Promise<boolean> {
    try {
      const { startAt } = await this.pace.take(senderId, 1);
      const waitMs = startAt.getTime() - this.clock.now().getTime();
      if (waitMs > LONGEST_WAIT_MS) return false;
      if (waitMs > 0) await delay(waitMs);
      return true;
    } catch (error) {
      this.logger.error({ err: error, senderId }, 'the pace of a sender cannot be told; its messages wait');
      return false;
    }
  }

  private async record(message: queries.ClaimedMessage, verdict: OutboxVerdict): Promise<void> {
    if (verdict.kind !== 'accepted') {
      const { code, title, details } = verdict.error;
      const about = { messageId: message.id, purpose: message.purpose, code, title, details };
      this.logger.warn(about, `a message was not sent: ${verdict.kind}`);
    }
    await this.database.transaction(async (tx) => {
      const now = this.clock.now();
      await queries.settle(tx, outcomeOf(message, verdict, now));
      await this.log.report(tx, [reportOf(message.id, verdict, now)]);
    });
  }
}

function notSent(reason: string): SendAnswer {
  return { outcome: 'not-sent', error: transportError(reason), usage: null };
}

function attemptOf(message: queries.ClaimedMessage, at: Date): NewAttempt {
  const { id, organizationId, senderId, purpose, phoneNumber, whatsappUserId, customerId, payload } = message;
  const type = asText(payload['type']) ?? 'unknown';
  const content = asObject(payload[type]) ?? {};
  return {
    ...{ id, organizationId, senderId, purpose, phoneNumber, whatsappUserId, customerId, type, at },
    templateName: type === 'template' ? (asText(content['name']) ?? null) : null,
    content: { kind: type, ...content },
    contextMessageId: asText(asObject(payload['context'])?.['message_id']) ?? null,
  };
}

function outcomeOf(
  { id, attempts }: queries.ClaimedMessage,
  { kind }: OutboxVerdict,
  now: Date,
): queries.OutboxOutcome {
  if (kind === 'again') return { id, state: 'waiting', dueAt: nextAttemptAt(attempts, now) };
  return { id, state: kind === 'accepted' ? 'done' : 'failed', dueAt: now };
}

function reportOf(messageId: string, verdict: OutboxVerdict, at: Date): MessageReport {
  const about = { message: { messageId }, at, pricing: null };
  if (verdict.kind === 'accepted')
    return { ...about, status: verdict.isHeld ? 'held' : 'accepted', wamid: verdict.wamid, error: null };
  const status = verdict.kind === 'in-doubt' ? 'unknown' : 'failed';
  return { ...about, status, wamid: null, error: verdict.error };
}

function unknown(messageId: string): MessageReport {
  return { message: { messageId }, status: 'unknown', at: null, wamid: null, error: null, pricing: null };
}
