import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CampaignStops } from '../../campaigns/stops/campaign-stops.service.js';
import type { Reassignment } from '../../campaigns/variants/experiment.js';
import { Consents } from '../../customers/consent/consent.service.js';
import { MessageLog } from '../../messages/log/message-log.service.js';
import { assign } from '../../recipients/variants/variant-bucket.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { WhatsappSettings } from '../../whatsapp/whatsapp-settings.js';
import { LEASE_MS } from '../slices/slice-leases.service.js';
import { addTaken } from '../slices/slices.queries.js';
import { contentFor, type MessageContents } from './message-contents.js';
import * as queries from './claim.queries.js';
import type { LoadedClaim } from './claim-facts.service.js';
import { ClaimQuota } from './claim-quota.service.js';

export interface ClaimedMessage {
  organizationId: string;
  contents: MessageContents;
  isMarketing: boolean;
}

export interface TakenRecipients {
  claimed: queries.Claimed[];
  /** Includes the skipped recipients. */
  taken: number;
}

/** Claims recipients: marks them as sending or skipped, and writes each attempt down before it is made. */
@Injectable()
export class RecipientClaims {
  constructor(
    private readonly consent: Consents,
    private readonly messages: MessageLog,
    private readonly quota: ClaimQuota,
    private readonly stops: CampaignStops,
    private readonly whatsapp: WhatsappSettings,
  ) {}

  async take(
    tx: EntityManager,
    { organizationId, contents, isMarketing }: ClaimedMessage,
    { slice, terms, calendar: { now } }: LoadedClaim,
    candidates: readonly queries.Candidate[],
  ): Promise<TakenRecipients> {
    const phones = candidates.map(({ phoneNumber }) => phoneNumber);
    const refused = await this.consent.suppressedAmong(tx, organizationId, phones);
    const rows = await queries.claim(
      tx,
      candidates.map(({ id }) => id),
      {
        ...terms,
        organizationId,
        isMarketing,
        skipUs: this.whatsapp.usMarketing === 'skip',
        suppressed: candidates.flatMap(({ id, phoneNumber }) => (refused.has(phoneNumber) ? [id] : [])),
        others: othersFor(contents.reassignment, phones),
        now,
      },
    );
    const claimed = rows.filter(({ skipReason }) => skipReason === null);
    const skipped = rows.filter(({ skipReason }) => skipReason !== null);
    await this.quota.refund(tx, terms, skipped, now);
    await this.messages.begin(
      tx,
      claimed.map(({ id, phoneNumber, customerId, attempt, variant }) => ({
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
        templateName: contentFor(contents, variant).templateName,
        category: contentFor(contents, variant).category,
        at: now,
      })),
    );
    // A retry keeps its place of the day even when it is skipped.
    const firstTimers = skipped.filter(({ attempt }) => attempt === 0).length;
    await addTaken(tx, slice.campaignId, slice.sendDate, -firstTimers);
    await queries.noteClaim(tx, slice, { now, leasedUntil: new Date(now.getTime() + LEASE_MS) });
    if (skipped.length > 0) await this.stops.settle(tx, [slice.campaignId]);
    return { claimed, taken: rows.length };
  }
}

function othersFor(
  reassignment: Reassignment | null,
  phones: readonly string[],
): queries.OtherVariants | null {
  if (reassignment === null) return null;
  const { dropped, seed, weights } = reassignment;
  const assignment = { seed, weights, holdoutBp: 0, sampleBp: null };
  return { dropped, variants: phones.map((phone) => assign(assignment, phone).variant) };
}
