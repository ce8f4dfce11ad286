import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import { SyncRun } from '../calls/sync-run.entity.js';

/** An item that only Meta knows, from the moment it was read until its product exists. */
@Entity('whatsapp_sync_finds')
@Index('whatsapp_sync_finds_group_idx', ['runId', 'groupId'])
export class SyncFind {
  @ForeignKey(() => SyncRun, { name: 'whatsapp_sync_finds_run_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'run_id', primaryKeyConstraintName: 'whatsapp_sync_finds_pkey' })
  runId!: string;

  @PrimaryColumn({
    type: 'text',
    name: 'retailer_id',
    collation: 'C',
    primaryKeyConstraintName: 'whatsapp_sync_finds_pkey',
  })
  retailerId!: string;

  /** The retailer id of its group, or its own. */
  @Column({ type: 'text', name: 'group_id', collation: 'C' })
  groupId!: string;

  @ForeignKey(() => Organization, { name: 'whatsapp_sync_finds_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('jsonb')
  item!: Record<string, unknown>;
}
