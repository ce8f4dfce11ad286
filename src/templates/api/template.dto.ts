import { ApiProperty } from '@nestjs/swagger';
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
import { PageDto, PageQuery } from '../../platform/http/paging.js';
import { previewTemplate } from '../rendering/preview-template.js';
import { previewText } from '../rendering/preview-text.js';
import { compileTemplate, renderTemplate } from '../rendering/render-template.js';
import { sampleValues } from '../rendering/sample-values.js';
import type { TemplateInput } from '../rendering/slot.js';
import type { SyncReport } from '../sync/template-sync.service.js';
import { TemplateMessageDto } from './template-message.dto.js';
import type { WhatsappTemplate } from './whatsapp-template.entity.js';

const WORD = /^[A-Za-z_]{1,40}$/;
const LANGUAGE = /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,2}$/;

export class LanguageQuery {
  @Text({
    optional: true,
    pattern: LANGUAGE,
    hint: 'must be a language code such as en_US',
    max: 20,
    example: 'en_US',
  })
  language?: string;
}

export class TemplatesQuery extends PageQuery {
  @Text({
    optional: true,
    pattern: WORD,
    hint: 'must be a word of Meta such as APPROVED',
    max: 40,
    example: 'APPROVED',
    description: 'Meta’s word; DELETED templates are listed only on request',
  })
  status?: string;

  @Text({
    optional: true,
    pattern: WORD,
    hint: 'must be a word of Meta such as MARKETING',
    max: 40,
    example: 'MARKETING',
  })
  category?: string;

  @Text({
    optional: true,
    pattern: LANGUAGE,
    hint: 'must be a language code such as en_US',
    max: 20,
    example: 'en_US',
  })
  language?: string;

  @Text({ optional: true, min: 1, max: 200, description: 'Part of the name or of a text' })
  search?: string;
}

export class SyncTemplatesQuery {
  @Uuid({ optional: true, description: 'Only the business account of this sender' })
  senderId?: string;
}

const KINDS = ['text', 'media', 'location', 'product', 'instant', 'code', 'payload', 'object'] as const;

export class TemplateParameterDto {
  @OneOf(['header', 'body', 'button', 'offer', 'components'])
  component!: string;

  @Integer({ nullable: true, description: 'Position in the body, or of the button among all buttons' })
  index!: number | null;

  @Integer({ nullable: true, description: 'Of a carousel' })
  card!: number | null;

  @Text({ example: '1' })
  name!: string;

  @OneOf(KINDS)
  kind!: string;

  @TextList({ description: 'The names under which a value may be given; the first is the usual one' })
  keys!: string[];

  @Flag()
  required!: boolean;

  static of({ component, index, card, name, kind, keys, required }: TemplateInput): TemplateParameterDto {
    return { component, index, card, name, kind, keys, required };
  }
}

export class TemplateDto {
  @Uuid()
  id!: string;

  @Text({ example: '1689556908129832' })
  metaTemplateId!: string;

  @Text({ example: '102290129340398' })
  businessAccountId!: string;

  @Text({ example: 'spring_sale' })
  name!: string;

  @Text({ example: 'en_US' })
  language!: string;

  @Text({ example: 'MARKETING', description: 'Sets the price' })
  category!: string;

  @Text({ nullable: true, description: 'The category that Meta has announced for it' })
  nextCategory!: string | null;

  @Text({ example: 'APPROVED', description: 'Only APPROVED can be sent' })
  status!: string;

  @Text({ nullable: true })
  statusReason!: string | null;

  @Text({ nullable: true, example: 'GREEN' })
  qualityScore!: string | null;

  @OneOf(['positional', 'named'])
  parameterFormat!: string;

  @Integer({ example: 2, description: 'Values that must be given' })
  parameterCount!: number;

  @NestedList(() => TemplateParameterDto)
  parameters!: TemplateParameterDto[];

  @Text({
    example: 'Hi Ana, use A25 today.',
    description: 'What a customer would read, filled with the samples given to Meta',
  })
  preview!: string;

  @Nested(() => TemplateMessageDto, { description: 'The same in parts' })
  message!: TemplateMessageDto;

  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  components!: Record<string, unknown>[];

  @Instant({ description: 'When Meta last confirmed this' })
  syncedAt!: string;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of(template: WhatsappTemplate): TemplateDto {
    const { components, parameterFormat } = template;
    const compiled = compileTemplate(components, { parameterFormat });
    const { description, inputs } = compiled;
    const rendered = renderTemplate(compiled, { variables: sampleValues(components, inputs) });
    const shown = rendered.ok ? rendered.components : rendered.draft;
    const message = previewTemplate(description, shown);
    return {
      id: template.id,
      metaTemplateId: template.metaTemplateId,
      businessAccountId: template.businessAccountId,
      name: template.name,
      language: template.language,
      category: template.category,
      nextCategory: template.nextCategory,
      status: template.status,
      statusReason: template.statusReason,
      qualityScore: template.qualityScore,
      parameterFormat: description.format,
      parameterCount: inputs.filter(({ required }) => required).length,
      parameters: inputs.map((input) => TemplateParameterDto.of(input)),
      preview: previewText(message),
      message,
      components,
      syncedAt: template.syncedAt.toISOString(),
      createdAt: template.createdAt.toISOString(),
      updatedAt: template.updatedAt.toISOString(),
    };
  }
}

export class TemplatePageDto extends PageDto {
  @NestedList(() => TemplateDto)
  data!: TemplateDto[];
}

export class NamedTemplateDto {
  @Text({ example: 'spring_sale' })
  name!: string;

  @TextList({ example: ['en_US', 'pt_BR'] })
  languages!: string[];

  @NestedList(() => TemplateDto, { description: 'One for each language and business account' })
  data!: TemplateDto[];

  static of(name: string, templates: WhatsappTemplate[]): NamedTemplateDto {
    const languages = [...new Set(templates.map(({ language }) => language))];
    return { name, languages, data: templates.map((template) => TemplateDto.of(template)) };
  }
}

export class TemplateSyncFailureDto {
  @Text({ example: '102290129340398' })
  businessAccountId!: string;

  @Text({ example: 'meta_refused' })
  code!: string;

  @Text()
  detail!: string;
}

export class TemplateSyncDto implements SyncReport {
  @Integer({ description: 'Templates that Meta lists' })
  synced!: number;

  @Integer()
  created!: number;

  @Integer()
  updated!: number;

  @Integer({ description: 'No longer listed; kept here as DELETED' })
  deleted!: number;

  @Integer()
  unchanged!: number;

  @NestedList(() => TemplateSyncFailureDto, {
    description: 'Business accounts that could not be listed while others could',
  })
  failures!: TemplateSyncFailureDto[];
}
