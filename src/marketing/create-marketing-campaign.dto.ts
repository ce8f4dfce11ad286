import type { CampaignInput } from '../campaigns/campaign/campaign-input.js';
import { Given } from '../campaigns/api/campaign-settings.dto.js';
import { settingsOf } from '../campaigns/campaign/campaign-fields.js';
import { CAMPAIGN_STATES, type CampaignState } from '../campaigns/campaign/campaign-state.js';
import { OneOf, Text, Uuid } from '../platform/http/fields.js';
import { ComponentList } from '../templates/api/component-list.dto.js';
import { AUDIENCE } from './marketing-fields.dto.js';
import { camelKeys } from './snake-case.js';

export class CreateMarketingCampaignDto {
  @Given({ example: 'Summer Sale 2025' })
  name!: string;

  @Given({ example: 'Promotional campaign for summer sale' })
  description?: string | null;

  @Given({ example: 'summer_sale_promo' })
  template_name!: string;

  @Given()
  language_code?: string;

  @Given()
  daily_send_limit?: number | null;

  @Given()
  priority?: number;

  @Given({ example: AUDIENCE })
  target_audience?: Record<string, unknown> | null;

  @ComponentList({ optional: true, nullable: true })
  template_components?: Record<string, unknown>[] | null;

  @Given()
  links?: Record<string, unknown> | null;

  @Given({ description: 'Messages a minute; omitted: as fast as the sender can' })
  rate_limit?: number | null;

  @Given()
  breaker_first_failures?: number | null;

  @Given()
  breaker_failure_percent?: number | null;

  @Given()
  breaker_min_attempts?: number;

  @Given()
  sender_id?: string | null;

  @Given()
  send_window_start?: string | null;

  @Given()
  send_window_end?: string | null;

  @Given({ example: 'America/New_York' })
  time_zone?: string;

  @Given()
  send_in_recipient_zone?: boolean;
}

export function inputFrom(body: CreateMarketingCampaignDto): CampaignInput {
  return settingsOf('marketing', camelKeys(body));
}

export class CreatedMarketingCampaignDto {
  @Uuid()
  id!: string;

  @Text({ example: 'Summer Sale 2025' })
  name!: string;

  @OneOf(CAMPAIGN_STATES)
  status!: CampaignState;

  @Text({ example: 'summer_sale_promo' })
  template_name!: string;

  @Text({ example: "Campaign 'Summer Sale 2025' created successfully" })
  message!: string;
}
