const FAILURES = 5;
const CLOSED_MS = 60_000;

/** Leaves an account alone for a minute after five calls in a row without an answer. */
export class GatewayBreaker {
  private readonly accounts = new Map<string, { failures: number; until: Date | null }>();

  note(accountId: string, hasAnswered: boolean, now: Date): void {
    if (hasAnswered) {
      this.accounts.delete(accountId);
      return;
    }
    const failures = (this.accounts.get(accountId)?.failures ?? 0) + 1;
    const until = failures >= FAILURES ? new Date(now.getTime() + CLOSED_MS) : null;
    this.accounts.set(accountId, { failures, until });
  }

  /** The accounts that are not to be asked now. */
  closedAt(now: Date): string[] {
    return [...this.accounts].flatMap(([id, { until }]) => (until !== null && until > now ? [id] : []));
  }
}
