import { Instant, Integer, NestedList, OneOf, Text, TextList, Uuid } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import { WEBHOOK_EVENT_STATUSES, type WebhookEventStatus } from './webhook-event-status.js';
import type { EventSummary } from './webhook-events.queries.js';

export class WebhookEventsQuery extends CursorQuery {
  @OneOf(WEBHOOK_EVENT_STATUSES, { optional: true, example: 'failed' })
  status?: WebhookEventStatus;
}

export class WebhookEventDto {
  @Uuid()
  id!: string;

  @OneOf(WEBHOOK_EVENT_STATUSES, {
    description:
      '`received`: waits to be processed; `retry`: retried at `nextAttemptAt`; `unhandled`: contains something ' +
      'that this version does not handle or that belongs to no connected number; `failed`: parked, see `failureReason`',
  })
  status!: WebhookEventStatus;

  @Instant()
  receivedAt!: string;

  @Instant({ nullable: true, description: 'When it was last processed' })
  processedAt!: string | null;

  @Integer({ example: 1, description: 'How often it was processed since it arrived or was replayed' })
  attempts!: number;

  @Instant({ nullable: true })
  nextAttemptAt!: string | null;

  @Text({ nullable: true, max: 500, example: 'order-message#0: duplicate key value' })
  failureReason!: string | null;

  @TextList({ maxItems: 10_000, description: 'Parts that have not taken effect: handler#item, or kind:name' })
  openParts!: string[];

  @Integer({ example: 812, description: 'Size of the body in bytes' })
  size!: number;

  static of(event: EventSummary): WebhookEventDto {
    return {
      id: event.id,
      status: event.status,
      receivedAt: event.receivedAt.toISOString(),
      processedAt: event.processedAt?.toISOString() ?? null,
      attempts: event.attempts,
      nextAttemptAt: event.nextAttemptAt?.toISOString() ?? null,
      failureReason: event.failureReason,
      openParts: event.openParts,
      size: event.size,
    };
  }
}

export class WebhookEventWithPayloadDto extends WebhookEventDto {
  @Text({ max: 5_242_880, description: 'The body as Meta sent it' })
  payload!: string;

  static withPayload(event: EventSummary & { body: Buffer }): WebhookEventWithPayloadDto {
    return Object.assign(WebhookEventDto.of(event), { payload: event.body.toString('utf8') });
  }
}

export class WebhookEventPageDto extends PageDto {
  @NestedList(() => WebhookEventDto)
  data!: WebhookEventDto[];
}
