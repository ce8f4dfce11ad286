import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject } from 'class-validator';
import { NestedList, OneOf, Text } from '../../platform/http/fields.js';
import { CATEGORIES, type Component, PARAMETER_FORMATS } from './template-draft.js';
import type { LintReport } from './lint-report.js';

const LANGUAGE = /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,2}$/;
const META_ID = /^[0-9]{1,64}$/;
const LANGUAGE_HINT = 'must be a language code such as en_US';

const COMPONENTS_EXAMPLE = [
  { type: 'HEADER', format: 'IMAGE', example: { asset: '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d' } },
  { type: 'BODY', text: 'Hi {{1}}, spring is here.', example: { body_text: [['Ana']] } },
  { type: 'FOOTER', text: 'Reply STOP to unsubscribe' },
];

/** As Meta documents them; a header names its example by an asset. */
function Components(): PropertyDecorator {
  const document = ApiProperty({
    type: 'array',
    maxItems: 10,
    items: { type: 'object', additionalProperties: true },
    description:
      'As Meta documents them. The example of a media header is an asset: `{"example": {"asset": "<id>"}}`, in cards too',
    example: COMPONENTS_EXAMPLE,
  });
  const rules = [IsArray(), ArrayMinSize(1), ArrayMaxSize(10), IsObject({ each: true })];
  return (prototype, property) => {
    for (const decorate of [document, ...rules]) decorate(prototype, property);
  };
}

export class EditTemplateDto {
  @OneOf(CATEGORIES, { optional: true, description: 'That of an approved template cannot be changed' })
  category?: (typeof CATEGORIES)[number];

  @Components()
  components!: Component[];
}

export class LintTemplateDto {
  @Text({ min: 1, max: 512, example: 'spring_sale' })
  name!: string;

  @Text({ pattern: LANGUAGE, hint: LANGUAGE_HINT, max: 20, example: 'en_US' })
  language!: string;

  @OneOf(CATEGORIES)
  category!: (typeof CATEGORIES)[number];

  @OneOf(PARAMETER_FORMATS, { optional: true, description: 'Omitted: as the variables say' })
  parameterFormat?: (typeof PARAMETER_FORMATS)[number];

  @Components()
  components!: Component[];

  @Text({
    optional: true,
    pattern: META_ID,
    hint: 'must be an id of Meta',
    max: 64,
    example: '102290129340398',
    description: 'Omitted: the account of the default sender',
  })
  businessAccountId?: string;
}

export class CreateTemplateDto extends LintTemplateDto {}

export class DeleteTemplateQuery {
  @Text({
    optional: true,
    pattern: LANGUAGE,
    hint: LANGUAGE_HINT,
    max: 20,
    example: 'en_US',
    description: 'Omitted: all languages',
  })
  language?: string;

  @Text({ optional: true, pattern: META_ID, hint: 'must be an id of Meta', max: 64 })
  businessAccountId?: string;
}

export class AccountQuery {
  @Text({ optional: true, pattern: META_ID, hint: 'must be an id of Meta', max: 64 })
  businessAccountId?: string;
}

export class LintProblemDto {
  @Text({ example: 'components.2.buttons.0.url' })
  field!: string;

  @Text({ example: 'takes a variable only at its end' })
  message!: string;
}

export class TemplateLintDto {
  @NestedList(() => LintProblemDto, { description: 'Meta would refuse the template for these' })
  errors!: LintProblemDto[];

  @NestedList(() => LintProblemDto, { description: 'These stop nothing' })
  warnings!: LintProblemDto[];

  static of({ errors, warnings }: LintReport): TemplateLintDto {
    return { errors, warnings };
  }
}
