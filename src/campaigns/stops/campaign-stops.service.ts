import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import * as queries from './campaign-stops.queries.js';
import type { RunningCampaign } from '../campaign/running-campaign.js';

const BY_THE_ENGINE = 'Paused by the engine';

/**
 * What the engine, and not a person, does to campaigns. All of it happens inside the caller's transaction, and none of
 * it plans: the plan's lock would have to come first. Whoever stops a campaign lets the others have its share after
 * the commit, or leaves that to the plan keeper.
 */
@Injectable()
export class CampaignStops {
  constructor(private readonly clock: Clock) {}

  /** By id; those that are gone are missing. */
  async read(tx: EntityManager, ids: readonly string[]): Promise<Map<string, RunningCampaign>> {
    const campaigns = ids.length === 0 ? [] : await queries.readRunning(tx, ids);
    return new Map(campaigns.map((campaign) => [campaign.id, campaign]));
  }

  /** Those of the campaigns that were active; the others are left alone. */
  async pause(tx: EntityManager, ids: readonly string[], reason: string): Promise<queries.MovedCampaign[]> {
    if (ids.length === 0) return [];
    return queries.stop(tx, ids, 'paused', `${BY_THE_ENGINE}: ${reason}`, this.clock.now());
  }

  /** For good: nobody of them is written to any more. */
  async end(tx: EntityManager, ids: readonly string[], reason: string): Promise<queries.MovedCampaign[]> {
    if (ids.length === 0) return [];
    return queries.stop(tx, ids, 'failed', `Ended by the engine: ${reason}`, this.clock.now());
  }

  /** Completes those in which nobody is left, and takes back to work those in which somebody is left again. */
  async settle(tx: EntityManager, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await queries.complete(tx, ids, 'everybody is done', this.clock.now());
    await queries.reopen(tx, ids, 'somebody has to be written to again', this.clock.now());
  }

  /** Adds to the breaker's counts, and tells what they come to and what there is left to do. */
  async addTallies(
    tx: EntityManager,
    tallies: readonly queries.AddedTally[],
  ): Promise<queries.CampaignWork[]> {
    return tallies.length === 0 ? [] : queries.addTallies(tx, tallies);
  }
}
