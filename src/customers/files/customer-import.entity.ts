import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';

export const IMPORT_STATUSES = ['running', 'completed', 'failed', 'interrupted'] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

@Entity('customer_imports')
@Index('customer_imports_organization_idx', ['organizationId', 'id'])
export class CustomerImport {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'customer_imports_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'customer_imports_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('varchar', { length: 12 })
  status!: ImportStatus;

  @Column('varchar', { name: 'file_name', length: 255, nullable: true })
  fileName!: string | null;

  @Column('integer', { name: 'rows_read', default: 0 })
  rowsRead!: number;

  @Column('integer', { name: 'rows_created', default: 0 })
  rowsCreated!: number;

  @Column('integer', { name: 'rows_updated', default: 0 })
  rowsUpdated!: number;

  @Column('integer', { name: 'rows_unchanged', default: 0 })
  rowsUnchanged!: number;

  @Column('integer', { name: 'rows_failed', default: 0 })
  rowsFailed!: number;

  @Column('text', { name: 'failure_reason', nullable: true })
  failureReason!: string | null;

  /** Where, when and in which words the people on the list agreed, as the importer says. */
  @Column('varchar', { name: 'consent_source', length: 200, nullable: true })
  consentSource!: string | null;

  @Column('timestamptz', { name: 'consent_at', nullable: true })
  consentAt!: Date | null;

  @Column('varchar', { name: 'consent_text', length: 2_000, nullable: true })
  consentText!: string | null;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'progress_at' })
  progressAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
