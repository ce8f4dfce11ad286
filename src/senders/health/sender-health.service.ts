import { Injectable, type OnModuleInit, Optional } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import type { SenderWithPortfolio } from '../directory/senders.service.js';
import { SenderPacing } from '../pace/sender-pace.service.js';
import { usedSince } from '../quota/quota-ledger.queries.js';
import * as queries from './sender-health.queries.js';
import { SenderStops, type StopScope } from './sender-stops.service.js';

export type { StopScope } from './sender-stops.service.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** The part of a sender that changes by the second. */
export interface SenderState {
  currentPerSecond: number;
  heldUntil: Date | null;
  usedLast24Hours: number;
}

/** Whether numbers may send: their state now, the stops that errors cause, and the end of those stops. */
@Injectable()
export class SenderHealth implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly stops: SenderStops,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly pace: SenderPacing,
    // Only workers run timetables.
    @Optional() private readonly timetable?: Timetable,
  ) {}

  /** Runs once across all workers. When the clock is moved past the end of a pause, the pause ends at once. */
  onModuleInit(): void {
    this.timetable?.register({
      name: 'resume-senders',
      expression: '*/10 * * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.resumeDue(),
    });
  }

  /** How fast the numbers may send now, and how many people their portfolios have reached. */
  async statesOf<S extends SenderWithPortfolio>(
    senders: readonly S[],
  ): Promise<(S & { state: SenderState })[]> {
    const { manager } = this.database;
    const ids = senders.map(({ sender }) => sender.id);
    const paces = await this.pace.statesOf(manager, ids);
    const dayAgo = new Date(this.clock.now().getTime() - DAY_MS);
    const used = new Map<string, number>();
    for (const portfolioId of new Set(senders.flatMap(({ portfolio }) => portfolio?.id ?? [])))
      used.set(portfolioId, await usedSince(manager, portfolioId, dayAgo));
    return senders.map((one) => {
      const { sender, portfolio } = one;
      // Missing for a number that was deleted a moment ago: the response shows it as it was read.
      const pace = paces.get(sender.id) ?? { perSecond: sender.throughputPerSecond, heldUntil: null };
      const usedLast24Hours = portfolio === null ? 0 : (used.get(portfolio.id) ?? 0);
      const state = { currentPerSecond: pace.perSecond, heldUntil: pace.heldUntil, usedLast24Hours };
      return { ...one, state };
    });
  }

  /**
   * Stops numbers whose sends fail for a reason that more sends would only make worse. Returns the ids that this
   * call stopped. Without `until` an operator has to resume them.
   */
  async pause(
    tx: EntityManager,
    senderId: string,
    stop: { scope: StopScope; reason: string; until: Date | null },
  ): Promise<string[]> {
    return this.stops.pause(tx, senderId, stop);
  }

  /** Sorted by id; includes the sender itself. */
  async sendersIn(tx: EntityManager, senderId: string, scope: StopScope): Promise<string[]> {
    return this.stops.sendersIn(tx, senderId, scope);
  }

  /** Ends the pauses whose time is over. */
  async resumeDue(): Promise<void> {
    const senderIds = await this.database.transaction((tx) => this.stops.resumeDue(tx));
    if (senderIds.length > 0) this.logger.info({ senderIds }, 'resumed senders whose pause ended');
  }

  async useEndpoint(
    tx: EntityManager,
    senderId: string,
    endpoint: 'messages' | 'marketing_messages',
  ): Promise<void> {
    await queries.setMarketingApi(tx, senderId, endpoint === 'marketing_messages', this.clock.now());
  }
}
