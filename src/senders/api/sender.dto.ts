import { OmitType, PartialType } from '@nestjs/swagger';
import {
  Flag,
  Instant,
  Integer,
  Nested,
  NestedList,
  OneOf,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/paging.js';
import { META_ID, META_ID_LENGTH } from '../../rules/ids/meta-id.js';
import { isStandIn, type Portfolio } from '../accounts/portfolio.entity.js';
import type { Sender } from '../accounts/sender.entity.js';
import {
  PAUSE_SOURCES,
  type PauseSource,
  SENDER_STATUSES,
  type SenderStatus,
} from '../accounts/sender-status.js';
import type { SenderState } from '../health/sender-health.service.js';

const HIDDEN = /^[\x21-\x7e]+$/;

export class CreateSenderDto {
  @Text({ min: 1, max: 200, example: 'Bali Tours, India' })
  name!: string;

  @Text({
    pattern: META_ID,
    hint: 'must be an id from Meta (digits)',
    max: META_ID_LENGTH,
    example: '106540352242922',
  })
  phoneNumberId!: string;

  @Text({
    optional: true,
    pattern: META_ID,
    hint: 'must be an id from Meta (digits)',
    max: META_ID_LENGTH,
    example: '102290129340398',
    description: 'WhatsApp business account (WABA)',
  })
  businessAccountId?: string;

  @Text({
    optional: true,
    pattern: META_ID,
    hint: 'must be an id from Meta (digits)',
    max: META_ID_LENGTH,
    example: '2729063490586005',
    description: 'Business portfolio: all senders of one portfolio share its messaging limit',
  })
  metaBusinessId?: string;

  @Text({
    min: 1,
    max: 2_000,
    pattern: HIDDEN,
    hint: 'must contain only visible ASCII characters',
    example: 'EAAG…',
    description: 'Stored encrypted and never shown again',
  })
  accessToken!: string;

  @Text({
    optional: true,
    min: 1,
    max: 500,
    pattern: HIDDEN,
    hint: 'must contain only visible ASCII characters',
    description: 'Signs the webhooks of this number; stored encrypted and never shown again',
  })
  appSecret?: string;

  @Integer({
    optional: true,
    min: 1,
    max: 1_000,
    example: 80,
    description: 'Messages per second; Meta allows 80, or 1000 after its upgrade',
  })
  throughputPerSecond?: number;

  @Flag({ optional: true, description: 'Campaigns that name no sender use this one' })
  isDefault?: boolean;

  @Flag({
    optional: true,
    description: "Marketing templates go through Meta's Marketing Messages API",
  })
  usesMarketingApi?: boolean;

  @Text({
    optional: true,
    nullable: true,
    max: 64,
    example: 'Asia/Kolkata',
    description:
      'The clock of its business account at Meta, on whose days and months prices count; by default `TIME_ZONE`',
  })
  accountTimeZone?: string | null;
}

const Changeable = OmitType(CreateSenderDto, ['throughputPerSecond']);

/** `null` does not omit a field: it would clear columns that need a value. */
export class UpdateSenderDto extends PartialType(Changeable, { skipNullProperties: false }) {
  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 1_000,
    example: 80,
    description: 'Overrides what a sync finds; null follows Meta again',
  })
  throughputPerSecond?: number | null;

  @OneOf(SENDER_STATUSES, {
    optional: true,
    description:
      '`paused` stops sending from this number; `active` ends any pause and restores the full rate',
  })
  status?: SenderStatus;

  @Integer({
    optional: true,
    min: 0,
    max: 100_000,
    example: 0,
    description:
      'For the whole portfolio: the part of its limit kept free for messages from earlier days that are delivered late',
  })
  lateDeliveryAllowance?: number;

  @Integer({
    optional: true,
    min: 0,
    max: 100_000,
    example: 20,
    description:
      'For the whole portfolio: so many people of its limit are kept from campaigns, for messages outside campaigns',
  })
  directReserve?: number;
}

export class PortfolioDto {
  @Uuid()
  id!: string;

  @Text({
    nullable: true,
    example: '2729063490586005',
    description: 'Null: unknown; the numbers of the business account then share a portfolio of their own',
  })
  metaBusinessId!: string | null;

  @Integer({
    nullable: true,
    example: 250,
    description: 'Unique people in a moving 24 hours; null when unknown or unlimited',
  })
  messagingLimit!: number | null;

  @Flag()
  isUnlimited!: boolean;

  @Integer({
    example: 0,
    description: 'The part of the limit kept free for messages from earlier days that are delivered late',
  })
  lateDeliveryAllowance!: number;

  @Integer({
    example: 0,
    description: 'So many people of the limit are kept from campaigns, for messages outside campaigns',
  })
  directReserve!: number;

  @Integer({
    example: 0,
    description: 'People counted against the limit in the last 24 hours; an unlimited portfolio counts none',
  })
  usedLast24Hours!: number;

  @Instant({ nullable: true, description: 'When Meta last reported the limit' })
  limitCheckedAt!: string | null;

