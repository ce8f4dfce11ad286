import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import { Catalog } from '../catalogs/catalog.entity.js';

export const PRODUCT_IMPORT_STATUSES = ['running', 'completed', 'failed', 'interrupted'] as const;
export type ProductImportStatus = (typeof PRODUCT_IMPORT_STATUSES)[number];

@Entity('product_imports')
@Index('product_imports_catalog_idx', ['catalogId', 'id'])
export class ProductImport {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'product_imports_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'product_imports_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey(() => Catalog, { name: 'product_imports_catalog_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'catalog_id' })
  catalogId!: string;

  @Column('varchar', { length: 12 })
  status!: ProductImportStatus;

  @Column('varchar', { length: 8 })
  mode!: string;

  @Column('varchar', { length: 8 })
  stock!: string;

  @Column('boolean', { name: 'is_dry_run', default: false })
  isDryRun!: boolean;

  @Column('varchar', { name: 'file_name', length: 255, nullable: true })
  fileName!: string | null;

  @Column('jsonb', { default: [] })
  warnings!: string[];

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

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'progress_at' })
  progressAt!: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;
}
