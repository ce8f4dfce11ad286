import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import * as ledger from './quota-ledger.queries.js';
import * as queries from './quota-transfer.queries.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * What the ledger of a portfolio has not seen itself: the people reached by a number that joins it, and those reached
 * while it was unlimited. Meta counts them all the same, so the messages of the last day say who they are. Templates
 * sent inside a service window count here although Meta does not count them: too many for a day rather than too few.
 */
@Injectable()
export class QuotaTransfer {
  constructor(private readonly clock: Clock) {}

  /** After the number has moved. A portfolio that knows no limit takes that of the one before. */
  async join(
    tx: EntityManager,
    { senderId, from, to }: { senderId: string; from: string | null; to: string },
  ): Promise<void> {
    if (from === to) return;
    const now = this.clock.now();
    // In the order of their ids, as everything that locks several portfolios.
    for (const id of [from, to].filter((one) => one !== null).sort()) await ledger.lockPortfolio(tx, id);
    if (from !== null) await queries.carryLimit(tx, { from, to, now });
    await queries.adoptPeople(tx, to, { senderId, since: new Date(now.getTime() - DAY_MS) });
  }

  /** A portfolio that was unlimited has kept no ledger. The caller holds its lock. */
  async rebuild(tx: EntityManager, portfolioIds: readonly string[]): Promise<void> {
    const since = new Date(this.clock.now().getTime() - DAY_MS);
    for (const id of portfolioIds) await queries.adoptPeople(tx, id, { senderId: null, since });
  }
}
