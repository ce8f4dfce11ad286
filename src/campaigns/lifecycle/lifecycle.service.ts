import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { assertMove } from '../../rules/state-machine.js';
import { addDays, type Day, dayAt } from '../../rules/calendar/day.js';
import type { CampaignPlan } from '../../rules/calendar/plan-schedule.js';
import { AudienceService } from '../intake/audience.service.js';
import type { Activation } from '../campaign/campaign-input.js';
import { CampaignReadiness } from '../message/campaign-readiness.service.js';
import { CampaignStops } from '../stops/campaign-stops.service.js';
import {
  assertCommand,
  CAMPAIGN_MOVES,
  type CampaignCommand,
  type CampaignState,
} from '../campaign/campaign-state.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { CampaignsService } from '../campaign/campaigns.service.js';
import * as queries from '../campaign/campaigns.queries.js';
import { setStartDate } from '../lifecycle.queries.js';
import { PlanningService } from '../planning/planning.service.js';
import type { PlanScope } from '../planning/planning.queries.js';

interface Change {
  tx: EntityManager;
  campaign: Campaign;
  scope: PlanScope;
  now: Date;
}

/**
 * What becomes of a campaign. Every command takes the plan's lock and then the campaign's, judges the state it
 * finds there by the one table, and changes state and plan in the same transaction: of several commands at once
 * one wins, and the others are told what they found.
 */
