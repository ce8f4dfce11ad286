import type { Logger } from '../logging/logger.js';
import type { Timetable } from './timetable.js';

export interface UpkeepTask {
  /** Stored in the database, like every name of the timetable. */
  name: string;
  expression: string;
  /** One bite in a transaction of its own; returns how much it did. Nothing: the work is done. */
  bite: () => Promise<number>;
}

/**
 * Work of the timetable that no other task should wait for: it goes on in the background, bite by bite, at most once at
 * a time in a process. What a bite has done stays done, so work that was interrupted goes on at the next tick.
 */
export class Upkeep {
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly logger: Logger,
    private readonly task: UpkeepTask,
  ) {}

  registerIn(timetable: Timetable): void {
    const { name, expression } = this.task;
    timetable.register({
      ...{ name, expression, timeZone: 'UTC', missed: 'last' },
      run: () => {
        this.running ??= this.runAndLog().finally(() => (this.running = undefined));
        return Promise.resolve();
      },
    });
  }

  async run(): Promise<number> {
    let done = 0;
    for (let bite = -1; bite !== 0 && !this.stopped; done += bite) bite = await this.task.bite();
    return done;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async runAndLog(): Promise<void> {
    const { name } = this.task;
    try {
      const done = await this.run();
      if (done > 0) this.logger.info({ task: name, done }, 'upkeep');
    } catch (error) {
      this.logger.error({ err: error, task: name }, 'upkeep failed; it goes on at its next time');
    }
  }
}
