import { Instant, Nested, NestedList, Text, TextList } from '../../platform/http/fields.js';

export class MessageHeaderDto {
  @Text({
    example: 'image',
    description: '`text`, `image`, `video`, `document`, `gif`, `location` or `product`',
  })
  kind!: string;

  @Text({ description: 'The text; of a file its link, id or asset, empty for the sample' })
  text!: string;
}

export class MessageSectionDto {
  @Text({ nullable: true })
  title!: string | null;

  @TextList({ description: 'By their retailer ids' })
  products!: string[];
}

export class MessageButtonDto {
  @Text({
    example: 'url',
    description: '`url`, `quick_reply`, `copy_code`, `catalog`, `mpm`, `flow`, `phone_number` and others',
  })
  kind!: string;

  @Text({ example: 'Shop now' })
  label!: string;

  @Text({
    nullable: true,
    example: 'https://shop.example/r/abc',
    description: 'Where it leads, the code it copies, the number it calls, the product it shows',
  })
  value!: string | null;

  @NestedList(() => MessageSectionDto, { description: 'The list of products that it opens' })
  sections!: MessageSectionDto[];
}

export class MessageCardDto {
  @Nested(() => MessageHeaderDto, { nullable: true })
  header!: MessageHeaderDto | null;

  @Text({ example: 'Hi Ana, use A25 today.' })
  body!: string;

  @NestedList(() => MessageButtonDto)
  buttons!: MessageButtonDto[];
}

export class MessageOfferDto {
  @Text({ nullable: true, example: 'Ends tonight' })
  text!: string | null;

  @Instant({ nullable: true })
  expiresAt!: string | null;
}

/** A message as the customer reads it, from top to bottom. */
export class TemplateMessageDto extends MessageCardDto {
  @Text({ nullable: true, example: 'Reply STOP to unsubscribe' })
  footer!: string | null;

  @Nested(() => MessageOfferDto, { nullable: true })
  offer!: MessageOfferDto | null;

  @NestedList(() => MessageCardDto, { description: 'Of a carousel' })
  cards!: MessageCardDto[];
}
