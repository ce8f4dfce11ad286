const AFTER_FAILURE_MS = 1_000;

/**
 * Repeats work until it is stopped, never twice at the same time; a stop waits for the round under way. A failure is
 * reported and followed by a longer pause.
 */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly work: () => Promise<void>,
    private readonly everyMs: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  get isStopped(): boolean {
    return this.stopped;
  }

  start(): void {
    this.schedule(0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private schedule(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.round = this.run();
    }, ms);
    this.timer.unref();
  }

  private async run(): Promise<void> {
    let pauseMs = this.everyMs;
    try {
      await this.work();
    } catch (error) {
      this.onFailure(error);
      pauseMs = AFTER_FAILURE_MS;
    }
    this.schedule(pauseMs);
  }
}
