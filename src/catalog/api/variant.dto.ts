import { OmitType, PartialType } from '@nestjs/swagger';
import {
  Amount,
  Flag,
  Instant,
  Integer,
  JsonObject,
  Nested,
  NestedList,
  OneOf,
  Text,
  Uuid,
} from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/paging.js';
import { AVAILABILITIES, type Availability } from '../products/product-fields.js';
import { MAX_NAME, MAX_QUANTITY, MAX_SKU, MAX_URL } from '../products/product-rules.js';
import type { ShownVariant } from '../products/shown-products.queries.js';
import { ItemSyncDto } from './product.dto.js';

export class CreateVariantDto {
  @Text({ min: 1, max: MAX_SKU, example: 'BALI-5P', description: "Meta's retailer id; it never changes" })
  sku!: string;

  @Text({ min: 1, max: MAX_NAME, example: 'Bali, 5 days, Premium' })
  name!: string;

  @JsonObject({
    optional: true,
    example: { duration: '5 days', accommodation: 'Premium' },
    description: 'At most 10; no other variant of the product has the same',
  })
  options?: Record<string, string>;

  @Amount({ example: '65000.00' })
  price!: string | number;

  @Amount({
    optional: true,
    nullable: true,
    example: '60000.00',
    description: "Below the price; it holds from the product's saleStartsAt to its saleEndsAt",
  })
  salePrice?: string | number | null;

  @OneOf(AVAILABILITIES, { optional: true, default: 'in_stock' })
  availability?: Availability;

  @Integer({
    optional: true,
    nullable: true,
    min: 0,
    max: MAX_QUANTITY,
    description: 'Free to sell; null: stock is not tracked',
  })
  quantity?: number | null;

  @Text({ optional: true, nullable: true, max: MAX_URL })
  imageUrl?: string | null;

  @Flag({ optional: true, default: true })
  isActive?: boolean;
}

export class UpdateVariantDto extends PartialType(CreateVariantDto, { skipNullProperties: false }) {}

export class VariantDto extends OmitType(CreateVariantDto, ['price', 'salePrice'] as const) {
  @Uuid()
  id!: string;

  @Uuid()
  productId!: string;

  @Text({ nullable: true })
  metaProductId!: string | null;

  @Text({ example: '65000.00' })
  price!: string;

  @Text({ nullable: true, example: '60000.00' })
  salePrice!: string | null;

  @Integer({ description: 'Promised to open orders' })
  reservedQuantity!: number;

  @Flag({ description: 'Whether it can be bought now' })
  isAvailable!: boolean;

  @Integer()
  purchaseCount!: number;

  @Nested(() => ItemSyncDto)
  sync!: ItemSyncDto;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of(variant: ShownVariant): VariantDto {
    return {
      id: variant.id,
      productId: variant.productId,
      metaProductId: variant.metaProductId,
      sku: variant.sku,
      name: variant.name,
      options: variant.options,
      price: variant.price,
      salePrice: variant.salePrice,
      availability: variant.availability,
      quantity: variant.quantity,
      reservedQuantity: variant.reservedQuantity,
      isAvailable: variant.isAvailable,
      imageUrl: variant.imageUrl,
      isActive: variant.isActive,
      purchaseCount: variant.purchaseCount,
      sync: ItemSyncDto.of(variant),
      createdAt: variant.createdAt.toISOString(),
      updatedAt: variant.updatedAt.toISOString(),
    };
  }
}

export class VariantPageDto extends PageDto {
  @NestedList(() => VariantDto)
  data!: VariantDto[];
}
