import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import { Campaign } from './campaign.entity.js';

/** A product that a started campaign shows. It outlives the product, which orders and figures may still name. */
@Entity('campaign_products')
export class CampaignProduct {
  @ForeignKey(() => Campaign, { name: 'campaign_products_campaign_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'campaign_id', primaryKeyConstraintName: 'campaign_products_pkey' })
  campaignId!: string;

  @PrimaryColumn('uuid', { name: 'product_id', primaryKeyConstraintName: 'campaign_products_pkey' })
  productId!: string;

  @ForeignKey(() => Organization, { name: 'campaign_products_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('uuid', { name: 'catalog_id' })
  catalogId!: string;

  /** How many of the campaign's messages are in the shares of the product already. */
  @Column('integer', { name: 'shares_counted', default: 0 })
  sharesCounted!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
