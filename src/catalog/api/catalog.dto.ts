import { PartialType } from '@nestjs/swagger';
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
import { PageDto } from '../../platform/http/paging.js';
import { META_ID, META_ID_LENGTH } from '../../rules/ids/meta-id.js';
import type { Catalog } from '../catalogs/catalog.entity.js';
import { CONFLICT_POLICIES, type ConflictPolicy } from '../catalogs/conflict-policy.js';
import { ProductDto } from './product.dto.js';

const MAX_URL = 2_000;

export class CreateCatalogDto {
  @Text({ min: 1, max: 200, example: 'Tour packages' })
  name!: string;

  @Text({ optional: true, nullable: true, max: 5_000 })
  description?: string | null;

  @Text({
    optional: true,
    pattern: /^[A-Z]{3}$/,
    hint: 'must be a currency code, as in INR',
    max: 3,
    example: 'INR',
    description: 'Of every price in the catalog. It can change only while the catalog has no product',
  })
  currency?: string;

  @Uuid({ optional: true, nullable: true, description: 'The number that sells; null: the default sender' })
  senderId?: string | null;

  @Text({
    optional: true,
    nullable: true,
    pattern: META_ID,
    hint: 'must be the id of a catalog at Meta, in digits',
    max: META_ID_LENGTH,
    example: '700100200300401',
    description: 'Adopts a catalog that exists at Meta; only before the first synchronisation',
  })
  metaCatalogId?: string | null;

  @Flag({ optional: true, default: true, description: 'Nothing of an inactive catalog is available' })
  isActive?: boolean;

  @Flag({ optional: true, default: false, description: 'Whether the numbers show it on their profile' })
  isPublic?: boolean;

  @Flag({
    optional: true,
    default: false,
    description: 'Push changes to Meta by themselves, and read back every night',
  })
  autoSync?: boolean;

  @Text({ optional: true, nullable: true, max: 200, example: 'Travel' })
  businessCategoryId?: string | null;

  @Text({ optional: true, nullable: true, max: MAX_URL, description: 'Of products without an image' })
  defaultImageUrl?: string | null;

  @Text({ optional: true, nullable: true, max: 100, description: 'Of products without a brand' })
  defaultBrand?: string | null;

  @Text({
    optional: true,
    nullable: true,
    max: MAX_URL,
    description: 'Where products without an address lead',
  })
  websiteUrl?: string | null;

  @Amount({ optional: true, example: '5.00', description: 'From 0 to 100' })
  taxPercent?: string | number;

  @Flag({ optional: true, default: true })
  pricesIncludeTax?: boolean;

  @OneOf(CONFLICT_POLICIES, {
    optional: true,
    default: 'local',
    description: 'Which side wins when a field was changed here and at Meta; manual: somebody decides',
  })
  conflictPolicy?: ConflictPolicy;

  @Amount({
    optional: true,
    example: '0.00',
    description: 'By how many percent a price shown to a customer may be below ours and still be honoured',
  })
  honourShownPricePercent?: string | number;
}

export class UpdateCatalogDto extends PartialType(CreateCatalogDto, { skipNullProperties: false }) {}

export class CatalogConnectionDto {
  @Flag({
    nullable: true,
    description: 'Whether the business account sells from this catalog; null: not known yet',
  })
  connected!: boolean | null;

  @Text({ nullable: true, description: 'The catalog that is connected, when it was last looked up' })
  connectedCatalogId!: string | null;

  @Instant({ nullable: true })
  checkedAt!: string | null;
}

export class CatalogDto {
  @Uuid()
  id!: string;

  @Text({ nullable: true, example: '700100200300401' })
  metaCatalogId!: string | null;

  @Uuid({ nullable: true })
  senderId!: string | null;

  @Text({ example: 'Tour packages' })
  name!: string;

  @Text({ nullable: true, max: 5_000 })
  description!: string | null;

  @Text({ example: 'INR' })
  currency!: string;

  @Flag()
  isActive!: boolean;

