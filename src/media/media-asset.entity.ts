import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../access/organizations/organization.entity.js';
import type { MediaKind } from './judge-media.js';

/** A file that messages carry. It is private: only its organization and Meta get it. */
@Entity('media_assets')
@Check('media_assets_kind_check', `kind IN ('image', 'video', 'document')`)
@Check('media_assets_storage_check', `storage IN ('disk', 's3')`)
@Index('media_assets_content_idx', ['organizationId', 'sha256'], {
  unique: true,
  where: 'removing_since IS NULL',
})
@Index('media_assets_list_idx', ['organizationId', 'id'])
@Index('media_assets_removing_idx', ['removingSince'], { where: 'removing_since IS NOT NULL' })
export class MediaAsset {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'media_assets_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'media_assets_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  /** Of the bytes, in hexadecimal: the same file is stored once. */
  @Column('varchar', { length: 64 })
  sha256!: string;

  @Column('varchar', { length: 10 })
  kind!: MediaKind;

  @Column('varchar', { name: 'content_type', length: 100 })
  contentType!: string;

  @Column('integer')
  bytes!: number;

  /** A document shows it to the customer unless the message names another. */
  @Column('varchar', { name: 'file_name', length: 255, nullable: true })
  fileName!: string | null;

  @Column('varchar', { length: 8 })
  storage!: 'disk' | 's3';

  /** Set while its file is being removed: from then on it does not exist. */
  @Column('timestamptz', { name: 'removing_since', nullable: true })
  removingSince!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
