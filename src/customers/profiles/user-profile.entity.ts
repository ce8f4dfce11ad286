import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../../access/organizations/organization.entity.js';
import type { Subscription } from './subscription.js';

/** One person, known by a phone number, by the user id that Meta scopes to a portfolio, or by both. */
@Entity('user_profiles')
@Index('user_profiles_city_idx', ['organizationId', 'city', 'customerTier'])
@Check('user_profiles_subscription_check', `subscription IN ('subscribed', 'unsubscribed')`)
@Check('user_profiles_known_check', 'whatsapp_phone IS NOT NULL OR whatsapp_user_id IS NOT NULL')
@Index('user_profiles_phone_idx', ['whatsappPhone', 'organizationId'], { unique: true })
@Index('user_profiles_user_id_idx', ['whatsappUserId', 'organizationId'], {
  unique: true,
  where: 'whatsapp_user_id IS NOT NULL',
})
@Index('user_profiles_list_idx', ['organizationId', 'id'])
@Index('user_profiles_argentina_idx', { synchronize: false })
@Index('user_profiles_attributes_idx', { synchronize: false })
@Index('user_profiles_tags_idx', { synchronize: false })
@Index('user_profiles_search_idx', { synchronize: false })
export class UserProfile {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'user_profiles_pkey', default: () => 'new_id()' })
  id!: string;

  @ForeignKey(() => Organization, { name: 'user_profiles_organization_fkey' })
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  /** E.164 in its canonical spelling; see number-variants.ts. */
  @Column('varchar', { name: 'whatsapp_phone', length: 16, nullable: true })
  whatsappPhone!: string | null;

  /** Meta's own form of the number, digits only. */
  @Column('varchar', { name: 'wa_id', length: 20, nullable: true })
  waId!: string | null;

  /** Meta's business-scoped user id. */
  @Column('varchar', { name: 'whatsapp_user_id', length: 140, nullable: true })
  whatsappUserId!: string | null;

  @Column('varchar', { length: 100, nullable: true })
  username!: string | null;

  @Column('varchar', { name: 'display_name', length: 200, nullable: true })
  displayName!: string | null;

  @Column('varchar', { length: 320, nullable: true })
  email!: string | null;

  @Column('varchar', { length: 500, nullable: true })
  address!: string | null;

  @Column('varchar', { length: 120, nullable: true })
  city!: string | null;

  @Column('varchar', { length: 120, nullable: true })
  state!: string | null;

  @Column('varchar', { length: 20, nullable: true })
  zipcode!: string | null;

  @Column('varchar', { length: 2, nullable: true })
  country!: string | null;

  @Column('varchar', { name: 'customer_tier', length: 50, nullable: true })
  customerTier!: string | null;

  @Column('text', { array: true, default: () => "'{}'" })
  tags!: string[];

  @Column('jsonb', { default: () => "'{}'" })
  attributes!: Record<string, unknown>;

  @Column('boolean', { name: 'is_active', default: true })
  isActive!: boolean;

  /** The result of the consent history, as are the two times below. Only Consents writes them. */
  @Column('varchar', { length: 12, default: 'subscribed' })
  subscription!: Subscription;

  @Column('timestamptz', { name: 'marketing_opt_in_at', nullable: true })
  marketingOptInAt!: Date | null;

  @Column('timestamptz', { name: 'marketing_opt_out_at', nullable: true })
  marketingOptOutAt!: Date | null;

  @Column('timestamptz', { name: 'last_inbound_at', nullable: true })
  lastInboundAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
