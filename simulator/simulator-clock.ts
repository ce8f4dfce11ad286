import { setTimeout as delay } from 'node:timers/promises';
import { Clock, SystemClock } from '../src/platform/clock/clock.js';
import { type ClockStart, MovableClock } from '../src/platform/clock/movable-clock.js';

/**
 * The clock of the installation this simulator belongs to, so that its statuses carry the same business time. The
 * application creates the clock's table at its first start, possibly a moment after the simulator; until then real
 * time applies.
 */
export class SimulatorClock extends Clock {
  private current: Clock = new SystemClock();
  private closed = false;

  static of(env: Readonly<Record<string, string | undefined>>): SimulatorClock {
    const clock = new SimulatorClock();
    const { CLOCK: start, DATABASE_URL: databaseUrl } = env;
    if (start !== undefined && start !== '' && databaseUrl !== undefined && databaseUrl !== '') {
      void clock.follow(databaseUrl, start === 'kept' ? start : new Date(start));
    }
    return clock;
  }

  override now(): Date {
    return this.current.now();
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.current instanceof MovableClock) await this.current.close();
  }

  private async follow(databaseUrl: string, start: ClockStart): Promise<void> {
    while (!this.closed && !(this.current instanceof MovableClock)) {
      try {
        this.current = await MovableClock.open(databaseUrl, start);
      } catch {
        await delay(200);
      }
    }
  }
}
