import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import { Database } from '../../platform/database/database.js';
import { addDays, type Day, dayAt } from '../../rules/calendar/day.js';
import type { CampaignPlan } from '../../rules/calendar/plan-schedule.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { assertMove } from '../../rules/state-machine.js';
import type { Activation } from '../campaign/campaign-input.js';
import {
  assertCommand,
  CAMPAIGN_MOVES,
  type CampaignCommand,
  type CampaignState,
  isOver,
  isUnderWay,
} from '../campaign/campaign-state.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { campaignMoveEvent } from '../campaign/campaign-move-event.js';
import * as queries from '../campaign/campaigns.queries.js';
import { Campaigns } from '../campaign/campaigns.service.js';
import { Audiences } from '../intake/audience.service.js';
import { ExperimentStarts, type PreparedCampaign } from '../experiments/experiment-starts.service.js';
import { type LockedCampaign, type OpenCampaign, OpenCampaigns } from '../planning/open-campaigns.service.js';

/** A campaign that is being started. A draft does not hold the plan's lock yet. */
interface BegunCampaign extends OpenCampaign {
  prepared: PreparedCampaign;
}

/** Someone else has changed the campaign between the look-up of its message and its lock. */
class ChangedMeanwhile extends Error {}

/**
 * Starts, pauses, resumes and cancels campaigns. A command that plans acquires the plan's lock and then the campaign's,
 * checks the state against the one table, and changes state and plan in the same transaction. It plans its own campaign
 * only; the plans of others that share its limit follow by themselves. Stopping needs no plan, so it takes the campaign's
 * lock alone and never waits for the planning of another campaign. Of several commands at the same time one wins; the
 * others are rejected with the state they find.
 */
@Injectable()
export class CampaignLifecycle {
  constructor(
    private readonly database: Database,
    private readonly campaigns: Campaigns,
    private readonly opened: OpenCampaigns,
    private readonly audiences: Audiences,
    private readonly starts: ExperimentStarts,
    private readonly events: DomainEvents,
  ) {}

  /** The Marketing API: starts on a day, by default tomorrow. */
  async activate(organizationId: string, id: string, startDate?: Day): Promise<Activation> {
    return this.begun(organizationId, id, async (begun) => {
      const { tx, campaign, now } = begun;
      const today = dayAt(now, campaign.timeZone);
      const firstDay = startDate ?? addDays(today, 1);
      if (firstDay < today) {
        const detail = `start_date ${firstDay} is in the past; today is ${today} in ${campaign.timeZone}.`;
        throw new DomainError('rule', 'start_date_in_the_past', detail);
      }
      await queries.setStart(tx, organizationId, id, { startDate: firstDay, scheduledFor: null });
      return this.start(begun, 'active', 'activated');
    });
  }

  /** The WhatsApp API: starts now, or at the instant the campaign is scheduled for. */
  async send(organizationId: string, id: string): Promise<Activation> {
    return this.begun(organizationId, id, async (begun) => {
      const { tx, campaign, now } = begun;
      await this.audiences.fill(tx, campaign, begun.prepared.message);
      const later =
        campaign.status === 'draft' && campaign.scheduledFor !== null && campaign.scheduledFor > now;
      const scheduledFor = later ? campaign.scheduledFor : null;
      await queries.setStart(tx, organizationId, id, { startDate: null, scheduledFor });
      return this.start(begun, later ? 'scheduled' : 'active', later ? 'scheduled' : 'sending started');
    });
  }

