import type { Clock } from '../../src/platform/clock/clock.js';
import { MESSAGING_LIMITS, type Business } from '../business.js';
import { GraphError } from '../graph/graph-error.js';
import type { Scenario } from '../scenario/scenario.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PAIR_BURST = 45;
const PAIR_EVERY_MS = 6_000;

/** The limits Meta sets, each only as far as the scenario turns it on. */
export class SendLimits {
  private readonly perPhone = new Map<string, { startedAt: number; count: number }>();
  /** When the credit of each pair is full again: a bucket of 45 that gains one every 6 seconds. */
  private readonly pairFullAt = new Map<string, number>();
  /** Users by the time they were last counted, oldest first. */
  private readonly portfolio = new Map<string, number>();
  private management = { startedAt: 0, count: 0 };

  constructor(
    private readonly clock: Clock,
    private readonly business: Business,
  ) {}

  /** Throughput is measured in real time, whatever the business clock says. */
  checkThroughput(phoneId: string, perSecond: number | null): void {
    if (perSecond === null) return;
    const now = performance.now();
    let window = this.perPhone.get(phoneId);
    if (window === undefined || now - window.startedAt >= 1000) {
      this.perPhone.set(phoneId, (window = { startedAt: now, count: 0 }));
    }
    if (window.count >= perSecond)
      throw new GraphError(130429, 'Cloud API message throughput has been reached.');
    window.count += 1;
  }

  checkPair(phoneId: string, recipient: string, on: boolean): void {
    if (!on) return;
    const now = this.clock.now().getTime();
    const key = `${phoneId} ${recipient}`;
    const fullAt = Math.max(now, this.pairFullAt.get(key) ?? now);
    if (fullAt - now > (PAIR_BURST - 1) * PAIR_EVERY_MS) {
      throw new GraphError(
        131056,
        'Message failed to send because there were too many messages to this phone number.',
      );
    }
    this.pairFullAt.set(key, fullAt + PAIR_EVERY_MS);
  }

  /** Unique users outside a service window in a moving 24 hours, over all numbers of the portfolio. */
  checkPortfolio(recipient: string, windowOpen: boolean, { portfolio }: Scenario['rateLimits']): void {
    if (!portfolio || windowOpen) return;
    const now = this.clock.now().getTime();
    for (const [user, countedAt] of this.portfolio) {
      if (now - countedAt < DAY_MS) break;
      this.portfolio.delete(user);
    }
    const known = this.portfolio.delete(recipient);
    if (!known && this.portfolio.size >= MESSAGING_LIMITS[this.business.messagingLimit]) {
      throw new GraphError(131048, 'The messaging limit of this business has been reached.');
    }
    this.portfolio.set(recipient, now);
  }

  /** The used share of the hour's management calls, in percent. */
  countManagementCall(perHour: number | null): number {
    const now = this.clock.now().getTime();
    if (now - this.management.startedAt >= HOUR_MS) this.management = { startedAt: now, count: 0 };
    this.management.count += 1;
    if (perHour === null) return Math.min(99, Math.ceil(this.management.count / 50));
    if (this.management.count > perHour) {
      throw new GraphError(80007, 'There have been too many calls to this WhatsApp Business Account.');
    }
    return Math.ceil((100 * this.management.count) / perHour);
  }

  clear(): void {
    this.perPhone.clear();
    this.pairFullAt.clear();
    this.portfolio.clear();
    this.management = { startedAt: 0, count: 0 };
  }
}
