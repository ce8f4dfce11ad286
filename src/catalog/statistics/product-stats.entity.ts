import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import { Catalog } from '../catalogs/catalog.entity.js';

/** A day of a product, by variant and campaign; the nil id stands for none. */
@Entity('whatsapp_product_stats')
@Index('whatsapp_product_stats_date_idx', ['catalogId', 'date'])
export class ProductStatsRow {
  @ForeignKey(() => Organization, { name: 'whatsapp_product_stats_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey(() => Catalog, { name: 'whatsapp_product_stats_catalog_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'catalog_id', primaryKeyConstraintName: 'whatsapp_product_stats_pkey' })
  catalogId!: string;

  @PrimaryColumn('uuid', {
    name: 'product_id',
    primaryKeyConstraintName: 'whatsapp_product_stats_pkey',
    default: '00000000-0000-0000-0000-000000000000',
  })
  productId!: string;

  @PrimaryColumn('date', { primaryKeyConstraintName: 'whatsapp_product_stats_pkey' })
  date!: string;

  @PrimaryColumn('uuid', {
    name: 'variant_id',
    primaryKeyConstraintName: 'whatsapp_product_stats_pkey',
    default: '00000000-0000-0000-0000-000000000000',
  })
  variantId!: string;

  @PrimaryColumn('uuid', {
    name: 'campaign_id',
    primaryKeyConstraintName: 'whatsapp_product_stats_pkey',
    default: '00000000-0000-0000-0000-000000000000',
  })
  campaignId!: string;

  @Column('integer', { default: 0 })
  shares!: number;

  @Column('integer', { default: 0 })
  views!: number;

  @Column('integer', { name: 'cart_adds', default: 0 })
  cartAdds!: number;

  @Column('integer', { default: 0 })
  units!: number;

  @Column('integer', { default: 0 })
  orders!: number;

  @Column('numeric', { precision: 18, scale: 2, default: 0 })
  revenue!: string;
}
