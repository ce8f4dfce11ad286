import { Instant, Integer, Nested, NestedList, OneOf, Text, Uuid } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import { MESSAGE_PURPOSES, type MessagePurpose } from '../log/message-state.js';
import { explainMessage } from './explain-message.js';
import type { ListedMessage } from './listed-messages.service.js';
import { MESSAGE_STATUSES, type MessageStatus } from './message-status.js';

const OUTGOING = MESSAGE_PURPOSES.filter((purpose) => purpose !== 'chat');

export class MessagesQuery extends CursorQuery {
  @Uuid({ optional: true })
  customerId?: string;

  @OneOf(OUTGOING, { optional: true })
  purpose?: MessagePurpose;

  @OneOf(MESSAGE_STATUSES, { optional: true })
  status?: MessageStatus;
}

export class MessageErrorDto {
  @Integer({ nullable: true, example: 131047, description: 'Meta’s error code; null: not from Meta' })
  code!: number | null;

  @Text({ max: 10_000, example: 'Re-engagement message' })
  title!: string;

  @Text({ nullable: true, max: 10_000 })
  details!: string | null;

  @Text({ nullable: true, description: 'Meta’s support asks for this value' })
  fbtraceId!: string | null;
}

export class MessageDto {
  @Uuid()
  id!: string;

  @OneOf(OUTGOING, { description: 'Why it was written; `direct`: a caller of the API sent it' })
  purpose!: MessagePurpose;

  @OneOf(MESSAGE_STATUSES, {
    description:
      '`queued`: it waits; `in_doubt`: the answer was lost, and it is never sent again; `held`: Meta assesses its template first; `skipped`: it must not go; `expired`: not sent in time',
  })
  status!: MessageStatus;

  @Text({ max: 30_000, description: 'Why it is in this status, as a sentence' })
  explanation!: string;

  @Integer({ description: 'How often it was handed to Meta', example: 1 })
  attempts!: number;

  @Uuid({ nullable: true })
  senderId!: string | null;

  @Text({ nullable: true, example: '+919978783238' })
  phoneNumber!: string | null;

  @Text({ nullable: true })
  whatsappUserId!: string | null;

  @Uuid({ nullable: true })
  customerId!: string | null;

  @Uuid({ nullable: true })
  campaignId!: string | null;

  @Text({ example: 'template', description: 'Meta’s word: template, text, image ...' })
  type!: string;

  @Text({ nullable: true, example: 'order_confirmation' })
  templateName!: string | null;

  @Text({ nullable: true, example: 'UTILITY', description: 'Of its template; null: no template' })
  category!: string | null;

  @Text({ nullable: true, description: 'Meta’s id' })
  whatsappMessageId!: string | null;

  @Nested(() => MessageErrorDto, { nullable: true })
  error!: MessageErrorDto | null;

  @Instant({ nullable: true, description: 'While it waits: when it is looked at next' })
  dueAt!: string | null;

  @Instant({ nullable: true, description: 'After this it is not sent' })
  expiresAt!: string | null;

  @Instant()
  createdAt!: string;

  @Instant({ nullable: true, description: 'When Meta accepted it' })
  acceptedAt!: string | null;

  @Instant({ nullable: true })
  sentAt!: string | null;

  @Instant({ nullable: true })
  deliveredAt!: string | null;

  @Instant({ nullable: true })
  readAt!: string | null;

  @Instant({ nullable: true })
  failedAt!: string | null;

  static of(message: ListedMessage): MessageDto {
    const {
      errorCode: code,
      errorTitle: title,
      errorDetails: details,
      fbtraceId,
      waitReason,
      skipReason,
      ...rest
    } = message;
    const error = title === null ? null : { code, title, details, fbtraceId };
    const { dueAt, expiresAt, createdAt, acceptedAt, sentAt, deliveredAt, readAt, failedAt, ...plain } = rest;
    const at = (time: Date | null): string | null => time?.toISOString() ?? null;
    return {
      ...plain,
      explanation: explainMessage({ ...rest, waitReason, skipReason, error }),
      error,
      dueAt: at(dueAt),
      expiresAt: at(expiresAt),
      createdAt: createdAt.toISOString(),
      acceptedAt: at(acceptedAt),
      sentAt: at(sentAt),
      deliveredAt: at(deliveredAt),
      readAt: at(readAt),
      failedAt: at(failedAt),
    };
  }
}

export class MessagePageDto extends PageDto {
  @NestedList(() => MessageDto)
  data!: MessageDto[];
}
