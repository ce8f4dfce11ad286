import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import { GraphClient } from '../../whatsapp/graph/graph.client.js';
import { asObject, asText } from '../../whatsapp/json/json-fields.js';
import { metaRefusal } from '../../whatsapp/graph/meta-refusal.js';
import { NUMBER_FIELDS, type NumberState, readNumberState } from './number-state.js';
import { isStandIn } from '../accounts/portfolio.entity.js';
import { Sender } from '../accounts/sender.entity.js';
import * as queries from '../accounts/senders.queries.js';
import {
  type SenderCredentials,
  SendersService,
  type SenderWithPortfolio,
} from '../directory/senders.service.js';
import { throughputOf } from '../accounts/throughput.js';

export type SyncedSender = SenderWithPortfolio & { warnings: string[] };

/** Brings what we know about a number up to what Meta says. */
@Injectable()
export class SenderSync {
  constructor(
    private readonly senders: SendersService,
    private readonly graph: GraphClient,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async sync(organizationId: string, senderId: string): Promise<SyncedSender> {
    const credentials = await this.senders.credentialsOf(organizationId, senderId);
    const { portfolio } = await this.senders.get(organizationId, senderId);
    const state = await this.ask(credentials);
    const isPlaced = portfolio !== null && !isStandIn(portfolio);
    const businessId = isPlaced ? undefined : await this.businessOf(credentials, state);
    const move = { from: portfolio?.id ?? null, businessId };
    await this.database.transaction((tx) => this.store(tx, organizationId, senderId, state, move));
    const warnings = warningsAbout(state);
    for (const warning of warnings) this.logger.warn({ senderId }, warning);
    return { ...(await this.senders.get(organizationId, senderId)), warnings };
  }

  private async ask({ phoneNumberId, accessToken: token }: SenderCredentials): Promise<NumberState> {
    const query = { fields: NUMBER_FIELDS.join(',') };
    const answer = await this.graph.request('GET', `/${encodeURIComponent(phoneNumberId)}`, { token, query });
    if (answer.outcome !== 'ok') throw metaRefusal(answer, 'tell the state of this number', token);
    return readNumberState(answer.body);
  }

  /**
   * The limit belongs to the portfolio, so the account is asked who owns it: two accounts of one portfolio must
   * not get a limit each. When that stays unknown, something stands in, at least for the numbers of one account.
   */
  private async businessOf(
    { businessAccountId, phoneNumberId, accessToken: token }: SenderCredentials,
    { limit }: NumberState,
  ): Promise<string | undefined> {
    if (businessAccountId === null) return limit === null ? undefined : `number:${phoneNumberId}`;
    const query = { fields: 'owner_business_info' };
    const path = `/${encodeURIComponent(businessAccountId)}`;
    const answer = await this.graph.request('GET', path, { token, query });
    const owner =
      answer.outcome === 'ok' ? asObject(asObject(answer.body)?.['owner_business_info']) : undefined;
    const id = asText(owner?.['id']);
    if (id !== undefined && /^[\w.-]{1,64}$/.test(id)) return id;
    return limit === null ? undefined : `waba:${businessAccountId}`;
  }

  private async store(
    tx: EntityManager,
    organizationId: string,
    senderId: string,
    state: NumberState,
    { from, businessId }: { from: string | null; businessId: string | undefined },
  ): Promise<void> {
    const senders = new Scoped(tx, Sender, organizationId, 'sender');
    const sender = await senders.lock(senderId);
    const now = this.clock.now();
    // An operator who named the portfolio while we were asking knows better.
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
    // A limit in unknown words leaves the known one in force.
    if (portfolioId !== null && state.limit !== null)
      await queries.storeLimit(tx, organizationId, portfolioId, { limit: state.limit, now });
  }
}

/** What Meta leaves out stays as it is known. */
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

function warningsAbout({ unreadableLimit, health }: NumberState): string[] {
  return [
    ...(unreadableLimit === null
      ? []
      : [
          `Meta tells the messaging limit as ${unreadableLimit}, which is not known: the limit known so far holds.`,
        ]),
    ...(health === 'LIMITED' ? ['Meta limits sending from this number.'] : []),
  ];
}
