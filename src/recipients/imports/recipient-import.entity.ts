import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';

export const RECIPIENT_IMPORT_STATUSES = ['running', 'completed', 'failed', 'interrupted'] as const;
export type RecipientImportStatus = (typeof RECIPIENT_IMPORT_STATUSES)[number];

/** A file of recipients for one campaign. */
@Entity('recipient_imports')
@Index('recipient_imports_campaign_idx', ['campaignId', 'id'])
export class RecipientImport {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'recipient_imports_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'recipient_imports_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey('Campaign', { name: 'recipient_imports_campaign_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'campaign_id' })
  campaignId!: string;

  @Column('varchar', { length: 12 })
  status!: RecipientImportStatus;

  @Column('varchar', { name: 'file_name', length: 255, nullable: true })
  fileName!: string | null;

  @Column('integer', { name: 'rows_read', default: 0 })
  rowsRead!: number;

  @Column('integer', { name: 'rows_added', default: 0 })
  rowsAdded!: number;

  /** Of people who were recipients already, or stand further up in the file. */
  @Column('integer', { name: 'rows_known', default: 0 })
  rowsKnown!: number;

  @Column('integer', { name: 'rows_failed', default: 0 })
  rowsFailed!: number;

  @Column('integer', { name: 'rows_restricted', default: 0 })
  rowsRestricted!: number;

  @Column('integer', { name: 'rows_unsubscribed', default: 0 })
  rowsUnsubscribed!: number;

  @Column('text', { name: 'failure_reason', nullable: true })
  failureReason!: string | null;

  /** In real time: after that the process that ran the import is taken for dead. */
  @Column('timestamptz', { name: 'alive_until' })
  aliveUntil!: Date;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'progress_at' })
  progressAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
