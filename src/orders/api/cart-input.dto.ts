import {
  Amount,
  Flag,
  Instant,
  Integer,
  JsonObject,
  Nested,
  NestedList,
  Text,
  Uuid,
} from '../../platform/http/fields.js';
import { MAX_LINES, MAX_UNITS } from '../order/price-line.js';
import { AddressDto } from './order-input.dto.js';

const MAX_NOTES = 4_096;
const ITEM_NOTES = { optional: true, nullable: true, max: 1_000 };
const SKU = { optional: true, min: 1, max: 100, example: 'BALI-2025-001' };
const VARIANT = { optional: true, description: 'Which variant of the product' };
const FIELDS = {
  optional: true,
  nullable: true,
  description: 'Anything else, at most 10,000 characters as JSON',
};

export class CartItemInputDto {
  @Uuid({ optional: true, description: 'This or `sku`' })
  productId?: string;

  @Text({ ...SKU, description: 'Of a product or a variant' })
  sku?: string;

  @Uuid(VARIANT)
  variantId?: string;

  @Integer({ min: 1, max: MAX_UNITS })
  quantity!: number;

  @Text(ITEM_NOTES)
  notes?: string | null;

  @JsonObject(FIELDS)
  customFields?: Record<string, unknown> | null;
}

export class CreateCartDto {
  @Text({ optional: true, min: 1, max: 40, example: '+919876500001', description: 'This or `customerId`' })
  phoneNumber?: string;

  @Uuid({ optional: true })
  customerId?: string;

  @Uuid()
  catalogId!: string;

  @NestedList(() => CartItemInputDto, { optional: true, maxItems: MAX_LINES })
  items?: CartItemInputDto[];

  @Text({ optional: true, nullable: true, max: MAX_NOTES })
  notes?: string | null;

  @Instant({
    optional: true,
    description: 'Within the coming year; absent: `cartExpiresAfterDays` after the last change',
  })
  expiresAt?: string;
}

export class UpdateCartDto {
  @Text({ optional: true, nullable: true, max: MAX_NOTES })
  notes?: string | null;

  @Instant({ optional: true, nullable: true, description: 'Null: as the settings say' })
  expiresAt?: string | null;

  @NestedList(() => CartItemInputDto, {
    optional: true,
    maxItems: MAX_LINES,
    description: 'As a whole: what is left out goes',
  })
  items?: CartItemInputDto[];
}

/** One item, or a list of them. */
export class AddCartItemsDto {
  @NestedList(() => CartItemInputDto, { optional: true, minItems: 1, maxItems: MAX_LINES })
  items?: CartItemInputDto[];

  @Uuid({ optional: true, description: 'This or `sku`, when there is no list' })
  productId?: string;

  @Text(SKU)
  sku?: string;

  @Uuid(VARIANT)
  variantId?: string;

  @Integer({ optional: true, min: 1, max: MAX_UNITS })
  quantity?: number;

  @Text(ITEM_NOTES)
  notes?: string | null;

  @JsonObject(FIELDS)
  customFields?: Record<string, unknown> | null;
}

export class UpdateCartItemDto {
  @Integer({ optional: true, min: 1, max: MAX_UNITS })
  quantity?: number;

  @Text(ITEM_NOTES)
  notes?: string | null;

  @JsonObject(FIELDS)
  customFields?: Record<string, unknown> | null;
}

export class CartTemplateDto {
  @Text({ min: 1, max: 512, example: 'cart_summary' })
  name!: string;

  @Text({ min: 1, max: 20, example: 'en' })
  language!: string;

  @JsonObject({
    optional: true,
    description: 'Values of its variables; {{customerName}}, {{total}} and {{items}} stand for what they say',
  })
  variables?: Record<string, unknown>;
}

export class SendCartDto {
  @Nested(() => CartTemplateDto, {
    optional: true,
    description: 'When the service window is closed; absent: the first template of `cartReminders`',
  })
  fallbackTemplate?: CartTemplateDto;
}

export class CheckoutCartDto {
  @Text({ optional: true, min: 1, max: 200 })
  customerName?: string;

  @Text({
    optional: true,
    nullable: true,
    max: 320,
    pattern: /^[^\s@]+@[^\s@]+$/,
    hint: 'must be an e-mail address',
  })
  customerEmail?: string | null;

  @Nested(() => AddressDto, { optional: true, nullable: true })
  shippingAddress?: AddressDto | null;

  @Nested(() => AddressDto, { optional: true, nullable: true })
  billingAddress?: AddressDto | null;

  @Amount({ optional: true })
  shippingFee?: string | number;

  @Amount({ optional: true, description: 'At most the subtotal' })
  discount?: string | number;

  @Text({ optional: true, nullable: true, max: MAX_NOTES, description: 'Absent: those of the cart' })
  notes?: string | null;

  @Flag({ optional: true, default: false, description: 'Orders also what is not in stock' })
  allowShort?: boolean;
}
