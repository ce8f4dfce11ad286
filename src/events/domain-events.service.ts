import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { uuidV7 } from '../rules/ids/uuid-v7.js';
import { insertWanted, type NewDomainEvent } from './domain-events.queries.js';
import type { EventKind } from './event-kinds.js';
import { emptyData } from './dispatch.queries.js';
import { EventConsumers } from './event-consumers.service.js';
import { EventWants } from './event-wants.service.js';

export type { NewDomainEvent } from './domain-events.queries.js';

/** What happened, for those who build on it: automation, outgoing webhooks, live views. */
@Injectable()
export class DomainEvents {
  constructor(
    private readonly wants: EventWants,
    private readonly consumers: EventConsumers,
    private readonly clock: Clock,
  ) {}

  /** Whether anybody wants an event of this kind (cheap, from memory), so that callers can skip building the data. */
  wanted(organizationId: string, kind: EventKind, campaignId?: string | null): boolean {
    return this.wants.has(organizationId, kind, campaignId);
  }

  /**
   * Those of the events that somebody wants: from memory, or from the table when the memory is too old. For events in
   * bulk whose data has to be read first.
   */
  async wantedAmong<T extends { organizationId: string; kind: EventKind; campaignId: string | null }>(
    tx: EntityManager,
    events: readonly T[],
  ): Promise<T[]> {
    return this.wants.among(tx, events);
  }

  /** Writes those events that somebody wants, in the caller's transaction, in one statement. */
  async record(tx: EntityManager, events: readonly NewDomainEvent[]): Promise<void> {
    const wanted = events.filter(({ organizationId, kind, campaignId }) =>
      this.wants.has(organizationId, kind, campaignId ?? null),
    );
    if (wanted.length === 0) return;
    const rows = wanted.map((event) => ({ ...event, id: uuidV7() }));
    await insertWanted(tx, rows, { always: this.wants.alwaysWanted, now: this.clock.now() });
  }

  /** For an erasure: empties the data about a person here, and what the consumers of events keep about it. */
  async forget(tx: EntityManager, organizationId: string, customerId: string): Promise<void> {
    await emptyData(tx, organizationId, customerId);
    for (const consumer of this.consumers.all) await consumer.forget?.(tx, organizationId, customerId);
  }
}
