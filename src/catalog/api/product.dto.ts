import { IntersectionType, OmitType, PartialType } from '@nestjs/swagger';
import {
  Amount,
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
import { ITEM_STATUSES, type ItemStatus } from '../products/catalog-item.entity.js';
import { AVAILABILITIES, type Availability, CONDITIONS, type Condition } from '../products/product-fields.js';
import {
  MAX_BRAND,
  MAX_CATEGORY,
  MAX_COMPLIANCE,
  MAX_DESCRIPTION,
  MAX_IMAGES,
  MAX_NAME,
  MAX_QUANTITY,
  MAX_SKU,
  MAX_TAG,
  MAX_TAGS,
  MAX_URL,
} from '../products/product-rules.js';
import type { ProductFilter, ShownProduct, ShownSync } from '../products/shown-products.queries.js';

const URL = { optional: true, nullable: true, max: MAX_URL } as const;
const COMPLIANCE = { optional: true, max: MAX_COMPLIANCE } as const;

export class ImporterAddressDto {
  @Text(COMPLIANCE)
  street1?: string;

  @Text(COMPLIANCE)
  street2?: string;

  @Text(COMPLIANCE)
  city?: string;

  @Text(COMPLIANCE)
  region?: string;

  @Text(COMPLIANCE)
  postalCode?: string;

  @Text(COMPLIANCE)
  country?: string;
}

export class ComplianceDto {
  @Text({ ...COMPLIANCE, example: 'IN' })
  originCountry?: string;

  @Text(COMPLIANCE)
  importerName?: string;

  @Nested(() => ImporterAddressDto, { optional: true })
  importerAddress?: ImporterAddressDto;
}

export class CreateProductDto {
  @Text({
    min: 1,
    max: MAX_SKU,
    example: 'BALI-2025-001',
    description: "Meta's retailer id; it never changes",
  })
  sku!: string;

  @Text({ min: 1, max: MAX_NAME, example: 'Bali Paradise Package' })
  name!: string;

  @Text({ optional: true, nullable: true, max: MAX_DESCRIPTION })
  description?: string | null;

  @Amount()
  price!: string | number;

  @Amount({ optional: true, nullable: true, example: '42000.00', description: 'Below the price' })
  salePrice?: string | number | null;

  @Instant({
    optional: true,
    nullable: true,
    description: 'When the sale price begins to hold; null: at once',
  })
  saleStartsAt?: string | null;

  @Instant({ optional: true, nullable: true, description: 'When it ends; null: it does not' })
  saleEndsAt?: string | null;

  @Text({ optional: true, max: 3, example: 'INR', description: 'Only that of the catalog' })
  currency?: string;

  @OneOf(AVAILABILITIES, { optional: true, default: 'in_stock' })
  availability?: Availability;

  @Integer({
    optional: true,
    nullable: true,
    min: 0,
    max: MAX_QUANTITY,
    example: 12,
    description:
      'Free to sell; null: stock is not tracked. Sets it whatever it was; count with `stock` instead',
  })
  quantity?: number | null;

  @Text({ ...URL, example: 'https://cdn.example.com/bali.jpg' })
  imageUrl?: string | null;

  @TextList({ optional: true, maxItems: MAX_IMAGES, maxLength: MAX_URL })
  imageUrls?: string[];

  @Text(URL)
  videoUrl?: string | null;

  @Text({ ...URL, description: 'Its page in the web shop' })
  url?: string | null;

  @Text({ optional: true, nullable: true, max: MAX_CATEGORY, example: 'International' })
  category?: string | null;

  @Text({ optional: true, nullable: true, max: MAX_BRAND })
  brand?: string | null;

  @OneOf(CONDITIONS, { optional: true, default: 'new' })
  condition?: Condition;

  @JsonObject({
    optional: true,
    nullable: true,
    example: { duration: ['3 days', '5 days'], accommodation: ['Standard', 'Premium'] },
    description: 'At most 10 options of 100 values',
  })
  variantOptions?: Record<string, string[]> | null;

  @TextList({ optional: true, maxItems: MAX_TAGS, maxLength: MAX_TAG, example: ['beach'] })
  tags?: string[];

  @Flag({ optional: true, default: true })
  isActive?: boolean;

  @Flag({ optional: true, default: true, description: 'Whether customers find it in the catalog' })
  isVisible?: boolean;

  @Nested(() => ComplianceDto, {
    optional: true,
    nullable: true,
    description: 'What India asks of imported goods',
  })
  compliance?: ComplianceDto | null;
}

export class UpdateProductDto extends PartialType(CreateProductDto, { skipNullProperties: false }) {}

export class ItemProblemDto {
  @OneOf(['meta', 'drumbeat'])
  source!: 'meta' | 'drumbeat';

  @Text({ example: 'IMAGE_FETCH_FAILED' })
  code!: string;

  @Text()
  message!: string;

  @Instant()
  at!: string;
}

export class ItemSyncDto {
  @OneOf(ITEM_STATUSES)
  status!: ItemStatus;

  @NestedList(() => ItemProblemDto)
  problems!: ItemProblemDto[];

  @Text({ nullable: true, example: 'APPROVED' })
  reviewStatus!: string | null;

  @TextList()
  reviewReasons!: string[];

  @Instant({ nullable: true })
  lastSentAt!: string | null;

  static of({ syncStatus, problems, reviewStatus, reviewReasons, lastSentAt }: ShownSync): ItemSyncDto {
    return {
      status: syncStatus,
      problems,
      reviewStatus,
      reviewReasons,
      lastSentAt: lastSentAt?.toISOString() ?? null,
    };
  }
}

export class ProductDto extends OmitType(CreateProductDto, ['price', 'salePrice', 'compliance'] as const) {
  @Uuid()
  id!: string;

  @Uuid()
  catalogId!: string;

  @Text({ nullable: true, example: '8046374628114823' })
  metaProductId!: string | null;

  @Text({ example: '45000.00' })
  price!: string;

  @Text({ nullable: true, example: '42000.00' })
  salePrice!: string | null;

  @Nested(() => ComplianceDto, { nullable: true })
  compliance!: ComplianceDto | null;

  @Flag({ description: 'A product with variants is a group, which is not sold itself' })
  hasVariants!: boolean;

  @Integer({ description: 'Promised to open orders' })
  reservedQuantity!: number;

  @Flag({ description: 'Whether it can be bought now; a group: whether one of its variants can' })
  isAvailable!: boolean;

  @Integer()
  viewCount!: number;

  @Integer()
  shareCount!: number;

  @Integer()
  cartAddCount!: number;

  @Integer()
  purchaseCount!: number;

  @Nested(() => ItemSyncDto)
  sync!: ItemSyncDto;

  @Instant({ nullable: true })
  lastSyncAt!: string | null;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of(product: ShownProduct): ProductDto {
    return {
      id: product.id,
      catalogId: product.catalogId,
      metaProductId: product.metaProductId,
      sku: product.sku,
      name: product.name,
      description: product.description,
      price: product.price,
      salePrice: product.salePrice,
      saleStartsAt: product.saleStartsAt?.toISOString() ?? null,
      saleEndsAt: product.saleEndsAt?.toISOString() ?? null,
      currency: product.currency,
      availability: product.availability,
      quantity: product.quantity,
      reservedQuantity: product.reservedQuantity,
      isAvailable: product.isAvailable,
      imageUrl: product.imageUrl,
      imageUrls: product.imageUrls,
      videoUrl: product.videoUrl,
      url: product.url,
      category: product.category,
      brand: product.brand,
      condition: product.condition,
      hasVariants: product.hasVariants,
      variantOptions: product.variantOptions,
      tags: product.tags,
      isActive: product.isActive,
      isVisible: product.isVisible,
      compliance: product.compliance,
      viewCount: product.viewCount,
      shareCount: product.shareCount,
      cartAddCount: product.cartAddCount,
      purchaseCount: product.purchaseCount,
      sync: ItemSyncDto.of(product),
      lastSyncAt: product.lastSyncAt?.toISOString() ?? null,
      createdAt: product.createdAt.toISOString(),
      updatedAt: product.updatedAt.toISOString(),
    };
  }
}

export class ProductPageDto extends PageDto {
  @NestedList(() => ProductDto)
  data!: ProductDto[];
}

class ProductFilterQuery {
  @Text({
    optional: true,
    min: 1,
    max: MAX_NAME,
    description: 'A part of the name, or the beginning of the SKU',
  })
  q?: string;

  @Text({ optional: true, max: MAX_SKU })
  sku?: string;

  @Text({ optional: true, max: MAX_CATEGORY })
  category?: string;

  @Text({ optional: true, max: MAX_TAG })
  tag?: string;

  @OneOf(AVAILABILITIES, { optional: true })
  availability?: Availability;

  @QueryFlag()
  isActive?: boolean;

  @QueryFlag()
  isVisible?: boolean;

  @QueryFlag()
  hasVariants?: boolean;

  @OneOf(ITEM_STATUSES, { optional: true })
  syncStatus?: ItemStatus;

  @Text({ optional: true, max: 40, example: 'REJECTED' })
  reviewStatus?: string;

  @Instant({ optional: true, description: 'Changed at this instant or later' })
  updatedSince?: string;
}

export class ProductsQuery extends IntersectionType(ProductFilterQuery, CursorQuery) {}

export function filterOf({ updatedSince, ...query }: ProductsQuery): ProductFilter {
  const { q, sku, category, tag, availability, isActive, isVisible, hasVariants } = query;
  const { syncStatus, reviewStatus } = query;
  const filter = {
    q,
    sku,
    category,
    tag,
    availability,
    isActive,
    isVisible,
    hasVariants,
    syncStatus,
    reviewStatus,
  };
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as ProductFilter),
    ...(updatedSince === undefined ? {} : { updatedSince: new Date(updatedSince) }),
  };
}
