import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { afterEvent, timeOf } from '../../whatsapp/parsing/event-order.js';
import type { AccountEvent, LimitEvent } from '../../whatsapp/parsing/webhook-events.js';
import { type AccountBlock, blocksAfter, longestBlock } from '../accounts/account-blocks.js';
import { QuotaTransfer } from '../quota/quota-transfer.service.js';
import { storableLimit } from './number-state.js';
import { SenderEvents } from '../accounts/sender-events.service.js';
import * as updates from './sender-updates.queries.js';
import * as queries from '../accounts/senders.queries.js';
import { throughputOf } from '../accounts/throughput.js';

/** The transaction of the news, and the organizations it may affect: naming an account is not enough. */
export interface NewsScope {
  tx: EntityManager;
  organizationIds: readonly string[];
}

/** What Meta's webhook reports about numbers and what they may send. */
@Injectable()
export class SenderUpdates {
  constructor(
    private readonly database: Database,
    private readonly quota: QuotaTransfer,
    private readonly events: SenderEvents,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** The limit applies to the portfolio of every number in the account. Missing and unknown values change nothing. */
  async applyLimitUpdate(news: LimitEvent, scope?: NewsScope): Promise<void> {
    const { wabaId, displayPhoneNumber, event, limit } = news;
    if (wabaId === null) return;
    const stored = limit === null ? null : storableLimit(limit);
    const perSecond = throughputOf('HIGH');
    await this.within(scope, async (tx, organizations) => {
      const now = this.clock.now();
      const senders = await updates.lockSendersIn(tx, wabaId, organizations);
      if (event === 'THROUGHPUT_UPGRADE' && displayPhoneNumber !== null && perSecond !== undefined) {
        const upgrade = {
          displayPhoneNumber,
          level: 'HIGH',
          perSecond,
          organizations,
          reportedAt: timeOf(news, now),
          now,
        };
        await updates.storeThroughput(tx, wabaId, upgrade);
      }
      if (stored === null) return;
      const portfolioIds = new Set<string>();
      for (const { id, organizationId, portfolioId } of senders) {
        if (portfolioId !== null) portfolioIds.add(portfolioId);
        else {
          const standIn = { id: uuidV7(), metaBusinessId: `waba:${wabaId}`, now };
          const placed = await queries.upsertPortfolio(tx, organizationId, standIn);
          await updates.placeSender(tx, id, placed, now);
          await this.quota.join(tx, { senderId: id, from: null, to: placed });
          portfolioIds.add(placed);
        }
      }
      const portfolios = (await queries.lockLimits(tx, [...portfolioIds])).flatMap((portfolio) => {
        const lastEvent = afterEvent(portfolio.lastEvent ?? undefined, news, now);
        return lastEvent === null ? [] : [{ ...portfolio, lastEvent }];
      });
      await queries.storeLimits(tx, portfolios, { limit: stored, now });
      await this.events.limitChanged(tx, portfolios);
      const newlyLimited = portfolios.filter(({ isUnlimited }) => isUnlimited && stored !== 'unlimited');
      await this.quota.rebuild(
        tx,
        newlyLimited.map(({ id }) => id),
      );
    });
  }

  /**
   * A restriction or ban of the account pauses all its numbers. Each is lifted by its own counterpart or at the end
   * that Meta gave, and the numbers resume when none is left.
   */
  async applyAccountUpdate(news: AccountEvent, scope?: NewsScope): Promise<void> {
    const { wabaId, effect, cause } = news;
    if (effect === 'warning')
      this.logger.warn({ wabaId, event: news.event, field: news.field }, 'Meta reports about an account');
    if (wabaId === null || cause === null || effect === 'none') return;
    await this.within(scope, async (tx, organizations) => {
      const now = this.clock.now();
      const senders = (await updates.lockSendersIn(tx, wabaId, organizations)).flatMap((sender) => {
        const after = afterEvent(sender.lastEvents[cause], news, now);
        return after === null ? [] : [{ ...sender, lastEvents: { [cause]: after } }];
      });
      if (effect === 'warning') {
        await updates.storeWarning(tx, senders, { reason: warningOf(news), now });
        return;
      }
      const states = senders.map(({ id, lastEvents, blocks: former }) => {
        const blocks = blocksAfter(former, cause, { block: blockOf(news), now });
        return { id, lastEvents, blocks, pause: longestBlock(blocks) };
      });
      await updates.storeAccountStates(tx, states, now);
      await this.events.changed(tx, senders);
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

function blockOf({ effect, event, until }: AccountEvent): AccountBlock | null {
  if (effect !== 'block') return null;
  const end = until === null ? '' : ` until ${until.toISOString()}`;
  const reason = `Meta has blocked the account${end} (${event ?? 'no reason given'}).`;
  return { reason, until: until?.toISOString() ?? null };
}

function warningOf({ event, until }: AccountEvent): string {
  const date = until === null ? '' : `, to take effect at ${until.toISOString()}`;
  return `Meta reports ${event ?? 'a problem'} for the account${date}. Sending goes on.`;
}
