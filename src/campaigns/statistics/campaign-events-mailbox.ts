interface Waiting<T> {
  resolve: (result: IteratorResult<T, undefined>) => void;
  reject: (error: unknown) => void;
}

/**
 * Holds one value for one reader. A slow reader gets the newest value and misses the ones between, so nothing piles
 * up; an unchanged value is not delivered.
 */
export class Mailbox<T> implements AsyncIterableIterator<T, undefined> {
  private latest: T | undefined;
  private isUnread = false;
  private isOver = false;
  private failure: { error: unknown } | undefined;
  private waiting: Waiting<T> | undefined;

  constructor(
    private readonly isSame: (a: T, b: T) => boolean,
    private readonly onEnd: () => void,
  ) {}

  put(value: T): void {
    if (this.isOver || (this.latest !== undefined && this.isSame(this.latest, value))) return;
    this.latest = value;
    this.isUnread = true;
    this.deliver();
  }

  /** The last value may still be read. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onEnd();
    this.deliver();
  }

  fail(error: unknown): void {
    if (this.isOver) return;
    this.failure = { error };
    this.end();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.deliver();
    });
  }

  /** The reader has gone. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.isUnread = false;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private deliver(): void {
    const { waiting, latest } = this;
    if (waiting === undefined || !(this.isUnread || this.isOver)) return;
    this.waiting = undefined;
    if (this.isUnread && latest !== undefined) {
      this.isUnread = false;
      waiting.resolve({ done: false, value: latest });
    } else if (this.failure !== undefined) {
      waiting.reject(this.failure.error);
      this.failure = undefined;
    } else {
      waiting.resolve({ done: true, value: undefined });
    }
  }
}
