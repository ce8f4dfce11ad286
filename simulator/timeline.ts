const TICK_MS = 5;

/**
 * Things that will happen later, in real time. One timer for all: a campaign keeps tens of thousands of statuses in
 * the air, and a bucket of them costs no more than one.
 */
export class Timeline {
  private readonly buckets = new Map<number, (() => void)[]>();
  private currentPending = 0;
  private done = 0;
  private timer: NodeJS.Timeout | undefined;

  get pending(): number {
    return this.currentPending;
  }

  after(delayMs: number, action: () => void): void {
    const now = currentTick();
    if (this.timer === undefined) {
      this.done = now;
      this.timer = setInterval(() => {
        this.catchUp();
      }, TICK_MS);
    }
    const tick = Math.max(now, this.done) + 1 + Math.floor(delayMs / TICK_MS);
    const bucket = this.buckets.get(tick);
    if (bucket === undefined) this.buckets.set(tick, [action]);
    else bucket.push(action);
    this.currentPending += 1;
  }

  clear(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.buckets.clear();
    this.currentPending = 0;
  }

  private catchUp(): void {
    for (const now = currentTick(); this.done < now;) {
      this.done += 1;
      const bucket = this.buckets.get(this.done);
      if (bucket === undefined) continue;
      this.buckets.delete(this.done);
      this.currentPending -= bucket.length;
      for (const action of bucket) action();
    }
    if (this.currentPending === 0) this.clear();
  }
}

function currentTick(): number {
  return Math.floor(performance.now() / TICK_MS);
}
