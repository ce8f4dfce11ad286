import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Sender } from '../../senders/accounts/sender.entity.js';
import type { MessagePurpose } from '../log/message-state.js';

export type OutboxState = 'waiting' | 'sending' | 'done' | 'failed' | 'expired';

/** A single message that is to go out once: written in the transaction that wants it, sent after it. */
@Entity('message_outbox')
@Unique('message_outbox_once', ['organizationId', 'dedupeKey'])
@Check('message_outbox_state_check', `state IN ('waiting', 'sending', 'done', 'failed', 'expired')`)
@Index('message_outbox_due_idx', ['dueAt'], { where: `state IN ('waiting', 'sending')` })
@Index('message_outbox_sender_idx', ['senderId'])
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

  /** What makes it the same message: said twice, it is sent once. */
  @Column('varchar', { name: 'dedupe_key', length: 200 })
  dedupeKey!: string;

  @Column('varchar', { name: 'phone_number', length: 16, nullable: true })
  phoneNumber!: string | null;

  @Column('varchar', { name: 'whatsapp_user_id', length: 160, nullable: true })
  whatsappUserId!: string | null;

  @Column('uuid', { name: 'customer_id', nullable: true })
  customerId!: string | null;

  @Column('jsonb')
  payload!: Record<string, unknown>;

  @Column('varchar', { length: 10, default: 'waiting' })
  state!: OutboxState;

  @Column('smallint', { default: 0 })
  attempts!: number;

  /** While it waits: when it may go. While it is being sent: since when. */
  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  /** An answer that comes too late is worse than none. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
