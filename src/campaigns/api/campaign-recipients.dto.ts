import { IntersectionType } from '@nestjs/swagger';
import {
  Instant,
  Integer,
  JsonObject,
  LongList,
  NestedList,
  OneOf,
  QueryInteger,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import type { CampaignRecipient } from '../../recipients/recipient.entity.js';
import { REASONS } from '../../recipients/recipient-filter.js';
import { RECIPIENT_STATES, type RecipientState } from '../../recipients/recipient-state.js';
import { EXPLANATION_EVENTS, type ExplanationEvent } from '../explanations/explain-recipient.js';
import { RecipientInputDto } from './create-campaign.dto.js';
import type { TakenIn } from '../intake/recipient-intake.service.js';

const SEARCH = {
  optional: true,
  min: 1,
  max: 200,
  example: '+91 99787 83238',
  description: 'A number in any spelling, or the beginnings of words of the name',
} as const;
const WORDS = Object.keys(REASONS);
const REASON = {
  optional: true,
  min: 1,
  max: 1_000,
  // A single word that is none of ours is a mistake: every text has several.
  pattern: new RegExp(`^(?:${WORDS.join('|')})$|\\s`),
  hint: `must be ${WORDS.join(', ')}, or the whole text of an errorMessage`,
  example: 'unsubscribed',
  description: `Why they failed or were skipped: ${WORDS.join(', ')}, or the whole text of an errorMessage`,
} as const;
const DAY = {
  optional: true,
  max: 10,
  example: '2025-01-15',
  description: 'The day in the campaign’s time zone that they are planned for, or were sent to on',
} as const;
const ERROR_CODE = {
  min: 0,
  max: 2_147_483_647,
  example: 131026,
  description: 'Meta’s error code, of their latest failure',
} as const;

/** What the list, the export and a retry choose by; all that is given must hold. */
export class RecipientFilterQuery {
  @OneOf(RECIPIENT_STATES, { optional: true })
  status?: RecipientState;

  @Text(SEARCH)
  search?: string;

  @QueryInteger(ERROR_CODE)
  errorCode?: number;

  @Text(REASON)
  reason?: string;

  @Text(DAY)
  day?: string;
}

export class RecipientsQuery extends IntersectionType(RecipientFilterQuery, CursorQuery) {}

/** The same in the body of a retry. */
export class RetryFilterDto {
  @Text(SEARCH)
  search?: string;

  @Integer({ ...ERROR_CODE, optional: true })
  errorCode?: number;

  @Text(REASON)
  reason?: string;

  @Text(DAY)
  day?: string;
}

export class AddCampaignRecipientsDto {
  @LongList(() => RecipientInputDto, { minItems: 1, maxItems: 100_000 })
  recipients!: RecipientInputDto[];
}

export class RemoveRecipientsDto {
  @TextList({ optional: true, maxItems: 10_000, maxLength: 36, description: 'Ids of recipients' })
  ids?: string[];

  @TextList({ optional: true, maxItems: 10_000, maxLength: 50, example: ['+919978783238'] })
  phoneNumbers?: string[];
}

export class RecipientDto {
  @Uuid()
  id!: string;

  @Uuid()
  campaignId!: string;

  @Text({ example: '+919978783238' })
  phoneNumber!: string;

  @Uuid({ nullable: true })
  customerId!: string | null;

  @Text({ nullable: true, example: 'Asha' })
  name!: string | null;

  @JsonObject({ nullable: true, example: { 1: 'Bali' } })
  variables!: Record<string, unknown> | null;

  @OneOf(RECIPIENT_STATES)
  status!: RecipientState;

  @Text({ nullable: true, example: '2025-01-15' })
  scheduledSendDate!: string | null;

  @Text({ nullable: true, description: 'Meta’s id of the message' })
  messageId!: string | null;

  @Instant({ nullable: true })
  sentAt!: string | null;

  @Instant({ nullable: true })
  deliveredAt!: string | null;

  @Instant({ nullable: true })
  readAt!: string | null;

  @Instant({ nullable: true })
  respondedAt!: string | null;

  @Instant({ nullable: true })
  failedAt!: string | null;

  @Text({ nullable: true, example: '131049', description: 'Meta’s error code' })
  errorCode!: string | null;

  @Text({ nullable: true })
  errorMessage!: string | null;

  @Integer({ example: 0 })
  retryCount!: number;

  @Instant({ nullable: true })
  lastRetryAt!: string | null;

  @Text({ nullable: true })
  responseMessage!: string | null;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of(recipient: CampaignRecipient): RecipientDto {
    const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
    return {
      id: recipient.id,
      campaignId: recipient.campaignId,
      phoneNumber: recipient.phoneNumber,
      customerId: recipient.customerId,
      name: recipient.name,
      variables: recipient.variables,
      status: recipient.status,
      scheduledSendDate: recipient.scheduledSendDate,
      messageId: recipient.whatsappMessageId,
      sentAt: iso(recipient.sentAt),
      deliveredAt: iso(recipient.deliveredAt),
      readAt: iso(recipient.readAt),
      respondedAt: iso(recipient.respondedAt),
      failedAt: iso(recipient.failedAt),
      errorCode: recipient.errorCode === null ? null : String(recipient.errorCode),
      errorMessage: recipient.failureReason,
      retryCount: recipient.retryCount,
      lastRetryAt: iso(recipient.lastRetryAt),
      responseMessage: recipient.responseMessage,
      createdAt: recipient.createdAt.toISOString(),
      updatedAt: recipient.updatedAt.toISOString(),
    };
  }
}

export class ExplanationDto {
  @Instant()
  at!: string;

  @OneOf(EXPLANATION_EVENTS)
  event!: ExplanationEvent;

  @Text({ max: 10_000, example: 'Meta reported that it failed: Message undeliverable' })
  detail!: string;

  @Integer({ optional: true, example: 1, description: 'The number of this attempt' })
  attempt?: number;

  @Integer({ optional: true, example: 131026, description: 'Meta’s error code' })
  code?: number;

  @Text({ optional: true, max: 10_000, example: 'Message undeliverable' })
  title?: string;

  @Text({ optional: true, max: 10_000, description: 'Meta’s most specific text' })
  details?: string;

  @Text({ optional: true, example: 'AbCdEfGhIjK', description: 'What Meta’s support asks for' })
  fbtraceId?: string;

  @Integer({ optional: true, example: 400, description: 'HTTP status of Meta’s answer; statuses have none' })
  httpStatus?: number;

  @Text({ optional: true, max: 10_000, description: 'What the code means and what to do' })
  meaning?: string;

  @Text({ optional: true, example: 'retry', description: 'What the engine does about the code' })
  action?: string;
}

export class ExplainedRecipientDto extends RecipientDto {
  @NestedList(() => ExplanationDto, { description: 'What happened and why, in order' })
  explanation!: ExplanationDto[];
}

export class RecipientPageDto extends PageDto {
  @NestedList(() => RecipientDto)
  data!: RecipientDto[];
}

export class InvalidInputDto {
  @Text({ example: '9978783238' })
  input!: string;

  @Text({ example: 'does not say its country' })
  reason!: string;

  @Integer({ optional: true, example: 17, description: 'Line of the file it came from' })
  line?: number;
}

export class IntakeWarningDto {
  @OneOf(['us_marketing_restricted', 'unsubscribed'])
  code!: string;

  @Integer({ example: 3 })
  count!: number;
}

export class IntakeDto {
  @Uuid()
  campaignId!: string;

  @Uuid({ optional: true, description: 'Of a file: its import, with all rejected rows under `errors`' })
  importId?: string;

  @Integer({ example: 10_000 })
  recipientsAdded!: number;

  @Integer({ example: 10_000 })
  totalRecipients!: number;

  @Integer({ example: 0 })
  duplicatesSkipped!: number;

  @NestedList(() => InvalidInputDto, { description: 'The first thousand' })
  invalid!: InvalidInputDto[];

  @Integer({ example: 0 })
  invalidCount!: number;

  @NestedList(() => IntakeWarningDto)
  warnings!: IntakeWarningDto[];

  static of(campaignId: string, { result, total, importId }: TakenIn): IntakeDto {
    return {
      campaignId,
      ...(importId === undefined ? {} : { importId }),
      recipientsAdded: result.added,
      totalRecipients: total,
      duplicatesSkipped: result.duplicates,
      invalid: result.invalid,
      invalidCount: result.invalidCount,
      warnings: result.warnings,
    };
  }
}

export class NotRemovedDto {
  @Text({ example: '+919978783238' })
  input!: string;

  @Text({ example: 'is sent already' })
  reason!: string;
}

export class RemovalDto {
  @Integer({ example: 2 })
  removed!: number;

  @NestedList(() => NotRemovedDto)
  notRemoved!: NotRemovedDto[];
}
