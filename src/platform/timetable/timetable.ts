import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import type pg from 'pg';
import { lastTick, nextTick } from '../../rules/calendar/cron.js';
import { Clock } from '../clock/clock.js';
import { MovableClock } from '../clock/movable-clock.js';
import { Config } from '../config/config.js';
import { isOutage } from '../database/database.js';
import { ownPool } from '../database/own-pool.js';
import { Logger } from '../logging/logger.js';

export interface TimetableTask {
  /** Stored in the database: two tasks must not share a name, and a renamed task starts from now. */
  name: string;
  expression: string;
  timeZone: string;
  /** Whether ticks that passed while no worker was up all run, one by one, or only the last of them. */
  missed: 'each' | 'last';
  run: (tick: Date) => Promise<void>;
}

/** A tick that failed, or whose worker died, is found again within this time. */
const LOOK_MS = 5_000;
/** The ticks of a movable clock come at instants that no timer of the real clock knows. */
const LOOK_AT_MOVABLE_CLOCK_MS = 500;
const LOOK = 'timetable look';
/** Tasks that may run side by side in one worker. A long daily run must not hold up the start of campaigns. */
const AT_ONCE = 4;
const TASK_LOCKS = 0x63726f6e;

/**
 * The tasks that run because of the hour. @nestjs/schedule wakes them: each task is a cron job in its registry. What
 * a wake-up does is decided by the rows of `cron_ticks`: the worker that gets the task's lock runs what is due and
 * then notes the tick. So a tick runs once over all replicas, a server that was down catches up, and a movable clock
 * that jumps over ticks has them run at once. A crash between running and noting repeats the tick: tasks must be
 * idempotent.
 */
@Injectable()
export class Timetable implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly tasks: TimetableTask[] = [];
  private readonly running = new Map<TimetableTask, Promise<void>>();
  /** Woken while they ran: they look once more, at a tick that may have come after their last look. */
  private readonly wokenAgain = new Set<TimetableTask>();
  private readonly pool: pg.Pool;
  private started = false;
  private stopped = false;

  constructor(
    config: Config,
    private readonly registry: SchedulerRegistry,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {
    this.pool = ownPool(config.databaseUrl, 'drumbeat timetable', AT_ONCE);
  }

  register(task: TimetableTask): void {
    this.tasks.push(task);
    if (this.started) this.schedule(task);
  }

  /** When each task ran last, over all replicas. */
  async ticks(): Promise<{ name: string; lastTick: Date }[]> {
    const { rows } = await this.pool.query<{ name: string; lastTick: Date }>(
      'SELECT name, last_tick AS "lastTick" FROM cron_ticks ORDER BY name',
    );
    return rows;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.noteNewTasks();
    this.started = true;
    const movable = this.clock instanceof MovableClock;
    if (this.clock instanceof MovableClock) {
      this.clock.onMoved(() => {
        this.look();
      });
    }
    const look = setInterval(
      () => {
        this.look();
      },
      movable ? LOOK_AT_MOVABLE_CLOCK_MS : LOOK_MS,
    );
    this.registry.addInterval(LOOK, look.unref());
    for (const task of this.tasks) this.schedule(task);
    this.look();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running.values());
    await this.pool.end();
  }

  /**
   * All at once, before the first look: tasks wait for a connection in turn, and one that came late would take a tick that
   * has passed meanwhile for its own beginning.
   */
  private async noteNewTasks(): Promise<void> {
    await this.pool.query(
      'INSERT INTO cron_ticks (name, last_tick) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING',
      [this.tasks.map(({ name }) => name), this.clock.now()],
    );
  }

  private schedule(task: TimetableTask): void {
    const { name, expression, timeZone } = task;
    try {
      const onTick = (): void => {
        this.wake(task);
      };
      const job = CronJob.from({
        name,
        cronTime: expression,
        timeZone,
        onTick,
        start: true,
        unrefTimeout: true,
      });
      this.registry.addCronJob(name, job);
    } catch (error) {
      // The two libraries do not read quite the same expressions; the regular look runs this task all the same.
      this.logger.warn({ err: error, task: name }, 'no timer for a timetable task');
    }
  }

  private look(): void {
    for (const task of this.tasks) this.wake(task);
  }

  private wake(task: TimetableTask): void {
    if (this.stopped) return;
    if (this.running.has(task)) {
      this.wokenAgain.add(task);
      return;
    }
    const run = this.runDue(task)
      .catch((error: unknown) => {
        // An outage is reported by the part that notices it first; it is not a fault of the task.
        const level = isOutage(error) ? 'debug' : 'error';
        this.logger[level]({ err: error, task: task.name }, 'timetable task failed; it is retried');
      })
      .finally(() => {
        this.running.delete(task);
        if (this.wokenAgain.delete(task)) this.wake(task);
      });
    this.running.set(task, run);
  }

  private async runDue(task: TimetableTask): Promise<void> {
    const client = await this.pool.connect();
    try {
      const last = await notedTick(client, task.name, this.clock.now());
      if (nextTick(task.expression, task.timeZone, last) > this.clock.now()) return;
      const { rows } = await client.query<{ mine: boolean }>(
        'SELECT pg_try_advisory_lock($1, hashtext($2)) AS mine',
        [TASK_LOCKS, task.name],
      );
      if (rows[0]?.mine !== true) return;
      try {
        await this.catchUp(client, task);
      } finally {
        // On a broken connection the lock is gone already, and the first error is the one to report.
        await client
          .query('SELECT pg_advisory_unlock($1, hashtext($2))', [TASK_LOCKS, task.name])
          .catch(() => undefined);
      }
    } finally {
      client.release();
    }
  }

  private async catchUp(client: pg.PoolClient, task: TimetableTask): Promise<void> {
    // Read again under the lock: another replica may have run it a moment ago.
    let done = await notedTick(client, task.name, this.clock.now());
    const { expression, timeZone } = task;
    for (;;) {
      let tick = nextTick(expression, timeZone, done);
      if (tick > this.clock.now() || this.stopped) return;
      if (task.missed === 'last') tick = lastTick(expression, timeZone, this.clock.now());
      await task.run(tick);
      await client.query('UPDATE cron_ticks SET last_tick = $2 WHERE name = $1', [task.name, tick]);
      done = tick;
    }
  }
}

/** A task that is new starts counting now: it does not run for the time before it existed. */
async function notedTick(client: pg.PoolClient, name: string, now: Date): Promise<Date> {
  const { rows } = await client.query<{ last_tick: Date }>(
    'SELECT last_tick FROM cron_ticks WHERE name = $1',
    [name],
  );
  if (rows[0] !== undefined) return rows[0].last_tick;
  const inserted = await client.query<{ last_tick: Date }>(
    `INSERT INTO cron_ticks (name, last_tick) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING last_tick`,
    [name, now],
  );
  return inserted.rows[0]?.last_tick ?? now;
}
