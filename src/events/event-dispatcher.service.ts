import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { Database, isDataError } from '../platform/database/database.js';
import { halveOnFailure } from '../platform/database/halve-on-failure.js';
import { Logger } from '../platform/logging/logger.js';
import { Rounds } from '../platform/rounds/rounds.js';
import * as queries from './dispatch.queries.js';
import { type EventConsumer, EventConsumers } from './event-consumers.service.js';

const LOOK_MS = 200;
const AT_ONCE = 500;

/**
 * Hands events to their consumers, in every worker. A worker takes one of 16 partitions, and the effects of its events
 * and the mark that they are done are one transaction: each event has each effect once, whatever crashes. All events of
 * a person are in one partition, so they keep their order.
 */
@Injectable()
export class EventDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly database: Database,
    private readonly consumers: EventConsumers,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      async () => {
        await this.dispatchWaiting();
      },
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not dispatch events; retrying');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  /** Waits for the batch in progress. */
  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  /** Gives how many events this call dispatched. */
  async dispatchWaiting(): Promise<number> {
    let dispatched = 0;
    const failures: unknown[] = [];
    for (const partition of await queries.waitingPartitions(this.database.manager)) {
      try {
        dispatched += await this.dispatchPartition(partition);
      } catch (error) {
        // The others go on: what holds up one partition must not hold up all that come after it.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return dispatched;
  }

  private async dispatchPartition(partition: number): Promise<number> {
    let dispatched = 0;
    let taken = AT_ONCE;
    while (taken === AT_ONCE && !this.rounds.isStopped) {
      taken = await this.database.transaction((tx) => this.dispatch(tx, partition));
      dispatched += taken;
    }
    return dispatched;
  }

  private async dispatch(tx: EntityManager, partition: number): Promise<number> {
    if (!(await queries.tryLockPartition(tx, partition))) return 0;
    const events = await queries.readWaiting(tx, partition, AT_ONCE);
    if (events.length === 0) return 0;
    for (const consumer of this.consumers.all) await this.hand(tx, consumer, events);
    const ids = events.map(({ id }) => id);
    await queries.markDispatched(tx, ids, this.clock.now());
    return events.length;
  }

  /** An event that a consumer cannot take is logged and passed over: it must not stop all that come after it. */
  private async hand(
    tx: EntityManager,
    consumer: EventConsumer,
    events: readonly queries.DispatchedEvent[],
  ): Promise<void> {
    const failed = await halveOnFailure(
      events,
      // A savepoint: what a consumer has written before it failed is undone.
      (some) => tx.transaction((inner) => consumer.take(inner, some)),
      (error) => !isDataError(error),
    );
    for (const { item, error } of failed) {
      const about = { err: error, consumer: consumer.name, eventId: item.id, kind: item.kind };
      this.logger.error(about, 'an event has no effect: its consumer cannot take it');
    }
  }
}
