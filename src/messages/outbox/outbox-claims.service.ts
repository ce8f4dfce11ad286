import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { numberIdentity } from '../../rules/phone/number-variants.js';
import type { ClaimedMessage } from './claimed-message.js';
import { OutboxAttempts } from './outbox-attempts.service.js';
import { contactsOf, type GuardedMessages, hasWindow, OutboxGuard } from './outbox-guard.service.js';
import { OutboxQuota } from './outbox-quota.service.js';
import * as queries from './outbox-claims.queries.js';

export interface OutboxClaim {
  messages: ClaimedMessage[];
  /** Messages looked at. None: nothing is due, or other workers have it. */
  looked: number;
}

const NOTHING: OutboxClaim = { messages: [], looked: 0 };

/**
 * Takes the next few messages of one sender, in one transaction: judges them, reserves their units of the messaging
 * limit, and writes each attempt down before it is made.
 */
@Injectable()
export class OutboxClaims {
  constructor(
    private readonly database: Database,
    private readonly guard: OutboxGuard,
    private readonly quota: OutboxQuota,
    private readonly attempts: OutboxAttempts,
    private readonly clock: Clock,
  ) {}

  async senders(): Promise<queries.DueSender[]> {
    return queries.dueSenders(this.database.manager, this.clock.now());
  }

  /** How many are due, at most `limit`. */
  async due(senderId: string, limit: number): Promise<number> {
    return queries.countDue(this.database.manager, senderId, { now: this.clock.now(), limit });
  }

  async claim(senderId: string, limit: number): Promise<OutboxClaim> {
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const terms = await queries.termsOf(tx, senderId, now);
      if (terms === undefined) return NOTHING;
      const due = onePerPerson(await queries.lockDue(tx, senderId, { now, limit }));
      const sent = await this.attempts.sentAlready(tx, due);
      const guarded = await this.guard.judge(
        tx,
        terms,
        due.filter(({ id }) => !sent.has(id)),
        now,
      );
      const room = await this.withRoom(tx, terms, guarded, now);
      const unsendable = await this.attempts.begin(tx, room);
      await this.quota.refund(
        tx,
        room.filter(({ id }) => unsendable.has(id)),
      );
      return { messages: room.filter(({ id }) => !unsendable.has(id)), looked: due.length };
    });
  }

  /** A template outside the service window takes a unit of the limit; without one it waits for the next. */
  private async withRoom(
    tx: EntityManager,
    { organizationId, senderId, portfolioId, isUnlimited, usesMarketingApi }: queries.OutboxTerms,
    { messages, open }: GuardedMessages,
    now: Date,
  ): Promise<ClaimedMessage[]> {
    const limited = isUnlimited ? null : portfolioId;
    const wanted = messages.flatMap((message) => {
      const { id, phoneNumber: phone, category } = message;
      const isFree = category === null || phone === null || hasWindow(open, message);
      return isFree ? [] : [{ id, phone }];
    });
    const { granted, nextUnitAt } =
      limited === null || wanted.length === 0
        ? { granted: new Set<string>(), nextUnitAt: null }
        : await this.quota.reserve(tx, limited, wanted, now);
    const refused = limited === null ? [] : wanted.map(({ id }) => id).filter((id) => !granted.has(id));
    if (refused.length > 0) await queries.putBack(tx, refused, nextUnitAt ?? now);
    const waits = new Set(refused);
    return messages.flatMap((message): ClaimedMessage[] => {
      const { id, category } = message;
      if (waits.has(id)) return [];
      return [
        {
          ...{ ...message, organizationId, senderId, claimedAt: now },
          portfolioId: granted.has(id) ? limited : null,
          marketingApi: usesMarketingApi && category === 'MARKETING',
        },
      ];
    });
  }
}

/** Two messages to one person go one after the other, and the frequency cap sees the first. */
function onePerPerson(due: readonly queries.DueMessage[]): queries.DueMessage[] {
  const seen = new Set<string>();
  return due.filter((message) => {
    const [contact = ''] = contactsOf(message);
    const person = contact.startsWith('+') ? numberIdentity(contact) : contact;
    if (seen.has(person)) return false;
    seen.add(person);
    return true;
  });
}
