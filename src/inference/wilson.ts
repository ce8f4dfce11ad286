import { upperQuantile } from './normal.js';
import type { Counted } from './sample.js';

const Z95 = upperQuantile(0.025);

export interface Interval {
  low: number;
  high: number;
}

/** Wilson's 95 % interval of a single rate. It holds for small samples too, and never leaves 0 to 1. */
export function wilson({ units, successes }: Counted): Interval {
  const z2 = Z95 * Z95;
  const middle = successes + z2 / 2;
  const half = Z95 * Math.sqrt((successes * (units - successes)) / units + z2 / 4);
  return {
    // Exactly 0 and 1 at the ends, where rounding would leave a trace.
    low: successes === 0 ? 0 : (middle - half) / (units + z2),
    high: successes === units ? 1 : (middle + half) / (units + z2),
  };
}
