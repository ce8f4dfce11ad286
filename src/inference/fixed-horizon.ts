import { normalQuantile, twoSided } from './normal.js';
import { around, type Compared, type Counted, rateOf } from './sample.js';

export interface Tested {
  /** In standard errors. */
  statistic: number;
  p: number;
}

/** The pooled z-test of two rates. It holds for one reading at the planned end, and for no other. */
export function testRates(first: Counted, second: Counted): Tested {
  const pooled = (first.successes + second.successes) / (first.units + second.units);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / first.units + 1 / second.units));
  const statistic = error === 0 ? 0 : (rateOf(second) - rateOf(first)) / error;
  return { statistic, p: twoSided(statistic) };
}

/** The unpooled interval of the difference of two rates, right with probability 1 - alpha when it is read once. */
export function differenceOnce(first: Counted, second: Counted, alpha: number): Compared {
  const [p1, p2] = [rateOf(first), rateOf(second)];
  const error = Math.sqrt((p1 * (1 - p1)) / first.units + (p2 * (1 - p2)) / second.units);
  return around(p2 - p1, normalQuantile(1 - alpha / 2) * error);
}

/**
 * Holm: p values that may be held against alpha one by one although there are many of them. The smallest counts m times,
 * the next one m - 1 times, and none becomes smaller than the one before it.
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = [...values];
  let least = 0;
  for (const [rank, { p, index }] of order.entries()) {
    least = Math.min(1, Math.max(least, p * (values.length - rank)));
    adjusted[index] = least;
  }
  return adjusted;
}
