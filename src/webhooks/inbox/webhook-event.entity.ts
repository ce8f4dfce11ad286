import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { WebhookEventStatus } from './webhook-event-status.js';

/** One POST of Meta's. */
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

  /** Whom it is about: the first organization until that is known, and when it is about several or nobody known. */
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt!: Date;

  /** Which app secret: whoever knows only their own must not report about the numbers of others. */
  @Column('varchar', { name: 'signed_with', length: 16 })
  signedWith!: string;

  /** The bytes as they came: what was signed, and what a later version may read better. */
  @Column('bytea')
  body!: Buffer;

  @Column('varchar', { length: 10, default: 'received' })
  status!: WebhookEventStatus;

  @Column('smallint', { default: 0 })
  attempts!: number;

  @Column('timestamptz', { name: 'next_attempt_at', nullable: true })
  nextAttemptAt!: Date | null;

  /** What has not taken effect yet; empty on a new event, where everything is open. */
  @Column('text', { name: 'open_parts', array: true, default: () => "'{}'" })
  openParts!: string[];

  @Column('text', { name: 'failure_reason', nullable: true })
  failureReason!: string | null;

  @Column('timestamptz', { name: 'processed_at', nullable: true })
  processedAt!: Date | null;
}
