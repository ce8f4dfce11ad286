import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import type { LastEvent } from '../../whatsapp/parsing/event-order.js';

/** Meta's business portfolio. It owns the messaging limit, and all its numbers share it. */
@Entity('portfolios')
@Index('portfolios_business_idx', ['organizationId', 'metaBusinessId'], { unique: true })
export class Portfolio {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'portfolios_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'portfolios_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  /** Meta's id, or, while that is unknown, a stand-in: `waba:` or `number:` and its id. */
  @Column('varchar', { name: 'meta_business_id', length: 80 })
  metaBusinessId!: string;

  /** Unique people in a moving 24 hours. Null: unknown, and so not enforced, or unlimited. */
  @Column('integer', { name: 'messaging_limit', nullable: true })
  messagingLimit!: number | null;

  @Column('boolean', { name: 'is_unlimited', default: false })
  isUnlimited!: boolean;

  /** The part of the limit kept free for messages from earlier days that are delivered late. */
  @Column('integer', { name: 'late_delivery_allowance', default: 0 })
  lateDeliveryAllowance!: number;

  /** The people of the limit that are kept from campaigns, for messages outside of them. */
  @Column('integer', { name: 'direct_reserve', default: 0 })
  directReserve!: number;

  /** How many people the ledger has after `countedSince`. While that is null, they are not counted yet. */
  @Column('integer', { name: 'people_counted', default: 0 })
  peopleCounted!: number;

  @Column('timestamptz', { name: 'counted_since', nullable: true })
  countedSince!: Date | null;

  @Column('timestamptz', { name: 'limit_checked_at', nullable: true })
  limitCheckedAt!: Date | null;

  /** Where the limit comes from: the last event, or our last question to Meta. */
  @Column('jsonb', { name: 'limit_last_event', nullable: true })
  limitLastEvent!: LastEvent | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}

/** Meta's ids have no colon. */
export function isStandIn({ metaBusinessId }: Pick<Portfolio, 'metaBusinessId'>): boolean {
  return metaBusinessId.includes(':');
}
