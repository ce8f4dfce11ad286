import {
  Instant,
  Integer,
  JsonObject,
  LongList,
  Nested,
  NestedList,
  Text,
  Uuid,
} from '../../platform/http/fields.js';

export const MOST_AT_ONCE = 1_000;

export class EventCustomerDto {
  @Uuid({ optional: true, description: 'The customer’s id; exactly one of the three' })
  id?: string;

  @Text({ optional: true, min: 1, max: 50, example: '+919978783238' })
  phoneNumber?: string;

  @Text({ optional: true, min: 1, max: 140, description: 'The id that Meta scopes to your business' })
  whatsappUserId?: string;
}

export class CustomEventDto {
  @Text({
    min: 1,
    max: 200,
    example: 'trip-4711-ended',
    description: 'Your own id: an event is recorded once under it, however often it arrives',
  })
  id!: string;

  @Text({
    max: 33,
    pattern: /^[a-z0-9][a-z0-9_.-]{0,32}$/,
    hint: 'must begin with a small letter or a digit, and go on with those, `_`, `.` and `-`',
    example: 'trip_ended',
    description: 'The kind of the event is `custom.` and this name',
  })
  name!: string;

  @Nested(() => EventCustomerDto, {
    description: 'Who it is about. An unknown number becomes a customer without an opt-in',
  })
  customer!: EventCustomerDto;

  @JsonObject({ optional: true, example: { destination: 'Bali' }, description: 'At most 16 KB' })
  data?: Record<string, unknown>;

  @Instant({ optional: true, description: 'At most 7 days ago; by default now' })
  occurredAt?: string;
}

export class CustomEventListDto {
  @LongList(() => CustomEventDto, { minItems: 1, maxItems: MOST_AT_ONCE })
  events!: CustomEventDto[];
}

export class InvalidEventDto {
  @Integer({ description: 'Its place in the list, from 0' })
  index!: number;

  @Text({ example: 'trip-4711-ended' })
  id!: string;

  @Text({ example: 'person_unknown' })
  code!: string;

  @Text()
  message!: string;
}

export class RecordedEventsDto {
  @Integer({ description: 'New ones' })
  recorded!: number;

  @Integer({ description: 'Known by their id: they have no effect' })
  duplicates!: number;

  @NestedList(() => InvalidEventDto, { description: 'Those of a list that were left out' })
  invalid!: InvalidEventDto[];
}
