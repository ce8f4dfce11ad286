import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { VariantAssignment } from '../../recipients/variants/variant-assignment.service.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { OpenCampaigns } from '../planning/open-campaigns.service.js';
import { ExperimentInvalidations } from '../variants/experiment-invalidations.service.js';
import { assignmentOf } from '../variants/experiment.js';
import * as queries from '../variants/experiments.queries.js';
import { numberOf } from './experiment-decisions.service.js';

/** Takes a variant out of an experiment that runs. Its people who wait get the others; what it shows proves nothing. */
@Injectable()
export class ExperimentDrops {
  constructor(
    private readonly database: Database,
    private readonly opened: OpenCampaigns,
    private readonly assignment: VariantAssignment,
    private readonly invalidations: ExperimentInvalidations,
  ) {}

  /** Returns how many people got another variant. */
  async drop(organizationId: string, id: string, key: string): Promise<number> {
    return this.database.transaction(async (tx) => {
      const { now } = await this.opened.lock(tx, organizationId, id);
      const experiment = await queries.lockExperiment(tx, id);
      if (experiment === undefined) throw notFound('experiment', id);
      const { state, decidedAt, variants } = experiment;
      if (state === 'draft') {
        const detail = 'This experiment has not started: define it without the variant instead.';
        throw new DomainError('conflict', 'experiment_not_running', detail);
      }
      if (decidedAt !== null || state === 'decided' || state === 'finished') {
        const detail = 'This experiment is settled: everybody who is left gets the winner.';
        throw new DomainError('conflict', 'experiment_decided', detail);
      }
      const number = numberOf(experiment, key);
      if (variants.filter(({ droppedAt }) => droppedAt === null).length === 1) {
        throw new DomainError(
          'rule',
          'variants_too_few',
          'This is the last variant: cancel the campaign instead.',
        );
      }
      await queries.markDropped(tx, id, number, now);
      const left = variants.map((one) => (one.number === number ? { ...one, droppedAt: now } : one));
      const assignment = assignmentOf({ ...experiment, variants: left });
      const moved = assignment === null ? 0 : await this.assignment.reassign(tx, id, number, assignment);
      await this.invalidations.invalidate(tx, [id], `Variant ${key} was dropped.`);
      return moved;
    });
  }
}
