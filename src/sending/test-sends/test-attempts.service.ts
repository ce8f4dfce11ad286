import { Injectable } from '@nestjs/common';
import { Conversations } from '../../messages/conversations/conversations.service.js';
import { MessageLog } from '../../messages/log/message-log.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { QuotaLedger } from '../../senders/quota/quota-ledger.service.js';
import type { SendAnswer } from '../../whatsapp/graph/graph-answer.js';
import { outcomeOf, reportOfTest } from './test-outcome.js';

export interface TestAbout {
  organizationId: string;
  campaignId: string;
  senderId: string;
  portfolioId: string | null;
  templateName: string;
  category: string | null;
}

export interface TestAttempt {
  id: string;
  phoneNumber: string;
  /** When a unit of the portfolio's limit was reserved for it; null: none was needed. */
  reservedAt: Date | null;
}

export interface BegunTests {
  attempts: TestAttempt[];
  /** When there is room for the numbers that got no attempt. */
  nextUnitAt: Date | null;
}

export interface AnsweredTest extends TestAttempt {
  answer: SendAnswer;
  at: Date;
}

/** Records tests and what they use of the portfolio's limit: a test counts a person like any other message. */
@Injectable()
export class TestAttempts {
  constructor(
    private readonly database: Database,
    private readonly conversations: Conversations,
    private readonly ledger: QuotaLedger,
    private readonly messages: MessageLog,
    private readonly clock: Clock,
  ) {}

  /** Records the attempts before they are made, for the numbers that the portfolio's limit has room for. */
  async begin(about: TestAbout, phones: readonly string[]): Promise<BegunTests> {
    return this.database.transaction(async (tx) => {
      const { portfolioId, senderId, organizationId, campaignId, templateName, category } = about;
      const at = this.clock.now();
      const open = await this.conversations.openAmong(tx, senderId, phones, at);
      const wished = phones.filter((phone) => !open.has(phone));
      const { granted, nextUnitAt } =
        portfolioId === null
          ? { granted: new Set(wished), nextUnitAt: null }
          : await this.ledger.reserve(tx, { portfolioId, phones: wished, keepFree: 0, at });
      const attempts = phones
        .filter((phone) => open.has(phone) || granted.has(phone))
        .map((phoneNumber) => ({
          id: uuidV7(),
          phoneNumber,
          reservedAt: portfolioId === null || open.has(phoneNumber) ? null : at,
        }));
      await this.messages.begin(
        tx,
        attempts.map(({ id, phoneNumber }) => ({
          id,
          organizationId,
          senderId,
          purpose: 'test' as const,
          phoneNumber,
          customerId: null,
          campaignId,
          type: 'template',
          templateName,
          category,
          at,
        })),
      );
      return { attempts, nextUnitAt };
    });
  }

  /** A refusal returns its unit; an answer that leaves the outcome open does not. */
  async record({ portfolioId }: TestAbout, tests: readonly AnsweredTest[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.messages.report(
        tx,
        tests.map(({ id, answer, at }) => reportOfTest(id, answer, at)),
      );
      if (portfolioId === null) return;
      const counted = tests.flatMap(({ phoneNumber: phone, reservedAt, answer, at }) =>
        reservedAt === null ? [] : [{ phone, reservedAt, acceptedAt: at, outcome: outcomeOf(answer) }],
      );
      const taken = counted.filter(({ outcome }) => outcome === 'sent' || outcome === 'held');
      const refused = counted.filter(({ outcome }) => outcome === 'failed');
      await this.ledger.confirm(tx, portfolioId, taken);
      await this.ledger.refund(
        tx,
        portfolioId,
        refused.map(({ phone, reservedAt }) => ({ phone, countedAt: [reservedAt] })),
      );
    });
  }
}
