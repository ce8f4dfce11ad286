import { Integer, Nested, OneOf, Text, TextList } from '../../platform/http/fields.js';
import { ISO_DURATION } from '../../rules/calendar/iso-duration.js';
import type { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { OrganizationDto } from './organization.dto.js';
import type { OrganizationWithSettings } from './organizations.queries.js';
import { SendWindowDto } from './send-window.dto.js';
import { CONSENT_POLICIES, type ConsentPolicy } from './consent-policy.js';

const POLICY =
  '`assume`: customers without any consent on record count as subscribed; `explicit`: only customers who opted in do. Customers who opted out never do';
const COUNTRY =
  'Country assumed for numbers without a country code; if null, such numbers are rejected as ambiguous';
const WORDS =
  'Your own words in addition to the built-in ones; matched against the whole message, ignoring case';

const CONFIRMATION =
  'Reply sent once when a keyword changes the consent. null: the built-in English text; empty: no reply';
const CAP =
  'Maximum number of marketing messages to one person within a number of days, across all campaigns; recipients over the cap are skipped. Null: no cap';

const DOMAINS = 'Domains that tracked links may lead to, each with what is below it; null: anywhere';

export class FrequencyCapDto {
  @Integer({ min: 1, max: 1_000, example: 2 })
  messages!: number;

  @Integer({ min: 1, max: 365, example: 7 })
  days!: number;
}

const Window = (touch: string, usual: string, optional: boolean): PropertyDecorator =>
  Text({
    optional,
    nullable: true,
    max: 20,
    pattern: ISO_DURATION,
    hint: 'must be a duration, as in P5D or PT12H',
    example: usual,
    description: `After ${touch}; null: it does not count`,
  });

export class UpdateAttributionWindowsDto {
  @Window('a tap on a link or button', 'P5D', true)
  click?: string | null;

  @Window('a reply', 'P5D', true)
  reply?: string | null;

  @Window('reading', 'P1D', true)
  read?: string | null;

  @Window('delivery', 'P1D', true)
  delivered?: string | null;
}

export class AttributionWindowsDto {
  @Window('a tap on a link or button', 'P5D', false)
  click!: string | null;

  @Window('a reply', 'P5D', false)
  reply!: string | null;

  @Window('reading', 'P1D', false)
  read!: string | null;

  @Window('delivery', 'P1D', false)
  delivered!: string | null;
}

const WINDOWS =
  'How long after its last touch with a campaign an order or other conversion counts for that campaign';

export class UpdateOrganizationSettingsDto {
  @Text({ optional: true, min: 1, max: 200, example: 'Bali Tours' })
  name?: string;

  @OneOf(CONSENT_POLICIES, { optional: true, description: POLICY })
  consentPolicy?: ConsentPolicy;

  @Text({
    optional: true,
    nullable: true,
    pattern: /^[A-Z]{2}$/,
    hint: 'must be two capital letters, as in IN',
    max: 2,
    example: 'IN',
    description: COUNTRY,
  })
  defaultCountry?: string | null;

  @TextList({ optional: true, maxItems: 100, maxLength: 60, example: ['no more'], description: WORDS })
  stopWords?: string[];

  @TextList({ optional: true, maxItems: 100, maxLength: 60, example: ['again'], description: WORDS })
  startWords?: string[];

  @Text({
    optional: true,
    nullable: true,
    max: 1_000,
    example: 'Done.',
    description: `${CONFIRMATION} (STOP)`,
  })
  stopConfirmation?: string | null;

  @Text({
    optional: true,
    nullable: true,
    max: 1_000,
    example: 'Hi!',
    description: `${CONFIRMATION} (START)`,
  })
  startConfirmation?: string | null;

  @Nested(() => FrequencyCapDto, { optional: true, nullable: true, description: CAP })
  frequencyCap?: FrequencyCapDto | null;

  @Nested(() => UpdateAttributionWindowsDto, { optional: true, description: WINDOWS })
  attributionWindows?: UpdateAttributionWindowsDto;

  @TextList({
    optional: true,
    nullable: true,
    maxItems: 100,
    maxLength: 253,
    example: ['shop.example'],
    description: DOMAINS,
  })
  linkDomains?: string[] | null;
}

export class OrganizationSettingsDto extends OrganizationDto {
  @OneOf(CONSENT_POLICIES, { description: POLICY })
  consentPolicy!: ConsentPolicy;

  @Text({ nullable: true, max: 2, example: 'IN', description: COUNTRY })
  defaultCountry!: string | null;

  @TextList({ maxItems: 100, maxLength: 60, description: WORDS })
  stopWords!: string[];

  @TextList({ maxItems: 100, maxLength: 60, description: WORDS })
  startWords!: string[];

  @Text({ nullable: true, max: 1_000, description: `${CONFIRMATION} (STOP)` })
  stopConfirmation!: string | null;

  @Text({ nullable: true, max: 1_000, description: `${CONFIRMATION} (START)` })
  startConfirmation!: string | null;

  @Nested(() => FrequencyCapDto, { nullable: true, description: CAP })
  frequencyCap!: FrequencyCapDto | null;

  @Nested(() => AttributionWindowsDto, { description: WINDOWS })
  attributionWindows!: AttributionWindowsDto;

  @TextList({
    nullable: true,
    maxItems: 100,
    maxLength: 253,
    example: ['shop.example'],
    description: DOMAINS,
  })
  linkDomains!: string[] | null;

  @Text({ example: 'Asia/Kolkata', description: 'Of the organization’s days and hours; set by `TIME_ZONE`' })
  timeZone!: string;

  @Nested(() => SendWindowDto, {
    nullable: true,
    description: 'Of campaigns that have none of their own; null: at any hour; set by `SEND_WINDOW`',
  })
  sendWindow!: SendWindowDto | null;

  @Text({
    example: '0 9 * * *',
    description: 'When the daily run starts, as cron in `timeZone`; set by `DAILY_RUN_AT`',
  })
  dailyRunAt!: string;

  static with(row: OrganizationWithSettings, calendar: CalendarSettings): OrganizationSettingsDto {
    const { timeZone, sendWindow, dailyRunAt } = calendar;
    return { ...row, createdAt: row.createdAt.toISOString(), timeZone, sendWindow, dailyRunAt };
  }
}
