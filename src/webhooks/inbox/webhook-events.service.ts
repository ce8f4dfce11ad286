import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { DomainError, notFound } from '../../rules/errors/domain-error.js';
import { decodeCursor, encodeCursor, pageOf } from '../../platform/http/paging.js';
import {
  WebhookEventDto,
  type WebhookEventPageDto,
  type WebhookEventsQuery,
  WebhookEventWithPayloadDto,
} from './webhook-events.dto.js';
import * as queries from './webhook-events.queries.js';

/** What became of Meta's events, for operators. */
@Injectable()
export class WebhookEventsService {
  constructor(private readonly database: Database) {}

  async list(organizationId: string, query: WebhookEventsQuery): Promise<WebhookEventPageDto> {
    const { manager } = this.database;
    const { status } = query;
    const { page, limit, offset } = pageOf(query);
    const before = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ['uuid'])[0]);
    const rows = await queries.listEvents(manager, organizationId, {
      status,
      before,
      limit: limit + 1,
      offset: before === undefined ? offset : 0,
    });
    const data = rows.slice(0, limit).map((row) => WebhookEventDto.of(row));
    const last = data.at(-1);
    const nextCursor = rows.length > limit && last !== undefined ? encodeCursor([last.id]) : null;
    if (before !== undefined) return { data, limit, nextCursor };
    const total = await queries.countEvents(manager, organizationId, status);
    return { data, page, limit, total, nextCursor };
  }

  async get(organizationId: string, id: string): Promise<WebhookEventWithPayloadDto> {
    const event = await queries.findEvent(this.database.manager, organizationId, id);
    if (event === undefined) throw notFound('webhook event', id);
    return WebhookEventWithPayloadDto.withPayload(event);
  }

  async replay(organizationId: string, id: string): Promise<WebhookEventDto> {
    return this.database.transaction(async (tx) => {
      // Waits for a processor that has it at this moment, and then judges what became of it.
      const status = await queries.lockStatus(tx, organizationId, id);
      if (status === undefined) throw notFound('webhook event', id);
      if (status === 'received') {
        throw new DomainError(
          'conflict',
          'webhook_event_waiting',
          'This event is waiting for its turn already.',
        );
      }
      await queries.replayEvent(tx, organizationId, id);
      const event = await queries.findEvent(tx, organizationId, id);
      if (event === undefined) throw notFound('webhook event', id);
      return WebhookEventDto.of(event);
    });
  }
}
