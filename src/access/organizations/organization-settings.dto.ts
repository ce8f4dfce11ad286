import { Integer, Nested, OneOf, Text, TextList } from '../../platform/http/fields.js';
import { OrganizationDto } from '../keys/key.dto.js';
import type { OrganizationWithSettings } from './organizations.queries.js';
import { CONSENT_POLICIES, type ConsentPolicy } from './consent-policy.js';

const POLICY =
  '`assume`: who never said anything counts as subscribed; `explicit`: only who has opted in does. Who opted out never does';
const COUNTRY =
  'Where numbers without a country code are at home; without one such numbers are refused as unclear';
const WORDS = 'Own words on top of the known ones, matched as whole messages in any letter case';

const CONFIRMATION =
  'What is answered, once, to a word that changed the consent. null: built-in words in English; empty: nothing';
const CAP =
  'At most so many marketing messages to one person in so many days, over all campaigns; who is over it is skipped. Null: any number';

export class FrequencyCapDto {
  @Integer({ min: 1, max: 1_000, example: 2 })
  messages!: number;

  @Integer({ min: 1, max: 365, example: 7 })
  days!: number;
}

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

  static override of(row: OrganizationWithSettings): OrganizationSettingsDto {
    return { ...row, createdAt: row.createdAt.toISOString() };
  }
}
