import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Conversations } from '../../messages/conversations/conversations.service.js';
import { QuotaLedger } from '../../senders/quota/quota-ledger.service.js';
import * as queries from './claim.queries.js';
import type { LoadedClaim } from './claim-facts.service.js';
import type { Room } from './judge-claim.js';

/** What a claim takes from the portfolio's limit, and returns of it. */
@Injectable()
export class ClaimQuota {
  constructor(
    private readonly conversations: Conversations,
    private readonly ledger: QuotaLedger,
  ) {}

  /** Null: no limit applies. Leaves free what campaigns of higher rank are about to need. */
  async reserve(
    tx: EntityManager,
    { campaign, calendar: { now }, slice, terms }: LoadedClaim,
    candidates: readonly queries.Candidate[],
  ): Promise<Room | null> {
    const { portfolioId, isUnlimited } = terms;
    if (portfolioId === null || isUnlimited) return null;
    const phones = candidates.map(({ phoneNumber }) => phoneNumber);
    const open = await this.conversations.openAmong(tx, slice.senderId, phones, now);
    const { granted, nextUnitAt } = await this.ledger.reserve(tx, {
      portfolioId,
      phones: phones.filter((phone) => !open.has(phone)),
      use: 'campaign',
      keepFree: await queries.dueAbove(tx, portfolioId, {
        campaignId: campaign.id,
        priority: campaign.priority,
        createdAt: campaign.createdAt,
        now,
      }),
      at: now,
    });
    return { open, granted, nextUnitAt };
  }

  /** Skipped recipients do not use up the limit. */
  async refund(
    tx: EntityManager,
    { portfolioId }: queries.ClaimTerms,
    skipped: readonly { phoneNumber: string }[],
    now: Date,
  ): Promise<void> {
    if (portfolioId === null || skipped.length === 0) return;
    const refunds = skipped.map(({ phoneNumber }) => ({ phone: phoneNumber, countedAt: [now] }));
    await this.ledger.refund(tx, portfolioId, refunds);
  }
}
