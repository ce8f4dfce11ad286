import { normalQuantile, upperQuantile } from './normal.js';

export interface Wanted {
  alpha: number;
  /** How likely a difference of this size is to be found. */
  power: number;
  variants: number;
}

/** How many people a variant needs so that a difference between two rates is found. */
export function sampleSize(baseline: number, other: number, wanted: Wanted): number {
  return Math.ceil(exactSize(baseline, other, wanted));
}

/** The smallest increase over the baseline that so many people a variant can find; null: none can be found. */
export function detectableEffect(baseline: number, units: number, wanted: Wanted): number | null {
  const most = 1 - baseline;
  if (units < 1 || exactSize(baseline, baseline + most, wanted) > units) return null;
  let [low, high] = [0, most];
  // Halved until the digits run out: a larger effect always needs fewer people.
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (middle > 0 && exactSize(baseline, baseline + middle, wanted) <= units) high = middle;
    else low = middle;
  }
  return high;
}

export function pairsOf(variants: number): number {
  return (variants * (variants - 1)) / 2;
}

function exactSize(p1: number, p2: number, { alpha, power, variants }: Wanted): number {
  const mean = (p1 + p2) / 2;
  const sure = upperQuantile(alpha / (2 * pairsOf(variants)));
  const found = normalQuantile(power);
  const spread = sure * Math.sqrt(2 * mean * (1 - mean)) + found * Math.sqrt(p1 * (1 - p1) + p2 * (1 - p2));
  return (spread / (p1 - p2)) ** 2;
}
