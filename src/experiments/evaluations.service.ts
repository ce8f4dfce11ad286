import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CampaignVariants } from '../campaigns/variants/campaign-variants.service.js';
import type { Experiment, VariantFigures } from '../campaigns/variants/experiment.js';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { DomainError } from '../rules/errors/domain-error.js';
import { designOf, isOver, windowsOf } from './design.js';
import { judgeExperiment, type Judgement } from './judge-experiment.js';
import * as queries from './looks.queries.js';
import { observe } from './observe.queries.js';
import { nobodyYet, type ObservedVariant } from './observed.js';
import { questionOf } from './open-question.js';
import { Operators } from './operators.service.js';
import { Verdicts } from './verdicts.service.js';

const MINUTE_MS = 60_000;

interface Counted {
  counted: ObservedVariant[];
  figures: VariantFigures[];
  isKnown: boolean;
}

interface Evaluated {
  experiment: Experiment;
  judgement: Judgement;
}

/**
 * Looks at experiments: counts, judges, stores the look, and lets the verdict take effect. A look is single over all
 * processes: the second to come leaves it to the first. Commands do not wait for it, and it does not wait for them.
 */
@Injectable()
export class ExperimentEvaluations {
  constructor(
    private readonly database: Database,
    private readonly experiments: CampaignVariants,
    private readonly verdicts: Verdicts,
    private readonly operators: Operators,
    private readonly clock: Clock,
  ) {}

  /** At most once a minute. */
  async evaluateNow(organizationId: string, campaignId: string): Promise<void> {
    const isMine = await this.evaluate(organizationId, campaignId, MINUTE_MS);
    if (!isMine) throw tooSoon(1);
  }

  /** False: somebody else is looking at it. A crash before the verdict takes effect leaves that to the next look. */
  async evaluate(organizationId: string, campaignId: string, leastPauseMs = 0): Promise<boolean> {
    const now = this.clock.now();
    const evaluated = await this.database.transaction(async (tx): Promise<Evaluated | undefined> => {
      if (!(await queries.beginLook(tx, campaignId))) return undefined;
      const experiment = await this.experiments.of(tx, campaignId);
      if (experiment === undefined) return undefined;
      if (experiment.startedAt === null) throw notStarted();
      const last = await queries.lastLook(tx, campaignId);
      const waitMs = last === undefined ? 0 : last.at.getTime() + leastPauseMs - now.getTime();
      const isByHand = leastPauseMs > 0;
      if (isByHand && waitMs > 0) throw tooSoon(Math.ceil(waitMs / 1_000));
      const design = designOf(experiment);
      const { counted, figures, isKnown } = await this.count(tx, experiment, { last, now, isByHand });
      const observed = experiment.variants.map(
        ({ number }) => counted.find((variant) => variant.number === number) ?? nobodyYet(number),
      );
      const judgement = judgeExperiment(design, observed);
      const { verdict, winner, horizon } = judgement;
      let hasAsked = last?.looked.hasAsked === true;
      const question = hasAsked ? null : questionOf(experiment, judgement);
      if (question !== null && (await queries.isUndecided(tx, campaignId))) {
        await this.operators.tell(tx, [notice(organizationId, campaignId, question)]);
        hasAsked = true;
      }
      const looked = { variants: observed, winner, reached: horizon.reached, hasAsked, figures };
      const isNews = !isKnown || verdict !== last?.verdict || hasAsked !== last.looked.hasAsked;
      if (isNews) await queries.insertLook(tx, campaignId, { at: now, looked, verdict });
      return { experiment, judgement };
    });
    if (evaluated === undefined) return false;
    // After the commit: commands take the campaign before the experiment, and a look must not wait for them.
    const { experiment, judgement } = evaluated;
    await this.verdicts.apply(organizationId, experiment, { judgement, at: now });
    return true;
  }

  /** Not again what is known: then the look before says the same. */
  private async count(
    tx: EntityManager,
    experiment: Experiment,
    { last, now, isByHand }: { last: queries.Look | undefined; now: Date; isByHand: boolean },
  ): Promise<Counted> {
    const { campaignId } = experiment;
    const { primary, analysis } = designOf(experiment);
    // Before the people are: what changes in between is counted at the next look.
    const figures = await this.experiments.figures(tx, campaignId);
    if (last !== undefined) {
      const { variants: counted, figures: known, reached } = last.looked;
      const isKnown = !isByHand && isOver(counted) && isDeepStrictEqual(known, figures);
      // Read once: another reading would be another chance to be wrong.
      if (isKnown || (analysis === 'fixed' && reached)) return { counted, figures, isKnown };
    }
    const counted = await observe(tx, campaignId, { windows: windowsOf(experiment), primary, now });
    return { counted, figures, isKnown: false };
  }
}

function notice(organizationId: string, campaignId: string, text: string) {
  return {
    ...{ organizationId, objectKind: 'campaign', objectId: campaignId, text },
    kind: 'experiment_undecided',
  };
}

function tooSoon(seconds: number): DomainError {
  const detail = `The experiment was evaluated less than a minute ago: try again in ${seconds} s.`;
  return new DomainError('rate', 'evaluate_too_soon', detail, { retryAfterSeconds: seconds });
}

function notStarted(): DomainError {
  const detail = 'The experiment starts with its campaign: there is nothing to evaluate yet.';
  return new DomainError('conflict', 'experiment_not_running', detail);
}
