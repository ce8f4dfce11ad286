import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CronExpressionParser } from 'cron-parser';
import type pg from 'pg';
import { Clock } from '../clock/clock.js';
import { MovableClock } from '../clock/movable-clock.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { Logger } from '../logging/logger.js';
import { isOutage } from '../database/database.js';
import { ownPool } from '../database/steady-client.js';
import { LOGGER } from '../logging/logging.module.js';

export interface CronTask {
  /** Stands in the database: two tasks must not share it, and a renamed task starts anew. */
  name: string;
  expression: string;
  timeZone: string;
  /** Ticks that were passed over run one by one, or only the last of them does. */
  missed: 'each' | 'last';
  run: (tick: Date) => Promise<void>;
}

const LOOK_MS = 500;
const CRON_LOCKS = 0x63726f6e;

/**
 * Timetables that follow the business clock and run once over all replicas. Every worker looks twice a second;
 * whoever gets the task's lock runs it and then notes the tick. A crash in between means that the tick runs
 * again, so tasks must be idempotent; a server that was down catches up when it is back.
 *
 * @nestjs/schedule drives its timetables from the real clock inside one process and can do neither.
 */
@Injectable()
export class Cron implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly tasks: CronTask[] = [];
  private readonly pool: pg.Pool;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private stopped = false;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly clock: Clock,
  ) {
    this.pool = ownPool(config.databaseUrl, 'drumbeat cron');
  }

  register(task: CronTask): void {
    this.tasks.push(task);
  }

  /** When each task ran last, over all replicas. */
  async ticks(): Promise<{ name: string; lastTick: Date }[]> {
    const { rows } = await this.pool.query<{ name: string; lastTick: Date }>(
      'SELECT name, last_tick AS "lastTick" FROM cron_ticks ORDER BY name',
    );
    return rows;
  }

  onApplicationBootstrap(): void {
    if (this.clock instanceof MovableClock) {
      this.clock.onMoved(() => {
        this.schedule(0);
      });
    }
    this.schedule(0);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
    await this.pool.end();
  }

  private schedule(ms: number): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      // A look that is under way sees the moved clock in its next round anyway.
      this.looking ??= this.look().finally(() => {
        this.looking = undefined;
        this.schedule(LOOK_MS);
      });
    }, ms);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    for (const task of this.tasks) {
      if (this.stopped) return;
      try {
        await this.runDue(task);
      } catch (error) {
        // An outage of the database is told by whoever notices it first; it is no fault of the task.
        const level = isOutage(error) ? 'debug' : 'error';
        this.logger[level]({ err: error, task: task.name }, 'a timetable task failed; it is tried again');
      }
    }
  }

  private async runDue(task: CronTask): Promise<void> {
    const client = await this.pool.connect();
    try {
      const last = await lastTick(client, task.name, this.clock.now());
      if (nextTick(task, last) > this.clock.now()) return;
      const { rows } = await client.query<{ mine: boolean }>(
        'SELECT pg_try_advisory_lock($1, hashtext($2)) AS mine',
        [CRON_LOCKS, task.name],
      );
      if (rows[0]?.mine !== true) return;
      try {
        await this.catchUp(client, task);
      } finally {
        // On a broken connection the lock is gone already, and the first error is the one to tell.
        await client
          .query('SELECT pg_advisory_unlock($1, hashtext($2))', [CRON_LOCKS, task.name])
          .catch(() => undefined);
      }
    } finally {
      client.release();
    }
  }

  private async catchUp(client: pg.PoolClient, task: CronTask): Promise<void> {
    // Read again under the lock: another replica may have run it a moment ago.
    let done = await lastTick(client, task.name, this.clock.now());
    for (;;) {
      let tick = nextTick(task, done);
      if (tick > this.clock.now() || this.stopped) return;
      if (task.missed === 'last') tick = lastTickBefore(task, this.clock.now());
      await task.run(tick);
      await client.query('UPDATE cron_ticks SET last_tick = $2 WHERE name = $1', [task.name, tick]);
      done = tick;
    }
  }
}

/** A task that is new starts counting now: it does not run for all the time before it existed. */
async function lastTick(client: pg.PoolClient, name: string, now: Date): Promise<Date> {
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

/** The latest tick that is not in the future: after a long time away the ones before it are not counted through. */
function lastTickBefore({ expression, timeZone }: CronTask, now: Date): Date {
  const after = new Date(now.getTime() + 1);
  return CronExpressionParser.parse(expression, { tz: timeZone, currentDate: after }).prev().toDate();
}

function nextTick({ expression, timeZone }: CronTask, after: Date): Date {
  return CronExpressionParser.parse(expression, { tz: timeZone, currentDate: after }).next().toDate();
}
