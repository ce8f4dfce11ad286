import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import { Catalog } from '../catalogs/catalog.entity.js';

export const SYNC_RUN_STATUSES = ['queued', 'running', 'completed', 'partial', 'failed', 'stopped'] as const;
export type SyncRunStatus = (typeof SYNC_RUN_STATUSES)[number];

export const SYNC_PHASES = ['connect', 'read', 'push', 'settle'] as const;
export type SyncPhase = (typeof SYNC_PHASES)[number];

/** One synchronisation of a catalog with Meta. */
@Entity('whatsapp_sync_runs')
@Check('whatsapp_sync_runs_mode_check', `mode IN ('full', 'push')`)
@Check('whatsapp_sync_runs_trigger_check', `trigger IN ('manual', 'auto', 'webhook', 'schedule')`)
@Check(
  'whatsapp_sync_runs_status_check',
  `status IN ('queued', 'running', 'completed', 'partial', 'failed', 'stopped')`,
)
@Check('whatsapp_sync_runs_phase_check', `phase IN ('connect', 'read', 'push', 'settle')`)
@Index('whatsapp_sync_runs_open_idx', ['catalogId'], {
  unique: true,
  where: `status IN ('queued', 'running')`,
})
@Index('whatsapp_sync_runs_list_idx', ['catalogId', 'id'])
@Index('whatsapp_sync_runs_due_idx', ['waitingUntil'], { where: `status IN ('queued', 'running')` })
export class SyncRun {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'whatsapp_sync_runs_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'whatsapp_sync_runs_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey(() => Catalog, { name: 'whatsapp_sync_runs_catalog_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'catalog_id' })
  catalogId!: string;

  @Column('varchar', { length: 8 })
  mode!: 'full' | 'push';

  @Column('varchar', { length: 10 })
  trigger!: 'manual' | 'auto' | 'webhook' | 'schedule';

  @Column('boolean', { name: 'is_dry_run', default: false })
  isDryRun!: boolean;

  @Column('varchar', { length: 10 })
  status!: SyncRunStatus;

  @Column('varchar', { length: 8, default: 'connect' })
  phase!: SyncPhase;

  /** Another run follows this one. */
  @Column('boolean', { default: false })
  again!: boolean;

  @Column('boolean', { name: 'stop_requested', default: false })
  stopRequested!: boolean;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz', { name: 'waiting_until', nullable: true })
  waitingUntil!: Date | null;

  /** Where a run that is taken over continues. */
  @Column('jsonb', { default: {} })
  progress!: Record<string, unknown>;

  @Column('integer', { default: 0 })
  created!: number;

  @Column('integer', { default: 0 })
  updated!: number;

  @Column('integer', { default: 0 })
  deleted!: number;

  @Column('integer', { name: 'pulled_created', default: 0 })
  pulledCreated!: number;

  @Column('integer', { name: 'pulled_updated', default: 0 })
  pulledUpdated!: number;

  @Column('integer', { default: 0 })
  conflicts!: number;

  @Column('integer', { default: 0 })
  rejected!: number;

  @Column('integer', { name: 'not_ready', default: 0 })
  notReady!: number;

  @Column('integer', { default: 0 })
  unchanged!: number;

  @Column('integer', { default: 0 })
  missing!: number;

  @Column('integer', { name: 'calls_write', default: 0 })
  callsWrite!: number;

  @Column('integer', { name: 'calls_poll', default: 0 })
  callsPoll!: number;

  @Column('integer', { name: 'calls_read', default: 0 })
  callsRead!: number;

  @Column('jsonb', { default: [] })
  problems!: Record<string, unknown>[];

  @Column('jsonb', { nullable: true })
  plan!: unknown;

  @Column('text', { name: 'failure_reason', nullable: true })
  failureReason!: string | null;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
