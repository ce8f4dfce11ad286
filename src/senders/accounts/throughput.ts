export const STANDARD_THROUGHPUT = 80;

const PER_SECOND: Readonly<Record<string, number>> = { STANDARD: STANDARD_THROUGHPUT, HIGH: 1_000 };

/** Messages a second at Meta's level; undefined for a word (NOT_APPLICABLE) that says no number. */
export function throughputOf(level: string | null): number | undefined {
  return level === null ? undefined : PER_SECOND[level];
}
