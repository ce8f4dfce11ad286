import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';

/** Meta's business portfolio: the messaging limit belongs to it and is shared by all of its numbers. */
@Entity('portfolios')
@Index('portfolios_business_idx', ['organizationId', 'metaBusinessId'], { unique: true })
export class Portfolio {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'portfolios_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'portfolios_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  /** Meta's id; or, where it is not known, `waba:` or `number:` and what stands in for it. */
  @Column('varchar', { name: 'meta_business_id', length: 80 })
  metaBusinessId!: string;

  /** Unique people in a moving 24 hours. Null: not known, and then not enforced, unless it is unlimited. */
  @Column('integer', { name: 'messaging_limit', nullable: true })
  messagingLimit!: number | null;

  @Column('boolean', { name: 'is_unlimited', default: false })
  isUnlimited!: boolean;

  /** So many people of the limit are kept free for messages of earlier days that arrive only now. */
  @Column('integer', { name: 'late_delivery_allowance', default: 0 })
  lateDeliveryAllowance!: number;

  /** How many people the ledger has later than `countedSince`. Null: nobody has counted them yet. */
  @Column('integer', { name: 'people_counted', default: 0 })
  peopleCounted!: number;

  @Column('timestamptz', { name: 'counted_since', nullable: true })
  countedSince!: Date | null;

  @Column('timestamptz', { name: 'limit_checked_at', nullable: true })
  limitCheckedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}

/** Meta's ids have no colon. */
export function isStandIn({ metaBusinessId }: Pick<Portfolio, 'metaBusinessId'>): boolean {
  return metaBusinessId.includes(':');
}
