import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database, isOutage, sqlState } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { SYSTEM } from '../order/order-row.js';
import { OrderDesk } from './order-desk.service.js';
import { OrderStock } from './order-stock.service.js';
import { type DueReservation, reservationsOver } from './reservations.queries.js';

const ORDERS_A_TURN = 500;
/** A lock or a statement waited too long. */
const HELD_UP = new Set(['55P03', '57014']);

/** Gives back the stock of orders that nobody confirmed in time. */
@Injectable()
export class Reservations implements OnModuleInit {
  /** Where the next turn goes on; null: at the beginning. Orders that cannot be worked on hold up none behind them. */
  private after: DueReservation | null = null;

  constructor(
    private readonly timetable: Timetable,
    private readonly desk: OrderDesk,
    private readonly stock: OrderStock,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timetable.register({
      name: 'end-reservations',
      expression: '*/30 * * * * *',
      timeZone: 'UTC',
      missed: 'last',
      run: () => this.endDue(),
    });
  }

  /** One page a turn; the turn after the last one starts at the beginning. */
  async endDue(): Promise<void> {
    const { manager } = this.database;
    const due = await reservationsOver(manager, this.clock.now(), ORDERS_A_TURN, this.after);
    for (const { organizationId, id } of due) {
      try {
        await this.end(organizationId, id);
      } catch (error) {
        const isHeldUp = HELD_UP.has(sqlState(error) ?? '');
        if (isOutage(error) && !isHeldUp) throw error;
        // One order that cannot be worked on must not keep the stock of all others. It is tried again.
        this.logger.error({ err: error, orderId: id }, 'a reservation could not be ended; retrying later');
      }
    }
    this.after = due.length < ORDERS_A_TURN ? null : (due.at(-1) ?? null);
  }

  /** Under the lock of the order: it may have been confirmed, prolonged or cancelled since it was found. */
  private async end(organizationId: string, id: string): Promise<void> {
    await this.desk.work(organizationId, id, SYSTEM, async (tx, open) => {
      const { order, now } = open;
      if (order.status !== 'pending' || order.reservedUntil === null || order.reservedUntil > now) return;
      order.reservedUntil = null;
      await this.stock.release(tx, open);
      open.raise('reservation_expired');
      open.note('stock', { data: { released: true } });
    });
  }
}
