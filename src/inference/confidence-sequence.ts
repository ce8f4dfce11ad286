import { around, type Compared, type Counted, rateOf } from './sample.js';

/** How often one may be wrong over all looks together, and how many units the two will have at the end. */
export interface Sequence {
  alpha: number;
  planned: number;
}

/**
 * An asymptotic confidence sequence (Waudby-Smith and others, 2023): the true difference lies inside at every look, for
 * as long as one looks, except with probability alpha. So it may be read every hour, and a test may end at any look.
 */
export function compareRates(first: Counted, second: Counted, sequence: Sequence): Compared {
  const variance = varianceOf(first) + varianceOf(second);
  const units = first.units + second.units;
  return around(rateOf(second) - rateOf(first), halfWidth(variance, units, sequence));
}

/** Where the sequence is narrowest: it is tuned to the planned end, and valid everywhere. */
export function tuning({ alpha, planned }: Sequence): number {
  const strictness = -2 * Math.log(alpha);
  return (strictness + Math.log(strictness + 1)) / planned;
}

/** `variance` is that of the difference, `units` both samples together. */
export function halfWidth(variance: number, units: number, sequence: Sequence): number {
  const rho2 = tuning(sequence);
  const grown = units * rho2 + 1;
  const boundary = (2 * grown * Math.log(Math.sqrt(grown) / sequence.alpha)) / (units ** 2 * rho2);
  return Math.sqrt(variance * units) * Math.sqrt(boundary);
}

/** Half a success is added, so that a sample without any still has a variance. */
function varianceOf({ units, successes }: Counted): number {
  const share = (successes + 0.5) / (units + 1);
  return (share * (1 - share)) / units;
}
