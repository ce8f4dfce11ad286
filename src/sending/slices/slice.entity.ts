import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Day } from '../../rules/calendar/day.js';

/**
 * `waiting` until it is due; `taken` by a worker until the lease expires; `in_doubt`: all recipients were attempted,
 * and the outcome of some is unknown; `done`.
 */
export type SliceState = 'waiting' | 'taken' | 'in_doubt' | 'done';

/** Recipients of one campaign that are sent together: at most a hundred, or ten seconds' worth of its rate. */
@Entity('campaign_slices')
@Check('campaign_slices_state_check', `state IN ('waiting', 'taken', 'in_doubt', 'done')`)
@Index('campaign_slices_open_idx', ['dueAt'], { where: `state IN ('waiting', 'taken')` })
@Index('campaign_slices_campaign_idx', ['campaignId'], { where: `state IN ('waiting', 'taken')` })
@Index('campaign_slices_doubt_idx', ['lastClaimAt'], { where: `state = 'in_doubt'` })
@Index('campaign_slices_pace_idx', ['campaignId', 'lastClaimAt'])
export class Slice {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'campaign_slices_pkey' })
  id!: string;

  @ForeignKey('Campaign', { name: 'campaign_slices_campaign_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'campaign_id' })
  campaignId!: string;

  @Column('uuid', { name: 'sender_id' })
  senderId!: string;

  /** The local day whose allowance its recipients use. */
  @Column('date', { name: 'send_date' })
  sendDate!: Day;

  /** Its recipients have ids in this range and carry the id of the slice. */
  @Column('uuid', { name: 'first_recipient' })
  firstRecipient!: string;

  @Column('uuid', { name: 'last_recipient' })
  lastRecipient!: string;

  @Column('integer')
  size!: number;

  @Column('varchar', { length: 10, default: 'waiting' })
  state!: SliceState;

  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  @Column('integer', { default: 0 })
  tries!: number;

  @Column('timestamptz', { name: 'leased_until', nullable: true })
  leasedUntil!: Date | null;

  /** When recipients of it were last claimed. */
  @Column('timestamptz', { name: 'last_claim_at', nullable: true })
  lastClaimAt!: Date | null;

  /** When its recipients in doubt are looked through next; null: at once. */
  @Column('timestamptz', { name: 'look_at', nullable: true })
  lookAt!: Date | null;

  /** Its recipients share this clock; null: that of the campaign. */
  @Column('smallint', { name: 'zone_id', nullable: true })
  zoneId!: number | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