  static of(portfolio: Portfolio, { usedLast24Hours }: SenderState): PortfolioDto {
    const { id, messagingLimit, isUnlimited, lateDeliveryAllowance, directReserve } = portfolio;
    return {
      id,
      metaBusinessId: isStandIn(portfolio) ? null : portfolio.metaBusinessId,
      messagingLimit,
      isUnlimited,
      lateDeliveryAllowance,
      directReserve,
      usedLast24Hours,
      limitCheckedAt: portfolio.limitCheckedAt?.toISOString() ?? null,
    };
  }
}

export class SenderDto {
  @Uuid()
  id!: string;

  @Text({ example: 'Bali Tours, India' })
  name!: string;

  @Text({ example: '106540352242922' })
  phoneNumberId!: string;

  @Text({ nullable: true, example: '102290129340398' })
  businessAccountId!: string | null;

  @Nested(() => PortfolioDto, { nullable: true })
  portfolio!: PortfolioDto | null;

  @Text({ nullable: true, example: '+91 99787 83238' })
  displayPhoneNumber!: string | null;

  @Text({ nullable: true, example: 'Bali Tours' })
  verifiedName!: string | null;

  @Flag({ description: 'An app secret is stored' })
  hasAppSecret!: boolean;

  @Flag()
  isDefault!: boolean;

  @Flag({ description: 'Its credentials come from the environment' })
  isFromEnvironment!: boolean;

  @OneOf(SENDER_STATUSES)
  status!: SenderStatus;

  @Text({ nullable: true, description: 'Why it is paused' })
  statusReason!: string | null;

  @OneOf(PAUSE_SOURCES, {
    nullable: true,
    description: 'What paused it: a pause for `health` ends with the sync that finds the number healthy',
  })
  pausedBy!: PauseSource | null;

  @Instant({
    nullable: true,
    description: 'When the pause ends on its own; null when an operator has to end it',
  })
  pausedUntil!: string | null;

  @Text({ nullable: true, example: 'AVAILABLE', description: 'What Meta reported at the last sync' })
  health!: string | null;

  @Text({ nullable: true, example: 'GREEN' })
  qualityRating!: string | null;

  @Integer({ example: 80 })
  throughputPerSecond!: number;

  @Flag({ description: 'Set by hand: a sync does not change it' })
  throughputIsManual!: boolean;

  @Text({ nullable: true, example: 'STANDARD', description: "Meta's level at the last sync" })
  throughputLevel!: string | null;

  @Integer({
    example: 80,
    description:
      'Messages per second right now: less than `throughputPerSecond` for a while after Meta refused some',
  })
  currentPerSecond!: number;

  @Instant({ nullable: true, description: 'Nothing is sent before this time; null when sending is not held' })
  heldUntil!: string | null;

  @Flag({ description: "Marketing templates go through Meta's Marketing Messages API" })
  usesMarketingApi!: boolean;

  @Text({
    nullable: true,
    example: 'Asia/Kolkata',
    description: 'The clock of its business account at Meta; null: `TIME_ZONE`',
  })
  accountTimeZone!: string | null;

  @Instant({
    nullable: true,
    description:
      'When Meta confirmed that the token may use the number and its account. Until then the sender sends nothing and gets no events',
  })
  verifiedAt!: string | null;

  @Text({ nullable: true, description: 'Why Meta did not confirm it; null while Meta has not answered' })
  verificationProblem!: string | null;

  @Instant({ nullable: true })
  syncedAt!: string | null;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of({
    sender,
    portfolio,
    state,
  }: {
    sender: Sender;
    portfolio: Portfolio | null;
    state: SenderState;
  }): SenderDto {
    return {
      id: sender.id,
      name: sender.name,
      phoneNumberId: sender.phoneNumberId,
      businessAccountId: sender.businessAccountId,
      portfolio: portfolio === null ? null : PortfolioDto.of(portfolio, state),
      displayPhoneNumber: sender.displayPhoneNumber,
      verifiedName: sender.verifiedName,
      hasAppSecret: sender.appSecretEncrypted !== null,
      isDefault: sender.isDefault,
      isFromEnvironment: sender.isFromEnvironment,
      status: sender.status,
      statusReason: sender.statusReason,
      pausedBy: sender.pausedBy,
      pausedUntil: sender.pausedUntil?.toISOString() ?? null,
      health: sender.health,
      qualityRating: sender.qualityRating,
      throughputPerSecond: sender.throughputPerSecond,
      throughputIsManual: sender.throughputIsManual,
      throughputLevel: sender.throughputLevel,
      currentPerSecond: state.currentPerSecond,
      heldUntil: state.heldUntil?.toISOString() ?? null,
      usesMarketingApi: sender.usesMarketingApi,
      accountTimeZone: sender.accountTimeZone,
      verifiedAt: sender.verifiedAt?.toISOString() ?? null,
      verificationProblem: sender.verificationProblem,
      syncedAt: sender.syncedAt?.toISOString() ?? null,
      createdAt: sender.createdAt.toISOString(),
      updatedAt: sender.updatedAt.toISOString(),
    };
  }
}

export class SyncedSenderDto extends SenderDto {
  @TextList({
    maxLength: 500,
    description: 'Values from Meta that could not be used, and limits it put on the number',
  })
  warnings!: string[];
}

export class SenderPageDto extends PageDto {
  @NestedList(() => SenderDto)
  data!: SenderDto[];
}
