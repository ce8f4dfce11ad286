import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { WebhookEventStatus } from './webhook-event-status.js';

/** One POST from Meta. */
@Entity('webhook_events')
@Check('webhook_events_status_check', `status IN ('received', 'retry', 'processed', 'unhandled', 'failed')`)
@Index('webhook_events_inbox_idx', ['id'], { where: `status = 'received'` })
@Index('webhook_events_retry_idx', ['nextAttemptAt'], { where: `status = 'retry'` })
@Index('webhook_events_open_idx', ['organizationId', 'id'], {
  where: `status IN ('retry', 'unhandled', 'failed')`,
})
@Index('webhook_events_list_idx', ['organizationId', 'id'])
export class WebhookEvent {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'webhook_events_pkey' })
  id!: string;

  /** The organization it is about; the first organization while that is unknown, or if it is about several or none. */
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  /** The fingerprint of the app secret: the holder of one secret must not report about the numbers of others. */
  @Column('varchar', { name: 'signed_with', length: 16 })
  signedWith!: string;

  /** The original bytes: they were signed, and a later version may parse more of them. */
  @Column('bytea')
  body!: Buffer;

  @Column('varchar', { length: 10, default: 'received' })
  status!: WebhookEventStatus;

  @Column('smallint', { default: 0 })
  attempts!: number;

  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt!: Date | null;

  /** What has not taken effect yet. Empty on a new event, where everything is open. */
  @Column('text', { name: 'open_parts', array: true, default: () => "'{}'" })
  openParts!: string[];

  @Column('text', { name: 'failure_reason', nullable: true })
  failureReason!: string | null;

  @Column('timestamptz', { name: 'processed_at', nullable: true })
  processedAt!: Date | null;
}
