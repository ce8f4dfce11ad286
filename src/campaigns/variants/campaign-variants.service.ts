import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Assignment } from '../../recipients/variants/variant-bucket.js';
import { assignmentOf, type Experiment, type VariantFigures } from './experiment.js';
import * as queries from './experiments.queries.js';

/** The experiment of a campaign, as the other rooms read it. The caller has checked whose campaign it is. */
@Injectable()
export class CampaignVariants {
  async of(db: EntityManager, campaignId: string): Promise<Experiment | undefined> {
    return queries.experimentOfCampaign(db, campaignId);
  }

  /** How people who join now are divided; null: the campaign has no experiment, or has not started. */
  async assignmentOf(db: EntityManager, campaignId: string): Promise<Assignment | null> {
    const experiment = await queries.experimentOfCampaign(db, campaignId);
    return experiment === undefined ? null : assignmentOf(experiment);
  }

  /** False: the campaign was paused before because its people opt out. The caller holds the campaign, and pauses it. */
  async noteOptOutPause(tx: EntityManager, campaignId: string, at: Date): Promise<boolean> {
    return (await queries.noteOptOutPause(tx, campaignId, at)) > 0;
  }

  async figures(db: EntityManager, campaignId: string): Promise<VariantFigures[]> {
    return queries.figuresOf(db, campaignId);
  }
}
