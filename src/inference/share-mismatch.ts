import { logBeta } from './log-gamma.js';

/** How firmly the planned shares are believed: as if so many people had been seen in them already. */
const PRIOR = 100;
/** Reached with probability 1/1000 at most over all looks together if the shares are right. */
export const MISMATCH = 1_000;

/**
 * How much better "the shares are wrong" explains who was sent what than "the shares are as planned": a Bayes factor,
 * which may be read at every look. `weights` add up to anything; all are positive.
 */
export function shareBayesFactor(counts: readonly number[], weights: readonly number[]): number {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / whole);
  const seen = shares.map((share, index) => PRIOR * share + (counts[index] ?? 0));
  const asPlanned = shares.reduce((sum, share, index) => sum + (counts[index] ?? 0) * Math.log(share), 0);
  const log = logBeta(seen) - logBeta(shares.map((share) => PRIOR * share)) - asPlanned;
  // Still a number in JSON when the shares are beyond all doubt wrong.
  return Math.exp(Math.min(log, 700));
}
