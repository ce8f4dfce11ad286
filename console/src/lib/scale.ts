/** A round number that is at least the largest value: the top of an axis. */
export function axisTop(values: readonly number[]): number {
  const largest = Math.max(1, ...values);
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= largest) ?? 10;
  return Math.ceil(step * power);
}

export interface Bar {
  start: number;
  width: number;
  height: number;
}

/** Bars side by side in a box of 1 by 1, a fifth of each place being the gap. */
export function barsOf(values: readonly number[], top: number): Bar[] {
  const place = 1 / Math.max(1, values.length);
  return values.map((value, index) => ({
    start: (index + 0.1) * place,
    width: place * 0.8,
    height: Math.min(1, value / top),
  }));
}
