import { TARGET_TYPES } from './target-type.js';

/** Each of the two APIs: `only` marks a setting that just one of them has. */
export type CampaignApi = 'whatsapp' | 'marketing';

interface Common {
  /** A campaign cannot be created without it. */
  required?: true;
  /** Null is a value, such as no limit; it is the default unless there is another one. */
  nullable?: true;
  only?: CampaignApi;
  example?: unknown;
  description?: string;
  /** A description for requests alone. */
  inRequests?: string;
}

export type CampaignField = Common &
  (
    | { kind: 'text'; min?: number; max: number; pattern?: RegExp; hint?: string; default?: string }
    | { kind: 'integer'; min: number; max: number; default?: number }
    | { kind: 'flag'; default: boolean }
    | { kind: 'choice'; values: readonly string[]; default: string }
    | { kind: 'tags'; maxItems: number; maxLength: number; default: readonly string[] }
    | { kind: 'object' | 'components' | 'instant' | 'uuid' }
  );

/** 24:00 is a time too: the end of a window. */
const TIME = /^([01]\d|2[0-4]):[0-5]\d$/;
const WINDOW =
  'HH:MM in the campaign’s time zone; null for both: at any hour; omitted: the installation’s window';

/** The settings of a campaign. Both APIs take and show them under these names; the Marketing API in snake_case. */
export const CAMPAIGN_FIELDS = {
  name: { kind: 'text', required: true, min: 1, max: 200 },
  description: { kind: 'text', nullable: true, max: 5_000 },
  templateName: {
    kind: 'text',
    required: true,
    min: 1,
    max: 512,
    pattern: /^[a-z0-9_]+$/i,
    hint: 'must be a template name',
  },
  /** The WhatsApp API says `templateLanguage`. */
  languageCode: { kind: 'text', min: 2, max: 20, default: 'en_US', example: 'en_US' },
  templateVariables: {
    kind: 'object',
    nullable: true,
    only: 'whatsapp',
    example: { 1: 'Bali', 2: '₹45,000' },
    inRequests: 'Defaults for recipients without values of their own',
  },
  templateComponents: { kind: 'components', nullable: true, only: 'marketing' },
  links: {
    kind: 'object',
    nullable: true,
    example: { 'button.0': { url: 'https://shop.example/spring', utm: { source: 'whatsapp' } } },
    inRequests:
      'Where tracked buttons lead, by place of the message: https, with placeholders if there is a fallback without any',
  },
  targetType: { kind: 'choice', values: TARGET_TYPES, default: 'manual', only: 'whatsapp' },
  targetAudience: {
    kind: 'object',
    nullable: true,
    only: 'marketing',
    inRequests: 'Every key must match: customer_tier, city, state, zipcode, tags (any of them), segment',
  },
  segmentQuery: {
    kind: 'object',
    nullable: true,
    only: 'whatsapp',
    inRequests: 'For targetType segment',
  },
  sourceCampaignId: {
    kind: 'uuid',
    nullable: true,
    only: 'whatsapp',
    inRequests: 'For targetType responders',
  },
  senderId: { kind: 'uuid', nullable: true, inRequests: 'Omitted: the default sender' },
  scheduledFor: { kind: 'instant', nullable: true, only: 'whatsapp' },
  rateLimit: {
    kind: 'integer',
    nullable: true,
    min: 1,
    max: 100_000,
    inRequests: 'Messages a minute; null: as fast as the sender can',
  },
  dailySendLimit: {
    kind: 'integer',
    nullable: true,
    min: 1,
    max: 10_000_000,
    default: 250,
    inRequests: 'Recipients a day; null: none',
  },
  priority: { kind: 'integer', min: 1, max: 10, default: 5, inRequests: '1 goes first' },
  retryFailed: { kind: 'flag', default: true, only: 'whatsapp' },
  maxRetries: { kind: 'integer', min: 0, max: 10, default: 3, only: 'whatsapp' },
  breakerFirstFailures: {
    kind: 'integer',
    nullable: true,
    min: 1,
    max: 1_000,
    default: 10,
    description:
      'The campaign pauses when this many messages have failed for the same cause and none was delivered; null: off',
  },
  breakerFailurePercent: {
    kind: 'integer',
    nullable: true,
    min: 1,
    max: 100,
    default: 50,
    description: 'The campaign pauses when this percentage of the messages has failed; null: off',
  },
  breakerMinAttempts: {
    kind: 'integer',
    min: 1,
    max: 1_000_000,
    default: 50,
    description: 'The percentage applies only after this many messages',
  },
  sendWindowStart: {
    kind: 'text',
    nullable: true,
    max: 5,
    pattern: TIME,
    hint: 'must be a time such as 09:00',
    example: '09:00',
    inRequests: WINDOW,
  },
  sendWindowEnd: {
    kind: 'text',
    nullable: true,
    max: 5,
    pattern: TIME,
    hint: 'must be a time such as 21:00',
    example: '21:00',
    inRequests: WINDOW,
  },
  sendInRecipientZone: {
    kind: 'flag',
    default: false,
    description:
      'Each recipient is sent to inside the window of their own clock: by the customer’s `attributes.timeZone`, else the time zone of the number’s country if it has only one, else the campaign’s',
  },
  /** Its default is the installation's time zone. */
  timeZone: { kind: 'text', max: 64 },
  tags: {
    kind: 'tags',
    maxItems: 50,
    maxLength: 100,
    default: [],
    only: 'whatsapp',
    example: ['summer'],
  },
} as const satisfies Record<string, CampaignField>;

