import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { RecipientState } from './recipient-state.js';

/**
 * One person in one campaign. No index mentions `status`, not even in its condition: five of six changes in the
 * life of a row are changes of its status, and PostgreSQL then leaves every index alone.
 */
@Entity('campaign_recipients')
@Unique('unique_campaign_recipient', ['campaignId', 'phoneNumber'])
@Index('campaign_recipients_argentina_idx', { synchronize: false })
@Index('campaign_recipients_list_idx', ['campaignId', 'id'])
@Index('campaign_recipients_due_idx', ['campaignId', 'scheduledSendDate', 'id'], {
  where: 'slice_id IS NULL',
})
@Index('campaign_recipients_zone_idx', ['campaignId', 'scheduledSendDate', 'zoneId', 'id'], {
  where: 'slice_id IS NULL AND zone_id IS NOT NULL',
})
@Index('campaign_recipients_customer_idx', ['customerId'], { where: 'customer_id IS NOT NULL' })
@Index('campaign_recipients_retry_idx', ['campaignId', 'nextAttemptAt'], {
  where: 'next_attempt_at IS NOT NULL',
})
@Index('campaign_recipients_failed_idx', ['campaignId', 'failedAt'], { where: 'failed_at IS NOT NULL' })
@Index('campaign_recipients_error_idx', ['campaignId', 'errorCode', 'id'], {
  where: 'error_code IS NOT NULL',
})
@Index('campaign_recipients_reason_idx', { synchronize: false })
@Index('campaign_recipients_day_idx', ['campaignId', 'scheduledSendDate', 'id'], {
  where: 'slice_id IS NOT NULL',
})
@Index('campaign_recipients_replies_idx', ['campaignId', 'id'], { where: 'responded_at IS NOT NULL' })
export class CampaignRecipient {
  @PrimaryColumn('uuid', {
    primaryKeyConstraintName: 'campaign_recipients_pkey',
    default: () => 'new_id()',
  })
  id!: string;

  @ForeignKey('Campaign', { name: 'campaign_recipients_campaign_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'campaign_id' })
  campaignId!: string;

  /** E.164 in its one spelling; see rules/phone/number-variants.ts. */
  @Column('varchar', { name: 'phone_number', length: 16 })
  phoneNumber!: string;

  /** No foreign key: deleting a profile keeps the record of what was sent to it. */
  @Column('uuid', { name: 'customer_id', nullable: true })
  customerId!: string | null;

  @Column('varchar', { length: 200, nullable: true })
  name!: string | null;

  /** Values of the template's placeholders; positional ones under `1`, `2` and so on. */
  @Column('jsonb', { nullable: true })
  variables!: Record<string, unknown> | null;

  @Column('varchar', { length: 12, default: 'pending' })
  status!: RecipientState;

  @Column('date', { name: 'scheduled_send_date', nullable: true })
  scheduledSendDate!: string | null;

  /** Whose clock its window is read on, in a campaign that sends in the recipients' zones. */
  @Column('smallint', { name: 'zone_id', nullable: true })
  zoneId!: number | null;

  /** The slice that holds it. Null while it waits for a slice, including for a retry. */
  @Column('uuid', { name: 'slice_id', nullable: true })
  sliceId!: string | null;

  @Column('text', { name: 'whatsapp_message_id', nullable: true })
  whatsappMessageId!: string | null;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt!: Date | null;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt!: Date | null;

  @Column('timestamptz', { name: 'read_at', nullable: true })
  readAt!: Date | null;

  @Column('timestamptz', { name: 'responded_at', nullable: true })
  respondedAt!: Date | null;

  @Column('timestamptz', { name: 'clicked_at', nullable: true })
  clickedAt!: Date | null;

  @Column('timestamptz', { name: 'failed_at', nullable: true })
  failedAt!: Date | null;

  @Column('text', { name: 'failure_reason', nullable: true })
  failureReason!: string | null;

  @Column('integer', { name: 'error_code', nullable: true })
  errorCode!: number | null;

  /** Sends so far; each is a row of whatsapp_messages. */
  @Column('smallint', { default: 0 })
  attempts!: number;

  /** When the latest send began. */
  @Column('timestamptz', { name: 'attempted_at', nullable: true })
  attemptedAt!: Date | null;

  /** Sends after a failure of this recipient. Sending again because Meta was at capacity does not count as a retry. */
  @Column('smallint', { name: 'retry_count', default: 0 })
  retryCount!: number;

  @Column('timestamptz', { name: 'last_retry_at', nullable: true })
  lastRetryAt!: Date | null;

  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt!: Date | null;

  @Column('text', { name: 'response_message', nullable: true })
  responseMessage!: string | null;

  /** By the campaign's own rule when it was sent, not by a list: chosen again when the rule changes before the start. */
  @Column('boolean', { name: 'is_chosen', default: false })
  isChosen!: boolean;

  /** Of an experiment, by number; 0: the control group, which gets no message; null: not part of one. */
  @Column('smallint', { nullable: true })
  variant!: number | null;

  /** Which phase of the experiment it belongs to: 0 first, 1 once the experiment is decided. */
  @Column('smallint', { default: 0 })
  wave!: number;

  /** When its person opted out, if that was within 72 hours of the message. */
  @Column('timestamptz', { name: 'opted_out_at', nullable: true })
  optedOutAt!: Date | null;

  /** The first order or other conversion that is attributed to its message. */
  @Column('timestamptz', { name: 'converted_at', nullable: true })
  convertedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
