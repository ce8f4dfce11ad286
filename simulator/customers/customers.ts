import type { Clock } from '../../src/platform/clock/clock.js';

const WINDOW_MS = 24 * 3_600_000;

/** What Meta knows about customers: which of them have an open service window, and which want no marketing. */
export class Customers {
  private readonly wroteAt = new Map<string, number>();
  private readonly stopped = new Set<string>();

  constructor(private readonly clock: Clock) {}

  /** A service window is between one business number and one user. */
  openWindow(phoneId: string, userId: string): void {
    this.wroteAt.set(`${phoneId} ${userId}`, this.clock.now().getTime());
  }

  hasOpenWindow(phoneId: string, userId: string): boolean {
    if (this.wroteAt.size === 0) return false;
    const wroteAt = this.wroteAt.get(`${phoneId} ${userId}`);
    return wroteAt !== undefined && this.clock.now().getTime() - wroteAt < WINDOW_MS;
  }

  setMarketing(userId: string, wanted: boolean): void {
    if (wanted) this.stopped.delete(userId);
    else this.stopped.add(userId);
  }

  refusesMarketing(userId: string): boolean {
    return this.stopped.has(userId);
  }

  clear(): void {
    this.wroteAt.clear();
    this.stopped.clear();
  }
}
