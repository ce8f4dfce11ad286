import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { OpenCampaigns } from '../planning/open-campaigns.service.js';
import { SAMPLE_WAVE } from '../campaign/open-wave.js';
import type { DecisionBasis } from '../variants/experiment-state.js';
import type { Experiment } from '../variants/experiment.js';
import * as queries from '../variants/experiments.queries.js';

export interface DecisionRequest {
  organizationId: string;
  campaignId: string;
  /** The number of the winner; null: the experiment ends without one. */
  variant: number | null;
  basis: DecisionBasis;
  /** Who decided; null: the product itself. */
  by: string | null;
  reason: string | null;
  /** What was known when it was decided. Its absence: the counters of the variants. */
  known?: Record<string, unknown>;
}

/**
 * Decides experiments. It is one row, under the plan's lock and the campaign's like every command that plans: of two who
 * decide at once one wins, and a claim comes before the decision or after it.
 */
@Injectable()
export class ExperimentDecisions {
  constructor(
    private readonly database: Database,
    private readonly opened: OpenCampaigns,
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /** By hand, by the key of the variant. */
  async decideByKey(request: Omit<DecisionRequest, 'variant' | 'basis'> & { key: string }): Promise<void> {
    await this.run({ ...request, basis: 'manual' }, (experiment) => numberOf(experiment, request.key));
  }

  async decide(request: DecisionRequest): Promise<void> {
    await this.run(request, () => request.variant);
  }

  /** Of a campaign that is over: nothing is left to decide. The caller holds the experiment, or nothing. */
  async finish(tx: EntityManager, campaignId: string): Promise<boolean> {
    return (await queries.finishEnded(tx, campaignId, this.clock.now())) > 0;
  }

  private async run(
    request: Omit<DecisionRequest, 'variant'>,
    choose: (experiment: Experiment) => number | null,
  ): Promise<void> {
    const { organizationId, campaignId: id } = request;
    await this.database.transaction(async (tx) => {
      const open = await this.opened.open(tx, organizationId, id);
      const experiment = await queries.lockExperiment(tx, id);
      if (experiment === undefined) throw notFound('experiment', id);
      assertUndecided(experiment, request.basis);
      const variant = choose(experiment);
      if (variant !== null && experiment.mode === 'split') {
        const detail =
          'This experiment divides everybody to the end (mode split): it has a result and no winner.';
        throw new DomainError('rule', 'experiment_without_winner', detail);
      }
      const known = request.known ?? { variants: await queries.figuresOf(tx, id) };
      await queries.decide(tx, experiment, { ...request, variant, known }, open.now);
      await this.tell(tx, open.campaign, experiment, { ...request, variant });
      // Those who waited for the decision get a day at once, after the answer: there may be a million of them.
      if (open.campaign.openWave === SAMPLE_WAVE) await this.opened.planSoon(open);
    });
  }

  private async tell(
    tx: EntityManager,
    { organizationId, id, name }: Campaign,
    { variants }: Experiment,
    { variant, basis, by, reason }: DecisionRequest,
  ): Promise<void> {
    const winner = variants.find(({ number }) => number === variant)?.key ?? null;
    await this.events.record(tx, [
      {
        ...{ organizationId, campaignId: id, objectId: id, customerId: null },
        kind: 'experiment.decided',
        data: { campaignId: id, name, winner, basis, by, reason },
        occurredAt: this.clock.now(),
      },
    ]);
  }
}

function assertUndecided({ state, decidedAt }: Experiment, basis: DecisionBasis): void {
  if (state === 'draft') {
    const detail = 'This experiment has not started: its campaign has not been sent yet.';
    throw new DomainError('conflict', 'experiment_not_running', detail);
  }
  if (decidedAt !== null || state === 'finished') {
    const at = decidedAt === null ? '' : ` at ${decidedAt.toISOString()}`;
    throw new DomainError('conflict', 'experiment_decided', `This experiment was settled${at}.`);
  }
  if (state === 'invalid' && basis !== 'manual') {
    const detail = 'This experiment is invalid, so nothing it shows decides it: decide it by hand.';
    throw new DomainError('conflict', 'experiment_invalid', detail);
  }
}

/** The variant with this key that still gets people. */
export function numberOf({ variants }: Experiment, key: string): number {
  const variant = variants.find((one) => one.key === key);
  if (variant !== undefined && variant.droppedAt === null) return variant.number;
  const keys = variants.filter(({ droppedAt }) => droppedAt === null).map((one) => one.key);
  const message = `must be one of ${keys.join(', ')}`;
  throw new DomainError('invalid', 'validation_failed', `variant ${message}.`, {
    errors: [{ field: 'variant', message }],
  });
}
