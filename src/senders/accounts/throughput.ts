export const STANDARD_THROUGHPUT = 80;

const PER_SECOND: Readonly<Record<string, number>> = { STANDARD: STANDARD_THROUGHPUT, HIGH: 1_000 };

/** Messages per second at Meta's level; undefined for a level without a number (NOT_APPLICABLE). */
export function throughputOf(level: string | null): number | undefined {
  return level === null ? undefined : PER_SECOND[level];
}
