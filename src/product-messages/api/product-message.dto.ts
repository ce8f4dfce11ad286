import { JsonObject, Nested, NestedList, OneOf, Text, TextList, Uuid } from '../../platform/http/fields.js';
import { MESSAGE_WARNINGS, type MessageWarningCode } from '../sending/message-warning.js';

const NOT_BLANK = { pattern: /\S/, hint: 'must not be blank' };
const PRODUCT = 'The id of a product or variant, or an SKU';

export class FallbackTemplateDto {
  @Text({ min: 1, max: 512, example: 'spring_collection' })
  name!: string;

  @Text({ min: 2, max: 20, example: 'en_US', description: 'Exactly the language it was approved in' })
  language!: string;

  @JsonObject({
    optional: true,
    example: { 1: 'Bali' },
    description: 'Under the keys that the template lists; products by id or SKU',
  })
  variables?: Record<string, unknown>;
}

abstract class ProductMessageDto {
  @Text({ min: 1, max: 50, example: '+919876500001', description: 'The phone number of the person' })
  to!: string;

  @Uuid({ description: 'Its sender sends the message; without one the default sender' })
  catalogId!: string;

  @Nested(() => FallbackTemplateDto, {
    optional: true,
    description: 'Goes as marketing when the service window is closed, now or when the message is sent',
  })
  fallbackTemplate?: FallbackTemplateDto;
}

export class SendProductDto extends ProductMessageDto {
  @Text({ min: 1, max: 100, example: 'BALI-2025-001', description: PRODUCT })
  productId!: string;

  @Text({ optional: true, min: 1, max: 100, description: 'The id or SKU of a variant of the product' })
  variantId?: string;

  @Text({ optional: true, min: 1, max: 1_024, example: 'Still interested?', ...NOT_BLANK })
  body?: string;

  @Text({ optional: true, min: 1, max: 60, ...NOT_BLANK })
  footer?: string;
}

export class ProductSectionDto {
  @Text({
    optional: true,
    min: 1,
    max: 24,
    example: 'Beaches',
    description: 'Needed from two sections on',
    ...NOT_BLANK,
  })
  title?: string;

  @TextList({ minItems: 1, maxItems: 30, maxLength: 100, example: ['BALI-2025-001'], description: PRODUCT })
  productIds!: string[];
}

export class SendProductListDto extends ProductMessageDto {
  @Text({ min: 1, max: 60, example: 'Our packages', ...NOT_BLANK })
  header!: string;

  @Text({ min: 1, max: 1_024, example: 'Tap to see them', ...NOT_BLANK })
  body!: string;

  @Text({ optional: true, min: 1, max: 60, ...NOT_BLANK })
  footer?: string;

  @NestedList(() => ProductSectionDto, {
    minItems: 1,
    maxItems: 10,
    description: '1 to 30 products in all',
  })
  sections!: ProductSectionDto[];
}

export class SendCatalogDto extends ProductMessageDto {
  @Text({ min: 1, max: 1_024, example: 'Our whole shop', ...NOT_BLANK })
  body!: string;

  @Text({ optional: true, min: 1, max: 60, ...NOT_BLANK })
  footer?: string;

  @Text({
    optional: true,
    min: 1,
    max: 100,
    description: 'The id of a product or variant, or an SKU. Default: the first that can be sent',
  })
  thumbnailProductId?: string;
}

export class SendProductCarouselDto extends ProductMessageDto {
  @Text({ min: 1, max: 1_024, example: 'New in', ...NOT_BLANK })
  body!: string;

  @TextList({
    minItems: 2,
    maxItems: 10,
    maxLength: 100,
    example: ['BALI-2025-001', 'GOA-2025-001'],
    description: PRODUCT,
  })
  productIds!: string[];
}

export class MessageWarningDto {
  @OneOf(MESSAGE_WARNINGS)
  code!: MessageWarningCode;

  @Text({ max: 10_000 })
  message!: string;
}

export class QueuedProductMessageDto {
  @Uuid({ description: 'Its fate stands under this id in whatsapp_messages' })
  messageId!: string;

  @OneOf(['queued'])
  status!: 'queued';

  @NestedList(() => MessageWarningDto)
  warnings!: MessageWarningDto[];
}
