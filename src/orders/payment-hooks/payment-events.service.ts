import {
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { Upkeep } from '../../platform/timetable/upkeep.js';
import type { NamedPayments } from '../payments/payment-names.js';
import { wakeByAccount } from '../payments/payment-rows.queries.js';
import { namedByPayu, namedByRazorpay } from './named-payments.js';
import * as queries from './payment-events.queries.js';

const LOOK_MS = 250;
const AT_ONCE = 200;
const KEPT_MS = 90 * 24 * 60 * 60 * 1_000;
const BITE = 2_000;

/** Stored events wake the look-ups of the payments they name, and are kept for 90 days. */
@Injectable()
export class PaymentEvents implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private readonly upkeep: Upkeep;

  constructor(
    private readonly database: Database,
    private readonly timetable: Timetable,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.look(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not process events of payments, will retry');
      },
    );
    const bite = (): Promise<number> => this.deleteOld();
    this.upkeep = new Upkeep(logger, { name: 'purge-payment-events', expression: '53 * * * *', bite });
  }

  onModuleInit(): void {
    this.upkeep.registerIn(this.timetable);
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
    await this.upkeep.stop();
  }

  private async look(): Promise<void> {
    let taken = AT_ONCE;
    while (taken === AT_ONCE && !this.rounds.isStopped)
      taken = await this.database.transaction((tx) => this.process(tx));
  }

  private async process(tx: EntityManager): Promise<number> {
    const now = this.clock.now();
    const events = await queries.lockOpenEvents(tx, AT_ONCE);
    if (events.length === 0) return 0;
    const read = events.map((event) => ({ event, named: namedIn(event) }));
    const byAccount = Map.groupBy(read, ({ event }) => event.accountId);
    // Sorted, like all that is locked.
    const accounts = [...byAccount].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [accountId, own] of accounts) {
      const organizationId = own[0]?.event.organizationId ?? '';
      await wakeByAccount(
        tx,
        { organizationId, accountId },
        together(own.flatMap(({ named }) => named ?? [])),
        now,
      );
    }
    const ids = (isRead: boolean): string[] =>
      read.filter(({ named }) => (named !== undefined) === isRead).map(({ event }) => event.id);
    await queries.settleEvents(tx, { processed: ids(true), failed: ids(false) }, now);
    return events.length;
  }

  private async deleteOld(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - KEPT_MS);
    return this.database.transaction((tx) => queries.deleteBefore(tx, before, BITE));
  }
}

function namedIn({ provider, body }: queries.OpenEvent): NamedPayments | undefined {
  return provider === 'razorpay' ? namedByRazorpay(body) : namedByPayu(body);
}

function together(all: readonly NamedPayments[]): NamedPayments {
  return {
    references: all.flatMap(({ references }) => references),
    gatewayIds: all.flatMap(({ gatewayIds }) => gatewayIds),
    transactionIds: all.flatMap(({ transactionIds }) => transactionIds),
  };
}
