import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Sender } from '../../senders/accounts/sender.entity.js';
import type { MessagePurpose } from '../log/message-state.js';
import type { MessageFallback, MessageHours } from './new-outbox-message.js';
import type { WaitReason } from './wait-reason.js';

export const OUTBOX_STATES = ['waiting', 'sending', 'done', 'failed', 'expired', 'skipped'] as const;
export type OutboxState = (typeof OUTBOX_STATES)[number];

/** A single message to be sent once: written in the transaction that needs it, sent after its commit. */
@Entity('message_outbox')
@Unique('message_outbox_once', ['organizationId', 'dedupeKey'])
@Check(
  'message_outbox_state_check',
  `state IN ('waiting', 'sending', 'done', 'failed', 'expired', 'skipped')`,
)
@Check('message_outbox_priority_check', 'priority BETWEEN 1 AND 10')
@Index('message_outbox_turn_idx', ['senderId', 'priority', 'isMarketing', 'dueAt'], {
  where: `state = 'waiting'`,
})
@Index('message_outbox_due_idx', ['dueAt'], { where: `state IN ('waiting', 'sending')` })
@Index('message_outbox_ended_idx', ['expiresAt'], {
  where: `state IN ('done', 'failed', 'expired', 'skipped')`,
})
@Index('message_outbox_quota_idx', ['senderId', 'priority', 'isMarketing', 'id'], {
  where: `state = 'waiting' AND wait_reason = 'quota'`,
})
@Index('message_outbox_halted_idx', ['senderId'], {
  where: `state = 'waiting' AND wait_reason = 'sender'`,
})
@Index('message_outbox_sender_idx', ['senderId'])
@Index('message_outbox_open_idx', ['organizationId', 'id'], { where: `state <> 'done'` })
export class OutboxMessage {
  /** Also the id of its row in whatsapp_messages. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'message_outbox_pkey' })
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey(() => Sender, { name: 'message_outbox_sender_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'sender_id' })
  senderId!: string;

  @Column('varchar', { length: 20 })
  purpose!: MessagePurpose;

  /** Identifies the message: written twice, it is sent once. */
  @Column('text', { name: 'dedupe_key' })
  dedupeKey!: string;

  @Column('varchar', { name: 'phone_number', length: 16, nullable: true })
  phoneNumber!: string | null;

  @Column('varchar', { name: 'whatsapp_user_id', length: 160, nullable: true })
  whatsappUserId!: string | null;

  @Column('uuid', { name: 'customer_id', nullable: true })
  customerId!: string | null;

  @Column('jsonb')
  payload!: Record<string, unknown>;

  /** Of its template: MARKETING, UTILITY, AUTHENTICATION. Null: free-form. */
  @Column('varchar', { length: 20, nullable: true })
  category!: string | null;

  /** Judged as marketing: consent, country and frequency cap. */
  @Column('boolean', { name: 'is_marketing', default: false })
  isMarketing!: boolean;

  /** Free-form: skipped when the service window is closed, unless something goes instead. */
  @Column('boolean', { name: 'needs_open_window', default: false })
  needsOpenWindow!: boolean;

  /** The hours of the day in which it may go. Null: any. */
  @Column('jsonb', { nullable: true })
  window!: MessageHours | null;

  /** 1 to 10; 1 goes first. */
  @Column('smallint', { default: 5 })
  priority!: number;

  /** Goes instead when the service window is closed. */
  @Column('jsonb', { nullable: true })
  fallback!: MessageFallback | null;

  @Column('uuid', { name: 'automation_run_id', nullable: true })
  automationRunId!: string | null;

  /** Why `dueAt` is later than it might be; null: nothing holds it up. */
  @Column('varchar', { name: 'wait_reason', length: 10, nullable: true })
  waitReason!: WaitReason | null;

  @Column('text', { name: 'skip_reason', nullable: true })
  skipReason!: string | null;

  @Column('varchar', { length: 10, default: 'waiting' })
  state!: OutboxState;

  @Column('smallint', { default: 0 })
  attempts!: number;

  /** While it waits: when it may go. While it is being sent: since when. */
  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  /** A late answer is worse than none. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
