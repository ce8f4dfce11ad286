export interface GroupLimits {
  /** Groups that are being written at the same time. */
  writers: number;
  maxItems: number;
  maxBytes: number;
  /** What may wait in memory; more is rejected at once. */
  maxWaitingItems: number;
  maxWaitingBytes: number;
  /** How long the first item of a group waits for others, unless the group is full. Absent: not at all. */
  gatherMs?: number;
}

/** Too much is waiting already: the caller must come back later. */
export class Overloaded extends Error {
  constructor() {
    super('too much is waiting to be written');
    this.name = 'Overloaded';
  }
}

interface Waiting<T> {
  item: T;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers what comes in at the same time into one write. Unless a wait is set, the first item is written at the end
 * of this turn of the event loop, and items that arrive while all writers are busy form the next group. A quiet hour
 * adds no delay, and the busier it gets, the larger the groups. An item is settled when its group is written.
 */
export class GroupedWrites<T extends { readonly size: number }> {
  private waiting: Waiting<T>[] = [];
  private waitingBytes = 0;
  private writing = 0;
  private scheduled = false;
  private gathering: NodeJS.Timeout | undefined;
  /** The waiting items have waited long enough: they go as soon as a writer is free. */
  private isDue = false;

  constructor(
    private readonly write: (items: T[]) => Promise<void>,
    private readonly limits: GroupLimits,
  ) {}

  add(item: T): Promise<void> {
    const { maxWaitingItems, maxWaitingBytes } = this.limits;
    const isFull =
      this.waiting.length >= maxWaitingItems ||
      // A single item is always accepted, however large.
      (this.waiting.length > 0 && this.waitingBytes + item.size > maxWaitingBytes);
    if (isFull) return Promise.reject(new Overloaded());
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.waitingBytes += item.size;
      this.schedule();
    });
  }

  private schedule(): void {
    if (!this.isReady()) {
      this.gathering ??= setTimeout(() => {
        this.isDue = true;
        this.start();
      }, this.limits.gatherMs);
      return;
    }
    if (this.scheduled || this.writing >= this.limits.writers) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.start();
    });
  }

  private isReady(): boolean {
    const { gatherMs, maxItems } = this.limits;
    return gatherMs === undefined || this.isDue || this.waiting.length >= maxItems;
  }

  private start(): void {
    while (this.waiting.length > 0 && this.writing < this.limits.writers) void this.writeGroup(this.take());
    if (this.waiting.length > 0) return;
    clearTimeout(this.gathering);
    this.gathering = undefined;
    this.isDue = false;
  }

  private take(): Waiting<T>[] {
    const { maxItems, maxBytes } = this.limits;
    let count = 0;
    let bytes = 0;
    for (const { item } of this.waiting) {
      if (count === maxItems || (count > 0 && bytes + item.size > maxBytes)) break;
      bytes += item.size;
      count++;
    }
    this.waitingBytes -= bytes;
    return this.waiting.splice(0, count);
  }

  private async writeGroup(group: Waiting<T>[]): Promise<void> {
    this.writing++;
    try {
      await this.write(group.map(({ item }) => item));
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      this.writing--;
      if (this.isReady()) this.start();
    }
  }
}
