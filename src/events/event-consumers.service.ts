import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DispatchedEvent } from './dispatch.queries.js';
import type { OwnKind } from './event-kinds.js';
import { EventWants } from './event-wants.service.js';

export type { DispatchedEvent } from './dispatch.queries.js';

/** What a feature on a higher floor makes of events. */
export interface EventConsumer {
  readonly name: string;
  /** Kinds that this consumer needs from every organization. They must be rare: they are always written. */
  readonly always?: readonly OwnKind[];
  /**
   * Takes events in their order, those that it does not care for included. Its effects are rows of this transaction and
   * nothing else, so each event has each effect once. It may be called again with fewer events when one of them fails.
   */
  take(tx: EntityManager, events: readonly DispatchedEvent[]): Promise<void>;
  /** Empties what it keeps about a person. */
  forget?(tx: EntityManager, organizationId: string, customerId: string): Promise<void>;
}

/** Those who build on events. They enter themselves, in every role, before the application starts its work. */
@Injectable()
export class EventConsumers {
  private readonly entered: EventConsumer[] = [];

  constructor(private readonly wants: EventWants) {}

  get all(): readonly EventConsumer[] {
    return this.entered;
  }

  register(consumer: EventConsumer): void {
    this.entered.push(consumer);
    this.wants.always(consumer.always ?? []);
  }
}
