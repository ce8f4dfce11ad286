import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { afterAnswer } from '../../whatsapp/parsing/event-order.js';
import { Sender } from '../accounts/sender.entity.js';
import { SenderEvents } from '../accounts/sender-events.service.js';
import * as queries from '../accounts/senders.queries.js';
import { throughputOf } from '../accounts/throughput.js';
import { QuotaTransfer } from '../quota/quota-transfer.service.js';
import type { NumberState } from './number-state.js';

export interface PortfolioMove {
  from: string | null;
  /** Undefined: the sender stays where it is. */
  businessId: string | undefined;
  askedAt: Date;
}

/** Stores what Meta has reported about a number. */
@Injectable()
export class NumberStates {
  constructor(
    private readonly database: Database,
    private readonly quota: QuotaTransfer,
    private readonly events: SenderEvents,
    private readonly clock: Clock,
  ) {}

  async store(
    organizationId: string,
    senderId: string,
    state: NumberState,
    move: PortfolioMove,
  ): Promise<void> {
    await this.database.transaction((tx) => this.storeIn(tx, organizationId, senderId, state, move));
  }

  private async storeIn(
    tx: EntityManager,
    organizationId: string,
    senderId: string,
    state: NumberState,
    { from, businessId, askedAt }: PortfolioMove,
  ): Promise<void> {
    const senders = new Scoped(tx, Sender, organizationId, 'sender');
    const sender = await senders.lock(senderId);
    const now = this.clock.now();
    // An operator who set the portfolio while we were asking Meta knows better.
    const moves = businessId !== undefined && sender.portfolioId === from;
    const portfolioId = moves
      ? await queries.upsertPortfolio(tx, organizationId, { id: uuidV7(), metaBusinessId: businessId, now })
      : sender.portfolioId;
    await senders.update(senderId, {
      ...changesOf(sender, state),
      portfolioId,
      syncedAt: now,
      updatedAt: now,
    });
    await this.events.changed(tx, [sender]);
    if (portfolioId === null) return;
    if (portfolioId !== sender.portfolioId)
      await this.quota.join(tx, { senderId, from: sender.portfolioId, to: portfolioId });
    // A limit in an unknown form leaves the known one in force.
    const { limit } = state;
    if (limit === null) return;
    const portfolios = (await queries.lockLimits(tx, [portfolioId])).flatMap((portfolio) => {
      const lastEvent = afterAnswer(portfolio.lastEvent ?? undefined, askedAt);
      return lastEvent === null ? [] : [{ ...portfolio, lastEvent }];
    });
    await queries.storeLimits(tx, portfolios, { limit, now });
    await this.events.limitChanged(tx, portfolios);
    const newlyLimited = portfolios.filter(({ isUnlimited }) => isUnlimited && limit !== 'unlimited');
    await this.quota.rebuild(
      tx,
      newlyLimited.map(({ id }) => id),
    );
  }
}

/** Fields that Meta omits keep their value. */
function changesOf(sender: Sender, state: NumberState): Partial<Sender> {
  const throughput = sender.throughputIsManual ? undefined : throughputOf(state.throughputLevel);
  return {
    displayPhoneNumber: state.displayPhoneNumber ?? sender.displayPhoneNumber,
    verifiedName: state.verifiedName ?? sender.verifiedName,
    qualityRating: state.qualityRating ?? sender.qualityRating,
    health: state.health ?? sender.health,
    throughputLevel: state.throughputLevel ?? sender.throughputLevel,
    throughputPerSecond: throughput ?? sender.throughputPerSecond,
    ...statusAfter(sender, state),
  };
}

function statusAfter({ status, pausedBy }: Sender, { health, blockedBecause }: NumberState): Partial<Sender> {
  const isOurs = status === 'active' || pausedBy === 'health';
  if (blockedBecause !== null)
    return isOurs
      ? { status: 'paused', pausedBy: 'health', statusReason: blockedBecause, pausedUntil: null }
      : {};
  const isOver = pausedBy === 'health' && health !== null;
  return isOver ? { status: 'active', pausedBy: null, statusReason: null, pausedUntil: null } : {};
}
