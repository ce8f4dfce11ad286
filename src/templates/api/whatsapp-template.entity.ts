import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import type { LastEvent } from '../../whatsapp/parsing/event-order.js';

/**
 * A template in one language, as Meta last reported it. A template that Meta no longer lists stays as DELETED,
 * because campaigns refer to it.
 */
@Entity('whatsapp_templates')
@Index('whatsapp_templates_name_idx', ['organizationId', 'businessAccountId', 'name', 'language'], {
  unique: true,
})
@Index('whatsapp_templates_meta_idx', ['metaTemplateId'])
@Index('whatsapp_templates_account_idx', ['businessAccountId', 'name', 'language'])
export class WhatsappTemplate {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'whatsapp_templates_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'whatsapp_templates_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('varchar', { name: 'business_account_id', length: 64 })
  businessAccountId!: string;

  @Column('varchar', { name: 'meta_template_id', length: 64 })
  metaTemplateId!: string;

  @Column('varchar', { length: 512 })
  name!: string;

  @Column('varchar', { length: 20 })
  language!: string;

  /** It sets the price of every message. */
  @Column('varchar', { length: 40 })
  category!: string;

  /** The category Meta has announced for it. */
  @Column('varchar', { name: 'next_category', length: 40, nullable: true })
  nextCategory!: string | null;

  /** Only APPROVED can be sent. */
  @Column('varchar', { length: 40 })
  status!: string;

  @Column('text', { name: 'status_reason', nullable: true })
  statusReason!: string | null;

  @Column('varchar', { name: 'quality_score', length: 20, nullable: true })
  qualityScore!: string | null;

  @Column('varchar', { name: 'parameter_format', length: 20, default: 'POSITIONAL' })
  parameterFormat!: string;

  @Column('jsonb')
  components!: Record<string, unknown>[];

  /** When this was true: older news must not overwrite it. */
  @Column('timestamptz', { name: 'synced_at' })
  syncedAt!: Date;

  /** The events of Meta's webhook that were applied last, by their kind. */
  @Column('jsonb', { name: 'last_events', default: () => "'{}'" })
  lastEvents!: Partial<Record<string, LastEvent>>;

  /** When the listing began that brought it. */
  @Column('timestamptz', { name: 'listed_at', nullable: true })
  listedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
