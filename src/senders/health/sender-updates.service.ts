import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { AccountEvent, LimitEvent } from '../../whatsapp/parsing/webhook-events.js';
import { storableLimit } from './number-state.js';
import * as updates from './sender-updates.queries.js';
import * as queries from '../accounts/senders.queries.js';
import { throughputOf } from '../accounts/throughput.js';

/** The transaction it is part of, and whom the news may reach: not everybody who names an account of theirs. */
export interface NewsScope {
  tx: EntityManager;
  organizationIds: readonly string[];
}

/** News of Meta's webhook about numbers and what they may send. */
@Injectable()
export class SenderUpdates {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The limit goes to the portfolio of every number in the account; what is not said or not known stays. */
  async applyLimitUpdate(
    { wabaId, displayPhoneNumber, event, limit }: LimitEvent,
    scope?: NewsScope,
  ): Promise<void> {
    if (wabaId === null) return;
    const stored = limit === null ? null : storableLimit(limit);
    const perSecond = throughputOf('HIGH');
    await this.within(scope, async (tx, organizations) => {
      const now = this.clock.now();
      const senders = await updates.lockSendersIn(tx, wabaId, organizations);
      if (event === 'THROUGHPUT_UPGRADE' && displayPhoneNumber !== null && perSecond !== undefined) {
        const upgrade = { displayPhoneNumber, level: 'HIGH', perSecond, organizations, now };
        await updates.storeThroughput(tx, wabaId, upgrade);
      }
      if (stored === null) return;
      const portfolios = new Map<string, string>();
      for (const { id, organizationId, portfolioId } of senders) {
        if (portfolioId !== null) portfolios.set(portfolioId, organizationId);
        else {
          const standIn = { id: uuidV7(), metaBusinessId: `waba:${wabaId}`, now };
          const placed = await queries.upsertPortfolio(tx, organizationId, standIn);
          await updates.placeSender(tx, id, placed, now);
          portfolios.set(placed, organizationId);
        }
      }
      for (const [portfolioId, organizationId] of [...portfolios].sort())
        await queries.storeLimit(tx, organizationId, portfolioId, { limit: stored, now });
    });
  }

  /** A restriction or ban of the account pauses all of its numbers; its end, told or foretold, lets them go on. */
  async applyAccountUpdate({ wabaId, event, effect, until }: AccountEvent, scope?: NewsScope): Promise<void> {
    if (wabaId === null || (effect !== 'block' && effect !== 'lift')) return;
    const end = until === null ? '' : ` until ${until.toISOString()}`;
    const reason = `Meta has blocked the account${end} (${event ?? 'no reason given'}).`;
    await this.within(scope, async (tx, organizations) => {
      const now = this.clock.now();
      await updates.lockSendersIn(tx, wabaId, organizations);
      if (effect === 'block')
        await updates.pauseForAccount(tx, wabaId, { reason, until, organizations, now });
      else await updates.resumeForAccount(tx, wabaId, { organizations, now });
    });
  }

  private within(
    scope: NewsScope | undefined,
    work: (tx: EntityManager, organizations: updates.Organizations) => Promise<void>,
  ): Promise<void> {
    if (scope !== undefined) return work(scope.tx, scope.organizationIds);
    return this.database.transaction((tx) => work(tx, null));
  }
}
