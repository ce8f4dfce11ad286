import { IntersectionType } from '@nestjs/swagger';
import {
  Flag,
  Instant,
  Integer,
  JsonObject,
  NestedList,
  OneOf,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import type { CartRow } from '../carts/cart-row.js';
import { CART_STATUSES, type CartStatus } from '../carts/cart-status.js';
import type { CartWithParts } from '../carts/carts.service.js';
import { shownCart, shownCartItem } from '../carts/shown-cart.js';

class CartFilterQuery {
  @OneOf(CART_STATUSES, { optional: true })
  status?: CartStatus;

  @OneOf(['message', 'api'], { optional: true })
  source?: 'message' | 'api';

  @Text({ optional: true, min: 1, max: 40, example: '+919876500001' })
  phoneNumber?: string;

  @Uuid({ optional: true })
  customerId?: string;

  @Uuid({ optional: true })
  catalogId?: string;
}

export class CartsQuery extends IntersectionType(CartFilterQuery, CursorQuery) {}

export class CartDto {
  @Uuid()
  id!: string;

  @OneOf(CART_STATUSES)
  status!: CartStatus;

  @OneOf(['message', 'api'], { description: 'Sent by the customer, or built over the API' })
  source!: string;

  @Uuid({ nullable: true })
  catalogId!: string | null;

  @Uuid({ nullable: true })
  customerId!: string | null;

  @Text({ nullable: true, example: '+919876500001' })
  phoneNumber!: string | null;

  @Text({ example: 'INR' })
  currency!: string;

  @Text({ example: '90000.00' })
  subtotal!: string;

  @Text({ example: '4285.71' })
  tax!: string;

  @Text({ example: '0.00' })
  discount!: string;

  @Text({ example: '90000.00' })
  total!: string;

  @Text({ nullable: true, max: 4_096 })
  notes!: string | null;

  @Uuid({ nullable: true, description: 'What it became' })
  orderId!: string | null;

  @Integer({ description: 'How many reminders were queued, at most three' })
  remindersSent!: number;

  @Instant({ nullable: true })
  expiresAt!: string | null;

  @Instant({ nullable: true, description: 'When the customer was sent the cart as it is' })
  checkoutAt!: string | null;

  @Instant({ nullable: true })
  abandonedAt!: string | null;

  @Instant({ nullable: true })
  convertedAt!: string | null;

  @Instant({ description: 'The last change, from which its time counts' })
  lastActivityAt!: string;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of(cart: CartRow): CartDto {
    return shownCart(cart);
  }
}

export class CartItemDto {
  @Uuid()
  id!: string;

  @Integer()
  lineNo!: number;

  @Uuid({ nullable: true })
  productId!: string | null;

  @Uuid({ nullable: true })
  variantId!: string | null;

  @Text({ example: 'BALI-2025-001' })
  sku!: string;

  @Text()
  productName!: string;

  @Integer()
  quantity!: number;

  @Text({ example: '45000.00', description: 'Of this moment while the cart is open; the order fixes it' })
  unitPrice!: string;

  @Text({
    nullable: true,
    example: '45000.00',
    description: 'With which the line was put in, or which the customer was shown last',
  })
  shownPrice!: string | null;

  @Flag({ description: 'Whether the two differ' })
  priceChanged!: boolean;

  @Text({ example: '90000.00' })
  totalPrice!: string;

  @TextList()
  problems!: string[];

  @Text({ nullable: true })
  notes!: string | null;

  @JsonObject({ nullable: true })
  customFields!: Record<string, unknown> | null;
}

export class CartMessageDto {
  @OneOf(['summary', 'reminder', 'answer'], { description: '`answer`: to a tap on a button' })
  kind!: string;

  @Integer({ nullable: true, description: 'Of the reminder, from 1 to 3' })
  number!: number | null;

  @Uuid({ nullable: true })
  messageId!: string | null;

  @Text({ nullable: true, example: 'delivered' })
  status!: string | null;

  @Text({ nullable: true, example: 'unsubscribed', description: 'Why none was sent' })
  notSentReason!: string | null;

  @Instant()
  at!: string;
}

export class CartDetailsDto extends CartDto {
  @NestedList(() => CartItemDto)
  items!: CartItemDto[];

  @NestedList(() => CartMessageDto)
  messages!: CartMessageDto[];

  static with(cart: CartWithParts): CartDetailsDto {
    return {
      ...shownCart(cart),
      items: cart.items.map(shownCartItem),
      messages: cart.messages.map((message) => ({ ...message, at: message.at.toISOString() })),
    };
  }
}

export class CartPageDto extends PageDto {
  @NestedList(() => CartDto)
  data!: CartDto[];
}
