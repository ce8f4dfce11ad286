import { Injectable, type OnModuleInit } from '@nestjs/common';
import { isOutage } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { CartAging } from './cart-aging.service.js';
import { CartReminders } from './cart-reminders.service.js';

/** The work of one tick is bounded; the next one goes on. */
const BITES = 20;

/** What happens to carts by the clock, once a minute. */
@Injectable()
export class CartUpkeep implements OnModuleInit {
  constructor(
    private readonly timetable: Timetable,
    private readonly aging: CartAging,
    private readonly reminders: CartReminders,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'carts',
      expression: '* * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.run(),
    });
  }

  async run(): Promise<void> {
    await untilDone(() => this.aging.run());
    for (const organizationId of await this.reminders.organizations()) {
      try {
        await untilDone(() => this.reminders.run(organizationId));
      } catch (error) {
        if (isOutage(error)) throw error;
        // One organization that cannot be worked on must not keep the others from reminding.
        this.logger.error({ err: error, organizationId }, 'carts could not be reminded of; retrying later');
      }
    }
  }
}

async function untilDone(bite: () => Promise<boolean>): Promise<void> {
  let isMore = true;
  for (let bites = 0; isMore && bites < BITES; bites++) isMore = await bite();
}
