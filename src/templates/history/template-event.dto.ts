import { Instant, NestedList, Text, Uuid } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import type { TemplateEvent } from './template-event.entity.js';

export class TemplateHistoryQuery extends CursorQuery {
  @Text({ optional: true, max: 20, example: 'en_US' })
  language?: string;
}

export class TemplateEventDto {
  @Uuid()
  id!: string;

  @Text({ example: '102290129340398' })
  businessAccountId!: string;

  @Text({ example: 'en_US' })
  language!: string;

  @Text({
    example: 'rejected',
    description:
      '`submitted`, `edited`, `deleted`, `unpaused`: done here; `refused`: Meta did not take it; `category_changed`, `quality_changed`; or the new status in lower case, such as `approved`, `rejected`, `paused`',
  })
  kind!: string;

  @Text({ nullable: true, example: 'PENDING' })
  before!: string | null;

  @Text({ nullable: true, example: 'REJECTED' })
  after!: string | null;

  @Text({ nullable: true, description: 'Meta’s reason' })
  reason!: string | null;

  @Uuid({ nullable: true, description: 'The key or person who did it; null: Meta' })
  actorId!: string | null;

  @Instant()
  at!: string;

  static of({ id, businessAccountId, language, kind, before, after, reason, actorId, at }: TemplateEvent) {
    return { id, businessAccountId, language, kind, before, after, reason, actorId, at: at.toISOString() };
  }
}

export class TemplateHistoryDto extends PageDto {
  @NestedList(() => TemplateEventDto)
  data!: TemplateEventDto[];
}
