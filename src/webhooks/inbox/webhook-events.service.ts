import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import type { WebhookEventStatus } from './webhook-event-status.js';
import * as queries from './webhook-events.queries.js';

/** What became of the events from Meta, for operators. */
@Injectable()
export class WebhookEvents {
  constructor(private readonly database: Database) {}

  /** Newest first; `before` is the id that the page starts after. */
  async list(
    organizationId: string,
    page: {
      status: WebhookEventStatus | undefined;
      before: string | undefined;
      limit: number;
      offset: number;
    },
  ): Promise<queries.EventSummary[]> {
    return queries.listEvents(this.database.manager, organizationId, page);
  }

  async count(organizationId: string, status: WebhookEventStatus | undefined): Promise<number> {
    return queries.countEvents(this.database.manager, organizationId, status);
  }

  async get(organizationId: string, id: string): Promise<queries.EventWithBody> {
    return get(this.database.manager, organizationId, id);
  }

  async replay(organizationId: string, id: string): Promise<queries.EventWithBody> {
    return this.database.transaction(async (tx) => {
      // Waits for a processor that holds the event right now, then checks its new status.
      const status = await queries.lockStatus(tx, organizationId, id);
      if (status === undefined) throw notFound('webhook event', id);
      if (status === 'received') {
        const detail = 'This event is already waiting to be processed.';
        throw new DomainError('conflict', 'webhook_event_waiting', detail);
      }
      await queries.replayEvent(tx, organizationId, id);
      return get(tx, organizationId, id);
    });
  }
}

async function get(db: EntityManager, organizationId: string, id: string): Promise<queries.EventWithBody> {
  const event = await queries.findEvent(db, organizationId, id);
  if (event === undefined) throw notFound('webhook event', id);
  return event;
}
