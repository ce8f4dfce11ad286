import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { QuotaLedger } from './quota/quota-ledger.service.js';
import { SenderPaceService } from './pace/sender-pace.service.js';
import type { SenderState } from './api/sender.dto.js';
import type { SenderWithPortfolio } from './directory/senders.service.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** What changes by the second: how fast numbers may send now, and how many people their portfolios have reached. */
@Injectable()
export class SenderStates {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly pace: SenderPaceService,
    private readonly ledger: QuotaLedger,
  ) {}

  async of<S extends SenderWithPortfolio>(senders: readonly S[]): Promise<(S & { state: SenderState })[]> {
    const { manager } = this.database;
    const ids = senders.map(({ sender }) => sender.id);
    const paces = await this.pace.statesOf(manager, ids);
    const dayAgo = new Date(this.clock.now().getTime() - DAY_MS);
    const used = new Map<string, number>();
    for (const portfolioId of new Set(senders.flatMap(({ portfolio }) => portfolio?.id ?? [])))
      used.set(portfolioId, await this.ledger.used(manager, portfolioId, dayAgo));
    return senders.map((one) => {
      const { sender, portfolio } = one;
      // None for a number that was deleted a moment ago: the answer tells of it as it was read.
      const pace = paces.get(sender.id) ?? { perSecond: sender.throughputPerSecond, heldUntil: null };
      const usedLast24Hours = portfolio === null ? 0 : (used.get(portfolio.id) ?? 0);
      const state = { currentPerSecond: pace.perSecond, heldUntil: pace.heldUntil, usedLast24Hours };
      return { ...one, state };
    });
  }
}
