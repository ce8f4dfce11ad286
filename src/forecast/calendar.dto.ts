import { Integer, NestedList, OneOf, Text, Uuid } from '../platform/http/fields.js';
import { CAMPAIGN_STATUS_WORDS } from '../campaigns/campaign/campaign-state.js';

const DAY = { pattern: /^\d{4}-\d{2}-\d{2}$/, hint: 'must be a day such as 2025-01-15', max: 10 } as const;

export class CalendarQuery {
  @Text({ ...DAY, example: '2025-01-01' })
  from!: string;

  @Text({ ...DAY, example: '2025-01-31', description: 'Included; at most 92 days from `from`' })
  to!: string;
}

export class CalendarCampaignDto {
  @Uuid()
  id!: string;

  @Text({ example: 'New Year Sale' })
  name!: string;

  @OneOf(CAMPAIGN_STATUS_WORDS)
  status!: string;

  @Integer({ description: 'Recipients of this day, also those who were skipped', example: 250 })
  planned!: number;

  @Integer({ example: 98 })
  sent!: number;

  @Integer({ description: 'Still to be sent', example: 152 })
  left!: number;
}

export class CalendarDayDto {
  @Text({ example: '2025-01-15' })
  date!: string;

  @Integer({ example: 500 })
  planned!: number;

  @Integer({ example: 98 })
  sent!: number;

  @Integer({ example: 402 })
  left!: number;

  @Integer({
    nullable: true,
    description:
      'New people that campaigns may write to on a day, over all numbers; null: a limit is unknown, or there is none',
    example: 1000,
  })
  capacity!: number | null;

  @NestedList(() => CalendarCampaignDto, {
    description: 'Those with the most recipients, up to 50',
    maxItems: 50,
  })
  campaigns!: CalendarCampaignDto[];

  @Integer({ description: 'Campaigns of this day that are not listed', example: 0 })
  more!: number;
}

export class CalendarDto {
  @NestedList(() => CalendarDayDto, { description: 'Every day from `from` to `to`', maxItems: 92 })
  days!: CalendarDayDto[];
}
