/** Rates as the two APIs show them. A share of nothing is 0. */

/** For the Marketing API: a number with one decimal. */
export function percentage(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part * 1_000) / whole) / 10;
}

/** For the WhatsApp API: text with two decimals. */
export function percentText(part: number, whole: number): string {
  const hundredths = whole === 0 ? 0 : Math.round((part * 10_000) / whole);
  return `${(hundredths / 100).toFixed(2)}%`;
}

/** An average of durations; null when none was measured. */
export function averageSeconds(totalMs: number, count: number): number | null {
  return count === 0 ? null : Math.round(totalMs / count / 100) / 10;
}
