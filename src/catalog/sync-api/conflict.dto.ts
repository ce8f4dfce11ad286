import { Instant, NestedList, OneOf, Text, Uuid } from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/paging.js';
import { ITEM_STATUSES, type ItemStatus } from '../products/catalog-item.entity.js';
import type { ConflictRow } from '../reading/conflicts.queries.js';

export class ConflictFieldDto {
  @Text({ example: 'price' })
  field!: string;

  @Text({ max: 10_000, example: '65000.00 INR' })
  ours!: string;

  @Text({ max: 10_000, example: '60000.00 INR' })
  theirs!: string;
}

export class ConflictDto {
  @Uuid({ description: 'The item; pass it as `itemId` to decide' })
  id!: string;

  @Text({ max: 100, example: 'BALI-5P' })
  sku!: string;

  @Uuid()
  productId!: string;

  @Uuid({ nullable: true })
  variantId!: string | null;

  @NestedList(() => ConflictFieldDto)
  fields!: ConflictFieldDto[];

  @Instant()
  updatedAt!: string;

  static of({ id, retailerId, productId, variantId, conflict, updatedAt }: ConflictRow): ConflictDto {
    return {
      id,
      sku: retailerId,
      productId,
      variantId,
      fields: Object.entries(conflict).map(([field, { ours, theirs }]) => ({ field, ours, theirs })),
      updatedAt: updatedAt.toISOString(),
    };
  }
}

export class ConflictPageDto extends PageDto {
  @NestedList(() => ConflictDto)
  data!: ConflictDto[];
}

export class DecideConflictDto {
  @OneOf(['local', 'meta'], {
    description: '`local` sends our value to Meta with the next push, `meta` takes over theirs at once',
  })
  take!: 'local' | 'meta';
}

export class DecidedConflictDto {
  @Uuid()
  itemId!: string;

  @Text({ max: 100, example: 'BALI-5P' })
  sku!: string;

  @OneOf(ITEM_STATUSES)
  status!: ItemStatus;
}
