import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { MessageDirection, MessagePurpose, MessageState } from './message-state.js';

/**
 * One message that went out or came in. A campaign's attempt is written here before it is made, so that a crash
 * leaves a trace of it.
 */
@Entity('whatsapp_messages')
@Check('whatsapp_messages_direction_check', `direction IN ('in', 'out')`)
@Check(
  'whatsapp_messages_status_check',
  `status IN ('sending', 'unknown', 'accepted', 'held', 'sent', 'delivered', 'read', 'failed', 'received')`,
)
@Index('whatsapp_messages_wamid_idx', ['whatsappMessageId'], {
  unique: true,
  where: 'whatsapp_message_id IS NOT NULL',
})
@Index('whatsapp_messages_attempt_idx', ['recipientId', 'attempt'], {
  unique: true,
  where: 'recipient_id IS NOT NULL',
})
// BRIN, which TypeORM cannot express.
@Index('whatsapp_messages_created_idx', { synchronize: false })
@Index('whatsapp_messages_person_idx', ['organizationId', 'phoneNumber', 'id'])
@Index('whatsapp_messages_purpose_idx', ['organizationId', 'purpose', 'id'], {
  where: `recipient_id IS NULL AND direction = 'out'`,
})
@Index('whatsapp_messages_user_idx', ['organizationId', 'whatsappUserId', 'id'], {
  where: 'phone_number IS NULL',
})
export class Message {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'whatsapp_messages_pkey', default: () => 'new_id()' })
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('uuid', { name: 'sender_id', nullable: true })
  senderId!: string | null;

  @Column('varchar', { length: 3 })
  direction!: MessageDirection;

  @Column('varchar', { length: 20 })
  purpose!: MessagePurpose;

  /** E.164 in its canonical spelling; null for a person known by user id only. */
  @Column('varchar', { name: 'phone_number', length: 16, nullable: true })
  phoneNumber!: string | null;

  @Column('varchar', { name: 'whatsapp_user_id', length: 160, nullable: true })
  whatsappUserId!: string | null;

  @Column('uuid', { name: 'customer_id', nullable: true })
  customerId!: string | null;

  @Column('uuid', { name: 'campaign_id', nullable: true })
  campaignId!: string | null;

  @Column('uuid', { name: 'recipient_id', nullable: true })
  recipientId!: string | null;

  /** Which send to this recipient it is: 1, 2 ... */
  @Column('smallint', { nullable: true })
  attempt!: number | null;

  /** Meta's word: template, text, button, order ... */
  @Column('varchar', { length: 20 })
  type!: string;

  @Column('varchar', { name: 'template_name', length: 512, nullable: true })
  templateName!: string | null;

  /** Of the template at the time: MARKETING, UTILITY, AUTHENTICATION. */
  @Column('varchar', { length: 20, nullable: true })
  category!: string | null;

  /** The text; null for campaigns, whose template has it. */
  @Column('jsonb', { nullable: true })
  content!: Record<string, unknown> | null;

  @Column('varchar', { length: 12 })
  status!: MessageState;

  @Column('text', { name: 'whatsapp_message_id', nullable: true })
  whatsappMessageId!: string | null;

  /** The message this one answers. */
  @Column('text', { name: 'context_message_id', nullable: true })
  contextMessageId!: string | null;

  /** When the attempt began, or when the person wrote. */
  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'accepted_at', nullable: true })
  acceptedAt!: Date | null;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt!: Date | null;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt!: Date | null;

  @Column('timestamptz', { name: 'read_at', nullable: true })
  readAt!: Date | null;

  @Column('timestamptz', { name: 'failed_at', nullable: true })
  failedAt!: Date | null;

  /** When Meta said that it holds the message back to assess the template first. */
  @Column('timestamptz', { name: 'held_at', nullable: true })
  heldAt!: Date | null;

  /** When the answer to the send was lost. */
  @Column('timestamptz', { name: 'doubted_at', nullable: true })
  doubtedAt!: Date | null;

  @Column('integer', { name: 'error_code', nullable: true })
  errorCode!: number | null;

  @Column('integer', { name: 'error_subcode', nullable: true })
  errorSubcode!: number | null;

  @Column('text', { name: 'error_title', nullable: true })
  errorTitle!: string | null;

  @Column('text', { name: 'error_details', nullable: true })
  errorDetails!: string | null;

  @Column('varchar', { name: 'fbtrace_id', length: 64, nullable: true })
  fbtraceId!: string | null;

  @Column('smallint', { name: 'http_status', nullable: true })
  httpStatus!: number | null;

  @Column('varchar', { name: 'pricing_category', length: 40, nullable: true })
  pricingCategory!: string | null;

  @Column('varchar', { name: 'pricing_type', length: 40, nullable: true })
  pricingType!: string | null;

  @Column('boolean', { name: 'is_billable', nullable: true })
  isBillable!: boolean | null;
}
