import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { campaignMoveEvent, type MovedCampaign } from '../campaign/campaign-move-event.js';
import type { CampaignState } from '../campaign/campaign-state.js';
import { ExperimentInvalidations } from '../variants/experiment-invalidations.service.js';
import * as queries from './campaign-stops.queries.js';
import type { RunningCampaign } from '../campaign/running-campaign.js';

const BY_THE_ENGINE = 'Paused by the engine';

/**
 * What the engine, not a person, does to campaigns. All of it runs inside the caller's transaction and none of it
 * plans, because the plan's lock would have to come first: what a stopped campaign leaves of a shared limit is marked,
 * and the plan keeper gives it to the others.
 */
@Injectable()
export class CampaignStops {
  constructor(
    private readonly events: DomainEvents,
    private readonly experiments: ExperimentInvalidations,
    private readonly clock: Clock,
  ) {}

  /** By id; deleted campaigns are missing. */
  async read(tx: EntityManager, ids: readonly string[]): Promise<Map<string, RunningCampaign>> {
    const campaigns = ids.length === 0 ? [] : await queries.readRunning(tx, ids);
    return new Map(campaigns.map((campaign) => [campaign.id, campaign]));
  }

  /** Pauses and returns the active ones; the others stay as they are. */
  async pause(tx: EntityManager, ids: readonly string[], reason: string): Promise<MovedCampaign[]> {
    if (ids.length === 0) return [];
    const at = this.clock.now();
    const why = `${BY_THE_ENGINE}: ${reason}`;
    const moved = await queries.stop(tx, ids, 'paused', why, at);
    await this.tell(tx, moved, { from: 'active', to: 'paused', reason: why, at });
    return moved;
  }

  /** A running campaign whose template can no longer be sent would fail for every remaining recipient. */
  async pauseUsersOf(tx: EntityManager, template: queries.UsedTemplate, reason: string): Promise<void> {
    await this.pauseBroken(tx, await queries.activeWith(tx, template), reason);
  }

  /** The message of a variant cannot be sent as it was: an experiment that goes on after the pause proves nothing. */
  async pauseBroken(tx: EntityManager, ids: readonly string[], reason: string): Promise<MovedCampaign[]> {
    const paused = await this.pause(tx, ids, reason);
    await this.experiments.invalidate(tx, ids, reason);
    return paused;
  }

  /** Ends them for good: no more messages go to their recipients. */
  async end(tx: EntityManager, ids: readonly string[], reason: string): Promise<MovedCampaign[]> {
    if (ids.length === 0) return [];
    return queries.stop(tx, ids, 'failed', `Ended by the engine: ${reason}`, this.clock.now());
  }

  /** Reopens completed campaigns that have recipients left to send to again. */
  async reopen(tx: EntityManager, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const at = this.clock.now();
    const reason = 'recipients are left to send to again';
    const moved = await queries.reopen(tx, ids, reason, at);
    await this.tell(tx, moved, { from: 'completed', to: 'active', reason, at });
  }

  /** Completes campaigns with no recipients left to send to, and reopens completed ones that have some again. */
  async settle(tx: EntityManager, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const at = this.clock.now();
    const reason = 'all recipients are done';
    const moved = await queries.complete(tx, ids, reason, at);
    await this.tell(tx, moved, { from: 'active', to: 'completed', reason, at });
    await this.reopen(tx, ids);
  }

  /** Has campaigns looked at when recipients of theirs are due again. */
  async feedEarlier(tx: EntityManager, looks: readonly { id: string; at: Date }[]): Promise<void> {
    if (looks.length > 0) await queries.feedEarlier(tx, looks);
  }

  /** Adds to the breaker's counts; returns the new totals and the work left. */
  async addTallies(
    tx: EntityManager,
    tallies: readonly queries.AddedTally[],
  ): Promise<queries.CampaignWork[]> {
    return tallies.length === 0 ? [] : queries.addTallies(tx, tallies);
  }

  private async tell(
    tx: EntityManager,
    moved: readonly MovedCampaign[],
    move: { from: CampaignState; to: CampaignState; reason: string; at: Date },
  ): Promise<void> {
    await this.events.record(
      tx,
      moved.flatMap((campaign) => campaignMoveEvent(campaign, move) ?? []),
    );
  }
}
