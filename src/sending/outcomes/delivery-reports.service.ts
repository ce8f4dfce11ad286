import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CampaignStops } from '../../campaigns/stops/campaign-stops.service.js';
import { CampaignCalendar } from '../../campaigns/campaign/campaign-calendar.js';
import type { RunningCampaign } from '../../campaigns/campaign/running-campaign.js';
import { MessageLog } from '../../messages/log/message-log.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { isBetweenAttempts, isSettled } from '../../recipients/recipient-state.js';
import { AttemptQuota } from './attempt-quota.service.js';
import { addAttempts, type AttemptTally, NO_ATTEMPTS, whyStop } from './breaker.js';
import type { DeliveryReport } from './delivery-report.js';
import * as queries from './delivery-reports.queries.js';
import { type CampaignRules, type Folded, foldReports, isFailure } from './fold-reports.js';
import { isSameProgress, type TrackedRecipient } from './recipient-progress.js';
import { RulingEffects } from './ruling-effects.service.js';

/** A campaign that its outcomes stopped. */
export interface StoppedCampaign {
  organizationId: string;
  id: string;
}

export interface AfterReports {
  stoppedCampaigns: StoppedCampaign[];
}

interface Outcome {
  before: TrackedRecipient;
  folded: Folded;
  campaign: RunningCampaign;
}

/**
 * The one place where the outcome of an attempt takes effect, whether Meta's answer or a webhook reports it. Takes any
 * number of reports in any order, repeated reports, and reports for several campaigns at once.
 */
@Injectable()
export class DeliveryReports {
  constructor(
    private readonly campaigns: CampaignStops,
    private readonly messages: MessageLog,
    private readonly quota: AttemptQuota,
    private readonly effects: RulingEffects,
    private readonly clock: Clock,
    private readonly calendar: CalendarSettings,
  ) {}

  async apply(tx: EntityManager, reports: readonly DeliveryReport[]): Promise<AfterReports> {
    if (reports.length === 0) return { stoppedCampaigns: [] };
    const now = this.clock.now();
    const outcomes = await this.fold(tx, reports, now);
    const changed = outcomes.filter(({ before, folded }) => !isSameProgress(before, folded.recipient));
    await this.messages.report(
      tx,
      outcomes.flatMap(({ folded }) => folded.messages),
    );
    await queries.updateRecipients(
      tx,
      changed.map(({ folded }) => folded.recipient),
      now,
    );
    await this.campaigns.feedEarlier(tx, nextAttempts(changed));
    await this.quota.settle(tx, outcomes);
    const stopped = await this.stopCampaigns(tx, outcomes);
    await this.effects.apply(tx, outcomes, now);
    return { stoppedCampaigns: stopped };
  }

  private async fold(tx: EntityManager, reports: readonly DeliveryReport[], now: Date): Promise<Outcome[]> {
    const ofRecipient = Map.groupBy(reports, ({ recipientId }) => recipientId);
    const ids = [...ofRecipient.keys()];
    const campaigns = await this.campaigns.read(tx, await queries.campaignsOf(tx, ids));
    const recipients = await queries.lockRecipients(tx, ids, [...campaigns.keys()]);
    // Most recipients have one attempt, and their own row has its state.
    const past = await this.messages.attemptsOf(
      tx,
      recipients
        .filter(
          ({ id, attempts, status }) =>
            attempts > 1 || isBetweenAttempts(status) || ofRecipient.get(id)?.some(isFailure) === true,
        )
        .map(({ id }) => id),
    );
    const rules = new Map([...campaigns].map(([id, campaign]) => [id, this.rulesOf(campaign, now)]));
    const outcomes: Outcome[] = [];
    for (const before of recipients) {
      const campaign = campaigns.get(before.campaignId);
      const campaignRules = rules.get(before.campaignId);
      if (campaign === undefined || campaignRules === undefined) continue;
      const own = ofRecipient.get(before.id) ?? [];
      const folded = foldReports(before, past.get(before.id) ?? [], own, campaignRules, now);
      outcomes.push({ before, folded, campaign });
    }
    return outcomes;
  }

