import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { FrequencyLock } from '../../messages/judgement/frequency-lock.service.js';
import { Database } from '../../platform/database/database.js';
import * as leases from '../slices/leases.queries.js';
import { SliceReturns } from '../slices/slice-returns.service.js';
import * as queries from './claim.queries.js';
import { ClaimFactsReader, type LoadedClaim } from './claim-facts.service.js';
import { ClaimQuota } from './claim-quota.service.js';
import { type ClaimVerdict, judgeClaim, judgeRoom } from './judge-claim.js';
import { type ClaimedMessage, RecipientClaims, type TakenRecipients } from './recipient-claims.service.js';

export interface ClaimRequest extends ClaimedMessage {
  slice: leases.SliceRow;
  limit: number;
}

/** `over`: nothing is left to claim, or the slice was given back or has to wait. */
export interface ClaimResult extends TakenRecipients {
  over: boolean;
}

const OVER: ClaimResult = { claimed: [], taken: 0, over: true };

/**
 * Claims the next few recipients of a slice in one transaction. The statement that claims them checks once more that
 * their campaign is active, so no recipient is claimed after a pause is stored.
 */
@Injectable()
export class SliceClaims {
  constructor(
    private readonly database: Database,
    private readonly facts: ClaimFactsReader,
    private readonly quota: ClaimQuota,
    private readonly recipients: RecipientClaims,
    private readonly returns: SliceReturns,
    private readonly frequency: FrequencyLock,
  ) {}

  async claim(request: ClaimRequest): Promise<ClaimResult> {
    const { slice, organizationId, isMarketing, limit } = request;
    return this.database.transaction(async (tx) => {
      const claim = await this.facts.read(tx, organizationId, slice);
      const verdict = judgeClaim(claim);
      if (verdict.do !== 'send') return this.holdBack(tx, claim, verdict);
      if (claim.terms.capMessages !== null && isMarketing) await this.frequency.hold(tx, organizationId);
      const candidates = await queries.lockCandidates(tx, slice, limit);
      if (candidates.length === 0) return OVER;
      const room = await this.quota.reserve(tx, claim, candidates);
      const within = judgeRoom(candidates, room, claim.calendar.now);
      if (within.do !== 'send') return this.holdBack(tx, claim, within);
      const taken = await this.recipients.take(tx, request, claim, within.recipients);
      const isLast = candidates.length < limit && within.recipients.length === candidates.length;
      return { ...taken, over: isLast };
    });
  }

  private async holdBack(
    tx: EntityManager,
    { campaign, calendar, slice }: LoadedClaim,
    verdict: Exclude<ClaimVerdict, { do: 'send' }>,
  ): Promise<ClaimResult> {
    if (verdict.do === 'giveBack') {
      await this.returns.giveBack(tx, campaign.organizationId, slice, calendar.now);
      return OVER;
    }
    if (verdict.holdsUp === 'campaign') await leases.postponeWaiting(tx, campaign.id, verdict.until);
    await leases.postponeSlice(tx, slice.id, verdict.until);
    return OVER;
  }
}
