import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../platform/clock/clock.js';
import { DomainError } from '../rules/errors/domain-error.js';
import * as queries from './custom-events.queries.js';
import { DomainEvents } from './domain-events.service.js';

export interface NewCustomEvent {
  /** The caller's own: it makes the event once. */
  id: string;
  name: string;
  customerId: string;
  data: Record<string, unknown>;
  occurredAt: Date;
}

const MINUTE_MS = 60_000;
const A_MINUTE = 6_000;

/** Events that callers tell of. */
@Injectable()
export class CustomEvents {
  constructor(
    private readonly events: DomainEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes the ids that are new, each once, whatever other requests take at the same time; they stay taken when the
   * transaction commits.
   */
  async takeIds(tx: EntityManager, organizationId: string, ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    await queries.lockCustomEvents(tx, organizationId);
    const now = this.clock.now();
    const idOf = new Map(ids.map((id) => [createHash('sha256').update(id).digest('hex'), id]));
    const fresh = await queries.insertHashes(tx, organizationId, [...idOf.keys()], now);
    const since = new Date(now.getTime() - MINUTE_MS);
    if (fresh.size > 0 && (await queries.countSince(tx, organizationId, since)) > A_MINUTE) {
      const detail = `An organization records at most ${A_MINUTE} custom events a minute.`;
      throw new DomainError('rate', 'event_rate', detail, { retryAfterSeconds: 60 });
    }
    return new Set([...idOf].flatMap(([hash, id]) => (fresh.has(hash) ? [id] : [])));
  }

  async record(tx: EntityManager, organizationId: string, events: readonly NewCustomEvent[]): Promise<void> {
    await this.events.record(
      tx,
      events.map(({ name, customerId, data, occurredAt }) => ({
        ...{ organizationId, customerId, objectId: null, data, occurredAt },
        kind: `custom.${name}` as const,
      })),
    );
  }
}
