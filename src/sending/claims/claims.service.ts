import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CampaignStops } from '../../campaigns/stops/campaign-stops.service.js';
import { windowOf } from '../../campaigns/campaign/campaign-window.js';
import type { Campaign } from '../../campaigns/campaign/campaign.entity.js';
import { CampaignsService } from '../../campaigns/campaign/campaigns.service.js';
import { ConsentService } from '../../customers/consent/consent.service.js';
import { ConversationsService } from '../../messages/conversations/conversations.service.js';
import { MessageLog } from '../../messages/log/message-log.service.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { Database } from '../../platform/database/database.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { dayAt } from '../../rules/calendar/day.js';
import { isOpen, nextOpening } from '../../rules/calendar/send-window.js';
import { QuotaLedger } from '../../senders/quota/quota-ledger.service.js';
import * as queries from './claim.queries.js';
import { addTaken } from '../slices/slices.queries.js';
import * as leases from '../slices/leases.queries.js';

/** How long a worker may be silent before others take its slices over. Twice taken is harmless, so it is short. */
export const LEASE_MS = 5_000;
const MINUTE_MS = 60_000;
/** Units get free all the time, and the limit may rise: look again after a minute at the latest. */
const LONGEST_QUOTA_WAIT_MS = MINUTE_MS;

export interface ClaimRequest {
  slice: leases.SliceRow;
  organizationId: string;
  template: { name: string; category: string | null };
  isMarketing: boolean;
  limit: number;
}

/**
 * `taken` counts those who were skipped too. `over`: nothing is left to claim, or the slice was given back, or has to
 * wait.
 */
export interface ClaimResult {
  claimed: queries.Claimed[];
  taken: number;
  over: boolean;
}

const OVER: ClaimResult = { claimed: [], taken: 0, over: true };

/**
 * Takes the next few recipients of a slice in one transaction. The statement that takes them looks once more whether
 * their campaign is active, so that after a pause is stored nothing is taken. The campaign is locked only where
 * several claims must not add up: outcomes are recorded under that lock, and at a thousand messages a second claims
 * would spend their time waiting for it. Each attempt is written down before it is made.
 */
@Injectable()
export class Claims {
  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignsService,
    private readonly consent: ConsentService,
    private readonly conversations: ConversationsService,
    private readonly ledger: QuotaLedger,
    private readonly messages: MessageLog,
    private readonly stops: CampaignStops,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async claim(request: ClaimRequest): Promise<ClaimResult> {
    return this.database.transaction(async (tx) => {
      const { slice, organizationId } = request;
      const terms = await queries.termsOf(tx, organizationId, slice.senderId);
      const campaign = await this.campaignOf(tx, request, terms);
      const now = this.clock.now();
      if (await this.isStopped(tx, request, campaign, now)) return OVER;
      if (terms?.senderIsActive !== true) {
        await leases.postponeSlice(tx, slice.id, now);
        return OVER;
      }
      if (await this.isTooFast(tx, slice, campaign, now)) return OVER;
      if (terms.capMessages !== null && request.isMarketing) await queries.lockFrequency(tx, organizationId);
      const candidates = await queries.lockCandidates(tx, slice, request.limit);
      if (candidates.length === 0) return OVER;
      const within = await this.withinQuota(tx, request, campaign, { candidates, terms, now });
      if (within.length === 0) return OVER;
      const taken = await this.take(tx, request, { candidates: within, terms, now });
      return { ...taken, over: candidates.length < request.limit && within.length === candidates.length };
    });
  }

