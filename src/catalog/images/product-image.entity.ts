import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';

/** An image that we serve, under the hash of its bytes. */
@Entity('whatsapp_images')
@Check('whatsapp_images_type_check', `content_type IN ('image/jpeg', 'image/png')`)
@Check('whatsapp_images_storage_check', `storage IN ('disk', 's3')`)
@Index('whatsapp_images_unnamed_idx', ['lastNamedAt'])
export class ProductImage {
  @ForeignKey(() => Organization, { name: 'whatsapp_images_organization_fkey' })
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'whatsapp_images_pkey' })
  organizationId!: string;

  @PrimaryColumn('varchar', { length: 64, primaryKeyConstraintName: 'whatsapp_images_pkey' })
  sha256!: string;

  @Column('varchar', { name: 'content_type', length: 20 })
  contentType!: 'image/jpeg' | 'image/png';

  @Column('integer')
  bytes!: number;

  @Column('integer')
  width!: number;

  @Column('integer')
  height!: number;

  @Column('varchar', { length: 8 })
  storage!: 'disk' | 's3';

  /** When it was uploaded, or when a product was last seen to name it. */
  @Column('timestamptz', { name: 'last_named_at' })
  lastNamedAt!: Date;

  /** Set while its file is being removed. */
  @Column('timestamptz', { name: 'removing_since', nullable: true })
  removingSince!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
