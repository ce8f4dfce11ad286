import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { uuidV7 } from '../platform/ids/uuid-v7.js';
import type { LimitEvent } from '../whatsapp/webhook-events.js';
import { storableLimit } from './number-state.js';
import * as updates from './sender-updates.queries.js';
import * as queries from './senders.queries.js';
import { throughputOf } from './throughput.js';

/** News of Meta's webhook about numbers and what they may send. */
@Injectable()
export class SenderUpdates {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The limit goes to the portfolio of every number in the account; what is not said or not known stays. */
  async applyLimitUpdate({ wabaId, displayPhoneNumber, event, limit }: LimitEvent): Promise<void> {
    if (wabaId === null) return;
    const stored = limit === null ? null : storableLimit(limit);
    const perSecond = throughputOf('HIGH');
    await this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const senders = await updates.lockSendersIn(tx, wabaId);
      if (event === 'THROUGHPUT_UPGRADE' && displayPhoneNumber !== null && perSecond !== undefined)
        await updates.storeThroughput(tx, wabaId, { displayPhoneNumber, level: 'HIGH', perSecond, now });
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
}
