import { IntersectionType, OmitType } from '@nestjs/swagger';
import {
  Flag,
  Instant,
  Integer,
  JsonObject,
  Nested,
  NestedList,
  OneOf,
  QueryFlag,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import { ORDER_FLAGS, type OrderFlag } from '../order/order-flags.js';
import type { OrderParts } from '../order/order-lists.queries.js';
import type { LineRow, OrderRow } from '../order/order-row.js';
import {
  FULFILLMENT_STATUSES,
  type FulfillmentStatus,
  ORDER_STATUSES,
  type OrderStatus,
  PAYMENT_STATUSES,
  type PaymentStatus,
} from '../order/order-status.js';
import { shownLine, shownOrder } from '../order/shown-order.js';
import { AddressDto } from './order-input.dto.js';
import { OrderRefundDto } from './refund.dto.js';

const MONEY = { example: '90119.99' };

export class OrderFilterQuery {
  @OneOf(ORDER_STATUSES, { optional: true })
  status?: OrderStatus;

  @OneOf(PAYMENT_STATUSES, { optional: true })
  paymentStatus?: PaymentStatus;

  @OneOf(FULFILLMENT_STATUSES, { optional: true })
  fulfillmentStatus?: FulfillmentStatus;

  @QueryFlag({ description: 'Whether a person has to look at it' })
  needsReview?: boolean;

  @OneOf(ORDER_FLAGS, { optional: true })
  flag?: OrderFlag;

  @Uuid({ optional: true })
  catalogId?: string;

  @Uuid({ optional: true })
  customerId?: string;

  @Text({ optional: true, min: 1, max: 40, example: '+919876500001' })
  phoneNumber?: string;

  @Uuid({ optional: true })
  campaignId?: string;

  @Text({ optional: true, max: 40, example: '2026-06-01', description: 'The first day or instant' })
  from?: string;

  @Text({ optional: true, max: 40, example: '2026-06-30', description: 'The last day, or an instant' })
  to?: string;

  @Text({ optional: true, min: 1, max: 200, description: 'A part of the order number or the name' })
  q?: string;
}

export class OrdersQuery extends IntersectionType(OrderFilterQuery, CursorQuery) {}

export class OrderItemDto {
  @Uuid()
  id!: string;

  @Integer({ example: 1 })
  lineNo!: number;

  @Uuid({ nullable: true, description: 'null: we know no such product' })
  productId!: string | null;

  @Uuid({ nullable: true })
  variantId!: string | null;

  @Text({ description: 'As it was when the order was made, like everything here' })
  productName!: string;

  @Text({ example: 'BALI-2025-001' })
  productSku!: string;

  @Text({ nullable: true, max: 2_000 })
  productImage!: string | null;

  @JsonObject({ nullable: true, example: { duration: '5 days' } })
  variantOptions!: Record<string, string> | null;

  @Integer({ example: 2 })
  quantity!: number;

  @Text({ example: '45000.00' })
  unitPrice!: string;

  @Text({ nullable: true, example: '45000.00', description: 'Our price without a sale' })
  listPrice!: string | null;

  @Text({ nullable: true, example: '45000.00', description: "What the customer's device showed" })
  shownPrice!: string | null;

  @OneOf(['price', 'sale', 'shown', 'manual'])
  priceSource!: string;

  @Text({ example: '90000.00' })
  totalPrice!: string;

  @Text({ example: '5.00' })
  taxPercent!: string;

  @Text({ example: '4285.71' })
  tax!: string;

  @Integer({ description: 'Pieces that are kept for this order' })
  reservedQuantity!: number;

  @Integer()
  fulfilledQuantity!: number;

  @Integer()
  cancelledQuantity!: number;

  @Integer()
  returnedQuantity!: number;

  @Text({ example: '0.00' })
  refundedAmount!: string;

  @OneOf(FULFILLMENT_STATUSES)
  fulfillmentStatus!: FulfillmentStatus;

  @TextList({ in: ORDER_FLAGS })
  problems!: OrderFlag[];

  @Text({ nullable: true })
  notes!: string | null;

  @JsonObject({ nullable: true })
  customFields!: Record<string, unknown> | null;

  static of(line: LineRow): OrderItemDto {
    return shownLine(line);
  }
}

export class OrderPaymentDto {
  @Uuid()
  id!: string;

  @Text({ example: 'manual' })
  provider!: string;

  @Text({ example: 'bank_transfer' })
  method!: string;

  @Text({ example: 'captured' })
  state!: string;

  @Text({ example: '50000.00' })
  amount!: string;

  @Text({ example: '50000.00' })
  capturedAmount!: string;

  @Text({ example: 'INR' })
  currency!: string;

  @Text({ nullable: true })
  reference!: string | null;

  @Text({ nullable: true })
  transactionId!: string | null;

  @Text({ nullable: true })
  url!: string | null;

  @Text({ nullable: true })
  note!: string | null;

  @JsonObject({
    nullable: true,
    description: 'Why it failed, or which other amount or currency came',
  })
  error!: Record<string, unknown> | null;

  @Instant({ nullable: true })
  expiresAt!: string | null;

  @Instant({ nullable: true })
  capturedAt!: string | null;

  @Instant()
  createdAt!: string;

  static of(payment: OrderParts['payments'][number]): OrderPaymentDto {
    const { expiresAt, capturedAt, createdAt, ...rest } = payment;
    return {
      ...rest,
      expiresAt: written(expiresAt),
      capturedAt: written(capturedAt),
      createdAt: createdAt.toISOString(),
    };
  }
}

class FulfilledItemDto {
  @Uuid()
  itemId!: string;

  @Integer()
  quantity!: number;
}

export class OrderFulfillmentDto {
  @Uuid()
  id!: string;

  @NestedList(() => FulfilledItemDto)
  items!: FulfilledItemDto[];

  @Text({ nullable: true })
  trackingNumber!: string | null;

  @Text({ nullable: true })
  carrier!: string | null;

  @Text({ nullable: true, max: 2_000 })
  trackingUrl!: string | null;

  @Instant()
  at!: string;

  static of({ at, ...rest }: OrderParts['fulfillments'][number]): OrderFulfillmentDto {
    return { ...rest, at: at.toISOString() };
  }
}

export class OrderMessageDto {
  @Text({ example: 'received' })
  event!: string;

  @Uuid({ nullable: true })
  messageId!: string | null;

  @Text({
    nullable: true,
    example: 'read',
    description: 'queued, sent, delivered, read, failed, expired ...',
  })
  status!: string | null;

  @Text({ nullable: true, example: 'window_closed', description: 'Why the customer was not told' })
  notSentReason!: string | null;

  @Instant()
  at!: string;

  static of({ at, ...rest }: OrderParts['messages'][number]): OrderMessageDto {
    return { ...rest, at: at.toISOString() };
  }
}

export class OrderHistoryDto {
  @Uuid()
  id!: string;

  @Instant()
  at!: string;

  @Text({ example: 'status' })
  kind!: string;

  @Text({ nullable: true, example: 'pending' })
  from!: string | null;

  @Text({ nullable: true, example: 'confirmed' })
  to!: string | null;

  @OneOf(['key', 'user', 'system', 'customer'])
  actor!: string;

  @Uuid({ nullable: true })
  keyId!: string | null;

  @Uuid({ nullable: true })
  userId!: string | null;

  @Text({ nullable: true })
  reason!: string | null;

  @Text({ nullable: true, max: 4_096 })
  notes!: string | null;

  @JsonObject()
  data!: Record<string, unknown>;

  static of({ at, data, ...rest }: OrderParts['history'][number]): OrderHistoryDto {
    const { notes = null, ...more } = data;
    return { ...rest, at: at.toISOString(), notes: notes as string | null, data: more };
  }
}

export class OrderDto {
  @Uuid()
  id!: string;

  @Text({ example: 'ORD-2026-000123' })
  orderNumber!: string;

  @OneOf(['message', 'api'])
  source!: string;

  @Uuid({ nullable: true })
  catalogId!: string | null;

  @Uuid({ nullable: true })
  cartId!: string | null;

  @Uuid({ nullable: true })
  customerId!: string | null;

  @Text({ nullable: true, example: '+919876500001' })
  phoneNumber!: string | null;

  @Text({ example: 'Asha Rao' })
  customerName!: string;

  @Text({ nullable: true, max: 320 })
  customerEmail!: string | null;

  @OneOf(ORDER_STATUSES)
  status!: OrderStatus;

  @TextList({ in: ORDER_STATUSES, description: 'What the status can become by hand' })
  allowedMoves!: OrderStatus[];

  @OneOf(PAYMENT_STATUSES)
  paymentStatus!: PaymentStatus;

  @OneOf(FULFILLMENT_STATUSES)
  fulfillmentStatus!: FulfillmentStatus;

  @Flag({ description: 'Whether a person has to look at it before it is confirmed' })
  needsReview!: boolean;

  @TextList({ in: ORDER_FLAGS })
  flags!: OrderFlag[];

  @JsonObject({ example: { possible_duplicate: { orderNumber: 'ORD-2026-000122' } } })
  flagDetails!: Record<string, unknown>;

  @Text({ example: 'INR' })
  currency!: string;

  @Flag()
  pricesIncludeTax!: boolean;

  @Text({ example: '90019.99' })
  subtotal!: string;

  @Text({ example: '0.00' })
  discount!: string;

  @Text({ example: '100.00' })
  shippingFee!: string;

  @Text({ example: '4286.66' })
  tax!: string;

  @Text(MONEY)
  total!: string;

  @Text({ example: '50000.00' })
  paidAmount!: string;

  @Text({ example: '0.00' })
  refundedAmount!: string;

  @Text({ example: '40119.99', description: 'What is still to be paid; negative when too much was' })
  balance!: string;

  @Text({ nullable: true, example: 'bank_transfer' })
  paymentMethod!: string | null;

  @Uuid({ nullable: true, description: 'The campaign whose message the order answers' })
  campaignId!: string | null;

  @OneOf(['context', 'window'], {
    nullable: true,
    description: 'Whether it names that message or came within hours',
  })
  attribution!: string | null;

  @Instant({ nullable: true, description: 'Until when stock is kept for it; null: without an end' })
  reservedUntil!: string | null;

  @Text({ nullable: true, max: 4_096 })
  customerNotes!: string | null;

  @Text({ nullable: true, max: 20_000 })
  internalNotes!: string | null;

  @Nested(() => AddressDto, { nullable: true })
  shippingAddress!: AddressDto | null;

  @Nested(() => AddressDto, { nullable: true })
  billingAddress!: AddressDto | null;

  @Text({ nullable: true })
  trackingNumber!: string | null;

  @Text({ nullable: true })
  carrier!: string | null;

  @Text({ nullable: true, max: 2_000 })
  trackingUrl!: string | null;

  @Instant({ nullable: true })
  estimatedDelivery!: string | null;

  @Instant({ nullable: true })
  confirmedAt!: string | null;

  @Instant({ nullable: true })
  cancelledAt!: string | null;

  @Instant({ nullable: true })
  deliveredAt!: string | null;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  @NestedList(() => OrderItemDto)
  items!: OrderItemDto[];

  @NestedList(() => OrderPaymentDto)
  payments!: OrderPaymentDto[];

  @NestedList(() => OrderRefundDto)
  refunds!: OrderRefundDto[];

  @NestedList(() => OrderFulfillmentDto)
  fulfillments!: OrderFulfillmentDto[];

  @NestedList(() => OrderMessageDto)
  messages!: OrderMessageDto[];

  @NestedList(() => OrderHistoryDto)
  history!: OrderHistoryDto[];

  static of(order: OrderRow & OrderParts): OrderDto {
    return {
      ...shownOrder(order),
      items: order.lines.map((line) => OrderItemDto.of(line)),
      payments: order.payments.map((payment) => OrderPaymentDto.of(payment)),
      refunds: order.refunds.map((refund) => OrderRefundDto.of(refund)),
      fulfillments: order.fulfillments.map((one) => OrderFulfillmentDto.of(one)),
      messages: order.messages.map((message) => OrderMessageDto.of(message)),
      history: order.history.map((entry) => OrderHistoryDto.of(entry)),
    };
  }
}

export class ListedOrderDto extends OmitType(OrderDto, [
  'items',
  'payments',
  'refunds',
  'fulfillments',
  'messages',
  'history',
] as const) {
  static of(order: OrderRow): ListedOrderDto {
    return shownOrder(order);
  }
}

export class OrderPageDto extends PageDto {
  @NestedList(() => ListedOrderDto)
  data!: ListedOrderDto[];
}

const written = (instant: Date | null): string | null => instant?.toISOString() ?? null;
