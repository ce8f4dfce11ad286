import {
  Amount,
  Flag,
  Instant,
  Integer,
  Nested,
  NestedList,
  OneOf,
  Text,
  Uuid,
} from '../../platform/http/fields.js';
import { MAX_UNITS } from '../order/price-line.js';
import { ORDER_STATUSES, type OrderStatus } from '../order/order-status.js';
import { PAYMENT_METHODS, type PaymentMethod } from '../moves/manual-payments.service.js';

const MAX_NOTES = 4_096;
const PART = { optional: true, max: 200 };

export class AddressDto {
  @Text(PART)
  name?: string;

  @Text(PART)
  line1?: string;

  @Text(PART)
  line2?: string;

  @Text(PART)
  city?: string;

  @Text(PART)
  state?: string;

  @Text(PART)
  postalCode?: string;

  @Text(PART)
  country?: string;

  @Text(PART)
  phone?: string;
}

export class UpdateOrderDto {
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

  @Text({ optional: true, nullable: true, max: MAX_NOTES })
  customerNotes?: string | null;

  @Text({ optional: true, nullable: true, max: 20_000 })
  internalNotes?: string | null;

  @Instant({ optional: true, nullable: true })
  estimatedDelivery?: string | null;

  @Text({ optional: true, nullable: true, max: 200 })
  trackingNumber?: string | null;

  @Amount({ optional: true, description: 'While the order is unpaid and not past confirmed' })
  shippingFee?: string | number;

  @Amount({ optional: true, description: 'At most the subtotal' })
  discount?: string | number;

  @Amount({ optional: true })
  tax?: string | number;
}

export class MoveOrderDto {
  @OneOf(ORDER_STATUSES)
  status!: OrderStatus;

  @Text({
    optional: true,
    nullable: true,
    max: MAX_NOTES,
    description: 'Kept in the history and internalNotes',
  })
  notes?: string | null;

  @Text({ optional: true, nullable: true, max: 500 })
  reason?: string | null;

  @Flag({
    optional: true,
    default: false,
    description:
      'Confirms in spite of flags and short stock; with the present status: accepts flags that need a look',
  })
  acceptFlags?: boolean;

  @Flag({ optional: true, default: true, description: 'Whether the customer is told' })
  notify?: boolean;
}

export class FulfilItemDto {
  @Uuid()
  itemId!: string;

  @Integer({ description: 'At least 1' })
  quantity!: number;
}

export class FulfilOrderDto {
  @NestedList(() => FulfilItemDto, { optional: true, minItems: 1, description: 'Absent: all that is left' })
  items?: FulfilItemDto[];

  @Text({ optional: true, nullable: true, max: 200 })
  trackingNumber?: string | null;

  @Text({ optional: true, nullable: true, max: 200 })
  carrier?: string | null;

  @Text({
    optional: true,
    nullable: true,
    max: 2_000,
    pattern: /^https?:\/\/[^\s]+$/,
    hint: 'must be a web address',
  })
  trackingUrl?: string | null;

  @Flag({ optional: true, default: true })
  notify?: boolean;
}

export class DeliverOrderDto {
  @Instant({ optional: true, description: 'Absent: now' })
  deliveredAt?: string;
}

export class RecordPaymentDto {
  @Amount()
  amount!: string | number;

  @OneOf(PAYMENT_METHODS)
  method!: PaymentMethod;

  @Text({ optional: true, nullable: true, min: 1, max: 100, example: 'UTR 402913847' })
  reference?: string | null;

  @Text({
    optional: true,
    max: 3,
    pattern: /^[A-Z]{3}$/,
    hint: 'must be a currency code, as in INR',
    description: 'That of the order',
  })
  currency?: string;

  @Instant({ optional: true })
  receivedAt?: string;

  @Text({ optional: true, nullable: true, max: 1_000 })
  note?: string | null;
}

export class ResolveItemDto {
  @Uuid()
  itemId!: string;

  @Uuid({ optional: true })
  productId?: string;

  @Uuid({ optional: true })
  variantId?: string;

  @Text({ optional: true, min: 1, max: 100 })
  sku?: string;

  @Integer({ optional: true, min: 1, max: MAX_UNITS })
  quantity?: number;

  @Amount({ optional: true })
  unitPrice?: string | number;

  @Flag({ optional: true })
  remove?: boolean;
}

export class ResolveOrderDto {
  @NestedList(() => ResolveItemDto, { optional: true })
  items?: ResolveItemDto[];

  @OneOf(['ours', 'shown'], { optional: true, description: 'Which price holds where the two differ' })
  prices?: 'ours' | 'shown';

  @Text({ optional: true, nullable: true, max: MAX_NOTES })
  note?: string | null;
}
