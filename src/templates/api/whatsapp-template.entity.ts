import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';

/** A template in one language, as Meta told us last. What Meta no longer lists stays as DELETED: campaigns name it. */
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

  /** What Meta has announced to make of it. */
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

  /** As of when all this is true: news from before it must not overwrite it. */
  @Column('timestamptz', { name: 'synced_at' })
  syncedAt!: Date;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
