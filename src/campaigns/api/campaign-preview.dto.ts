import { Flag, JsonObject, NestedList, Text } from '../../platform/http/fields.js';

export class PreviewCampaignDto {
  @Text({
    optional: true,
    min: 1,
    max: 50,
    example: '+919978783238',
    description: 'One of the recipients; left out: the first',
  })
  phoneNumber?: string;

  @JsonObject({
    optional: true,
    example: { 1: 'Bali' },
    description: 'Instead of the recipient’s own values',
  })
  variables?: Record<string, unknown>;
}

export class PreviewProblemDto {
  @Text({ example: 'body' })
  component!: string;

  @Text({ example: '2' })
  name!: string;

  @Text({ example: 'nothing to fill it with' })
  detail!: string;
}

export class CampaignPreviewDto {
  @Text({ nullable: true, example: '+919978783238' })
  phoneNumber!: string | null;

  @Flag({ description: 'Everything could be filled' })
  complete!: boolean;

  @NestedList(() => PreviewProblemDto)
  problems!: PreviewProblemDto[];

  @JsonObject({ description: 'The message object that would go to Meta', example: { type: 'template' } })
  payload!: Record<string, unknown>;

  @JsonObject({
    nullable: true,
    description: 'The texts as the customer sees them; null when the template is not known here',
    example: { body: 'Bali from ₹45,000' },
  })
  message!: Record<string, unknown> | null;
}
