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
import { isStandIn, type Portfolio } from '../accounts/portfolio.entity.js';
import {
  PAUSE_SOURCES,
  type PauseSource,
  type Sender,
  SENDER_STATUSES,
  type SenderStatus,
} from '../accounts/sender.entity.js';

const META_ID = /^[A-Za-z0-9_.-]{1,64}$/;
const HIDDEN = /^[\x21-\x7e]+$/;

/** What of a sender changes by the second. */
export interface SenderState {
  currentPerSecond: number;
  heldUntil: Date | null;
  usedLast24Hours: number;
}

export class CreateSenderDto {
  @Text({ min: 1, max: 200, example: 'Bali Tours, India' })
  name!: string;

  @Text({ pattern: META_ID, hint: 'must be an id from Meta', max: 64, example: '106540352242922' })
  phoneNumberId!: string;

  @Text({
    optional: true,
    pattern: META_ID,
    hint: 'must be an id from Meta',
    max: 64,
    example: '102290129340398',
    description: 'WhatsApp business account (WABA)',
  })
  businessAccountId?: string;

  @Text({
    optional: true,
    pattern: META_ID,
    hint: 'must be an id from Meta',
    max: 64,
    example: '2729063490586005',
    description: 'Business portfolio: all senders of one portfolio share its messaging limit',
  })
  metaBusinessId?: string;

  @Text({
    min: 1,
    max: 2_000,
    pattern: HIDDEN,
    hint: 'must hold only visible ASCII characters',
    example: 'EAAG…',
    description: 'Stored encrypted and never shown again',
  })
  accessToken!: string;

  @Text({
    optional: true,
    min: 1,
    max: 500,
    pattern: HIDDEN,
    hint: 'must hold only visible ASCII characters',
    description: 'Signs the webhooks of this number; stored encrypted and never shown again',
  })
  appSecret?: string;

  @Integer({
    optional: true,
    min: 1,
    max: 1_000,
    example: 80,
    description: 'Messages a second; Meta allows 80, or 1000 after its upgrade',
  })
  throughputPerSecond?: number;

  @Flag({ optional: true, description: 'Campaigns that name no sender use this one' })
  isDefault?: boolean;

  @Flag({
    optional: true,
    description: "Marketing templates go through Meta's Marketing Messages API",
  })
  usesMarketingApi?: boolean;
}

const Changeable = OmitType(CreateSenderDto, ['throughputPerSecond']);

/** `null` is no way to leave a field out: it would empty columns that must not be empty. */
export class UpdateSenderDto extends PartialType(Changeable, { skipNullProperties: false }) {
  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 1_000,
    example: 80,
    description: 'Holds against what a sync finds; null follows Meta again',
  })
  throughputPerSecond?: number | null;

  @OneOf(SENDER_STATUSES, {
    optional: true,
    description:
      '`paused` stops sending from this number, `active` lifts any pause and gives it its full pace again',
  })
  status?: SenderStatus;

  @Integer({
    optional: true,
    min: 0,
    max: 100_000,
    example: 0,
    description:
      'For the whole portfolio: so many people of its limit stay free for messages of earlier days that arrive only now',
  })
  lateDeliveryAllowance?: number;
}

export class PortfolioDto {
  @Uuid()
  id!: string;

  @Text({
    nullable: true,
    example: '2729063490586005',
    description: 'Null: not known; the numbers of the business account then share a portfolio of their own',
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
    description: 'So many people of the limit stay free for messages of earlier days that arrive only now',
  })
  lateDeliveryAllowance!: number;

  @Integer({
    example: 0,
    description:
      'People counted against the limit in the last 24 hours; those of an unlimited one are not counted',
  })
  usedLast24Hours!: number;

  @Instant({ nullable: true, description: 'When Meta last told the limit' })
  limitCheckedAt!: string | null;

  static of(portfolio: Portfolio, { usedLast24Hours }: SenderState): PortfolioDto {
    const { id, messagingLimit, isUnlimited, lateDeliveryAllowance } = portfolio;
    return {
      id,
      metaBusinessId: isStandIn(portfolio) ? null : portfolio.metaBusinessId,
      messagingLimit,
      isUnlimited,
      lateDeliveryAllowance,
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
    description: 'Who paused it: a pause for its `health` ends with the sync that finds it healthy',
  })
  pausedBy!: PauseSource | null;

  @Instant({ nullable: true, description: 'When the pause ends by itself; null when somebody must end it' })
  pausedUntil!: string | null;

  @Text({ nullable: true, example: 'AVAILABLE', description: 'What Meta said at the last sync' })
  health!: string | null;

  @Text({ nullable: true, example: 'GREEN' })
  qualityRating!: string | null;

  @Integer({ example: 80 })
  throughputPerSecond!: number;

  @Flag({ description: 'Set by hand: a sync leaves it alone' })
  throughputIsManual!: boolean;

  @Text({ nullable: true, example: 'STANDARD', description: "Meta's level at the last sync" })
  throughputLevel!: string | null;

  @Integer({
    example: 80,
    description:
      'Messages a second at this moment: less than `throughputPerSecond` for a while after Meta refused some',
  })
  currentPerSecond!: number;

  @Instant({ nullable: true, description: 'Nothing is sent before; null when nothing holds it' })
  heldUntil!: string | null;

  @Flag({ description: "Marketing templates go through Meta's Marketing Messages API" })
  usesMarketingApi!: boolean;

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
      syncedAt: sender.syncedAt?.toISOString() ?? null,
      createdAt: sender.createdAt.toISOString(),
      updatedAt: sender.updatedAt.toISOString(),
    };
  }
}

export class SyncedSenderDto extends SenderDto {
  @TextList({ maxLength: 500, description: 'What Meta said that could not be used' })
  warnings!: string[];
}

export class SenderPageDto extends PageDto {
  @NestedList(() => SenderDto)
  data!: SenderDto[];
}
