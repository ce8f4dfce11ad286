import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { NewOutboxMessage } from './new-outbox-message.js';
import * as queries from './outbox.queries.js';

export type { NewOutboxMessage } from './new-outbox-message.js';

/**
 * Single messages to be sent once: confirmations, answers, products. They are written in the transaction that needs
 * them, so they exist exactly when their reason does; a worker sends them afterwards. The caller decides whether the
 * person may be messaged at all.
 */
@Injectable()
export class Outbox {
  constructor(private readonly clock: Clock) {}

  /** Returns how many are new. What is there already, by its key, stays as it is. */
  async add(tx: EntityManager, messages: readonly NewOutboxMessage[]): Promise<number> {
    if (messages.length === 0) return 0;
    const rows = messages.map((message) => ({ ...message, id: message.id ?? uuidV7() }));
    return queries.insertOnce(tx, rows, this.clock.now());
  }

  /** Takes back what has not been sent yet, by key; the reason stays on it. */
  async withdraw(
    tx: EntityManager,
    organizationId: string,
    keys: readonly string[],
    reason: string,
  ): Promise<void> {
    if (keys.length > 0) await queries.withdraw(tx, organizationId, keys, reason);
  }

  /** The organization of each message, by our ids; messages that are not ours are missing. */
  async ownersOf(db: EntityManager, ids: readonly string[]): Promise<queries.MessageOwner[]> {
    return queries.ownersOf(db, ids);
  }
}
