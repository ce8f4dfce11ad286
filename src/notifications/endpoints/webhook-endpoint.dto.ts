import { Instant, NestedList, OneOf, Text, TextList, Uuid } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/paging.js';
import type { WebhookEndpoint } from './webhook-endpoints.service.js';

const KINDS = {
  minItems: 1,
  maxItems: 100,
  maxLength: 40,
  example: ['order.*', 'customer.opted_out'],
  description: 'Kinds of events: one (`order.created`), all of an area (`order.*`), or all (`*`)',
};
const URL_TEXT = {
  min: 1,
  max: 2_000,
  example: 'https://crm.example.com/hooks/drumbeat',
  description: 'Reached over https on port 443 or 8443, on the public internet',
};

export class CreateWebhookEndpointDto {
  @Text(URL_TEXT)
  url!: string;

  @TextList(KINDS)
  kinds!: string[];

  @Text({ optional: true, nullable: true, max: 500, example: 'CRM' })
  description?: string | null;
}

export class UpdateWebhookEndpointDto {
  @Text({ ...URL_TEXT, optional: true })
  url?: string;

  @TextList({ ...KINDS, optional: true })
  kinds?: string[];

  @Text({ optional: true, nullable: true, max: 500, example: 'CRM' })
  description?: string | null;
}

export class WebhookEndpointsQuery extends CursorQuery {}

export class WebhookEndpointDto {
  @Uuid()
  id!: string;

  @Text(URL_TEXT)
  url!: string;

  @Text({ nullable: true, max: 500, example: 'CRM' })
  description!: string | null;

  @TextList(KINDS)
  kinds!: string[];

  @OneOf(['active', 'disabled'], { description: '`disabled`: nothing is sent until it is enabled again' })
  state!: string;

  @Text({ nullable: true, max: 500, example: 'It answered 410 Gone.' })
  disabledReason!: string | null;

  @Instant({
    nullable: true,
    description: 'Since when every attempt has failed; after 5 days it is disabled',
  })
  failingSince!: string | null;

  @Instant({ nullable: true, description: 'Until then the secret before the last rotation signs too' })
  previousSecretUntil!: string | null;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of(endpoint: WebhookEndpoint): WebhookEndpointDto {
    return {
      id: endpoint.id,
      url: endpoint.url,
      description: endpoint.description,
      kinds: endpoint.kinds,
      state: endpoint.state,
      disabledReason: endpoint.disabledReason,
      failingSince: endpoint.failingSince?.toISOString() ?? null,
      previousSecretUntil: endpoint.previousUntil?.toISOString() ?? null,
      createdAt: endpoint.createdAt.toISOString(),
      updatedAt: endpoint.updatedAt.toISOString(),
    };
  }
}

export class WebhookEndpointWithSecretDto extends WebhookEndpointDto {
  @Text({
    max: 100,
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    description: 'Verifies the signatures. It is shown once and never again',
  })
  secret!: string;

  static with(endpoint: WebhookEndpoint, secret: string): WebhookEndpointWithSecretDto {
    return Object.assign(WebhookEndpointDto.of(endpoint), { secret });
  }
}

export class WebhookEndpointPageDto extends PageDto {
  @NestedList(() => WebhookEndpointDto)
  data!: WebhookEndpointDto[];
}
