import { IntersectionType } from '@nestjs/swagger';
import {
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
import { CART_STATUSES, type CartItemRow, type CartRow, type CartStatus } from '../carts/carts.queries.js';

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

  @Instant({ nullable: true })
  expiresAt!: string | null;

  @Instant({ nullable: true })
  abandonedAt!: string | null;

  @Instant({ nullable: true })
  convertedAt!: string | null;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of(cart: CartRow): CartDto {
    return shown(cart);
  }
}

function shown(cart: CartRow) {
  const { id, status, source, catalogId, customerId, phoneNumber, currency } = cart;
  const { subtotal, tax, discount, total, notes, orderId } = cart;
  return {
    ...{ id, status, source, catalogId, customerId, phoneNumber, currency, subtotal, tax, discount, total },
    ...{ notes, orderId },
    expiresAt: cart.expiresAt?.toISOString() ?? null,
    abandonedAt: cart.abandonedAt?.toISOString() ?? null,
    convertedAt: cart.convertedAt?.toISOString() ?? null,
    createdAt: cart.createdAt.toISOString(),
    updatedAt: cart.updatedAt.toISOString(),
  };
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

  @Text({ example: '45000.00' })
  unitPrice!: string;

  @Text({ nullable: true, example: '45000.00' })
  shownPrice!: string | null;

  @Text({ example: '90000.00' })
  totalPrice!: string;

  @TextList()
  problems!: string[];

  @Text({ nullable: true })
  notes!: string | null;

  @JsonObject({ nullable: true })
  customFields!: Record<string, unknown> | null;
}

export class CartDetailsDto extends CartDto {
  @NestedList(() => CartItemDto)
  items!: CartItemDto[];

  static with(cart: CartRow & { items: CartItemRow[] }): CartDetailsDto {
    return { ...shown(cart), items: cart.items };
  }
}

export class CartPageDto extends PageDto {
  @NestedList(() => CartDto)
  data!: CartDto[];
}
