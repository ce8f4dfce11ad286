import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import { Sender } from '../../senders/accounts/sender.entity.js';
import type { ConflictPolicy } from './conflict-policy.js';

/** A shop window: products in one currency, which may have a counterpart at Meta. */
@Entity('whatsapp_catalogs')
@Check('whatsapp_catalogs_policy_check', `conflict_policy IN ('local', 'meta', 'manual')`)
@Check(
  'whatsapp_catalogs_percent_check',
  `tax_percent BETWEEN 0 AND 100 AND honour_shown_price_percent BETWEEN 0 AND 100`,
)
@Check('whatsapp_catalogs_counters_check', `active_products BETWEEN 0 AND total_products`)
@Index('whatsapp_catalogs_meta_idx', ['organizationId', 'metaCatalogId'], {
  unique: true,
  where: `meta_catalog_id IS NOT NULL`,
})
@Index('whatsapp_catalogs_list_idx', ['organizationId', 'id'])
@Index('whatsapp_catalogs_sender_idx', ['senderId'])
@Index('whatsapp_catalogs_visibility_idx', ['visibilityDueAt'], { where: `visibility_due_at IS NOT NULL` })
export class Catalog {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'whatsapp_catalogs_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'whatsapp_catalogs_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('varchar', { name: 'meta_catalog_id', length: 64, nullable: true })
  metaCatalogId!: string | null;

  /** The number it is sold through; null for the default one. */
  @ForeignKey(() => Sender, { name: 'whatsapp_catalogs_sender_fkey', onDelete: 'SET NULL' })
  @Column('uuid', { name: 'sender_id', nullable: true })
  senderId!: string | null;

  @Column('varchar', { length: 200 })
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('varchar', { length: 3, default: 'INR' })
  currency!: string;

  @Column('boolean', { name: 'is_active', default: true })
  isActive!: boolean;

  /** Whether the number shows the catalog on its profile. */
  @Column('boolean', { name: 'is_public', default: false })
  isPublic!: boolean;

  /** When the numbers are to be told of `isPublic`, once the catalog is connected; null: nobody has set it since. */
  @Column('timestamptz', { name: 'visibility_due_at', nullable: true })
  visibilityDueAt!: Date | null;

  @Column('boolean', { name: 'auto_sync', default: false })
  autoSync!: boolean;

  @Column('timestamptz', { name: 'last_sync_at', nullable: true })
  lastSyncAt!: Date | null;

  @Column('varchar', { name: 'business_category_id', length: 200, nullable: true })
  businessCategoryId!: string | null;

  @Column('varchar', { name: 'default_image_url', length: 2000, nullable: true })
  defaultImageUrl!: string | null;

  @Column('varchar', { name: 'default_brand', length: 100, nullable: true })
  defaultBrand!: string | null;

  @Column('varchar', { name: 'website_url', length: 2000, nullable: true })
  websiteUrl!: string | null;

  @Column('numeric', { name: 'tax_percent', precision: 5, scale: 2, default: 0 })
  taxPercent!: string;

  @Column('boolean', { name: 'prices_include_tax', default: true })
  pricesIncludeTax!: boolean;

  @Column('varchar', { name: 'conflict_policy', length: 8, default: 'local' })
  conflictPolicy!: ConflictPolicy;

  /** How much less than our price a customer may have been shown and still be charged. */
  @Column('numeric', { name: 'honour_shown_price_percent', precision: 5, scale: 2, default: 0 })
  honourShownPricePercent!: string;

  /** Whether it existed at Meta first. Meta's values then win where nothing is agreed yet. */
  @Column('boolean', { name: 'is_adopted', default: false })
  isAdopted!: boolean;

  @Column('varchar', { name: 'connected_catalog_id', length: 64, nullable: true })
  connectedCatalogId!: string | null;

  @Column('timestamptz', { name: 'connection_checked_at', nullable: true })
  connectionCheckedAt!: Date | null;

  /** Counted by triggers, as the next one. */
  @Column('integer', { name: 'total_products', default: 0 })
  totalProducts!: number;

  @Column('integer', { name: 'active_products', default: 0 })
  activeProducts!: number;

  @Column('integer', { name: 'total_orders', default: 0 })
  totalOrders!: number;

  @Column('numeric', { name: 'total_revenue', precision: 18, scale: 2, default: 0 })
  totalRevenue!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
