import { IntersectionType, PartialType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  Flag,
  Instant,
  JsonObject,
  NestedList,
  OneOf,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import {
  COUNTRY,
  EMAIL,
  MAX_TAG,
  MAX_TAGS,
  TEXT_FIELDS,
  USER_ID,
  WA_ID,
} from '../profiles/profile-fields.js';
import { type Subscription, SUBSCRIPTIONS } from '../profiles/subscription.js';
import type { Customer, CustomerSearch } from './customers.service.js';

const CONSENT =
  'Whether marketing may be sent: subscribed and, under the policy `explicit`, opted in. In a request it records an explicit opt-in or opt-out as of now';

class CustomerFields {
  @Text({
    optional: true,
    nullable: true,
    max: 100,
    example: '+1 469-465-2751',
    description: 'In any common format; stored and returned as E.164',
  })
  phoneNumber?: string | null;

  @Text({
    optional: true,
    nullable: true,
    pattern: WA_ID,
    hint: 'must be a number in digits, as Meta writes it',
    max: 20,
    example: '14694652751',
    description: "Meta's own form of the number, if known",
  })
  waId?: string | null;

  @Text({
    optional: true,
    nullable: true,
    pattern: USER_ID,
    hint: 'must be a business-scoped user id of Meta, as in US.13491208655302741918',
    max: 140,
    example: 'US.13491208655302741918',
    description: "Meta's business-scoped user id; enough on its own, without a phone number",
  })
  whatsappUserId?: string | null;

  @Text({ optional: true, nullable: true, max: TEXT_FIELDS.username.max, example: 'ravi.k' })
  username?: string | null;

  @Text({ optional: true, nullable: true, max: TEXT_FIELDS.name.max, example: 'Ravi Kumar' })
  name?: string | null;

  @Text({
    optional: true,
    nullable: true,
    pattern: EMAIL,
    hint: 'must be an e-mail address',
    max: TEXT_FIELDS.email.max,
    example: 'ravi@example.com',
  })
  email?: string | null;

  @Text({ optional: true, nullable: true, max: TEXT_FIELDS.address.max, example: '12 Hill Road' })
  address?: string | null;

  @Text({ optional: true, nullable: true, max: TEXT_FIELDS.city.max, example: 'Mumbai' })
  city?: string | null;

  @Text({ optional: true, nullable: true, max: TEXT_FIELDS.state.max, example: 'Maharashtra' })
  state?: string | null;

  @Text({ optional: true, nullable: true, max: TEXT_FIELDS.zipcode.max, example: '400050' })
  zipcode?: string | null;

  @Text({
    optional: true,
    nullable: true,
    pattern: COUNTRY,
    hint: 'must be a two-letter country code, as in IN',
    max: 2,
    example: 'IN',
  })
  country?: string | null;

  @Text({ optional: true, nullable: true, max: TEXT_FIELDS.customerTier.max, example: 'premium' })
  customerTier?: string | null;

  @TextList({ optional: true, maxItems: MAX_TAGS, maxLength: MAX_TAG, example: ['fashion', 'accessories'] })
  tags?: string[];

  @JsonObject({
    optional: true,
    example: { saleDetails: [{ destination: 'Bali', createdAt: '2024-03-01' }] },
    description: 'Any other data, nested to any depth; segments can query it',
  })
  attributes?: Record<string, unknown>;

  @Flag({ optional: true, description: 'Inactive customers receive no campaigns' })
  isActive?: boolean;

  @Flag({ optional: true, description: CONSENT })
  marketingOptIn?: boolean;
}

export class CreateCustomerDto extends CustomerFields {}

export class UpdateCustomerDto extends PartialType(CustomerFields) {}

export class CustomerDto {
  @Uuid()
  id!: string;

  @Text({ nullable: true, example: '+14694652751' })
  phoneNumber!: string | null;

  @Text({ nullable: true, example: '14694652751' })
  waId!: string | null;

  @Text({ nullable: true, example: 'US.13491208655302741918' })
  whatsappUserId!: string | null;

  @Text({ nullable: true, example: 'ravi.k' })
  username!: string | null;

  @Text({ nullable: true, example: 'Ravi Kumar' })
  name!: string | null;

  @Text({ nullable: true, example: 'ravi@example.com' })
  email!: string | null;

  @Text({ nullable: true, example: '12 Hill Road' })
  address!: string | null;

  @Text({ nullable: true, example: 'Mumbai' })
  city!: string | null;

  @Text({ nullable: true, example: 'Maharashtra' })
  state!: string | null;

  @Text({ nullable: true, example: '400050' })
  zipcode!: string | null;

  @Text({ nullable: true, example: 'IN' })
  country!: string | null;

  @Text({ nullable: true, example: 'premium' })
  customerTier!: string | null;

  @TextList({ maxItems: MAX_TAGS, maxLength: MAX_TAG, example: ['fashion'] })
  tags!: string[];

  @JsonObject()
  attributes!: Record<string, unknown>;

  @Flag()
  isActive!: boolean;

  @OneOf(SUBSCRIPTIONS, { description: 'The stored state: the result of the consent history' })
  subscription!: Subscription;

  @Flag({ description: CONSENT })
  marketingOptIn!: boolean;

  @Instant({ nullable: true, description: 'Since when the customer agrees; null if they never said so' })
  marketingOptInAt!: string | null;

  @Instant({ nullable: true, description: 'Since when the customer refuses; null if they do not' })
  marketingOptOutAt!: string | null;

  @Instant({ nullable: true, description: 'When the customer last wrote to us' })
  lastInboundAt!: string | null;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of({ profile, hasConsent }: Customer): CustomerDto {
    return {
      id: profile.id,
      phoneNumber: profile.whatsappPhone,
      waId: profile.waId,
      whatsappUserId: profile.whatsappUserId,
      username: profile.username,
      name: profile.displayName,
      email: profile.email,
      address: profile.address,
      city: profile.city,
      state: profile.state,
      zipcode: profile.zipcode,
      country: profile.country,
      customerTier: profile.customerTier,
      tags: profile.tags,
      attributes: profile.attributes,
      isActive: profile.isActive,
      subscription: profile.subscription,
      marketingOptIn: hasConsent,
      marketingOptInAt: profile.marketingOptInAt?.toISOString() ?? null,
      marketingOptOutAt: profile.marketingOptOutAt?.toISOString() ?? null,
      lastInboundAt: profile.lastInboundAt?.toISOString() ?? null,
      createdAt: profile.createdAt.toISOString(),
      updatedAt: profile.updatedAt.toISOString(),
    };
  }
}

/** A single customer, with what a list does not show. */
export class CustomerDetailsDto extends CustomerDto {
  @Instant({
    nullable: true,
    description:
      'Until when messages to the customer need no template; null if they have not written recently',
  })
  serviceWindowExpiresAt!: string | null;

  static with(customer: Customer, windowClosesAt: Date | null): CustomerDetailsDto {
    return Object.assign(CustomerDto.of(customer), {
      serviceWindowExpiresAt: windowClosesAt?.toISOString() ?? null,
    });
  }
}

export class CustomerPageDto extends PageDto {
  @NestedList(() => CustomerDto)
  data!: CustomerDto[];
}

/** In a query string every value is text. */
const flagFromText = Transform(({ value }: { value: unknown }) =>
  value === 'true' ? true : value === 'false' ? false : value,
);
const listFromText = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? value.split(',') : value,
);

