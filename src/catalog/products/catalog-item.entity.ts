import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import { Catalog } from '../catalogs/catalog.entity.js';

export const ITEM_STATUSES = [
  'not_synced',
  'not_ready',
  'dirty',
  'sending',
  'synced',
  'rejected',
  'conflict',
  'missing',
] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

export type ItemRole = 'product' | 'variant' | 'group';

/** Why an item is not at Meta as it should be, and what to do about it. */
export interface ItemProblem {
  source: 'meta' | 'drumbeat';
  code: string;
  message: string;
  at: string;
}

/**
 * One SKU of a catalog, as Meta knows it. Triggers on products and variants keep the rows and mark them dirty, so raw SQL
 * does too; the sync writes everything from `agreed` on.
 */
@Entity('whatsapp_catalog_items')
@Check(
  'whatsapp_catalog_items_role_check',
  `role IN ('product', 'variant', 'group') AND (role = 'variant') = (variant_id IS NOT NULL)`,
)
@Check(
  'whatsapp_catalog_items_status_check',
  `status IN ('not_synced', 'not_ready', 'dirty', 'sending', 'synced', 'rejected', 'conflict', 'missing')`,
)
@Check('whatsapp_catalog_items_dirty_check', `(dirty_at IS NULL) = (dirty_since IS NULL)`)
@Index('whatsapp_catalog_items_retailer_idx', ['catalogId', 'retailerId'], { unique: true })
@Index('whatsapp_catalog_items_meta_idx', ['catalogId', 'metaProductId'], {
  unique: true,
  where: `meta_product_id IS NOT NULL`,
})
@Index('whatsapp_catalog_items_dirty_idx', ['catalogId', 'dirtyAt'], { where: `dirty_at IS NOT NULL` })
@Index('whatsapp_catalog_items_batch_idx', ['batchId'], { where: `batch_id IS NOT NULL` })
export class CatalogItem {
  @PrimaryColumn('uuid', {
    primaryKeyConstraintName: 'whatsapp_catalog_items_pkey',
    default: () => 'new_id()',
  })
  id!: string;

  @ForeignKey(() => Organization, { name: 'whatsapp_catalog_items_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey(() => Catalog, { name: 'whatsapp_catalog_items_catalog_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'catalog_id' })
  catalogId!: string;

  /** The SKU. */
  @Column({ type: 'varchar', name: 'retailer_id', length: 100, collation: 'C' })
  retailerId!: string;

  /** A group is never at Meta itself. If `agreed` says that it was, it has to be deleted there. */
  @Column('varchar', { length: 8 })
  role!: ItemRole;

  @Column('uuid', { name: 'product_id' })
  productId!: string;

  @Column('uuid', { name: 'variant_id', nullable: true })
  variantId!: string | null;

  @Column('varchar', { name: 'meta_product_id', length: 64, nullable: true })
  metaProductId!: string | null;

  @Column('varchar', { length: 12, default: 'not_synced' })
  status!: ItemStatus;

  /** Grows with every change that Meta should see. */
  @Column('integer', { default: 1 })
  version!: number;

  /** The first change that Meta has not confirmed. */
  @Column('timestamptz', { name: 'dirty_since', nullable: true })
  dirtySince!: Date | null;

  /** The last one. */
  @Column('timestamptz', { name: 'dirty_at', nullable: true })
  dirtyAt!: Date | null;

  /** A tombstone: the product is gone, and Meta has yet to confirm the deletion. */
  @Column('timestamptz', { name: 'removed_at', nullable: true })
  removedAt!: Date | null;

  /** Field -> 8-byte hash of what both sides last agreed on. */
  @Column('jsonb', { nullable: true })
  agreed!: Record<string, string> | null;

  /** The same for what is under way. */
  @Column('jsonb', { nullable: true })
  sending!: Record<string, string> | null;

  /** The version under way: a greater one means that the item changed meanwhile and stays dirty. */
  @Column('integer', { name: 'sending_version', nullable: true })
  sendingVersion!: number | null;

  @Column('uuid', { name: 'batch_id', nullable: true })
  batchId!: string | null;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt!: Date | null;

  @Column('timestamptz', { name: 'retry_at', nullable: true })
  retryAt!: Date | null;

  @Column('integer', { name: 'missing_reads', default: 0 })
  missingReads!: number;

  /** Under the policy `manual`: field -> both values, until somebody decides. */
  @Column('jsonb', { nullable: true })
  conflict!: Record<string, unknown> | null;

  @Column('jsonb', { default: [] })
  problems!: ItemProblem[];

  @Column('varchar', { name: 'review_status', length: 40, nullable: true })
  reviewStatus!: string | null;

  @Column('text', { name: 'review_reasons', array: true, default: '{}' })
  reviewReasons!: string[];

  @Column('varchar', { name: 'image_status', length: 40, nullable: true })
  imageStatus!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