type Fields = typeof CAMPAIGN_FIELDS;
export type SettingName = keyof Fields;
const SETTING_NAMES = Object.keys(CAMPAIGN_FIELDS) as SettingName[];

interface Values {
  text: string;
  integer: number;
  flag: boolean;
  tags: string[];
  object: Record<string, unknown>;
  components: unknown[];
  instant: Date;
  uuid: string;
}
type ValueOf<Field extends CampaignField> =
  | (Field extends { values: readonly (infer Choice)[] } ? Choice : Values[Exclude<Field['kind'], 'choice'>])
  | (Field extends { nullable: true } ? null : never);

export type CampaignSettings = { [Name in SettingName]: ValueOf<Fields[Name]> };

export type RequiredSetting = {
  [Name in SettingName]: Fields[Name] extends { required: true } ? Name : never;
}[SettingName];

type SettingOf<Api extends CampaignApi> = {
  [Name in SettingName]: Fields[Name] extends { only: infer Only } ? (Only extends Api ? Name : never) : Name;
}[SettingName];

/** What one API takes and shows of the settings in `source`. */
export function settingsOf<Api extends CampaignApi, Source extends Partial<Record<SettingName, unknown>>>(
  api: Api,
  source: Source,
): Pick<Source, SettingOf<Api> & keyof Source> {
  const isOffered = (name: SettingName): boolean => {
    const { only = api }: CampaignField = CAMPAIGN_FIELDS[name];
    return only === api;
  };
  return pick(source, SETTING_NAMES.filter(isOffered)) as Pick<Source, SettingOf<Api> & keyof Source>;
}

/** All settings of a campaign, without its state and its counters. */
export function allSettings(campaign: CampaignSettings): CampaignSettings {
  return pick(campaign, SETTING_NAMES) as CampaignSettings;
}

type Given = { [Name in SettingName]?: CampaignSettings[Name] | undefined } & Pick<
  CampaignSettings,
  RequiredSetting | 'timeZone'
>;

/** The settings of a campaign for which only some were given. */
export function withDefaults(given: Given): CampaignSettings {
  const settings = SETTING_NAMES.map((name) => {
    const field: CampaignField = CAMPAIGN_FIELDS[name];
    const fallback = 'default' in field ? field.default : null;
    return [name, given[name] === undefined ? fallback : given[name]] as const;
  });
  return Object.fromEntries(settings) as unknown as CampaignSettings;
}

function pick(source: Partial<Record<SettingName, unknown>>, names: readonly SettingName[]): object {
  return Object.fromEntries(names.map((name) => [name, source[name]]));
}
