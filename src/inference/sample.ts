/** How many were looked at, and how many of them did it. */
export interface Counted {
  units: number;
  successes: number;
}

/** Of the second against the first: positive means that the second has more. */
export interface Compared {
  difference: number;
  low: number;
  high: number;
}

export function rateOf({ units, successes }: Counted): number {
  return successes / units;
}

export function around(difference: number, half: number): Compared {
  return { difference, low: difference - half, high: difference + half };
}

/** Whether the interval leaves out 0. */
export function isApart({ low, high }: Compared): boolean {
  return low > 0 || high < 0;
}
