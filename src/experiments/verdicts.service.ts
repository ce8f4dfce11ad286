import { Injectable } from '@nestjs/common';
import { Campaigns } from '../campaigns/campaign/campaigns.service.js';
import { CampaignStops } from '../campaigns/stops/campaign-stops.service.js';
import { ExperimentDecisions } from '../campaigns/experiments/experiment-decisions.service.js';
import { CampaignVariants } from '../campaigns/variants/campaign-variants.service.js';
import { ExperimentInvalidations } from '../campaigns/variants/experiment-invalidations.service.js';
import type { Experiment } from '../campaigns/variants/experiment.js';
import { Database } from '../platform/database/database.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { designOf } from './design.js';
import { tellOptOuts } from './experiment-text.js';
import type { Judgement } from './judge-experiment.js';
import { decidesItself } from './open-question.js';

/** What a judgement does to its campaign. Each effect may be tried again at the next look, and then changes nothing. */
@Injectable()
export class Verdicts {
  constructor(
    private readonly database: Database,
    private readonly campaigns: Campaigns,
    private readonly stops: CampaignStops,
    private readonly experiments: CampaignVariants,
    private readonly invalidations: ExperimentInvalidations,
    private readonly decisions: ExperimentDecisions,
  ) {}

  async apply(
    organizationId: string,
    experiment: Experiment,
    { judgement, at }: { judgement: Judgement; at: Date },
  ): Promise<void> {
    const { state, campaignId } = experiment;
    // Also when the test proves nothing, or is over: the messages still go out.
    if (judgement.drivesAway !== null) await this.stop(organizationId, experiment, { judgement, at });
    if (state !== 'running' && state !== 'decided') return;
    if (judgement.srm.mismatch && state === 'running') {
      await this.database.transaction((tx) => this.invalidations.invalidate(tx, [campaignId], 'srm'));
    }
    if (judgement.winner !== null && decidesItself(experiment)) {
      await this.decide(organizationId, experiment, judgement);
    }
    if (judgement.horizon.settled) await this.finish(campaignId);
  }

  /** If its campaign is over. */
  async finish(campaignId: string): Promise<void> {
    await this.database.transaction((tx) => this.decisions.finish(tx, campaignId));
  }

  /**
   * Once: who resumes the campaign after that has read the reason. One that is paused for another reason is paused for
   * this one when it is active again.
   */
  private async stop(
    organizationId: string,
    experiment: Experiment,
    { judgement, at }: { judgement: Judgement; at: Date },
  ): Promise<void> {
    const { campaignId } = experiment;
    const reason = tellOptOuts(designOf(experiment), judgement);
    await this.database.transaction(async (tx) => {
      const { status } = await this.campaigns.lock(tx, organizationId, campaignId);
      if (status !== 'active') return;
      if (!(await this.experiments.noteOptOutPause(tx, campaignId, at))) return;
      await this.stops.pause(tx, [campaignId], reason);
    });
  }

  private async decide(organizationId: string, experiment: Experiment, judgement: Judgement): Promise<void> {
    const { winner, basis, horizon, comparisons } = judgement;
    const { primary } = designOf(experiment);
    try {
      await this.decisions.decide({
        ...{ organizationId, campaignId: experiment.campaignId },
        variant: winner,
        basis: basis ?? 'significant',
        by: null,
        reason: null,
        known: { horizon, comparisons: comparisons.filter(({ metric }) => metric === primary) },
      });
    } catch (error) {
      // Somebody was faster: decided by hand, or over. What they decided stands.
      if (!(error instanceof DomainError) || error.kind !== 'conflict') throw error;
    }
  }
}
