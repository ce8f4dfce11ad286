import { Flag, Instant, JsonObject, Nested, OneOf, Text, Uuid } from '../../platform/http/fields.js';
import { USER_ID } from '../../whatsapp/parsing/person.js';
import { MESSAGE_STATUSES, type MessageStatus } from './message-status.js';

export const MEDIA_TYPES = ['image', 'video', 'audio', 'document', 'sticker'] as const;

export class MessageAddresseeDto {
  @Text({ optional: true, min: 1, max: 50, example: '+919978783238' })
  phoneNumber?: string;

  @Uuid({ optional: true })
  customerId?: string;

  @Text({
    optional: true,
    pattern: USER_ID,
    hint: 'must be a business-scoped user id',
    max: 140,
    example: 'US.13491208655302741918',
  })
  whatsappUserId?: string;
}

export class MessageTemplateDto {
  @Text({ min: 1, max: 512, example: 'order_confirmation' })
  name!: string;

  @Text({ min: 1, max: 15, example: 'en_US' })
  language!: string;

  @JsonObject({
    optional: true,
    example: { 1: 'Meera', 2: 'ORD-1001' },
    description: 'As in campaigns: `1`, `2` ... or names, `header`, `button.0` ...',
  })
  variables?: Record<string, unknown>;

  @JsonObject({
    optional: true,
    example: { 'button.0': { url: 'https://shop.example/orders', utm: { source: 'whatsapp' } } },
    description:
      'Where tracked buttons lead, as in campaigns; placeholders are filled when the message is written',
  })
  links?: Record<string, unknown>;
}

export class MessageTextDto {
  @Text({ min: 1, max: 8_192, example: 'Your table is ready.', description: 'At most 4,096 characters' })
  body!: string;

  @Flag({ optional: true })
  previewUrl?: boolean;
}

export class MessageMediaDto {
  @OneOf(MEDIA_TYPES)
  type!: (typeof MEDIA_TYPES)[number];

  @Text({
    optional: true,
    pattern: /^\d{1,40}$/,
    hint: 'must be the id of an upload at Meta (digits)',
    max: 40,
    example: '1339522734477770',
    description: 'Of an upload at Meta. Give this or `link`',
  })
  id?: string;

  @Text({
    optional: true,
    pattern: /^https:\/\/\S+$/,
    hint: 'must be an https address',
    max: 2_000,
    example: 'https://shop.example/invoice.pdf',
  })
  link?: string;

  @Text({ optional: true, min: 1, max: 2_048, description: 'Not for audio and stickers' })
  caption?: string;

  @Text({ optional: true, min: 1, max: 240, description: 'For documents' })
  filename?: string;
}

export class SendMessageDto {
  @Nested(() => MessageAddresseeDto, { description: 'Exactly one of its fields' })
  to!: MessageAddresseeDto;

  @Uuid({ optional: true, description: 'Without it the default sender is used' })
  senderId?: string;

  @Nested(() => MessageTemplateDto, {
    optional: true,
    description: 'Exactly one of `template`, `text`, `media` and `interactive`',
  })
  template?: MessageTemplateDto;

  @Nested(() => MessageTextDto, { optional: true })
  text?: MessageTextDto;

  @Nested(() => MessageMediaDto, { optional: true })
  media?: MessageMediaDto;

  @JsonObject({
    optional: true,
    example: {
      type: 'button',
      body: { text: 'Shall we deliver today?' },
      action: { buttons: [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }] },
    },
    description: "Meta's `interactive` object, sent as it is",
  })
  interactive?: Record<string, unknown>;

  @Instant({ optional: true, description: 'It goes no earlier' })
  notBefore?: string;

  @Text({
    optional: true,
    min: 2,
    max: 50,
    example: 'P1D',
    description:
      'ISO 8601 duration, at most 30 days, from `notBefore` or now on. What has not gone by then never goes. P1D unless given',
  })
  expiresIn?: string;

  @Text({ optional: true, min: 1, max: 500, description: 'The message it answers: its id here, or Meta’s' })
  replyTo?: string;
}

export class QueuedMessageDto {
  @Uuid()
  id!: string;

  @OneOf(MESSAGE_STATUSES, { example: 'queued' })
  status!: MessageStatus;
}
