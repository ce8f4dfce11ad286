import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import * as queries from './outbox.queries.js';

export type { NewOutboxMessage } from './outbox.queries.js';

/**
 * Single messages that are to go out once: confirmations, answers, products. Written in the transaction that wants
 * them, so that they exist exactly when their reason does; a worker sends them after it. Whether the person may be
 * written to at all is for the caller to judge.
 */
@Injectable()
export class Outbox {
  constructor(private readonly clock: Clock) {}

  /** False: it was there already. */
  async add(tx: EntityManager, message: queries.NewOutboxMessage): Promise<boolean> {
    return queries.insertOnce(tx, uuidV7(), message, this.clock.now());
  }

  /** Whose messages these are, by our ids of them; those that are none of ours are missing. */
  async ownersOf(
    db: EntityManager,
    ids: readonly string[],
  ): Promise<{ id: string; organizationId: string }[]> {
    return queries.ownersOf(db, ids);
  }
}
