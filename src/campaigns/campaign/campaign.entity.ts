import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import type { Day } from '../../rules/calendar/day.js';
import { Sender } from '../../senders/accounts/sender.entity.js';
import type { CampaignState } from './campaign-state.js';
import type { TargetType } from './target-type.js';

export type PlanDue = 'own' | 'below';

/** One campaign, created through either API. Triggers keep the counters; nothing here writes them. */
@Entity('marketing_campaigns')
@Index('marketing_campaigns_sender_idx', ['senderId'])
@Index('marketing_campaigns_list_idx', ['organizationId', 'id'])
@Index('marketing_campaigns_running_idx', ['status', 'id'], { where: "status IN ('scheduled', 'active')" })
@Index('marketing_campaigns_feed_idx', ['feedAt'], { where: "status = 'active'" })
@Index('marketing_campaigns_plan_idx', ['planAt'], { where: "status IN ('scheduled', 'active')" })
@Index('marketing_campaigns_stopped_plan_idx', ['planAt'], { where: 'plan_due IS NOT NULL' })
@Index('marketing_campaigns_series_idx', ['seriesId', 'id'], { where: 'series_id IS NOT NULL' })
@Check('marketing_campaigns_plan_due_check', `plan_due IN ('own', 'below')`)
export class Campaign {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'marketing_campaigns_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'marketing_campaigns_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey(() => Sender, { name: 'marketing_campaigns_sender_fkey' })
  @Column('uuid', { name: 'sender_id', nullable: true })
  senderId!: string | null;

  @Column('varchar', { length: 200 })
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('varchar', { name: 'template_name', length: 512 })
  templateName!: string;

  @Column('varchar', { name: 'language_code', length: 20, default: 'en_US' })
  languageCode!: string;

  /** Fills the template where a recipient has no value of its own. */
  @Column('jsonb', { name: 'template_variables', nullable: true })
  templateVariables!: Record<string, unknown> | null;

  /** The Cloud API component array given to the Marketing API, sent as it is with its placeholders filled. */
  @Column('jsonb', { name: 'template_components', nullable: true })
  templateComponents!: unknown[] | null;

  /** Where the tracked buttons of the message lead, by place. */
  @Column('jsonb', { nullable: true })
  links!: Record<string, unknown> | null;

  @Column('varchar', { name: 'target_type', length: 12, default: 'manual' })
  targetType!: TargetType;

  @Column('jsonb', { name: 'target_audience', nullable: true })
  targetAudience!: Record<string, unknown> | null;

  @Column('jsonb', { name: 'segment_query', nullable: true })
  segmentQuery!: Record<string, unknown> | null;

  @Column('uuid', { name: 'source_campaign_id', nullable: true })
  sourceCampaignId!: string | null;

  @Column('varchar', { length: 12, default: 'draft' })
  status!: CampaignState;

  @Column('text', { name: 'status_reason', nullable: true })
  statusReason!: string | null;

  @Column('timestamptz', { name: 'status_changed_at' })
  statusChangedAt!: Date;

  @Column('smallint', { default: 5 })
  priority!: number;

  /** The maximum number of recipients per local calendar day; null: no limit of its own. */
  @Column('integer', { name: 'daily_send_limit', nullable: true })
  dailySendLimit!: number | null;

  /** Messages per minute; null: as fast as the sender allows. */
  @Column('integer', { name: 'rate_limit', nullable: true })
  rateLimit!: number | null;

  @Column('boolean', { name: 'retry_failed', default: true })
  retryFailed!: boolean;

  @Column('smallint', { name: 'max_retries', default: 3 })
  maxRetries!: number;

  @Column('timestamptz', { name: 'scheduled_for', nullable: true })
  scheduledFor!: Date | null;

  @Column('date', { name: 'start_date', nullable: true })
  startDate!: Day | null;

  /** Both null and not turned off: the installation's window applies. */
  @Column('varchar', { name: 'send_window_start', length: 5, nullable: true })
  sendWindowStart!: string | null;

  @Column('varchar', { name: 'send_window_end', length: 5, nullable: true })
  sendWindowEnd!: string | null;

  @Column('boolean', { name: 'send_window_off', default: false })
  sendWindowOff!: boolean;

  @Column('varchar', { name: 'time_zone', length: 64, default: 'UTC' })
  timeZone!: string;

  /** The window and the hours of variants are read on the clock of each recipient. */
  @Column('boolean', { name: 'send_in_recipient_zone', default: false })
  sendInRecipientZone!: boolean;

