import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../../rules/errors/domain-error.js';
import { Campaigns } from '../campaign/campaigns.service.js';
import { ExperimentStarts, type PreparedCampaign } from '../experiments/experiment-starts.service.js';
import { Audiences } from '../intake/audience.service.js';
import { CampaignLifecycle } from '../lifecycle/lifecycle.service.js';

/**
 * `filled`: it can begin. `empty`: nobody matches. `changed`: it is no longer scheduled, or its message is another one
 * than was looked up. Otherwise it cannot be sent, for this reason.
 */
export type Filling = 'filled' | 'empty' | 'changed' | DomainError;

/** Chooses the people of a series' campaign at its hour, and starts or gives up the campaign. */
@Injectable()
export class OccurrenceStarts {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly audiences: Audiences,
    private readonly experiments: ExperimentStarts,
    private readonly lifecycle: CampaignLifecycle,
  ) {}

  /** Before the transaction: Meta may have to be asked. */
  async prepare(organizationId: string, id: string): Promise<PreparedCampaign> {
    return this.experiments.prepare(await this.campaigns.get(organizationId, id));
  }

  /**
   * Under the campaign's own lock and not the plan's: a million people take long. Repeating it chooses again. When the
   * message cannot be sent nothing is kept.
   */
  async fill(
    tx: EntityManager,
    organizationId: string,
    id: string,
    { prepared, now }: { prepared: PreparedCampaign; now: Date },
  ): Promise<Filling> {
    const campaign = await this.campaigns.lock(tx, organizationId, id);
    const isDue =
      campaign.status === 'scheduled' && campaign.scheduledFor !== null && campaign.scheduledFor <= now;
    if (!isDue || !(await this.experiments.isPreparedFor(tx, prepared, campaign))) return 'changed';
    try {
      return await tx.transaction(async (inner) => {
        await this.audiences.empty(inner, campaign);
        await this.audiences.fill(inner, campaign, prepared.message);
        const current = await this.campaigns.lock(inner, organizationId, id);
        if (current.totalTargetCustomers === 0) return 'empty';
        await this.experiments.assertReady(inner, current, prepared);
        return 'filled';
      });
    } catch (error) {
      if (error instanceof DomainError && error.kind !== 'unavailable') return error;
      throw error;
    }
  }

  /** Returns why the campaign has failed instead; null: it has not. */
  async begin(organizationId: string, id: string): Promise<string | null> {
    return this.lifecycle.begin(organizationId, id);
  }

  /** For a campaign that has no recipients. The caller holds it. */
  async remove(tx: EntityManager, organizationId: string, id: string): Promise<void> {
    await this.campaigns.remove(tx, organizationId, id);
  }

  async stop(
    tx: EntityManager,
    organizationId: string,
    id: string,
    { to, reason }: { to: 'cancelled' | 'failed'; reason: string },
  ): Promise<void> {
    await this.lifecycle.stopIn(tx, organizationId, id, { to, reason });
  }

  async pause(organizationId: string, id: string, reason: string): Promise<void> {
    await this.lifecycle.pause(organizationId, id, reason);
  }
}
