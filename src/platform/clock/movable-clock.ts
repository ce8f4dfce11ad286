import type pg from 'pg';
import { ownPool } from '../database/own-pool.js';
import { Clock } from './clock.js';

const FOLLOW_MS = 300;

/** `kept`: where the clock of this database stands; real time when it has never been moved. */
export type ClockStart = Date | 'kept';

/**
 * A clock that runs at normal speed from the instant it was set to. All processes of one installation share it: the
 * database keeps its distance from real time. It only moves forward.
 */
export class MovableClock extends Clock {
  private offsetMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly movedListeners = new Set<() => void>();

  private constructor(private readonly pool: pg.Pool) {
    super();
  }

  /** A restart with an earlier instant resumes at the kept position; a later one moves the clock forward. */
  static async open(databaseUrl: string, start: ClockStart): Promise<MovableClock> {
    const pool = ownPool(databaseUrl, 'drumbeat clock');
    const clock = new MovableClock(pool);
    try {
      if (start === 'kept') await clock.resume();
      else await clock.moveToOffset(start.getTime() - Date.now());
    } catch (error) {
      await pool.end();
      throw error;
    }
    clock.follow();
    return clock;
  }

  override now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** Called in this process soon after any process has moved the clock. */
  onMoved(listener: () => void): void {
    this.movedListeners.add(listener);
  }

  /** False: the instant lies in the past of this clock, and nothing changed. */
  async moveTo(instant: Date): Promise<boolean> {
    const wanted = instant.getTime() - Date.now();
    await this.read();
    if (wanted < this.offsetMs) return false;
    await this.moveToOffset(wanted);
    return true;
  }

  async advance(ms: number): Promise<void> {
    const { rows } = await this.pool.query<{ offset_ms: string }>(
      'UPDATE dev_clock SET offset_ms = offset_ms + $1 RETURNING offset_ms',
      [Math.round(ms)],
    );
    this.apply(rows);
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.pool.end();
  }

  private async resume(): Promise<void> {
    await this.pool.query(
      'INSERT INTO dev_clock (id, offset_ms) VALUES (true, 0) ON CONFLICT (id) DO NOTHING',
    );
    await this.read();
  }

  private async moveToOffset(offsetMs: number): Promise<void> {
    const { rows } = await this.pool.query<{ offset_ms: string }>(
      `INSERT INTO dev_clock (id, offset_ms) VALUES (true, $1)
       ON CONFLICT (id) DO UPDATE SET offset_ms = greatest(dev_clock.offset_ms, excluded.offset_ms)
       RETURNING offset_ms`,
      [Math.round(offsetMs)],
    );
    this.apply(rows);
  }

  private async read(): Promise<void> {
    const { rows } = await this.pool.query<{ offset_ms: string }>('SELECT offset_ms FROM dev_clock');
    this.apply(rows);
  }

  private apply([row]: { offset_ms: string }[]): void {
    const offsetMs = Number(row?.offset_ms ?? this.offsetMs);
    // Two answers may overtake each other; the clock never runs backwards because of it.
    if (offsetMs <= this.offsetMs && this.timer !== undefined) return;
    this.offsetMs = offsetMs;
    for (const listener of this.movedListeners) listener();
  }

  private follow(): void {
    this.timer = setTimeout(() => {
      // A database that is restarting is polled again in a moment; until then the last known position holds.
      void this.read()
        .catch(() => undefined)
        .then(() => {
          if (this.timer !== undefined) this.follow();
        });
    }, FOLLOW_MS);
    this.timer.unref();
  }
}