  /** Some variant has an hour of its own: set when the campaign starts. */
  @Column('boolean', { name: 'has_send_times', default: false })
  hasSendTimes!: boolean;

  @Column('text', { array: true, default: '{}' })
  tags!: string[];

  @Column('integer', { name: 'total_target_customers', default: 0 })
  totalTargetCustomers!: number;

  @Column('integer', { name: 'messages_pending', default: 0 })
  messagesPending!: number;

  @Column('integer', { name: 'messages_sent', default: 0 })
  messagesSent!: number;

  @Column('integer', { name: 'messages_delivered', default: 0 })
  messagesDelivered!: number;

  @Column('integer', { name: 'messages_read', default: 0 })
  messagesRead!: number;

  @Column('integer', { name: 'messages_responded', default: 0 })
  messagesResponded!: number;

  @Column('integer', { name: 'messages_failed', default: 0 })
  messagesFailed!: number;

  @Column('integer', { name: 'messages_skipped', default: 0 })
  messagesSkipped!: number;

  @Column('integer', { name: 'messages_opted_out', default: 0 })
  messagesOptedOut!: number;

  @Column('date', { name: 'estimated_completion_date', nullable: true })
  estimatedCompletionDate!: Day | null;

  /** The portfolio's messaging limit when the plan was made. If it is different now, the plan is out of date. */
  @Column('integer', { name: 'planned_limit', nullable: true })
  plannedLimit!: number | null;

  /** When the plan is looked at next; null: at once. */
  @Column('timestamptz', { name: 'plan_at', nullable: true })
  planAt!: Date | null;

  /** `own`: the plan is out of date. `below`: it is right, and the campaigns ranked below are planned around an old one. */
  @Column('varchar', { name: 'plan_due', length: 5, nullable: true })
  planDue!: PlanDue | null;

  /** When to look for recipients that can be released; null: at once. */
  @Column('timestamptz', { name: 'feed_at', nullable: true })
  feedAt!: Date | null;

  /** The local day whose recipients have been released. A campaign started for a day waits for the daily run. */
  @Column('date', { name: 'released_on', nullable: true })
  releasedOn!: Day | null;

  /** Pause when this number of sends has failed for one cause and none has arrived; null: never for this reason. */
  @Column('smallint', { name: 'breaker_first_failures', nullable: true, default: 10 })
  breakerFirstFailures!: number | null;

  /** Pause when this percentage of the attempts has failed; null: never for this reason. */
  @Column('smallint', { name: 'breaker_failure_percent', nullable: true, default: 50 })
  breakerFailurePercent!: number | null;

  /** The percentage is not judged before this number of attempts. */
  @Column('integer', { name: 'breaker_min_attempts', default: 50 })
  breakerMinAttempts!: number;

  /** For the breaker: attempts since the campaign last started or resumed, and how many of them failed. */
  @Column('integer', { name: 'attempts_judged', default: 0 })
  attemptsJudged!: number;

  @Column('integer', { name: 'attempts_failed', default: 0 })
  attemptsFailed!: number;

  @Column('integer', { name: 'failure_cause', nullable: true })
  failureCause!: number | null;

  @Column('boolean', { name: 'failure_causes_differ', default: false })
  failureCausesDiffer!: boolean;

  /** When its pace was last changed while it ran: what was handed out before at the old pace is taken back. */
  @Column('timestamptz', { name: 'pace_changed_at', nullable: true })
  paceChangedAt!: Date | null;

  /** Since when the list hides it; null: it does not. */
  @Column('timestamptz', { name: 'archived_at', nullable: true })
  archivedAt!: Date | null;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;

  /** Of its experiment: the variant that everybody gets who has not been attempted yet; null: not decided. */
  @Column('smallint', { nullable: true })
  winner!: number | null;

  /** Recipients of a later wave wait until it is opened. */
  @Column('smallint', { name: 'open_wave', default: 32767 })
  openWave!: number;
  /** The series that made it, on a floor above; null: a person did. */
  @Column('uuid', { name: 'series_id', nullable: true })
  seriesId!: string | null;
  @Column('uuid', { name: 'occurrence_id', nullable: true })
  occurrenceId!: string | null;
  /** Whether it leaves out those who got an earlier campaign of its series. */
  @Column('boolean', { name: 'once_per_person', default: false })
  oncePerPerson!: boolean;
  /** It leaves out those who got a campaign of its series within this many days. */
  @Column('smallint', { name: 'min_gap_days', nullable: true })
  minGapDays!: number | null;

  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy!: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