  /** Gives everything of a campaign back that nobody has been written to for. */
  async giveBackAll(organizationId: string, campaignId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const campaign = await this.campaigns.lock(tx, organizationId, campaignId);
      if (campaign.status === 'active') return;
      for (const slice of await leases.openSlicesOf(tx, campaignId)) {
        await this.giveBack(tx, slice, campaign, this.clock.now());
      }
    });
  }

  async stop(campaignId: string, reason: string): Promise<void> {
    await this.database.transaction((tx) => this.stops.pause(tx, [campaignId], reason));
  }

  private async campaignOf(
    tx: EntityManager,
    { slice, organizationId }: ClaimRequest,
    terms: queries.ClaimTerms | undefined,
  ): Promise<Campaign> {
    const campaign = await this.campaigns.get(organizationId, slice.campaignId, tx);
    const sharesLimit = terms !== undefined && terms.portfolioId !== null && !terms.isUnlimited;
    const mustNotAddUp = sharesLimit || campaign.rateLimit !== null || campaign.status !== 'active';
    return mustNotAddUp ? this.campaigns.lock(tx, organizationId, slice.campaignId) : campaign;
  }

  private async isStopped(
    tx: EntityManager,
    { slice }: ClaimRequest,
    campaign: Campaign,
    now: Date,
  ): Promise<boolean> {
    const window = windowOf(campaign, this.config.sendWindow);
    const goesOn =
      campaign.status === 'active' &&
      isOpen(window, now, campaign.timeZone) &&
      dayAt(now, campaign.timeZone) === slice.sendDate;
    if (goesOn) return false;
    // Whoever changes what is planned holds the campaign.
    const held = await this.campaigns.lock(tx, campaign.organizationId, campaign.id);
    await this.giveBack(tx, slice, held, now);
    return true;
  }

  private async giveBack(
    tx: EntityManager,
    slice: leases.SliceRow,
    campaign: Campaign,
    now: Date,
  ): Promise<void> {
    const window = windowOf(campaign, this.config.sendWindow);
    const nextAttemptAt = nextOpening(window, now, campaign.timeZone);
    const places = await leases.giveBack(tx, slice, { nextAttemptAt, now });
    await addTaken(tx, campaign.id, slice.sendDate, -places);
    await leases.closeSlice(tx, slice);
  }

  /** Never more than the campaign's rate in any minute, however late its slices are. */
  private async isTooFast(
    tx: EntityManager,
    slice: leases.SliceRow,
    { id, rateLimit }: Campaign,
    now: Date,
  ): Promise<boolean> {
    if (rateLimit === null) return false;
    const minuteAgo = new Date(now.getTime() - MINUTE_MS);
    // While it is being worked on, the others leave it its room.
    if (slice.lastClaimAt !== null && slice.lastClaimAt > minuteAgo) return false;
    const earlier = await queries.paceSince(tx, slice, minuteAgo);
    let excess = earlier.reduce((sum, { size }) => sum + size, 0) + slice.size - rateLimit;
    let fitsAt = now.getTime();
    for (const { at, size } of earlier) {
      if (excess <= 0) break;
      excess -= size;
      fitsAt = at.getTime() + MINUTE_MS;
    }
    if (fitsAt <= now.getTime()) return false;
    const fits = new Date(fitsAt);
    await leases.postponeWaiting(tx, id, fits);
    await leases.postponeSlice(tx, slice.id, fits);
    return true;
  }

  /** Those whom the portfolio's limit has room for; the others wait until it has. */
  private async withinQuota(
    tx: EntityManager,
    { slice }: ClaimRequest,
    campaign: Campaign,
    { candidates, terms, now }: { candidates: queries.Candidate[]; terms: queries.ClaimTerms; now: Date },
  ): Promise<queries.Candidate[]> {
    const { portfolioId, isUnlimited } = terms;
    if (portfolioId === null || isUnlimited) return candidates;
    const phones = candidates.map(({ phoneNumber }) => phoneNumber);
    const open = await this.conversations.openAmong(tx, slice.senderId, phones, now);
    const { granted, nextUnitAt } = await this.ledger.reserve(tx, {
      portfolioId,
      phones: phones.filter((phone) => !open.has(phone)),
      keepFree: await queries.dueAbove(tx, portfolioId, {
        campaignId: campaign.id,
        priority: campaign.priority,
        createdAt: campaign.createdAt,
        now,
      }),
      at: now,
    });
    const within = candidates.filter(({ phoneNumber }) => open.has(phoneNumber) || granted.has(phoneNumber));
    if (within.length === 0) {
      const latest = now.getTime() + LONGEST_QUOTA_WAIT_MS;
      const wait = Math.min(nextUnitAt?.getTime() ?? latest, latest);
      await leases.postponeSlice(tx, slice.id, new Date(Math.max(wait, now.getTime() + 1_000)));
    }
    return within;
  }

  private async take(
    tx: EntityManager,
    request: ClaimRequest,
    { candidates, terms, now }: { candidates: queries.Candidate[]; terms: queries.ClaimTerms; now: Date },
  ): Promise<Omit<ClaimResult, 'over'>> {
    const { slice, organizationId, template, isMarketing } = request;
    const phones = candidates.map(({ phoneNumber }) => phoneNumber);
    const refused = await this.consent.suppressedAmong(tx, organizationId, phones);
    const rows = await queries.claim(
      tx,
      candidates.map(({ id }) => id),
      {
        ...terms,
        organizationId,
        isMarketing,
        skipUs: this.config.usMarketing === 'skip',
        suppressed: candidates.flatMap(({ id, phoneNumber }) => (refused.has(phoneNumber) ? [id] : [])),
        now,
      },
    );
    const claimed = rows.filter(({ skipReason }) => skipReason === null);
    const skipped = rows.filter(({ skipReason }) => skipReason !== null);
    if (terms.portfolioId !== null && skipped.length > 0) {
      const back = skipped.map(({ phoneNumber }) => ({ phone: phoneNumber, countedAt: [now] }));
      await this.ledger.refund(tx, terms.portfolioId, back);
    }
    await this.messages.begin(
      tx,
      claimed.map(({ id, phoneNumber, customerId, attempt }) => ({
        id: uuidV7(),
        organizationId,
        senderId: slice.senderId,
        purpose: 'campaign' as const,
        campaignId: slice.campaignId,
        recipientId: id,
        attempt,
        phoneNumber,
        customerId,
        type: 'template',
        templateName: template.name,
        category: template.category,
        at: now,
      })),
    );
    const firstTimers = skipped.filter(({ attempt }) => attempt === 0).length;
    await addTaken(tx, slice.campaignId, slice.sendDate, -firstTimers);
    await queries.noteClaim(tx, slice, { now, leasedUntil: new Date(now.getTime() + LEASE_MS) });
    if (skipped.length > 0) await this.stops.settle(tx, [slice.campaignId]);
    return { claimed, taken: rows.length };
  }
}
