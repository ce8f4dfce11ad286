import { Flag, Instant, NestedList, QueryFlag, Text, Uuid } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import type { Notice } from './notices.service.js';

export class NotificationsQuery extends CursorQuery {
  @QueryFlag({ description: 'Only those that the caller has not read' })
  unread?: boolean;
}

export class NotificationDto {
  @Uuid()
  id!: string;

  @Instant()
  at!: string;

  @Text({ max: 60, example: 'webhook_endpoint_disabled' })
  kind!: string;

  @Text({ example: 'Nothing more is sent to crm.example.com: It answered 410 Gone.' })
  text!: string;

  @Text({ nullable: true, max: 40, example: 'webhook_endpoint' })
  objectKind!: string | null;

  @Uuid({ nullable: true })
  objectId!: string | null;

  @Flag({ description: 'Whether the caller has read it' })
  isRead!: boolean;

  static of({ id, at, kind, text, objectKind, objectId, isRead }: Notice): NotificationDto {
    return { id, at: at.toISOString(), kind, text, objectKind, objectId, isRead };
  }
}

export class NotificationPageDto extends PageDto {
  @NestedList(() => NotificationDto)
  data!: NotificationDto[];
}