export class CustomerFilterQuery {
  @Text({
    optional: true,
    min: 1,
    max: 200,
    description:
      'Beginnings of words in the name, e-mail or username, or the first or last digits of the number',
  })
  search?: string;

  @Text({ optional: true, max: TEXT_FIELDS.customerTier.max })
  tier?: string;

  @Text({ optional: true, max: TEXT_FIELDS.city.max })
  city?: string;

  @Text({ optional: true, max: TEXT_FIELDS.state.max })
  state?: string;

  @Text({ optional: true, max: TEXT_FIELDS.zipcode.max })
  zipcode?: string;

  @TextList({ optional: true, maxItems: 20, maxLength: MAX_TAG, description: 'Any of these tags' })
  @listFromText
  tag?: string[];

  @OneOf(SUBSCRIPTIONS, { optional: true })
  subscription?: Subscription;

  @Flag({ optional: true })
  @flagFromText
  isActive?: boolean;

  @Instant({ optional: true, description: 'Created at this instant or later' })
  createdFrom?: string;

  @Instant({ optional: true, description: 'Created before this instant' })
  createdTo?: string;
}

export class CustomersQuery extends IntersectionType(CustomerFilterQuery, CursorQuery) {}

export function searchOf(query: CustomerFilterQuery): CustomerSearch {
  const { search, tier, city, state, zipcode, tag, subscription, isActive, createdFrom, createdTo } = query;
  return {
    ...(search === undefined ? {} : { search }),
    ...(tier === undefined ? {} : { tier }),
    ...(city === undefined ? {} : { city }),
    ...(state === undefined ? {} : { state }),
    ...(zipcode === undefined ? {} : { zipcode }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(subscription === undefined ? {} : { subscription }),
    ...(isActive === undefined ? {} : { isActive }),
    ...(createdFrom === undefined ? {} : { createdFrom: new Date(createdFrom) }),
    ...(createdTo === undefined ? {} : { createdTo: new Date(createdTo) }),
  };
}
