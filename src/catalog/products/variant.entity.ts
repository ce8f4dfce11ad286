import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import { Catalog } from '../catalogs/catalog.entity.js';
import type { Availability } from './product-fields.js';
import { Product } from './product.entity.js';

/** One way to buy a product. What it lacks it inherits from the product. */
@Entity('whatsapp_product_variants')
@Check('whatsapp_product_variants_price_check', `price >= 0 AND sale_price >= 0 AND sale_price < price`)
@Check('whatsapp_product_variants_stock_check', `quantity >= 0 AND reserved_quantity >= 0`)
@Check(
  'whatsapp_product_variants_availability_check',
  `availability IN ('in_stock', 'out_of_stock', 'preorder')`,
)
@Index('whatsapp_product_variants_sku_idx', ['catalogId', 'sku'], { unique: true })
@Index('whatsapp_product_variants_options_idx', ['productId', 'optionsKey'], { unique: true })
@Index('whatsapp_product_variants_list_idx', ['productId', 'id'])
@Index('whatsapp_product_variants_meta_idx', ['catalogId', 'metaProductId'], {
  unique: true,
  where: `meta_product_id IS NOT NULL`,
})
export class Variant {
  @PrimaryColumn('uuid', {
    primaryKeyConstraintName: 'whatsapp_product_variants_pkey',
    default: () => 'new_id()',
  })
  id!: string;

  @ForeignKey(() => Organization, { name: 'whatsapp_product_variants_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey(() => Catalog, { name: 'whatsapp_product_variants_catalog_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'catalog_id' })
  catalogId!: string;

  @ForeignKey(() => Product, { name: 'whatsapp_product_variants_product_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'product_id' })
  productId!: string;

  @Column('varchar', { name: 'meta_product_id', length: 64, nullable: true })
  metaProductId!: string | null;

  @Column({ type: 'varchar', length: 100, collation: 'C' })
  sku!: string;

  @Column('varchar', { length: 200 })
  name!: string;

  @Column('jsonb')
  options!: Record<string, string>;

  /** The same for the same options, in whatever order: see options-key.ts. */
  @Column({ type: 'varchar', name: 'options_key', length: 400, collation: 'C' })
  optionsKey!: string;

  @Column('numeric', { precision: 10, scale: 2 })
  price!: string;

  @Column('numeric', { name: 'sale_price', precision: 10, scale: 2, nullable: true })
  salePrice!: string | null;

  @Column('varchar', { length: 12, default: 'in_stock' })
  availability!: Availability;

  @Column('integer', { nullable: true })
  quantity!: number | null;

  @Column('integer', { name: 'reserved_quantity', default: 0 })
  reservedQuantity!: number;

  @Column('varchar', { name: 'image_url', length: 2000, nullable: true })
  imageUrl!: string | null;

  @Column('boolean', { name: 'is_active', default: true })
  isActive!: boolean;

  @Column('integer', { name: 'purchase_count', default: 0 })
  purchaseCount!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
