import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import type { CampaignPlan } from '../../rules/calendar/plan-schedule.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { isPlanned } from '../campaign/campaign-state.js';
import { Campaigns } from '../campaign/campaigns.service.js';
import { CampaignStops } from '../stops/campaign-stops.service.js';
import { Newcomers } from './newcomers.service.js';
import { markBelow } from './neighbours.queries.js';
import { markPlan } from './plan-marks.queries.js';
import { assertPlanned, MARK_DELAY_MS } from './planned.js';
import type { PlanScope } from './planning.queries.js';
import { Planning } from './planning.service.js';

/** A campaign inside the transaction that changes it, with its lock held. */
export interface LockedCampaign {
  tx: EntityManager;
  campaign: Campaign;
  now: Date;
}

/** The plan's lock is held as well, but not for a draft (null): it has no plan yet. */
export interface OpenCampaign extends LockedCampaign {
  scope: PlanScope | null;
}

class StartedMeanwhile extends Error {}

/** Opens a campaign for a change, and plans and settles it afterwards. */
@Injectable()
export class OpenCampaigns {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly planning: Planning,
    private readonly newcomers: Newcomers,
    private readonly stops: CampaignStops,
    private readonly clock: Clock,
  ) {}

  /**
   * Acquires the plan's lock before the campaign's: in the other order two planners could deadlock. A draft takes its own
   * lock alone. A command that fills it holds that lock for long and then takes the plan's: a command that holds the plan's
   * must never wait for a draft.
   */
  async open(tx: EntityManager, organizationId: string, id: string): Promise<OpenCampaign> {
    const draft = await this.lockDraft(tx, organizationId, id);
    if (draft !== undefined) return { ...draft, scope: null };
    const scope = await this.planning.begin(tx, organizationId, id);
    return { ...(await this.lock(tx, organizationId, id)), scope };
  }

  /** For a change that does not plan anything but newcomers: it never waits for the planning of other campaigns. */
  async lock(tx: EntityManager, organizationId: string, id: string): Promise<LockedCampaign> {
    const campaign = await this.campaigns.lock(tx, organizationId, id);
    return { tx, campaign, now: this.clock.now() };
  }

  /** After the campaign's own lock: only for a draft, which no planner ever waits for. */
  async lockPlan({ tx, campaign }: LockedCampaign): Promise<PlanScope> {
    return this.planning.begin(tx, campaign.organizationId, campaign.id);
  }

  /** As its row says now, with what the caller has changed. The plans below follow by themselves. */
  async plan(open: OpenCampaign): Promise<CampaignPlan> {
    const { tx, campaign } = open;
    const scope = open.scope ?? (await this.lockPlan(open));
    const current = await this.campaigns.lock(tx, campaign.organizationId, campaign.id);
    const plan = await this.planning.plan(tx, current, scope);
    assertPlanned(plan);
    return plan;
  }

  /** Gives the recipients that were added their days, if the campaign has a plan. */
  async join({ tx, campaign }: LockedCampaign): Promise<void> {
    if (isPlanned(campaign.status)) await this.newcomers.join(tx, campaign);
  }

  /** Leaves the campaign's part of a shared limit to the others, after the answer. */
  async release({ tx, campaign, now }: LockedCampaign): Promise<void> {
    await markPlan(tx, campaign.id, 'below', new Date(now.getTime() + MARK_DELAY_MS));
  }

  /**
   * Takes the days of a campaign back that is not to start after all, and leaves its part of a shared limit to others. Its
   * recipients keep theirs until `undate`, because there may be a million of them and others wait for the plan's lock.
   */
  async unplan(open: OpenCampaign): Promise<void> {
    await this.yieldRank(open);
    await this.planning.withdraw(open.tx, open.campaign);
  }

  /** The recipients of a draft have no days. */
  async undate({ tx, campaign }: LockedCampaign): Promise<void> {
    await this.planning.clear(tx, campaign);
  }

  /** The campaigns ranked below it are planned again: it is about to lose its rank or its plan. */
  async yieldRank({ tx, campaign, scope, now }: OpenCampaign): Promise<void> {
    if (scope !== null && isPlanned(campaign.status)) await markBelow(tx, campaign, scope, now);
  }

  /** The plan keeper plans it again, after the answer. */
  async planSoon({ tx, campaign, now }: LockedCampaign): Promise<void> {
    if (isPlanned(campaign.status)) await markPlan(tx, campaign.id, 'own', now);
  }

  /** Plans the campaign unless it is paused or still a draft, and completes it if nothing is left to send. */
  async close(open: OpenCampaign): Promise<void> {
    if (isPlanned(open.campaign.status)) await this.plan(open);
    await this.stops.settle(open.tx, [open.campaign.id]);
  }

  /** In a savepoint: a campaign that has been started while it was waited for is released, and opened in the usual order. */
  private async lockDraft(
    tx: EntityManager,
    organizationId: string,
    id: string,
  ): Promise<LockedCampaign | undefined> {
    const { status } = await this.campaigns.get(organizationId, id, tx);
    if (status !== 'draft') return undefined;
    try {
      const locked = await tx.transaction(async (inner) => {
        const found = await this.lock(inner, organizationId, id);
        if (found.campaign.status !== 'draft') throw new StartedMeanwhile();
        return found;
      });
      return { ...locked, tx };
    } catch (error) {
      if (error instanceof StartedMeanwhile) return undefined;
      throw error;
    }
  }
}
