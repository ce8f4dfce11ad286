import { OmitType, PartialType } from '@nestjs/swagger';
import { CreateCampaignDto } from '../campaigns/api/create-campaign.dto.js';
import { Given } from '../campaigns/api/campaign-settings.dto.js';
import { Nested, Text, Uuid } from '../platform/http/fields.js';

const DAY = { pattern: /^\d{4}-\d{2}-\d{2}$/, hint: 'must be a day such as 2025-01-15', max: 10 } as const;
const START_DATE = {
  ...{ ...DAY, optional: true, example: '2025-01-15' },
  description:
    'As of `activate`: the day of the first messages. Omitted: the campaign starts now, or at scheduledFor',
} as const;
const TIME = { pattern: /^([01]\d|2[0-4]):[0-5]\d$/, max: 5 } as const;

export class ForecastWindowDto {
  @Text({ ...TIME, example: '09:00' })
  start!: string;

  @Text({ ...TIME, example: '21:00' })
  end!: string;
}

/** What to change for the forecast alone. */
export class ForecastSavedDto {
  @Given()
  dailySendLimit?: number | null;

  @Given()
  rateLimit?: number | null;

  @Given()
  priority?: number;

  @Uuid({ optional: true })
  senderId?: string;

  @Text(START_DATE)
  startDate?: string;

  @Nested(() => ForecastWindowDto, {
    optional: true,
    nullable: true,
    description: 'Null: at any hour; omitted: as the campaign has it',
  })
  window?: ForecastWindowDto | null;
}

/** The fields of a new campaign. Nothing is stored. */
export class ForecastUnsavedDto extends PartialType(OmitType(CreateCampaignDto, ['templateName'])) {
  @Given({ example: 'tour_package_marketing' })
  templateName!: string;

  @Text(START_DATE)
  startDate?: string;
}
