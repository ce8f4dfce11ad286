/** How long the rows are kept that would otherwise only become more, in days. */
export abstract class RetentionSettings {
  /** The audit log goes by whole months, once all of a month is this old. */
  abstract readonly auditDays: number;
  /** Imports of files, with the errors of their lines. */
  abstract readonly importDays: number;
  /** Clicks on tracked links; their sums stay. */
  abstract readonly linkDays: number;
  /** What was sent to people and what they wrote. */
  abstract readonly messageDays: number;
  /** Finished messages of the outbox. */
  abstract readonly outboxDays: number;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** What is older than this is over. */
export function keptSince(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
