import { Injectable } from '@nestjs/common';
import { Campaigns } from '../campaigns/campaign/campaigns.service.js';
import { CampaignVariants } from '../campaigns/variants/campaign-variants.service.js';
import type { Experiment } from '../campaigns/variants/experiment.js';
import { Database } from '../platform/database/database.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { type Design, designOf } from './design.js';
import { tellExperiment } from './experiment-text.js';
import { judgeExperiment, type Judgement } from './judge-experiment.js';
import * as queries from './looks.queries.js';
import { nobodyYet, type ObservedVariant } from './observed.js';

export type { Look } from './looks.queries.js';

export interface ExperimentResults {
  experiment: Experiment;
  design: Design;
  observed: ObservedVariant[];
  judgement: Judgement;
  looks: number;
  lookedAt: Date | null;
  /** What everybody gets who was not attempted before the decision. */
  winner: number | null;
  text: string;
}

/** What the last look of an experiment says. Nothing is counted here. */
@Injectable()
export class ExperimentResultsReader {
  constructor(
    private readonly database: Database,
    private readonly campaigns: Campaigns,
    private readonly experiments: CampaignVariants,
  ) {}

  async read(organizationId: string, campaignId: string): Promise<ExperimentResults> {
    const { manager } = this.database;
    const { winner } = await this.campaigns.get(organizationId, campaignId);
    const experiment = await this.experimentOf(campaignId);
    const last = await queries.lastLook(manager, campaignId);
    const looks = await queries.countLooks(manager, campaignId);
    const design = designOf(experiment);
    const known = last?.looked.variants ?? (await this.assigned(campaignId));
    const observed = experiment.variants.map(
      ({ number }) => known.find((variant) => variant.number === number) ?? nobodyYet(number),
    );
    const judgement = judgeExperiment(design, observed);
    const { state, decidedAt, decisionBasis, invalidReason } = experiment;
    const decided =
      decidedAt === null ? null : { winner, basis: decisionBasis, hand: decisionBasis === 'manual' };
    return {
      ...{ experiment, design, observed, judgement, looks, winner },
      lookedAt: last?.at ?? null,
      text: tellExperiment({
        state,
        isCounted: last !== undefined,
        design,
        observed,
        judgement,
        decided,
        invalidReason,
      }),
    };
  }

  /** Of the campaign's experiment: how its looks are read, and how many there are. */
  async designOf(organizationId: string, campaignId: string): Promise<Design> {
    await this.campaigns.get(organizationId, campaignId);
    return designOf(await this.experimentOf(campaignId));
  }

  /** The newest first. The caller has asked for the design, which refuses a campaign of another organization. */
  async looks(
    campaignId: string,
    place: { before: Date | undefined; limit: number; offset: number },
  ): Promise<queries.Look[]> {
    return queries.listLooks(this.database.manager, campaignId, place);
  }

  async countLooks(campaignId: string): Promise<number> {
    return queries.countLooks(this.database.manager, campaignId);
  }

  /** Before the first look the people are divided already, and nothing else is known: they may all still wait. */
  private async assigned(campaignId: string): Promise<ObservedVariant[]> {
    const figures = await this.experiments.figures(this.database.manager, campaignId);
    return figures.map(({ number, assigned }) => ({ ...nobodyYet(number), assigned, waiting: assigned }));
  }

  private async experimentOf(campaignId: string): Promise<Experiment> {
    const experiment = await this.experiments.of(this.database.manager, campaignId);
    if (experiment !== undefined) return experiment;
    throw new DomainError('not-found', 'experiment_not_found', 'This campaign has no experiment.');
  }
}
