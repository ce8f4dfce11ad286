import {
  Amount,
  Flag,
  Instant,
  Integer,
  JsonObject,
  NestedList,
  OneOf,
  Text,
  Uuid,
} from '../../platform/http/fields.js';
import type { OrderParts } from '../order/order-lists.queries.js';
import { REFUND_STATES, type RefundState } from '../order/refund-state.js';

class RefundItemDto {
  @Uuid()
  itemId!: string;

  @Integer({
    description:
      '0 where another refund has the units: of the same call, or the failed one that this one repeats',
  })
  quantity!: number;

  @Text({ example: '45000.00' })
  amount!: string;
}

export class OrderRefundDto {
  @Uuid()
  id!: string;

  @Uuid()
  paymentId!: string;

  @Uuid({ nullable: true, description: 'The failed refund whose money this one asks for again' })
  repeats!: string | null;

  @OneOf(REFUND_STATES, {
    description: 'unknown: the answer of the gateway was lost, and the refund is never sent again',
  })
  state!: RefundState;

  @Text({ example: '45000.00' })
  amount!: string;

  @Text({ example: '0.00', description: 'As much of it as is shipping fee' })
  shipping!: string;

  @Text({ nullable: true })
  reason!: string | null;

  @Text({ nullable: true, example: 'rfnd_FP8QHiV938haTz', description: "The gateway's id" })
  gatewayId!: string | null;

  @JsonObject({ nullable: true, example: { code: 'no_answer', message: 'The answer was lost.' } })
  error!: Record<string, unknown> | null;

  @NestedList(() => RefundItemDto)
  items!: RefundItemDto[];

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of({ createdAt, updatedAt, ...rest }: OrderParts['refunds'][number]): OrderRefundDto {
    return { ...rest, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  }
}

export class AskedRefundItemDto {
  @Uuid()
  itemId!: string;

  @Integer({ description: 'At least 1. Units that were not delivered go first' })
  quantity!: number;

  @Flag({ optional: true, default: false, description: 'Whether units that came back can be sold again' })
  restock?: boolean;
}

export class RequestRefundDto {
  @Amount({ optional: true, description: 'Absent: what the items and the shipping are worth' })
  amount?: string | number;

  @NestedList(() => AskedRefundItemDto, {
    optional: true,
    minItems: 1,
    description: 'The units that the money is for. One of amount and items at least, or repeats',
  })
  items?: AskedRefundItemDto[];

  @Flag({ optional: true, default: false, description: 'Gives back what is left of the shipping fee too' })
  shipping?: boolean;

  @Text({ optional: true, nullable: true, max: 500 })
  reason?: string | null;

  @Uuid({ optional: true, description: 'Absent: from the newest captured payment backwards' })
  paymentId?: string;

  @Uuid({
    optional: true,
    description:
      'A failed refund: its money is asked for again, for the same items and shipping and from the same payment unless paymentId names another. Without amount, items and shipping',
  })
  repeats?: string;
}

export class SettleRefundDto {
  @Flag({ description: 'Whether the customer has the money' })
  succeeded!: boolean;
}
