import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ConsentKind } from './consent.js';

/** Evidence of one consent event. Rows are only added; the database rejects updates and deletes. */
@Entity('consent_events')
@Check(
  'consent_events_kind_check',
  `kind IN ('opt_in', 'start', 'resume', 'import', 'opt_out', 'stop', 'stop_preference')`,
)
@Index('consent_events_profile_idx', ['profileId', 'id'])
@Index('consent_events_identity_idx', ['identityHash', 'id'])
export class ConsentEventRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'consent_events_pkey', default: () => 'new_id()' })
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  /** No foreign key: the evidence outlives the profile. */
  @Column('uuid', { name: 'profile_id', nullable: true })
  profileId!: string | null;

  @Column('varchar', { name: 'identity_hash', length: 64 })
  identityHash!: string;

  @Column('varchar', { length: 20 })
  kind!: ConsentKind;

  @Column('varchar', { length: 30 })
  source!: string;

  @Column('jsonb', { default: () => "'{}'" })
  evidence!: Record<string, unknown>;

  @Column('uuid', { name: 'key_id', nullable: true })
  keyId!: string | null;

  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt!: Date;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: Date;
}
