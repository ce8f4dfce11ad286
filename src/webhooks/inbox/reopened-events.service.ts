import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { SenderDirectory } from '../../senders/directory/sender-directory.service.js';
import { reopenNaming } from './webhook-events.queries.js';

/** An event that was judged while the number was being confirmed is stored by then. */
const LATE_MS = 60_000;

/**
 * What came before Meta confirmed a number found no owner: a STOP among it must count all the same. Each confirmed number
 * has its events opened again, twice: at once, and a minute later those that were judged meanwhile.
 */
@Injectable()
export class ReopenedEvents implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly database: Database,
    private readonly senders: SenderDirectory,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      ...{
        name: 'reopen-events-of-verified-senders',
        expression: '* * * * *',
        timeZone: 'UTC',
        missed: 'last',
      },
      run: async () => {
        await this.reopen();
      },
    });
  }

  async reopen(): Promise<void> {
    const settledBefore = new Date(this.clock.now().getTime() - LATE_MS);
    const events = await this.database.transaction(async (tx) => {
      const ids = await this.senders.takeVerified(tx, settledBefore);
      return ids.length === 0 ? 0 : reopenNaming(tx, ids);
    });
    if (events > 0) this.logger.info({ events }, 'reopened events of numbers that are verified now');
  }
}
