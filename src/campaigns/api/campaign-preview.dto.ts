import { Flag, JsonObject, Nested, NestedList, OneOf, Text } from '../../platform/http/fields.js';
import type { PreviewLink } from '../message/preview-links.js';
import { TemplateMessageDto } from '../../templates/api/template-message.dto.js';

export class PreviewCampaignDto {
  @Text({
    optional: true,
    min: 1,
    max: 50,
    example: '+919978783238',
    description: 'One of the recipients; default: the first',
  })
  phoneNumber?: string;

  @JsonObject({
    optional: true,
    example: { 1: 'Bali' },
    description: 'Used instead of the recipient’s own values',
  })
  variables?: Record<string, unknown>;
}

export class PreviewCampaignQuery {
  @Text({ optional: true, min: 1, max: 20, example: 'B', description: 'A variant of the experiment' })
  variant?: string;
}

export class PreviewProblemDto {
  @Text({ example: 'body' })
  component!: string;

  @Text({ example: '2' })
  name!: string;

  @Text({ example: 'nothing to fill it with' })
  detail!: string;
}

export class PreviewLinkDto {
  @Text({ example: 'button.0' })
  place!: string;

  @Text({ nullable: true, example: 'Shop now', description: 'On the button; null: a variable of the body' })
  label!: string | null;

  @OneOf(['ours', 'other', 'fixed', 'text'], {
    description:
      '`ours`: a button that can be tracked; `other`: approved with another host; `fixed`: one address for all; `text`: a variable of the body',
  })
  kind!: PreviewLink['kind'];

  @Flag({ description: 'True: its clicks are counted' })
  isTracked!: boolean;

  @Text({
    nullable: true,
    max: 10_000,
    example: 'https://shop.example/spring?utm_source=whatsapp',
    description: 'For this recipient; null: only the values of the message say',
  })
  leadsTo!: string | null;

  @Text({ nullable: true, description: 'Why it is not counted, or what its count is worth' })
  note!: string | null;
}

export class CampaignPreviewDto {
  @Text({ nullable: true, example: '+919978783238' })
  phoneNumber!: string | null;

  @Flag({ description: 'True if every placeholder could be filled' })
  complete!: boolean;

  @NestedList(() => PreviewProblemDto)
  problems!: PreviewProblemDto[];

  @JsonObject({ description: 'The message object that would be sent to Meta', example: { type: 'template' } })
  payload!: Record<string, unknown>;

  @Nested(() => TemplateMessageDto, {
    nullable: true,
    description: 'The message as the customer sees it; null when the template is unknown',
  })
  message!: TemplateMessageDto | null;

  @NestedList(() => PreviewLinkDto, {
    description:
      'Buttons with addresses, and tracked addresses in the body. Clicks on a preview or a test count for nobody',
  })
  links!: PreviewLinkDto[];
}