  /**
   * Starts a campaign whose scheduled time has come. A second call, or one after a cancellation, has no effect. A campaign
   * that cannot start would be refused again each time: it ends as failed. Returns why; null: it has not failed.
   */
  async begin(organizationId: string, id: string): Promise<string | null> {
    const prepared = await this.starts.prepare(await this.campaigns.get(organizationId, id));
    try {
      await this.database.transaction(async (tx) => {
        const open = await this.opened.open(tx, organizationId, id);
        if (!isDue(open)) return;
        await this.move(open, 'active', 'scheduled time reached');
        await this.divide(open, prepared);
        await this.opened.plan(open);
      });
      return null;
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'rule') throw error;
      return this.fail(organizationId, id, error.message);
    }
  }

  /** In a transaction of its own: that of the start has kept nothing. */
  private async fail(organizationId: string, id: string, reason: string): Promise<string | null> {
    return this.database.transaction(async (tx) => {
      if (!isDue(await this.opened.lock(tx, organizationId, id))) return null;
      await this.stopIn(tx, organizationId, id, { to: 'failed', reason });
      return reason;
    });
  }

  /**
   * Back to a draft, as it was before it was sent; nobody has been written to. Of this and the start one wins: both
   * take the campaign's lock, and the start looks at the state it finds.
   */
  async unschedule(organizationId: string, id: string): Promise<Campaign> {
    await this.database.transaction(async (tx) => {
      const open = await this.opened.open(tx, organizationId, id);
      assertNotStarted(open.campaign);
      assertCommand('unschedule', open.campaign.status);
      await this.opened.unplan(open);
      await this.move(open, 'draft', 'unscheduled by request');
    });
    return this.release(organizationId, id);
  }

  async pause(organizationId: string, id: string, reason = 'paused by request'): Promise<Campaign> {
    return this.stop(organizationId, id, 'pause', 'paused', reason);
  }

  /** Resumes today with every recipient that was missed, never above the daily limit. */
  async resume(organizationId: string, id: string): Promise<Campaign> {
    return this.command(organizationId, id, 'resume', async (open) => {
      await this.move(open, 'active', 'resumed');
      // Messages in flight may have been settled during the pause: closing completes the campaign if they were the last.
      await this.opened.close(open);
      return this.campaigns.lock(open.tx, organizationId, id);
    });
  }

  async cancel(organizationId: string, id: string): Promise<Campaign> {
    return this.stop(organizationId, id, 'cancel', 'cancelled', 'cancelled by request');
  }

  /** Ends a campaign for good, as part of the caller's transaction. */
  async stopIn(
    tx: EntityManager,
    organizationId: string,
    id: string,
    { to, reason }: { to: 'cancelled' | 'failed'; reason: string },
  ): Promise<void> {
    const locked = await this.opened.lock(tx, organizationId, id);
    await this.move(locked, to, reason);
    await this.opened.release(locked);
  }

  /**
   * Recipients requeued by `work` are planned onto a new day. A completed campaign becomes active again; a paused one
   * plans them when it resumes.
   */
  async takeBack<T extends { retried: number }>(
    organizationId: string,
    id: string,
    work: (tx: EntityManager, now: Date) => Promise<T>,
  ): Promise<T> {
    return this.command(organizationId, id, 'retry', async (open) => {
      const result = await work(open.tx, open.now);
      if (result.retried === 0) return result;
      const { status } = open.campaign;
      if (status === 'completed') await this.move(open, 'active', 'recipients are retried by hand');
      if (status !== 'paused') await this.opened.plan(open);
      return result;
    });
  }

  /** The WhatsApp API's DELETE: deletes a draft; cancels a campaign that has started and keeps its history. */
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

  /**
   * After the plan's lock, because a million recipients take long and only a draft's own commands wait for its lock. After
   * a crash before this, `begun` does it.
   */
  private async release(organizationId: string, id: string): Promise<Campaign> {
    return this.database.transaction(async (tx) => {
      const locked = await this.opened.lock(tx, organizationId, id);
      if (locked.campaign.status !== 'draft') return locked.campaign;
      await this.audiences.empty(tx, locked.campaign);
      await this.opened.undate(locked);
      return this.campaigns.lock(tx, organizationId, id);
    });
  }

  private async stop(
    organizationId: string,
    id: string,
    command: CampaignCommand,
    to: CampaignState,
    reason: string,
  ): Promise<Campaign> {
    return this.database.transaction(async (tx) => {
      const locked = await this.opened.lock(tx, organizationId, id);
      assertCommand(command, locked.campaign.status);
      await this.move(locked, to, reason);
      await this.opened.release(locked);
      return this.campaigns.lock(tx, organizationId, id);
    });
  }

  /**
   * The template is looked up first, because Meta may have to be asked. A draft is filled and checked under its own lock,
   * which nobody else needs, and takes the plan's lock only to plan.
   */
  private async begun(
    organizationId: string,
    id: string,
    work: (begun: BegunCampaign) => Promise<Activation>,
  ): Promise<Activation> {
    let wasScheduled = false;
    for (;;) {
      const known = await this.campaigns.get(organizationId, id);
      if (wasScheduled && known.status === 'draft') throw unscheduledMeanwhile();
      wasScheduled = known.status === 'scheduled';
      assertCommand('activate', known.status);
      const prepared = await this.starts.prepare(known);
      try {
        return await this.database.transaction(async (tx) => {
          const open = await this.opened.open(tx, organizationId, id);
          assertCommand('activate', open.campaign.status);
          const isSame = known.status === open.campaign.status;
          if (!isSame || !(await this.starts.isPreparedFor(tx, prepared, open.campaign)))
            throw new ChangedMeanwhile();
          // Usually nobody: a draft has chosen people only when it was unscheduled and the process then ended.
          if (known.status === 'draft') await this.audiences.empty(tx, open.campaign);
          return work({ ...open, prepared });
        });
      } catch (error) {
        if (!(error instanceof ChangedMeanwhile)) throw error;
      }
    }
  }

  private async start(begun: BegunCampaign, to: CampaignState, reason: string): Promise<Activation> {
    const { tx, campaign } = begun;
    const { organizationId, id } = campaign;
    if (campaign.senderId === null) {
      const detail = 'No WhatsApp number is connected: create a sender, then give it to this campaign.';
      throw new DomainError('rule', 'sender_missing', detail);
    }
    const current = await this.campaigns.lock(tx, organizationId, id);
    if (current.totalTargetCustomers === 0) {
      const detail = 'This campaign has no recipients yet: add some first.';
      throw new DomainError('rule', 'no_recipients', detail);
    }
    await this.starts.assertReady(tx, current, begun.prepared);
    const scope = begun.scope ?? (await this.opened.lockPlan(begun));
    // A scheduled campaign that is sent at once becomes active; one that is scheduled again keeps its state.
    if (campaign.status !== to) await this.move(begun, to, reason);
    if (to === 'active') await this.divide(begun, begun.prepared);
    return activationOf(campaign, await this.opened.plan({ ...begun, scope }));
  }

  /** Before the plan: who is in the control group needs no day. */
  private async divide({ tx, campaign }: LockedCampaign, prepared: PreparedCampaign): Promise<void> {
    const current = await this.campaigns.lock(tx, campaign.organizationId, campaign.id);
    await this.starts.begin(tx, current, prepared);
  }

  private async move(
    { tx, campaign, now }: LockedCampaign,
    to: CampaignState,
    reason: string,
  ): Promise<void> {
    assertMove(CAMPAIGN_MOVES, 'campaign', campaign.status, to);
    await queries.setStatus(
      tx,
      campaign.organizationId,
      campaign.id,
      {
        status: to,
        reason,
        ...(to === 'active' ? { startedAt: now } : {}),
        ...(isOver(to) ? { completedAt: now } : {}),
      },
      now,
    );
    const event = campaignMoveEvent(campaign, { from: campaign.status, to, reason, at: now });
    if (event !== undefined) await this.events.record(tx, [event]);
    campaign.status = to;
  }

  private async command<T>(
    organizationId: string,
    id: string,
    command: CampaignCommand,
    work: (open: OpenCampaign) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(async (tx) => {
      const open = await this.opened.open(tx, organizationId, id);
      assertCommand(command, open.campaign.status);
      return work(open);
    });
  }
}