  private rulesOf(campaign: RunningCampaign, now: Date): CampaignRules {
    const { retryFailed, maxRetries, status } = campaign;
    const { window, timeZone } = new CampaignCalendar(campaign, this.calendar, now);
    return {
      retryFailed,
      maxRetries,
      timeZone,
      // On the clocks of the recipients it is the slicer that keeps to the window.
      window: campaign.sendInRecipientZone ? null : window,
      isOver: status === 'cancelled' || status === 'failed',
    };
  }

  private async stopCampaigns(tx: EntityManager, outcomes: readonly Outcome[]): Promise<StoppedCampaign[]> {
    const ends = new Map<string, string>();
    const pauses = new Map<string, string>();
    for (const { campaign, folded } of outcomes) {
      for (const { ruling } of folded.rulings) {
        if (ruling.campaign === null) continue;
        const reasons = ruling.campaign.move === 'end' ? ends : pauses;
        if (!reasons.has(campaign.id)) reasons.set(campaign.id, ruling.campaign.reason);
      }
    }
    const broken = new Set(pauses.keys());
    for (const [id, reason] of await this.judgeAttempts(tx, outcomes)) {
      if (!pauses.has(id)) pauses.set(id, reason);
    }
    const moved = outcomes.filter(
      ({ before, folded }) => isSettled(before.status) !== isSettled(folded.recipient.status),
    );
    const movedIds = [...new Set(moved.map(({ campaign }) => campaign.id))];
    // First: a fault that reopens a completed campaign has to find it active, or the pause would be lost.
    await this.campaigns.reopen(tx, movedIds);
    const stopped: StoppedCampaign[] = [];
    for (const [id, reason] of ends) stopped.push(...(await this.campaigns.end(tx, [id], reason)));
    for (const [id, reason] of pauses) {
      const isBroken = broken.has(id);
      stopped.push(
        ...(isBroken
          ? await this.campaigns.pauseBroken(tx, [id], reason)
          : await this.campaigns.pause(tx, [id], reason)),
      );
    }
    await this.campaigns.settle(tx, movedIds);
    return stopped;
  }

  /** The campaigns that the breaker stops, and why. */
  private async judgeAttempts(tx: EntityManager, outcomes: readonly Outcome[]): Promise<Map<string, string>> {
    const tallies = new Map<string, AttemptTally>();
    const ofCampaign = new Map<string, RunningCampaign>();
    for (const { campaign, before, folded } of outcomes) {
      const { isJudged, failures } = folded;
      if (!isJudged && failures.length === 0) continue;
      // Attempts begun before the campaign was last resumed are those it was stopped for.
      if (before.attemptedAt === null || before.attemptedAt < campaign.statusChangedAt) continue;
      ofCampaign.set(campaign.id, campaign);
      const tally = tallies.get(campaign.id) ?? NO_ATTEMPTS;
      tallies.set(campaign.id, addAttempts(tally, isJudged ? 1 : 0, failures));
    }
    const added = [...ofCampaign.values()].map(({ id, statusChangedAt }) => ({
      ...(tallies.get(id) ?? NO_ATTEMPTS),
      id,
      statusChangedAt,
    }));
    const reasons = new Map<string, string>();
    for (const work of await this.campaigns.addTallies(tx, added)) {
      const campaign = ofCampaign.get(work.id);
      if (campaign === undefined || work.status !== 'active' || work.pending === 0) continue;
      const reason = whyStop(work, campaign, work.delivered);
      if (reason !== null) reasons.set(work.id, reason);
    }
    return reasons;
  }
}

/** The next attempt of each campaign that has one. */
function nextAttempts(outcomes: readonly Outcome[]): { id: string; at: Date }[] {
  const next = new Map<string, Date>();
  for (const { campaign, folded } of outcomes) {
    const at = folded.recipient.nextAttemptAt;
    if (at === null) continue;
    const known = next.get(campaign.id);
    if (known === undefined || at < known) next.set(campaign.id, at);
  }
  return [...next].map(([id, at]) => ({ id, at }));
}
