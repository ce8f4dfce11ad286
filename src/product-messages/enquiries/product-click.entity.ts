import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';

/** A click on a product that has been counted: Meta may tell of it again. */
@Entity('product_clicks')
@Index('product_clicks_seen_idx', ['seenAt'])
export class ProductClickRow {
  @ForeignKey(() => Organization, { name: 'product_clicks_organization_fkey' })
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'product_clicks_pkey' })
  organizationId!: string;

  @PrimaryColumn('text', { name: 'click_id', primaryKeyConstraintName: 'product_clicks_pkey' })
  clickId!: string;

  @Column('timestamptz', { name: 'seen_at' })
  seenAt!: Date;
}
