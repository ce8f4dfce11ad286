import { Instant, Integer, NestedList, OneOf, Text, Uuid } from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/paging.js';
import { invalidFields } from '../../platform/http/validation.js';
import { MAX_STOCK, type StockCount } from '../stock/count-stock.js';
import type { ListedMovement } from '../stock/movements.queries.js';
import type { Stock } from '../stock/stock-moves.js';
import { MOVEMENT_KINDS, type MovementKind } from '../stock/movement.js';

export class CountStockDto {
  @Integer({ optional: true, min: -MAX_STOCK, max: MAX_STOCK, example: 12, description: 'The new quantity' })
  set?: number;

  @Integer({
    optional: true,
    min: -MAX_STOCK,
    max: MAX_STOCK,
    example: -2,
    description: 'How many more or fewer there are; not 0',
  })
  adjust?: number;

  @Integer({
    optional: true,
    nullable: true,
    description: 'The quantity you saw, null for not tracked. If it has changed since, nothing happens',
  })
  expected?: number | null;

  @Text({ min: 1, max: 200, example: 'Stocktaking' })
  reason!: string;
}

export function countOf({ set, adjust, expected, reason }: CountStockDto): StockCount {
  const said = { reason, ...(expected === undefined ? {} : { expected }) };
  if (set !== undefined && adjust === undefined) return { set, ...said };
  if (adjust !== undefined && set === undefined && adjust !== 0) return { adjust, ...said };
  if (adjust === 0) throw invalidFields([{ field: 'adjust', message: 'must not be 0' }]);
  throw invalidFields([{ field: 'set', message: 'must be given, or adjust, but not both' }]);
}

export class StockDto {
  @Integer({ nullable: true, description: 'Free to sell; null: not tracked' })
  quantity!: number | null;

  @Integer({ description: 'Promised to open orders' })
  reservedQuantity!: number;

  @Integer({ nullable: true, description: 'Both together' })
  onHand!: number | null;

  static of({ quantity, reservedQuantity }: Stock): StockDto {
    return { quantity, reservedQuantity, onHand: quantity === null ? null : quantity + reservedQuantity };
  }
}

export class StockMovementDto {
  @Uuid()
  id!: string;

  @Uuid({ nullable: true, description: 'null: the product itself' })
  variantId!: string | null;

  @OneOf(MOVEMENT_KINDS)
  kind!: MovementKind;

  @Integer({ example: -2, description: 'By how much it changed what is free to sell' })
  quantity!: number;

  @Integer({ example: 2, description: 'By how much it changed what is reserved' })
  reserved!: number;

  @Integer({ nullable: true })
  quantityAfter!: number | null;

  @Integer()
  reservedAfter!: number;

  @Uuid({ nullable: true })
  orderId!: string | null;

  @Text({ nullable: true })
  reason!: string | null;

  @Uuid({ nullable: true, description: 'The key of the caller; null: the system' })
  keyId!: string | null;

  @Instant()
  at!: string;

  static of(movement: ListedMovement): StockMovementDto {
    const { id, variantId, kind, quantity, reserved, quantityAfter, reservedAfter } = movement;
    const { orderId, reason, keyId } = movement;
    const moved = { id, variantId, kind, quantity, reserved, quantityAfter, reservedAfter };
    return { ...moved, orderId, reason, keyId, at: movement.at.toISOString() };
  }
}

export class StockMovementPageDto extends PageDto {
  @NestedList(() => StockMovementDto)
  data!: StockMovementDto[];
}
