import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { InboundEvents } from './inbound-events.service.js';
import * as queries from './inbound-log.queries.js';
import type { FoundAttempt } from '../log/message-attempt.js';
import { MessageLog } from '../log/message-log.service.js';

export type NewInbound = Omit<queries.InboundRow, 'id'>;

export interface Answer {
  organizationId: string;
  senderId: string | null;
  /** E.164 of the person. */
  phone: string | null;
  at: Date;
  /** Meta's id of the message that it names. */
  names: string | null;
  /** Means something only if the message is one of ours. */
  onlyIfNamed: boolean;
  /** How old the message may be that is meant but not named; 72 hours unless set. */
  withinMs?: number;
}

export interface AnsweredAttempt {
  recipientId: string;
  attempt: number;
}

export interface Answered extends AnsweredAttempt {
  campaignId: string | null;
  /** Whether the message was named, or is the latest one. */
  by: 'context' | 'window';
}

/** A reply that names no message refers to the latest one, if it is at most this old. */
const MEANT_MS = 72 * 60 * 60 * 1_000;
/** Meta reports whole seconds, and its clock is not ours. */
const SLACK_MS = 5_000;

/** What people write to us, and which of our messages they reply to. */
@Injectable()
export class InboundLog {
  constructor(
    private readonly log: MessageLog,
    private readonly events: InboundEvents,
  ) {}

  /** A message that is there already stays as it is. Returns Meta's ids of those that are new. */
  async store(tx: EntityManager, messages: readonly NewInbound[]): Promise<Set<string>> {
    if (messages.length === 0) return new Set();
    const rows = messages.map((message) => ({ id: uuidV7(), ...message }));
    const stored = new Set(await queries.insertInbound(tx, rows));
    // By our id: a batch may hold a message of Meta twice, and one of the two is stored.
    const fresh = rows.filter(({ id }) => stored.has(id));
    await this.events.received(tx, fresh);
    return new Set(fresh.map(({ wamid }) => wamid));
  }

  /** The campaign attempt that each message replies to, in order; null: not ours, or not a campaign's. */
  async answered(db: EntityManager, answers: readonly Answer[]): Promise<(Answered | null)[]> {
    const wamids = answers.flatMap(({ names }) => names ?? []);
    const messages = await this.log.findAttempts(db, { wamids, refs: [] });
    const named = new Map(messages.map((message) => [message.wamid, message]));
    const found: (Answered | null)[] = [];
    const open: queries.Asked[] = [];
    for (const [question, answer] of answers.entries()) {
      const message = answer.names === null ? undefined : named.get(answer.names);
      const isOurs = message?.direction === 'out' && message.organizationId === answer.organizationId;
      found.push(isOurs ? attemptOf(message) : null);
      // A reply to a message of ours outside campaigns belongs to that message.
      if (!isOurs && !answer.onlyIfNamed) open.push(...askFor(question, answer));
    }
    if (open.length === 0) return found;
    for (const { question, ...attempt } of await queries.latestCampaignMessages(db, open))
      found[question] = { ...attempt, by: 'window' };
    return found;
  }
}

function attemptOf({ recipientId, attempt, campaignId }: FoundAttempt): Answered | null {
  return recipientId === null || attempt === null
    ? null
    : { recipientId, attempt, campaignId, by: 'context' };
}

function askFor(
  question: number,
  { organizationId, senderId, phone, at, withinMs = MEANT_MS }: Answer,
): queries.Asked[] {
  if (senderId === null || phone === null) return [];
  const from = new Date(at.getTime() - withinMs);
  const to = new Date(at.getTime() + SLACK_MS);
  return waIdVariants(phone).map((spelling) => ({
    ...{ question, organizationId, senderId, phone: spelling, from, to },
  }));
}
