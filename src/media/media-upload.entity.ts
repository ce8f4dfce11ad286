import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { MediaAsset } from './media-asset.entity.js';

/** A file at Meta: every number has its own copy, under an id that lives for 30 days. */
@Entity('media_uploads')
@Index('media_uploads_sender_idx', ['senderId'])
export class MediaUpload {
  @ForeignKey(() => MediaAsset, { name: 'media_uploads_asset_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'asset_id', primaryKeyConstraintName: 'media_uploads_pkey' })
  assetId!: string;

  // By name: senders stand on the same floor, and must not be imported.
  @ForeignKey('Sender', { name: 'media_uploads_sender_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'sender_id', primaryKeyConstraintName: 'media_uploads_pkey' })
  senderId!: string;

  /** Null until the first upload has succeeded. */
  @Column('varchar', { name: 'meta_media_id', length: 64, nullable: true })
  metaMediaId!: string | null;

  @Column('timestamptz', { name: 'uploaded_at', nullable: true })
  uploadedAt!: Date | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** Whose turn it is, or was last. */
  @Column('uuid')
  attempt!: string;

  /** Set while a process uploads; when the process dies, another takes over then. */
  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  /** Why the last attempt failed, for those who waited for it. */
  @Column('text', { nullable: true })
  failure!: string | null;
}
