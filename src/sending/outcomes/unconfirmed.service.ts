import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import * as leases from '../slices/leases.queries.js';
import { UnconfirmedSlices } from './unconfirmed-slices.service.js';
import { type DoubtfulSlice, findDoubtful, postponeLooks } from './unconfirmed.queries.js';

const DAY_MS = 86_400_000;
/** Meta assesses a template within hours or days. After this the status was lost, and the campaign must be able to end. */
const LONGEST_HELD_MS = 7 * DAY_MS;
/** Held messages wait for days: their recipients are read once an hour, and not each minute. */
const LONGEST_REST_MS = 3_600_000;
const SLICES_AT_ONCE = 500;
const KEEP_SLICES_MS = 2 * DAY_MS;

/**
 * Sends whose outcome was never reported fail with the reason `unconfirmed`: a day after the attempt, or a week after it
 * when Meta held the message back. They are never resent automatically, but may be retried by hand; a status that
 * arrives even later still settles them.
 */
@Injectable()
export class Unconfirmed implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly database: Database,
    private readonly slices: UnconfirmedSlices,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'settle unconfirmed sends',
      expression: '* * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.settle(),
    });
    this.timetable.register({
      name: 'purge slices',
      expression: '23 * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: async () => {
        const before = new Date(this.clock.now().getTime() - KEEP_SLICES_MS);
        await leases.purgeDone(this.database.manager, before);
      },
    });
  }

  /** One slice that cannot be settled must not hold up those behind it. */
  async settle(): Promise<void> {
    const now = this.clock.now();
    const ago = (ms: number): Date => new Date(now.getTime() - ms);
    const terms = { doubtedBefore: ago(DAY_MS), heldBefore: ago(LONGEST_HELD_MS) };
    for (let after: string | null = null; ;) {
      const page: DoubtfulSlice[] = await findDoubtful(this.database.manager, terms, {
        ...{ now, after, limit: SLICES_AT_ONCE },
      });
      for (const slice of page) {
        try {
          await this.slices.settle(slice, terms);
        } catch (error) {
          const about = { err: error, campaignId: slice.campaignId, sliceId: slice.id };
          this.logger.error(about, 'could not settle the unconfirmed sends of a slice; retrying');
        }
      }
      after = page.at(-1)?.id ?? null;
      if (page.length < SLICES_AT_ONCE) break;
    }
    await postponeLooks(this.database.manager, terms, { now, longestMs: LONGEST_REST_MS });
  }
}
