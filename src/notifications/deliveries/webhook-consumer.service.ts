import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  type DispatchedEvent,
  type EventConsumer,
  EventConsumers,
} from '../../events/event-consumers.service.js';
import { selects } from '../../events/event-kinds.js';
import { Clock } from '../../platform/clock/clock.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import * as queries from './deliveries.queries.js';
import { bodyOf } from './webhook-message.js';

/** Makes one message of an event, and one delivery for each endpoint that takes it. */
@Injectable()
export class WebhookConsumer implements EventConsumer, OnModuleInit {
  readonly name = 'outgoing webhooks';

  constructor(
    private readonly consumers: EventConsumers,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.consumers.register(this);
  }

  async take(tx: EntityManager, events: readonly DispatchedEvent[]): Promise<void> {
    const organizations = [...new Set(events.map(({ organizationId }) => organizationId))];
    const endpoints = await queries.holdActiveEndpoints(tx, organizations);
    if (endpoints.length === 0) return;
    const messages: queries.NewMessage[] = [];
    const deliveries: queries.NewDelivery[] = [];
    for (const event of events) {
      const { organizationId } = event;
      const takers = endpoints.filter(
        (endpoint) =>
          endpoint.organizationId === organizationId && endpoint.kinds.some((kind) => selects(kind, event)),
      );
      if (takers.length === 0) continue;
      const id = uuidV7();
      const { kind, customerId } = event;
      messages.push({ id, organizationId, kind, body: bodyOf(event), customerId });
      for (const taker of takers) {
        deliveries.push({ id: uuidV7(), organizationId, messageId: id, endpointId: taker.id });
      }
    }
    if (messages.length === 0) return;
    const now = this.clock.now();
    await queries.insertMessages(tx, messages, now);
    await queries.insertDeliveries(tx, deliveries, now);
  }

  async forget(tx: EntityManager, organizationId: string, customerId: string): Promise<void> {
    await queries.emptyBodies(tx, organizationId, customerId);
  }
}