@Injectable()
export class LifecycleService {
  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignsService,
    private readonly audience: AudienceService,
    private readonly readiness: CampaignReadiness,
    private readonly planning: PlanningService,
    private readonly stops: CampaignStops,
    private readonly clock: Clock,
  ) {}

  /** The Marketing face: from a day on, tomorrow if none is given. */
  async activate(organizationId: string, id: string, startDate?: Day): Promise<Activation> {
    return this.command(organizationId, id, 'activate', async (change) => {
      const { campaign, now } = change;
      const today = dayAt(now, campaign.timeZone);
      const firstDay = startDate ?? addDays(today, 1);
      if (firstDay < today) {
        const detail = `start_date ${firstDay} lies in the past; today is ${today} in ${campaign.timeZone}.`;
        throw new DomainError('rule', 'start_date_in_the_past', detail);
      }
      await setStartDate(change.tx, organizationId, id, firstDay, null);
      return this.start(change, 'active', 'activated');
    });
  }

  /** The WhatsApp face: now, or at the instant the campaign was scheduled for. */
  async send(organizationId: string, id: string): Promise<Activation> {
    return this.command(organizationId, id, 'activate', async (change) => {
      const { tx, campaign, now } = change;
      await this.audience.fill(tx, campaign, await this.readiness.isMarketing(campaign));
      const later =
        campaign.status === 'draft' && campaign.scheduledFor !== null && campaign.scheduledFor > now;
      await setStartDate(tx, organizationId, id, null, later ? campaign.scheduledFor : null);
      return this.start(change, later ? 'scheduled' : 'active', later ? 'scheduled' : 'sending started');
    });
  }

  /** Its hour has come. Told twice, or after somebody cancelled it, it has no effect. */
  async begin(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const scope = await this.planning.begin(tx, organizationId, id);
      const campaign = await this.campaigns.lock(tx, organizationId, id);
      const now = this.clock.now();
      const { status, scheduledFor } = campaign;
      if (status !== 'scheduled' || scheduledFor === null || scheduledFor > now) return;
      await this.move({ tx, campaign, scope, now }, 'active', 'its hour has come');
      await this.planning.plan(tx, organizationId, id, scope);
    });
  }

  /** Makes the plan anew when something has happened to it that no command told of. */
  async refreshPlan(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const scope = await this.planning.begin(tx, organizationId, id);
      const { status } = await this.campaigns.lock(tx, organizationId, id);
      if (status === 'active' || status === 'scheduled')
        await this.planning.plan(tx, organizationId, id, scope);
    });
  }

  /** Gives what a campaign had of a shared limit to the others: it was stopped by what happened to its messages. */
  async replanWithout(organizationId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const scope = await this.planning.begin(tx, organizationId, id);
      const { status } = await this.campaigns.lock(tx, organizationId, id);
      if (status !== 'active' && status !== 'scheduled')
        await this.planning.plan(tx, organizationId, id, scope, { leaveOut: true });
    });
  }

  async pause(organizationId: string, id: string, reason = 'paused by request'): Promise<Campaign> {
    return this.command(organizationId, id, 'pause', async (change) => {
      await this.move(change, 'paused', reason);
      // What it leaves of the shared limit goes to those that rank below.
      await this.planning.plan(change.tx, organizationId, id, change.scope, { leaveOut: true });
      return this.campaigns.lock(change.tx, organizationId, id);
    });
  }

  /** Goes on from today with everybody who was missed, never above the daily limit. */
  async resume(organizationId: string, id: string): Promise<Campaign> {
    return this.command(organizationId, id, 'resume', async (change) => {
      await this.move(change, 'active', 'resumed');
      await this.planning.plan(change.tx, organizationId, id, change.scope);
      // What was in flight may have been settled during the pause: nobody will come back to it.
      await this.stops.settle(change.tx, [id]);
      return this.campaigns.lock(change.tx, organizationId, id);
    });
  }

  async cancel(organizationId: string, id: string): Promise<Campaign> {
    return this.command(organizationId, id, 'cancel', async (change) => {
      await this.move(change, 'cancelled', 'cancelled by request');
      await this.planning.plan(change.tx, organizationId, id, change.scope, { leaveOut: true });
      return this.campaigns.lock(change.tx, organizationId, id);
    });
  }

  /**
   * Recipients that `work` puts back among those to be written to get a day of their own; a campaign that was done
   * with goes back to work for them, and one that is paused plans them when it goes on.
   */
  async takeBack<T extends { retried: number }>(
    organizationId: string,
    id: string,
    work: (tx: EntityManager, now: Date) => Promise<T>,
  ): Promise<T> {
    return this.command(organizationId, id, 'retry', async (change) => {
      const result = await work(change.tx, change.now);
      if (result.retried === 0) return result;
      const { status } = change.campaign;
      if (status === 'completed') await this.move(change, 'active', 'recipients are tried again by hand');
      if (status !== 'paused') await this.planning.plan(change.tx, organizationId, id, change.scope);
      return result;
    });
  }

  /** The WhatsApp face's DELETE: a draft is gone, one that has started is cancelled and kept for its history. */
  async deleteOrCancel(organizationId: string, id: string): Promise<'deleted' | 'cancelled'> {
    const { status } = await this.campaigns.get(organizationId, id);
    if (status !== 'draft') {
      await this.cancel(organizationId, id);
      return 'cancelled';
    }
    return this.command(organizationId, id, 'delete', async ({ tx }) => {
      await this.campaigns.remove(tx, organizationId, id);
      return 'deleted' as const;
    });
  }

  private async start(change: Change, to: CampaignState, reason: string): Promise<Activation> {
    const { tx, campaign, scope } = change;
    const { organizationId, id } = campaign;
    if (campaign.senderId === null) {
      const detail = 'No WhatsApp number is connected: make a sender, then give it to this campaign.';
      throw new DomainError('rule', 'sender_missing', detail);
    }
    const { totalTargetCustomers } = await this.campaigns.lock(tx, organizationId, id);
    if (totalTargetCustomers === 0) {
      const detail = 'This campaign has no recipients yet: add some first.';
      throw new DomainError('rule', 'no_recipients', detail);
    }
    await this.readiness.assertReady(tx, campaign);
    // Scheduled campaigns that are sent at once stay in their state only if they wait for their hour.
    if (campaign.status !== to) await this.move(change, to, reason);
    const plan = await this.planning.plan(tx, organizationId, id, scope);
    return activationOf(campaign, plan);
  }

  private async move({ tx, campaign, now }: Change, to: CampaignState, reason: string): Promise<void> {
    assertMove(CAMPAIGN_MOVES, 'campaign', campaign.status, to);
    await queries.setStatus(
      tx,
      campaign.organizationId,
      campaign.id,
      {
        status: to,
        reason,
        ...(to === 'active' ? { startedAt: now } : {}),
        ...(to === 'cancelled' ? { completedAt: now } : {}),
      },
      now,
    );
  }

  private async command<T>(
    organizationId: string,
    id: string,
    command: CampaignCommand,
    work: (change: Change) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(async (tx) => {
      const scope = await this.planning.begin(tx, organizationId, id);
      const campaign = await this.campaigns.lock(tx, organizationId, id);
      assertCommand(command, campaign.status);
      return work({ tx, campaign, scope, now: this.clock.now() });
    });
  }
}

function activationOf(campaign: Campaign, plan: CampaignPlan | undefined): Activation {
  const [first] = plan?.batches ?? [];
  const completesOn = plan?.completesOn ?? null;
  if (plan === undefined || first === undefined || completesOn === null) {
    const detail = 'Nobody is left to be written to: all recipients of this campaign are done.';
    throw new DomainError('rule', 'nobody_left', detail);
  }
  return {
    campaignId: campaign.id,
    recipients: plan.batches.reduce((sum, { count }) => sum + count, 0),
    days: plan.batches.length,
    firstDay: first.day,
    completesOn,
    dailyLimit: campaign.dailySendLimit,
  };
}
