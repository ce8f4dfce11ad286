import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import type { LastEvent } from '../../whatsapp/parsing/event-order.js';
import { Portfolio } from './portfolio.entity.js';
import type { AccountBlocks } from './account-blocks.js';
import type { PauseSource, SenderStatus } from './sender-status.js';

/** One WhatsApp business number and what we need to send from it. */
@Entity('senders')
@Index('senders_phone_number_idx', ['phoneNumberId'], { unique: true, where: 'verified_at IS NOT NULL' })
@Index('senders_organization_number_idx', ['organizationId', 'phoneNumberId'], { unique: true })
@Index('senders_organization_idx', ['organizationId', 'id'])
@Index('senders_default_idx', ['organizationId'], { unique: true, where: 'is_default' })
@Index('senders_portfolio_idx', ['portfolioId'])
export class Sender {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'senders_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'senders_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ForeignKey(() => Portfolio, { name: 'senders_portfolio_fkey' })
  @Column('uuid', { name: 'portfolio_id', nullable: true })
  portfolioId!: string | null;

  @Column('varchar', { length: 200 })
  name!: string;

  @Column('varchar', { name: 'phone_number_id', length: 64 })
  phoneNumberId!: string;

  @Column('varchar', { name: 'business_account_id', length: 64, nullable: true })
  businessAccountId!: string | null;

  @Column('varchar', { name: 'display_phone_number', length: 32, nullable: true })
  displayPhoneNumber!: string | null;

  @Column('varchar', { name: 'verified_name', length: 200, nullable: true })
  verifiedName!: string | null;

  @Column('text', { name: 'access_token_encrypted' })
  accessTokenEncrypted!: string;

  @Column('text', { name: 'app_secret_encrypted', nullable: true })
  appSecretEncrypted!: string | null;

  @Column('boolean', { name: 'is_default', default: false })
  isDefault!: boolean;

  /** The credentials come from the environment at every start; the API cannot change them. */
  @Column('boolean', { name: 'is_from_environment', default: false })
  isFromEnvironment!: boolean;

  @Column('varchar', { length: 20, default: 'active' })
  status!: SenderStatus;

  @Column('text', { name: 'status_reason', nullable: true })
  statusReason!: string | null;

  @Column('varchar', { name: 'paused_by', length: 20, nullable: true })
  pausedBy!: PauseSource | null;

  /** When the pause ends on its own. Null: an operator has to end it. */
  @Column('timestamptz', { name: 'paused_until', nullable: true })
  pausedUntil!: Date | null;

  /** The clock of its business account, on whose days and months Meta counts what it bills. */
  @Column('varchar', { name: 'account_time_zone', length: 64, nullable: true })
  accountTimeZone!: string | null;

  /** Marketing templates go through Meta's Marketing Messages API. */
  @Column('boolean', { name: 'uses_marketing_api', default: false })
  usesMarketingApi!: boolean;

  /** AVAILABLE, LIMITED or BLOCKED, as Meta reported at the last sync. */
  @Column('varchar', { length: 20, nullable: true })
  health!: string | null;

  @Column('varchar', { name: 'quality_rating', length: 20, nullable: true })
  qualityRating!: string | null;

  @Column('integer', { name: 'throughput_per_second', default: 80 })
  throughputPerSecond!: number;

  /** STANDARD or HIGH, as Meta reported at the last sync. */
  @Column('varchar', { name: 'throughput_level', length: 20, nullable: true })
  throughputLevel!: string | null;

  /** Set by an operator: a sync does not change it. */
  @Column('boolean', { name: 'throughput_is_manual', default: false })
  throughputIsManual!: boolean;

  @Column('timestamptz', { name: 'synced_at', nullable: true })
  syncedAt!: Date | null;

  /**
   * When Meta confirmed that the token may use the number and its account. Null: the sender gets no events, sends
   * nothing, and others may connect the number.
   */
  @Column('timestamptz', { name: 'verified_at', nullable: true })
  verifiedAt!: Date | null;

  /** The confirmation for which its earlier events have been opened again. */
  @Column('timestamptz', { name: 'events_reopened_for', nullable: true })
  eventsReopenedFor!: Date | null;

  /** Why Meta did not confirm it. Null while `verifiedAt` is: Meta has not answered yet. */
  @Column('text', { name: 'verification_problem', nullable: true })
  verificationProblem!: string | null;

  /** The events about its account that were applied last, by the cause of the block that they set or lift. */
  @Column('jsonb', { name: 'last_events', default: () => "'{}'" })
  lastEvents!: Partial<Record<string, LastEvent>>;

  /** What blocks its account at the moment, by cause. The one that lasts longest is the pause. */
  @Column('jsonb', { name: 'account_blocks', default: () => "'{}'" })
  accountBlocks!: AccountBlocks;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
