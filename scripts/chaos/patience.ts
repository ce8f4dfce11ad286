import { setTimeout as pause } from 'node:timers/promises';

/** A condition that did not hold in time, with what was seen last. */
export class Missed extends Error {}

export interface Condition<T> {
  /** For the report: "all recipients are attempted". */
  what: string;
  look: () => Promise<T>;
  holds: (seen: T) => boolean;
  everyMs?: number;
}

/** Waits for conditions: as long as things move, but no longer than the run may take. */
export class Patience {
  private readonly stallMs: number;
  private readonly deadline: number;
  private readonly currentSignal: AbortSignal;

  constructor(limits: { stallMs: number; totalMs: number; signal: AbortSignal }) {
    this.stallMs = limits.stallMs;
    this.deadline = performance.now() + limits.totalMs;
    this.currentSignal = limits.signal;
  }

  get signal(): AbortSignal {
    return this.currentSignal;
  }

  /**
   * Returns what was seen when the condition held. A failed look counts as nothing seen: the process asked may be
   * down.
   */
  async until<T>({ what, look, holds, everyMs = 200 }: Condition<T>): Promise<T> {
    let last = 'nothing';
    let movedAt = performance.now();
    for (;;) {
      this.currentSignal.throwIfAborted();
      const found = await look().then(
        (seen) => ({ seen }),
        (error: unknown) => ({ error: error as Error }),
      );
      if ('seen' in found && holds(found.seen)) return found.seen;
      const now = 'seen' in found ? JSON.stringify(found.seen) : found.error.message;
      if (now !== last) movedAt = performance.now();
      last = now;
      const over = performance.now() > this.deadline;
      if (over || performance.now() - movedAt > this.stallMs) {
        const why = over ? 'the time of the run is over' : `nothing moved for ${this.stallMs / 1_000} s`;
        throw new Missed(`${what}: ${why}; last seen: ${last}`);
      }
      await pause(everyMs, undefined, { signal: this.currentSignal });
    }
  }

  /** Waits until what is seen has stayed the same for `quietMs`, and the condition holds. */
  async quiet<T>(condition: Condition<T>, quietMs: number): Promise<T> {
    let before = '';
    let since = performance.now();
    return this.until({
      ...condition,
      holds: (seen) => {
        const now = JSON.stringify(seen);
        if (now !== before) since = performance.now();
        before = now;
        return condition.holds(seen) && performance.now() - since >= quietMs;
      },
    });
  }

  pause(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: this.currentSignal });
  }
}
