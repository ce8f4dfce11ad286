import {
  Flag,
  Instant,
  Integer,
  JsonObject,
  NestedList,
  OneOf,
  Text,
  Uuid,
} from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import { type Delivery, DELIVERY_STATES, type DeliveryState } from './deliveries.queries.js';
import type { WebhookBody } from './webhook-message.js';

export class WebhookDeliveriesQuery extends CursorQuery {
  @OneOf(DELIVERY_STATES, { optional: true })
  state?: DeliveryState;
}

export class ReplayWebhooksDto {
  @Instant({ optional: true, description: 'Everything since then, also what was delivered or missed' })
  since?: string;

  @Flag({ optional: true, description: 'What was given up' })
  failed?: boolean;

  @Uuid({ optional: true, description: 'One message' })
  messageId?: string;
}

export class ReplayedWebhooksDto {
  @Integer({ min: 0, example: 12 })
  replayed!: number;
}

export class WebhookDeliveryDto {
  @Uuid()
  id!: string;

  @Uuid({ description: 'The header `webhook-id`, the same at every attempt' })
  messageId!: string;

  @Uuid()
  endpointId!: string;

  @Text({ max: 40, example: 'order.created' })
  kind!: string;

  @OneOf(DELIVERY_STATES, { description: '`failed`: given up after 8 attempts' })
  state!: DeliveryState;

  @Integer({ min: 0, example: 1 })
  attempts!: number;

  @Instant({ nullable: true, description: 'When the next attempt is due; null when none follows' })
  dueAt!: string | null;

  @Instant({ nullable: true })
  attemptedAt!: string | null;

  @Integer({ nullable: true, example: 200, description: 'Of the last attempt; null: it got no answer' })
  lastStatus!: number | null;

  @Text({ nullable: true, max: 500, example: 'It answered 500.' })
  lastError!: string | null;

  @Text({ nullable: true, max: 1_024, description: 'The beginning of the last answer' })
  response!: string | null;

  @Integer({ nullable: true, min: 0, example: 87 })
  durationMs!: number | null;

  @Instant()
  createdAt!: string;

  static of(delivery: Delivery): WebhookDeliveryDto {
    const { id, messageId, endpointId, kind, state, attempts } = delivery;
    const { lastStatus, lastError, response, durationMs } = delivery;
    return {
      ...{ id, messageId, endpointId, kind, state, attempts, lastStatus, lastError, response, durationMs },
      dueAt: state === 'pending' ? delivery.dueAt.toISOString() : null,
      attemptedAt: delivery.attemptedAt?.toISOString() ?? null,
      createdAt: delivery.createdAt.toISOString(),
    };
  }
}

export class WebhookDeliveryWithBodyDto extends WebhookDeliveryDto {
  @JsonObject({ description: 'What is sent: `type`, `timestamp` and `data`' })
  body!: object;

  static withBody(delivery: Delivery & { body: WebhookBody }): WebhookDeliveryWithBodyDto {
    return Object.assign(WebhookDeliveryDto.of(delivery), { body: delivery.body });
  }
}

export class WebhookDeliveryPageDto extends PageDto {
  @NestedList(() => WebhookDeliveryDto)
  data!: WebhookDeliveryDto[];
}
