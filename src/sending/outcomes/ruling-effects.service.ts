import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Consents } from '../../customers/consent/consent.service.js';
import { Identities } from '../../customers/people/identities.service.js';
import { SenderPacing } from '../../senders/pace/sender-pace.service.js';
import { SenderHealth } from '../../senders/health/sender-health.service.js';
import type { Folded } from './fold-reports.js';
import { OutcomeEvents } from './outcome-events.service.js';
import type { TrackedRecipient } from './recipient-progress.js';
import type { Reach, Ruling, Stop } from './ruling.js';

interface RuledAttempt {
  before: TrackedRecipient;
  folded: Folded;
  campaign: { id: string; organizationId: string; senderId: string | null };
}

/** Applies what outcomes do beyond the recipient and its campaign: to senders, to consent, and to listeners. */
@Injectable()
export class RulingEffects {
  constructor(
    private readonly health: SenderHealth,
    private readonly pace: SenderPacing,
    private readonly identities: Identities,
    private readonly consent: Consents,
    private readonly events: OutcomeEvents,
  ) {}

  async apply(tx: EntityManager, attempts: readonly RuledAttempt[], now: Date): Promise<void> {
    await this.events.tell(tx, attempts);
    const ruled = attempts.filter(({ folded }) => folded.rulings.length > 0);
    if (ruled.length === 0) return;
    for (const [senderId, rulings] of bySender(ruled)) await this.onSender(tx, senderId, rulings);
    await this.refuse(tx, ruled, now);
  }

  private async onSender(tx: EntityManager, senderId: string, rulings: readonly Ruling[]): Promise<void> {
    const endpoint = rulings.findLast((ruling) => ruling.endpoint !== null)?.endpoint;
    if (endpoint !== undefined && endpoint !== null) await this.health.useEndpoint(tx, senderId, endpoint);
    await this.holdBack(tx, senderId, rulings);
  }

  /** Slows down and stops what the rulings say, whether or not they are about messages. */
  async holdBack(
    tx: EntityManager,
    senderId: string,
    rulings: readonly Pick<Ruling, 'stop' | 'slowDown'>[],
  ): Promise<void> {
    for (const [reach, holdMs] of longestHolds(rulings)) {
      const slowed = reach === 'sender' ? [senderId] : await this.health.sendersIn(tx, senderId, reach);
      await this.pace.slowDown(tx, slowed, holdMs);
    }
    for (const { reach, reason, until } of longestStops(rulings)) {
      await this.health.pause(tx, senderId, { scope: reach, reason, until });
    }
  }

  /** Recorded like WhatsApp's own setting: it holds until the person changes it there or an operator records consent. */
  private async refuse(tx: EntityManager, ruled: readonly RuledAttempt[], now: Date): Promise<void> {
    const refusals = ruled.flatMap(({ before, folded, campaign }) => {
      const refusal = folded.rulings.find(({ ruling }) => ruling.refusesMarketing);
      return refusal === undefined ? [] : [{ ...refusal, before, campaign }];
    });
    // Imports lock people by number; locking in the same order avoids a deadlock with them.
    refusals.sort((a, b) => (a.before.phoneNumber < b.before.phoneNumber ? -1 : 1));
    for (const { ruling, at, before, campaign } of refusals) {
      const { organizationId } = campaign;
      const contact = { phone: before.phoneNumber };
      const { profile } = await this.identities.findOrCreateByContact(tx, organizationId, contact);
      await this.consent.recordConsent(tx, organizationId, {
        profileId: profile.id,
        kind: 'stop_preference',
        source: 'meta',
        evidence: { code: ruling.errorCode, campaignId: campaign.id, recipientId: before.id },
        occurredAt: at < now ? at : now,
        keyId: null,
      });
    }
  }
}

/** By sender id, the order in which all code locks senders. */
function bySender(ruled: readonly RuledAttempt[]): [string, Ruling[]][] {
  const rulings = new Map<string, Ruling[]>();
  for (const { campaign, folded } of ruled) {
    if (campaign.senderId === null) continue;
    const known = rulings.get(campaign.senderId) ?? [];
    rulings.set(campaign.senderId, known);
    known.push(...folded.rulings.map(({ ruling }) => ruling));
  }
  return [...rulings].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A hundred refusals at once are one reason to slow down. */
function longestHolds(rulings: readonly Pick<Ruling, 'slowDown'>[]): Map<Reach, number> {
  const holds = new Map<Reach, number>();
  for (const { slowDown } of rulings) {
    if (slowDown === null) continue;
    holds.set(slowDown.reach, Math.max(slowDown.holdMs, holds.get(slowDown.reach) ?? 0));
  }
  return holds;
}

function longestStops(rulings: readonly Pick<Ruling, 'stop'>[]): Stop[] {
  const stops = new Map<Reach, Stop>();
  for (const { stop } of rulings) {
    if (stop === null) continue;
    const known = stops.get(stop.reach);
    const lasts =
      known !== undefined && (known.until === null || (stop.until !== null && stop.until <= known.until));
    if (!lasts) stops.set(stop.reach, stop);
  }
  return [...stops.values()];
}
