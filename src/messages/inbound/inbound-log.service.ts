import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { waIdVariants } from '../../rules/phone/number-variants.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
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
  /** Says nothing unless the message it names is one of ours. */
  onlyIfNamed: boolean;
}

export interface AnsweredAttempt {
  recipientId: string;
  attempt: number;
}

/** Who answers without naming a message means the latest one, if it is no older than this. */
const MEANT_MS = 72 * 60 * 60 * 1_000;
/** Meta's times are whole seconds, and its clock is not ours. */
const SLACK_MS = 5_000;

/** What people write to us, and which of our messages they answer with it. */
@Injectable()
export class InboundLog {
  constructor(private readonly log: MessageLog) {}

  /** A message that is there already stays as it is. */
  async store(tx: EntityManager, messages: readonly NewInbound[]): Promise<void> {
    if (messages.length === 0) return;
    await queries.insertInbound(
      tx,
      messages.map((message) => ({ id: uuidV7(), ...message })),
    );
  }

  /** The attempt of a campaign that each answers, in their order; null: none of ours, or not a campaign's. */
  async answered(db: EntityManager, answers: readonly Answer[]): Promise<(AnsweredAttempt | null)[]> {
    const wamids = answers.flatMap(({ names }) => names ?? []);
    const messages = await this.log.findAttempts(db, { wamids, refs: [] });
    const named = new Map(messages.map((message) => [message.wamid, message]));
    const found: (AnsweredAttempt | null)[] = [];
    const open: queries.Asked[] = [];
    for (const [question, answer] of answers.entries()) {
      const message = answer.names === null ? undefined : named.get(answer.names);
      const isOurs = message?.direction === 'out' && message.organizationId === answer.organizationId;
      found.push(isOurs ? attemptOf(message) : null);
      // Who names a message of ours that is no campaign's answers that one.
      if (!isOurs && !answer.onlyIfNamed) open.push(...askFor(question, answer));
    }
    if (open.length === 0) return found;
    for (const { question, ...attempt } of await queries.latestCampaignMessages(db, open))
      found[question] = attempt;
    return found;
  }
}

function attemptOf({ recipientId, attempt }: FoundAttempt): AnsweredAttempt | null {
  return recipientId === null || attempt === null ? null : { recipientId, attempt };
}

function askFor(question: number, { organizationId, senderId, phone, at }: Answer): queries.Asked[] {
  if (senderId === null || phone === null) return [];
  const from = new Date(at.getTime() - MEANT_MS);
  const to = new Date(at.getTime() + SLACK_MS);
  return waIdVariants(phone).map((spelling) => ({
    ...{ question, organizationId, senderId, phone: spelling, from, to },
  }));
}
