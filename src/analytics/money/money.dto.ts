import { Flag, Integer, NestedList, OneOf, Text, Uuid } from '../../platform/http/fields.js';

const DAY = {
  max: 10,
  pattern: /^\d{4}-\d{2}-\d{2}$/,
  hint: 'must be a day, as in 2026-10-01',
  example: '2026-10-01',
};

export class MoneyQuery {
  @Text({ ...DAY, optional: true, description: 'The first day; by default 29 days before `to`' })
  from?: string;

  @Text({ ...DAY, optional: true, description: 'The last day; by default today. At most 400 days' })
  to?: string;

  @Text({ optional: true, max: 100, example: 'day,campaign', description: 'What to group by, with commas' })
  by?: string;

  @Uuid({ optional: true, description: 'Only of this campaign' })
  campaignId?: string;

  @OneOf(['json', 'csv'], { optional: true, default: 'json' })
  format?: 'json' | 'csv';
}

export class RevenueRowDto {
  @Text({
    nullable: true,
    example: '2026-10-01',
    description: 'Null when days are added up, as with every part',
  })
  day!: string | null;

  @Uuid({ nullable: true })
  campaignId!: string | null;

  @Uuid({ nullable: true })
  ruleId!: string | null;

  @Integer({ nullable: true })
  variant!: number | null;

  @Text({ example: 'INR', description: '`XXX`: conversions without a value' })
  currency!: string;

  @Integer()
  conversions!: number;

  @Integer()
  orders!: number;

  @Text({ example: '1200.00' })
  value!: string;

  @Text({ example: '0.00' })
  reversed!: string;

  @Text({ example: '1200.00' })
  orderedValue!: string;

  @Text({ example: '600.00', description: 'Of orders what was captured less refunded' })
  revenue!: string;
}

export class RevenueAnswerDto {
  @Text({ example: '2026-10-01' })
  from!: string;

  @Text({ example: '2026-10-31' })
  to!: string;

  @NestedList(() => RevenueRowDto, { description: 'The sums of all days, a currency each' })
  totals!: RevenueRowDto[];

  @NestedList(() => RevenueRowDto)
  rows!: RevenueRowDto[];
}

export class CostRowDto {
  @Text({ nullable: true, example: '2026-10-01', description: 'On the clock of the business account' })
  day!: string | null;

  @Uuid({ nullable: true })
  campaignId!: string | null;

  @Text({ nullable: true, example: 'campaign' })
  purpose!: string | null;

  @Text({ nullable: true, example: 'India' })
  market!: string | null;

  @Text({ nullable: true, example: 'IN' })
  country!: string | null;

  @Text({ nullable: true, example: 'marketing' })
  category!: string | null;

  @Text({ nullable: true, example: 'regular' })
  type!: string | null;

  @Integer()
  billable!: number;

  @Integer()
  free!: number;

  @Integer()
  unknown!: number;

  @Text({ nullable: true, example: '1.35', description: 'Null: see `because`' })
  amount!: string | null;

  @Text({ nullable: true, example: 'USD' })
  currency!: string | null;

  @Text({ nullable: true, example: '0.009000' })
  perDelivered!: string | null;

  @Flag({ description: 'Always: the invoice of Meta decides' })
  estimated!: boolean;

  @OneOf(['no_rate_card', 'market_not_priced', 'currencies_differ'], { nullable: true })
  because!: string | null;
}

export class CostAnswerDto {
  @Text({ example: '2026-10-01' })
  from!: string;

  @Text({ example: '2026-10-31' })
  to!: string;

  @NestedList(() => CostRowDto, { description: 'The sums of all days, a currency each' })
  totals!: CostRowDto[];

  @NestedList(() => CostRowDto)
  rows!: CostRowDto[];
}
