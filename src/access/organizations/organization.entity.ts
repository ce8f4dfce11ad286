import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { ConsentPolicy } from './consent-policy.js';

@Entity('organizations')
@Check('organizations_consent_policy_check', `consent_policy IN ('assume', 'explicit')`)
@Check('organizations_frequency_cap_check', `(frequency_cap_messages IS NULL) = (frequency_cap_days IS NULL)`)
@Index('organizations_created_by_idx', ['createdByOrganizationId'])
export class Organization {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'organizations_pkey', default: () => 'new_id()' })
  id!: string;

  @Column('varchar', { length: 200 })
  name!: string;

  /** The organization whose admin key created this one and may create keys for it. Null for the first one. */
  @ForeignKey(() => Organization, { name: 'organizations_created_by_fkey' })
  @Column('uuid', { name: 'created_by_organization_id', nullable: true })
  createdByOrganizationId!: string | null;

  @Column('varchar', { name: 'consent_policy', length: 10, default: 'assume' })
  consentPolicy!: ConsentPolicy;

  /** Country of numbers without a country code, as in `IN`. Null: such numbers are rejected. */
  @Column('varchar', { name: 'default_country', length: 2, nullable: true })
  defaultCountry!: string | null;

  /** Words that unsubscribe or resubscribe, in addition to the built-in ones. */
  @Column('text', { name: 'stop_words', array: true, default: () => "'{}'" })
  stopWords!: string[];

  @Column('text', { name: 'start_words', array: true, default: () => "'{}'" })
  startWords!: string[];

  /** The replies to STOP and START. Null: the built-in text; empty: no reply. */
  @Column('text', { name: 'stop_confirmation', nullable: true })
  stopConfirmation!: string | null;

  @Column('text', { name: 'start_confirmation', nullable: true })
  startConfirmation!: string | null;

  /** Maximum number of marketing messages to one person within a number of days, across campaigns. Null: no cap. */
  @Column('smallint', { name: 'frequency_cap_messages', nullable: true })
  frequencyCapMessages!: number | null;

  @Column('smallint', { name: 'frequency_cap_days', nullable: true })
  frequencyCapDays!: number | null;

  /** Where tracked links may lead: these domains and what is below them. Null: anywhere. */
  @Column('text', { name: 'link_domains', array: true, nullable: true })
  linkDomains!: string[] | null;

  /** How long after each kind of touch an order is still counted for its campaign. Null: that touch does not count. */
  @Column('integer', { name: 'click_window_seconds', nullable: true, default: 432_000 })
  clickWindowSeconds!: number | null;

  @Column('integer', { name: 'reply_window_seconds', nullable: true, default: 432_000 })
  replyWindowSeconds!: number | null;

  @Column('integer', { name: 'read_window_seconds', nullable: true, default: 86_400 })
  readWindowSeconds!: number | null;

  @Column('integer', { name: 'delivered_window_seconds', nullable: true })
  deliveredWindowSeconds!: number | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
