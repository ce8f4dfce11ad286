import { Instant, JsonObject, NestedList, OneOf, Text, TextList, Uuid } from '../platform/http/fields.js';
import { CursorQuery, PageDto } from '../platform/http/paging.js';
import { ACTIVITY_PARTS, type ActivityPart, type ActivityRow, type ReplyRow } from './activity.queries.js';

export class ActivityDto {
  @Uuid()
  id!: string;

  @OneOf(ACTIVITY_PARTS, { description: 'A message, a campaign, an order, or a statement of consent' })
  kind!: ActivityPart;

  @Instant({ description: 'When it happened; the list is in the order in which we heard of it' })
  at!: string;

  @JsonObject({
    description:
      'Of a message: `direction`, `purpose`, `type`, `status`, `templateName`, `content`. Of a campaign: `campaignId`, `name`, `status`, `sentAt`, `deliveredAt`, `readAt`, `respondedAt`, `reply`, `failureReason`. Of an order: `orderId`, `orderNumber`, `status`, `total`, `currency`, `paymentStatus`. Of consent: `kind`, `source`, `recordedAt`',
    example: { orderNumber: 'ORD-2025-000012', status: 'confirmed', total: '45000.00', currency: 'INR' },
  })
  facts!: Record<string, unknown>;

  static of({ id, part, at, facts }: ActivityRow): ActivityDto {
    return { id, kind: part, at: at.toISOString(), facts };
  }
}

export class ActivityPageDto extends PageDto {
  @NestedList(() => ActivityDto)
  data!: ActivityDto[];

  @TextList({
    in: ACTIVITY_PARTS,
    description: 'Kinds that are not in the list, because the caller lacks the scope that reads them',
  })
  hidden!: string[];
}

export class RepliesQuery extends CursorQuery {
  @Uuid({ description: 'The campaign that was answered' })
  campaignId!: string;
}

export class ReplyDto {
  @Uuid({ description: 'The recipient' })
  id!: string;

  @Uuid({ nullable: true })
  customerId!: string | null;

  @Text({ example: '+919978783238' })
  phoneNumber!: string;

  @Text({ nullable: true, example: 'Asha' })
  name!: string | null;

  @Text({ nullable: true, max: 10_000, example: 'Yes please', description: 'The last answer' })
  text!: string | null;

  @Instant({ description: 'When the first answer came' })
  repliedAt!: string;

  static of({ repliedAt, ...reply }: ReplyRow): ReplyDto {
    return { ...reply, repliedAt: repliedAt.toISOString() };
  }
}

export class ReplyPageDto extends PageDto {
  @NestedList(() => ReplyDto)
  data!: ReplyDto[];
}
