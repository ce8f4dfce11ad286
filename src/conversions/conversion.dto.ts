import {
  Amount,
  Flag,
  Instant,
  Integer,
  LongList,
  Nested,
  NestedList,
  OneOf,
  Text,
  Uuid,
} from '../platform/http/fields.js';
import { CursorQuery, PageDto } from '../platform/http/paging.js';
import type { Conversion } from './conversion.js';
import { shownConversion } from './conversion-event.js';

export const MOST_CONVERSIONS = 1_000;

export class ConversionCustomerDto {
  @Uuid({ optional: true, description: 'The customer’s id; exactly one of the three' })
  id?: string;

  @Text({ optional: true, min: 1, max: 50, example: '+919978783238' })
  phoneNumber?: string;

  @Text({ optional: true, min: 1, max: 140, description: 'The id that Meta scopes to your business' })
  whatsappUserId?: string;
}

export class NewConversionDto {
  @Text({
    min: 1,
    max: 200,
    example: 'booking-4711',
    description: 'Your own id: a conversion is recorded once under it, however often it arrives',
  })
  id!: string;

  @Nested(() => ConversionCustomerDto, {
    optional: true,
    description:
      'Who it was: either this or `clickToken`. An unknown number becomes a customer without an opt-in',
  })
  customer?: ConversionCustomerDto;

  @Text({
    optional: true,
    min: 1,
    max: 100,
    description: 'The end of the tracked link that the person came by; names the message for 30 days',
  })
  clickToken?: string;

  @Text({
    optional: true,
    min: 1,
    max: 100,
    example: 'purchase',
    description: 'What it was; `purchase` by default',
  })
  name?: string;

  @Amount({ optional: true })
  value?: string | number;

  @Text({ optional: true, max: 10, example: 'INR', description: 'Needed with a value' })
  currency?: string;

  @Instant({ optional: true, description: 'At most 90 days ago; by default now' })
  occurredAt?: string;
}

export class NewConversionListDto {
  @LongList(() => NewConversionDto, { minItems: 1, maxItems: MOST_CONVERSIONS })
  conversions!: NewConversionDto[];
}

export class InvalidConversionDto {
  @Integer({ description: 'Its place in the list, from 0' })
  index!: number;

  @Text({ example: 'booking-4711' })
  id!: string;

  @Text({ example: 'person_unknown' })
  code!: string;

  @Text()
  message!: string;
}

export class RecordedConversionsDto {
  @Integer({ description: 'New ones' })
  recorded!: number;

  @Integer({ description: 'Known by their id: they have no effect' })
  duplicates!: number;

  @Integer({ description: 'Of the new ones, those that belong to no campaign so far' })
  unattributed!: number;

  @NestedList(() => InvalidConversionDto, { description: 'Those of a list that were left out' })
  invalid!: InvalidConversionDto[];
}

export class ReverseConversionDto {
  @Amount({
    optional: true,
    example: '500.00',
    description: 'How much of it is taken back in all; by default everything. Repeating it changes nothing',
  })
  value?: string | number;
}

export class ConversionsQuery extends CursorQuery {
  @Uuid({ optional: true, description: 'Only those of this campaign' })
  campaignId?: string;
}

export class ConversionDto {
  @Uuid()
  id!: string;

  @Text({ max: 200, description: 'Your own id, or that of the order' })
  externalId!: string;

  @OneOf(['order', 'api'])
  source!: string;

  @Uuid({ nullable: true })
  customerId!: string | null;

  @Text({ example: 'purchase' })
  name!: string;

  @Text({ example: '1200.00' })
  value!: string;

  @Text({ example: '1200.00', description: 'Of an order: captured less refunded' })
  paidValue!: string;

  @Text({ example: '0.00', description: 'Taken back: all of a cancelled order' })
  reversedValue!: string;

  @Text({ nullable: true, example: 'INR' })
  currency!: string | null;

  @Instant()
  occurredAt!: string;

  @OneOf(['click', 'reply', 'read', 'delivered'], {
    nullable: true,
    description: 'The last thing that the person did with a message; null: it belongs to no campaign',
  })
  touch!: string | null;

  @Instant({ nullable: true })
  touchedAt!: string | null;

  @Uuid({ nullable: true })
  campaignId!: string | null;

  @Integer({ nullable: true })
  variant!: number | null;

  @Uuid({ nullable: true })
  ruleId!: string | null;

  @Uuid({ nullable: true })
  recipientId!: string | null;

  @Uuid({ nullable: true })
  messageId!: string | null;

  @Flag({ description: 'No report that comes late moves it to another campaign any more' })
  isFinal!: boolean;

  @Instant()
  createdAt!: string;

  static of(conversion: Conversion): ConversionDto {
    return shownConversion(conversion);
  }
}

export class ConversionPageDto extends PageDto {
  @NestedList(() => ConversionDto, { maxItems: 200 })
  data!: ConversionDto[];
}
