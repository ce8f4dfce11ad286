import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import type { MovementKind } from './movement.js';

/** A change of stock. Rows are only ever added; their sums are the stock of the product or variant. */
@Entity('stock_movements')
@Check(
  'stock_movements_kind_check',
  `kind IN ('set', 'adjust', 'import', 'reserve', 'release', 'fulfil', 'return')`,
)
@Check('stock_movements_after_check', `quantity_after >= 0 AND reserved_after >= 0`)
@Index('stock_movements_product_idx', ['productId', 'id'])
@Index('stock_movements_variant_idx', ['variantId', 'id'], { where: `variant_id IS NOT NULL` })
export class StockMovement {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'stock_movements_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'stock_movements_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey('Product', { name: 'stock_movements_product_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'product_id' })
  productId!: string;

  @Column('uuid', { name: 'variant_id', nullable: true })
  variantId!: string | null;

  @Column('varchar', { length: 8 })
  kind!: MovementKind;

  /** The signed difference. Untracked stock counts as 0. */
  @Column('integer')
  quantity!: number;

  @Column('integer')
  reserved!: number;

  @Column('integer', { name: 'quantity_after', nullable: true })
  quantityAfter!: number | null;

  @Column('integer', { name: 'reserved_after' })
  reservedAfter!: number;

  @Column('uuid', { name: 'order_id', nullable: true })
  orderId!: string | null;

  @Column('varchar', { length: 200, nullable: true })
  reason!: string | null;

  @Column('uuid', { name: 'key_id', nullable: true })
  keyId!: string | null;

  @Column('timestamptz')
  at!: Date;
}
