import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { FoundAttempt, NewAttempt, PastAttempt } from './message-attempt.js';
import { foldReports, type MessageNews, type MessageReport } from './message-progress.js';
import * as queries from './message-log.queries.js';

/** What `findAttempts` looks for: Meta's ids, and attempts by the callback data we sent. */
export interface AttemptKeys {
  wamids: readonly string[];
  refs: readonly { recipientId: string; attempt: number | null }[];
}

/** The record of every outgoing message: written before the attempt, completed by every report about it. */
@Injectable()
export class MessageLog {
  /** Before the attempt is made, so that it leaves a trace whatever happens. */
  async begin(tx: EntityManager, attempts: readonly NewAttempt[]): Promise<void> {
    if (attempts.length > 0) await queries.insertAttempts(tx, attempts);
  }

  /** In any order and any number of times. Reports about unknown messages are dropped. */
  async report(tx: EntityManager, reports: readonly MessageReport[]): Promise<void> {
    const news = withoutRepeatedIds(foldReports(reports));
    await queries.updateAttempts(tx, news.filter(isAttempt));
    await queries.updateMessages(tx, news.filter(isMessage));
  }

  /** The messages known under these names, each once, including those outside campaigns. */
  async findAttempts(db: EntityManager, { wamids, refs }: AttemptKeys): Promise<FoundAttempt[]> {
    const found = new Map<string, FoundAttempt>();
    if (wamids.length > 0) {
      for (const attempt of await queries.findByWamid(db, wamids)) found.set(attempt.messageId, attempt);
    }
    if (refs.length > 0) {
      for (const attempt of await queries.findByRef(db, refs)) found.set(attempt.messageId, attempt);
    }
    return [...found.values()];
  }

  async numbersWrittenTo(
    db: EntityManager,
    organizationId: string,
    phones: readonly string[],
  ): Promise<Set<string>> {
    return new Set(phones.length === 0 ? [] : await queries.numbersWrittenTo(db, organizationId, phones));
  }

  /** Every send to these recipients, by recipient, in order. */
  async attemptsOf(db: EntityManager, recipientIds: readonly string[]): Promise<Map<string, PastAttempt[]>> {
    const attempts = new Map<string, PastAttempt[]>();
    if (recipientIds.length === 0) return attempts;
    for (const attempt of await queries.attemptsOf(db, recipientIds)) {
      const known = attempts.get(attempt.recipientId);
      if (known === undefined) attempts.set(attempt.recipientId, [attempt]);
      else known.push(attempt);
    }
    return attempts;
  }
}

/** Meta's ids are unique, in the table too: an id reported for two messages must not block the others. */
function withoutRepeatedIds(news: readonly MessageNews[]): MessageNews[] {
  const seen = new Set<string>();
  return news.map((one) => {
    if (one.wamid === null || !seen.has(one.wamid)) {
      if (one.wamid !== null) seen.add(one.wamid);
      return one;
    }
    return { ...one, wamid: null };
  });
}

function isMessage(news: MessageNews): news is MessageNews & { message: { messageId: string } } {
  return 'messageId' in news.message;
}

function isAttempt(
  news: MessageNews,
): news is MessageNews & { message: { recipientId: string; attempt: number } } {
  return 'recipientId' in news.message;
}
