import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import { Catalog } from '../catalogs/catalog.entity.js';
import { SyncRun } from '../calls/sync-run.entity.js';

/** One `items_batch` call: stored before it is made, its handle after. */
@Entity('whatsapp_sync_batches')
@Check('whatsapp_sync_batches_status_check', `status IN ('sending', 'polling', 'finished', 'failed', 'lost')`)
@Index('whatsapp_sync_batches_run_idx', ['runId', 'id'])
@Index('whatsapp_sync_batches_open_idx', ['catalogId', 'nextPollAt'], {
  where: `status IN ('sending', 'polling')`,
})
@Index('whatsapp_sync_batches_handle_idx', ['catalogId', 'handle'])
export class SyncBatch {
  @PrimaryColumn('uuid', {
    primaryKeyConstraintName: 'whatsapp_sync_batches_pkey',
    default: () => 'new_id()',
  })
  id!: string;

  @ForeignKey(() => Organization, { name: 'whatsapp_sync_batches_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey(() => Catalog, { name: 'whatsapp_sync_batches_catalog_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'catalog_id' })
  catalogId!: string;

  @ForeignKey(() => SyncRun, { name: 'whatsapp_sync_batches_run_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'run_id' })
  runId!: string;

  @Column('varchar', { length: 10 })
  status!: 'sending' | 'polling' | 'finished' | 'failed' | 'lost';

  @Column('varchar', { length: 500, nullable: true })
  handle!: string | null;

  @Column('integer')
  items!: number;

  @Column('integer', { default: 0 })
  polls!: number;

  @Column('timestamptz', { name: 'next_poll_at', nullable: true })
  nextPollAt!: Date | null;

  @Column('integer', { name: 'errors_total', nullable: true })
  errorsTotal!: number | null;

  @Column('jsonb', { default: [] })
  problems!: Record<string, unknown>[];

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt!: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