function isDue({ campaign: { status, scheduledFor }, now }: LockedCampaign): boolean {
  return status === 'scheduled' && scheduledFor !== null && scheduledFor <= now;
}

function assertNotStarted({ status, startedAt }: Campaign): void {
  if (startedAt === null || status === 'scheduled') return;
  const next = isUnderWay(status) ? ' Pause or cancel it instead.' : '';
  const detail = `This campaign started at ${startedAt.toISOString()} and is ${status}: it cannot be unscheduled any more.${next}`;
  throw new DomainError('conflict', 'wrong_campaign_state', detail);
}

/** The command was meant for the scheduled campaign, and taking it back came first. */
function unscheduledMeanwhile(): DomainError {
  const detail = 'This campaign has just been unscheduled and is a draft again: look at it, then send it.';
  return new DomainError('conflict', 'wrong_campaign_state', detail);
}

function activationOf(campaign: Campaign, { batches, completesOn }: CampaignPlan): Activation {
  const [first] = batches;
  if (first === undefined || completesOn === null) {
    const detail = 'No recipients are left to send to: all recipients of this campaign are done.';
    throw new DomainError('rule', 'nobody_left', detail);
  }
  return {
    campaignId: campaign.id,
    recipients: batches.reduce((sum, { count }) => sum + count, 0),
    days: batches.length,
    firstDay: first.day,
    completesOn,
    dailyLimit: campaign.dailySendLimit,
  };
}