  @Flag()
  isPublic!: boolean;

  @Flag()
  autoSync!: boolean;

  @Instant({ nullable: true })
  lastSyncAt!: string | null;

  @Text({ nullable: true, example: 'Travel' })
  businessCategoryId!: string | null;

  @Text({ nullable: true, max: MAX_URL })
  defaultImageUrl!: string | null;

  @Text({ nullable: true })
  defaultBrand!: string | null;

  @Text({ nullable: true, max: MAX_URL })
  websiteUrl!: string | null;

  @Text({ example: '5.00' })
  taxPercent!: string;

  @Flag()
  pricesIncludeTax!: boolean;

  @OneOf(CONFLICT_POLICIES)
  conflictPolicy!: ConflictPolicy;

  @Text({ example: '0.00' })
  honourShownPricePercent!: string;

  @Flag({ description: "Whether it existed at Meta first; Meta's values then win until something is agreed" })
  isAdopted!: boolean;

  @Integer({ example: 120 })
  totalProducts!: number;

  @Integer({ example: 117 })
  activeProducts!: number;

  @Integer({ example: 48, description: 'Orders that were not cancelled' })
  totalOrders!: number;

  @Text({ example: '2160000.00', description: 'What was captured for them less what was refunded' })
  totalRevenue!: string;

  @Nested(() => CatalogConnectionDto)
  connection!: CatalogConnectionDto;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of(catalog: Catalog): CatalogDto {
    const { metaCatalogId, connectedCatalogId, connectionCheckedAt } = catalog;
    return {
      id: catalog.id,
      metaCatalogId,
      senderId: catalog.senderId,
      name: catalog.name,
      description: catalog.description,
      currency: catalog.currency,
      isActive: catalog.isActive,
      isPublic: catalog.isPublic,
      autoSync: catalog.autoSync,
      lastSyncAt: catalog.lastSyncAt?.toISOString() ?? null,
      businessCategoryId: catalog.businessCategoryId,
      defaultImageUrl: catalog.defaultImageUrl,
      defaultBrand: catalog.defaultBrand,
      websiteUrl: catalog.websiteUrl,
      taxPercent: catalog.taxPercent,
      pricesIncludeTax: catalog.pricesIncludeTax,
      conflictPolicy: catalog.conflictPolicy,
      honourShownPricePercent: catalog.honourShownPricePercent,
      isAdopted: catalog.isAdopted,
      totalProducts: catalog.totalProducts,
      activeProducts: catalog.activeProducts,
      totalOrders: catalog.totalOrders,
      totalRevenue: catalog.totalRevenue,
      connection: {
        connected:
          connectionCheckedAt === null
            ? null
            : metaCatalogId !== null && connectedCatalogId === metaCatalogId,
        connectedCatalogId,
        checkedAt: connectionCheckedAt?.toISOString() ?? null,
      },
      createdAt: catalog.createdAt.toISOString(),
      updatedAt: catalog.updatedAt.toISOString(),
    };
  }
}

/** A single catalog, with the beginning of what it lists. */
export class CatalogDetailsDto extends CatalogDto {
  @NestedList(() => ProductDto, { description: 'The first 20' })
  products!: ProductDto[];

  @Text({
    nullable: true,
    max: 500,
    description: 'Pass it as `cursor` to the list of products; null if these are all',
  })
  productsNextCursor!: string | null;

  static with(catalog: Catalog, products: ProductDto[], nextCursor: string | null): CatalogDetailsDto {
    return Object.assign(CatalogDto.of(catalog), { products, productsNextCursor: nextCursor });
  }
}

export class CatalogPageDto extends PageDto {
  @NestedList(() => CatalogDto)
  data!: CatalogDto[];
}

export class DeleteCatalogQuery {
  @OneOf(['disconnect', 'delete'], {
    optional: true,
    description: 'What to do with the catalog at Meta; by default it is left alone',
  })
  atMeta?: 'disconnect' | 'delete';
}
