import { Flag, Integer, JsonObject, Nested, NestedList, OneOf, Text } from '../../platform/http/fields.js';
import { PAYMENT_REQUESTS_ON } from '../settings/commerce-settings.js';

const MAX_TEXT = 4_096;
const TEMPLATE_NAME = { optional: true, nullable: true, max: 512, example: 'order_status_update' };
const LANGUAGE = { optional: true, nullable: true, max: 20, example: 'en' };

export class NoticeDto {
  @Flag({ optional: true })
  enabled?: boolean;

  @Text({
    optional: true,
    max: MAX_TEXT,
    description:
      'Sent while the service window is open. {{orderNumber}} {{customerName}} {{total}} {{items}} {{status}} {{trackingNumber}} {{amount}} {{paymentUrl}} stand for what they say',
  })
  text?: string;

  @Text({ ...TEMPLATE_NAME, description: 'A UTILITY template for the time when the window is closed' })
  templateName?: string | null;

  @Text(LANGUAGE)
  templateLanguage?: string | null;

  @JsonObject({
    optional: true,
    description: 'Values of its variables; the placeholders of the text work here too',
  })
  templateVariables?: Record<string, unknown>;
}

export class ReminderDto {
  @Integer({ min: 1, max: 43_200 })
  afterMinutes!: number;

  @Text({ optional: true, nullable: true, max: MAX_TEXT })
  text?: string | null;

  @Text(TEMPLATE_NAME)
  templateName?: string | null;

  @Text(LANGUAGE)
  templateLanguage?: string | null;

  @JsonObject({ optional: true })
  templateVariables?: Record<string, unknown>;
}

const EVENT = { optional: true };

export class NoticesDto {
  @Nested(() => NoticeDto, EVENT)
  received?: NoticeDto;

  @Nested(() => NoticeDto, EVENT)
  confirmed?: NoticeDto;

  @Nested(() => NoticeDto, EVENT)
  processing?: NoticeDto;

  @Nested(() => NoticeDto, EVENT)
  shipped?: NoticeDto;

  @Nested(() => NoticeDto, EVENT)
  completed?: NoticeDto;

  @Nested(() => NoticeDto, EVENT)
  cancelled?: NoticeDto;

  @Nested(() => NoticeDto, EVENT)
  paid?: NoticeDto;

  @Nested(() => NoticeDto, EVENT)
  refunded?: NoticeDto;

  @Nested(() => NoticeDto, EVENT)
  paymentFailed?: NoticeDto;

  @Nested(() => NoticeDto, {
    optional: true,
    description: 'Asks for money; inside WhatsApp its template needs a button of the type ORDER_DETAILS',
  })
  paymentRequest?: NoticeDto;
}

/** Every field is optional in a request; a field that is left out stays as it is. */
export class CommerceSettingsDto {
  @Flag({ optional: true, description: 'Confirms orders without any flag as they come' })
  autoConfirm?: boolean;

  @Flag({ optional: true, description: 'Confirms an order that is paid in full and not blocked' })
  confirmWhenPaid?: boolean;

  @Integer({
    optional: true,
    nullable: true,
    min: 0,
    max: 525_600,
    description:
      'How long stock is kept for a pending order; 0: not before confirmation; null: without an end',
  })
  reservationMinutes?: number | null;

  @Flag({ optional: true, description: 'Whether the first message has a button to cancel' })
  customerMayCancel?: boolean;

  @Integer({ optional: true, min: 1, max: 720 })
  attributionHours?: number;

  @OneOf(PAYMENT_REQUESTS_ON, {
    optional: true,
    description:
      'When customers are asked to pay by itself; what is refused stands in the history of the order',
  })
  paymentRequestOn?: (typeof PAYMENT_REQUESTS_ON)[number];

  @Integer({ optional: true, min: 5, max: 43_200 })
  paymentExpiresMinutes?: number;

  @Integer({ optional: true, min: 1, max: 43_200 })
  cartAbandonAfterMinutes?: number;

  @Integer({ optional: true, min: 1, max: 365 })
  cartExpiresAfterDays?: number;

  @NestedList(() => ReminderDto, { optional: true, maxItems: 3 })
  cartReminders?: ReminderDto[];

  @NestedList(() => ReminderDto, { optional: true, maxItems: 3 })
  paymentReminders?: ReminderDto[];

  @Nested(() => NoticesDto, { optional: true })
  messages?: NoticesDto;
}
