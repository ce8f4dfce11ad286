import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';

/** One thing that happened to a template, or that someone here did to it. */
@Entity('template_events')
@Index('template_events_name_idx', ['organizationId', 'name', 'language', 'id'])
@Index('template_events_account_idx', ['businessAccountId', 'kind', 'at'])
export class TemplateEvent {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'template_events_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'template_events_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('varchar', { name: 'business_account_id', length: 64 })
  businessAccountId!: string;

  @Column('varchar', { length: 512 })
  name!: string;

  @Column('varchar', { length: 20 })
  language!: string;

  @Column('varchar', { length: 40 })
  kind!: string;

  @Column('varchar', { length: 40, nullable: true })
  before!: string | null;

  @Column('varchar', { length: 40, nullable: true })
  after!: string | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  /** The key or person behind it; null: Meta. */
  @Column('uuid', { name: 'actor_id', nullable: true })
  actorId!: string | null;

  @Column('timestamptz')
  at!: Date;
}
