import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import { Catalog } from '../catalogs/catalog.entity.js';
import type { Availability, Compliance, Condition } from './product-fields.js';

/** What the shop lists. With variants it is a group, which shows them and is not sold itself. */
@Entity('whatsapp_products')
@Check('whatsapp_products_price_check', `price >= 0 AND sale_price >= 0 AND sale_price < price`)
@Check('whatsapp_products_stock_check', `quantity >= 0 AND reserved_quantity >= 0`)
@Check('whatsapp_products_availability_check', `availability IN ('in_stock', 'out_of_stock', 'preorder')`)
@Check('whatsapp_products_condition_check', `condition IN ('new', 'refurbished', 'used')`)
@Index('whatsapp_products_sku_idx', ['catalogId', 'sku'], { unique: true })
@Index('whatsapp_products_list_idx', ['catalogId', 'id'])
@Index('whatsapp_products_sale_end_idx', ['saleEndsAt'], { where: 'sale_ends_at IS NOT NULL' })
@Index('whatsapp_products_meta_idx', ['catalogId', 'metaProductId'], {
  unique: true,
  where: `meta_product_id IS NOT NULL`,
})
@Index('whatsapp_products_name_idx', { synchronize: false })
export class Product {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'whatsapp_products_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'whatsapp_products_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey(() => Catalog, { name: 'whatsapp_products_catalog_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'catalog_id' })
  catalogId!: string;

  @Column('varchar', { name: 'meta_product_id', length: 64, nullable: true })
  metaProductId!: string | null;

  /** Meta's retailer id. It never changes. */
  @Column({ type: 'varchar', length: 100, collation: 'C' })
  sku!: string;

  @Column('varchar', { length: 200 })
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('numeric', { precision: 10, scale: 2 })
  price!: string;

  @Column('numeric', { name: 'sale_price', precision: 10, scale: 2, nullable: true })
  salePrice!: string | null;

  @Column('timestamptz', { name: 'sale_starts_at', nullable: true })
  saleStartsAt!: Date | null;

  @Column('timestamptz', { name: 'sale_ends_at', nullable: true })
  saleEndsAt!: Date | null;

  @Column('varchar', { length: 3 })
  currency!: string;

  @Column('varchar', { length: 12, default: 'in_stock' })
  availability!: Availability;

  /** Available to sell; null is not tracked. */
  @Column('integer', { nullable: true })
  quantity!: number | null;

  /** Promised to open orders. */
  @Column('integer', { name: 'reserved_quantity', default: 0 })
  reservedQuantity!: number;

  @Column('varchar', { name: 'image_url', length: 2000, nullable: true })
  imageUrl!: string | null;

  @Column('text', { name: 'image_urls', array: true, default: '{}' })
  imageUrls!: string[];

  @Column('varchar', { name: 'video_url', length: 2000, nullable: true })
  videoUrl!: string | null;

  @Column('varchar', { length: 250, nullable: true })
  category!: string | null;

  @Column('varchar', { length: 100, nullable: true })
  brand!: string | null;

  @Column('varchar', { length: 12, default: 'new' })
  condition!: Condition;

  /** Kept by triggers on the variants. */
  @Column('boolean', { name: 'has_variants', default: false })
  hasVariants!: boolean;

  @Column('jsonb', { name: 'variant_options', nullable: true })
  variantOptions!: Record<string, string[]> | null;

  @Column('text', { array: true, default: '{}' })
  tags!: string[];

  @Column('varchar', { length: 2000, nullable: true })
  url!: string | null;

  @Column('boolean', { name: 'is_active', default: true })
  isActive!: boolean;

  @Column('boolean', { name: 'is_visible', default: true })
  isVisible!: boolean;

  @Column('jsonb', { nullable: true })
  compliance!: Compliance | null;

  @Column('integer', { name: 'view_count', default: 0 })
  viewCount!: number;

  @Column('integer', { name: 'share_count', default: 0 })
  shareCount!: number;

  @Column('integer', { name: 'cart_add_count', default: 0 })
  cartAddCount!: number;

  @Column('integer', { name: 'purchase_count', default: 0 })
  purchaseCount!: number;

  @Column('timestamptz', { name: 'last_sync_at', nullable: true })
  lastSyncAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
