import type { Experiment } from '../campaigns/variants/experiment.js';
import type { Judgement } from './judge-experiment.js';

export type Decider = Pick<Experiment, 'state' | 'mode' | 'decision' | 'decidedAt'>;

export function decidesItself({ state, mode, decision }: Decider): boolean {
  return state === 'running' && mode !== 'split' && decision === 'automatic';
}

/** What somebody has to decide, because nothing decides it by itself; null: nothing. */
export function questionOf(
  experiment: Decider,
  { verdict, winner, srm, horizon }: Pick<Judgement, 'verdict' | 'winner' | 'srm' | 'horizon'>,
): string | null {
  const { state, mode, decidedAt } = experiment;
  if (decidedAt !== null) return null;
  const isInvalid = state === 'invalid' || (state === 'running' && srm.mismatch);
  if (mode === 'wait' && isInvalid) {
    return 'The A/B test of a campaign proves nothing any more, and the people after its sample wait: choose the variant that they get.';
  }
  if (state !== 'running' || (winner !== null && decidesItself(experiment))) return null;
  if (verdict === 'no_winner' && decidesItself(experiment)) {
    return 'The A/B test of a campaign is over without a clear winner: choose the variant that the others get.';
  }
  return mode === 'wait' && horizon.reached
    ? 'The A/B test of a campaign is over, and the people after its sample wait: choose the variant that they get.'
    : null;
}
