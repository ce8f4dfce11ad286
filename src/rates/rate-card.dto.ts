import { Instant, Integer, NestedList, Text, Uuid, Amount } from '../platform/http/fields.js';
import { PageDto } from '../platform/http/paging.js';
import { decimal, fraction } from './fraction.js';
import type { GivenRow, RateRow } from './rate-card.js';
import type { RateCardRow as StoredCard } from './rate-cards.queries.js';
import type { CardDetails } from './rate-cards.service.js';

const Day = (description: string, more: { optional?: boolean } = {}): PropertyDecorator =>
  Text({
    pattern: /^\d{4}-\d{2}-\d{2}$/,
    hint: 'must be a day, as in 2026-10-01',
    max: 10,
    example: '2026-10-01',
    description,
    ...more,
  });
const Currency = (): PropertyDecorator =>
  Text({ pattern: /^[A-Z]{3}$/, hint: 'must be the code of a currency, as in USD', max: 3, example: 'USD' });
const Account = (): PropertyDecorator =>
  Text({
    optional: true,
    max: 64,
    pattern: /^\d{1,64}$/,
    hint: 'must be an id from Meta (digits)',
    example: '102290129340398',
    description: 'The business account that it is for; by default all of them',
  });

export class NewRateRowDto {
  @Text({ min: 1, max: 60, example: 'India', description: 'A market of Meta, or the ISO code of a country' })
  market!: string;

  @Text({ min: 1, max: 40, example: 'marketing' })
  category!: string;

  @Integer({
    optional: true,
    min: 0,
    max: 1_000_000_000_000,
    description: 'Volume of the month from which it holds; 0 by default',
  })
  from?: number;

  @Integer({
    optional: true,
    nullable: true,
    min: 1,
    max: 1_000_000_000_000,
    description: 'Volume at which it ends; null: never',
  })
  to?: number | null;

  @Amount({ example: '0.010700', description: 'A message, with at most 6 decimals' })
  price!: string | number;
}

export class CreateRateCardDto {
  @Text({ min: 1, max: 200, example: 'Meta, from October 2026' })
  name!: string;

  @Currency()
  currency!: string;

  @Day('The first day on which it holds')
  effectiveFrom!: string;

  @Account()
  businessAccountId?: string;

  @NestedList(() => NewRateRowDto, { minItems: 1, maxItems: 5_000 })
  rows!: NewRateRowDto[];
}

/** What a file does not say. */
export class RateCardQuery {
  @Text({ optional: true, min: 1, max: 200, description: 'With a CSV file: the name of the list' })
  name?: string;

  @Text({
    optional: true,
    max: 3,
    pattern: /^[A-Z]{3}$/,
    hint: 'must be the code of a currency, as in USD',
    description: 'With a CSV file: its currency',
  })
  currency?: string;

  @Day('With a CSV file: the first day on which it holds', { optional: true })
  effectiveFrom?: string;

  @Account()
  businessAccountId?: string;
}

export class EffectiveRateQuery {
  @Day('The day, on the clock of the business account')
  date!: string;

  @Text({ min: 1, max: 60, example: 'India', description: 'A market, or the ISO code of a country' })
  market!: string;

  @Text({ min: 1, max: 40, example: 'marketing' })
  category!: string;

  @Account()
  businessAccountId?: string;
}

export class RateRowDto {
  @Text({ example: 'India' })
  market!: string;

  @Text({ example: 'utility' })
  category!: string;

  @Integer({ example: 0, description: 'Of the messages billed in a month' })
  from!: number;

  @Integer({ nullable: true, example: 250_000, description: 'Not included; null: no end' })
  to!: number | null;

  @Text({ example: '0.001400' })
  price!: string;

  static of({ market, category, from, to, price }: RateRow): RateRowDto {
    return { market, category, from, to, price: decimal(fraction(price), 6) };
  }
}

export class RateCardDto {
  @Uuid()
  id!: string;

  @Text({ example: 'Meta, from October 2026' })
  name!: string;

  @Text({ example: 'USD' })
  currency!: string;

  @Text({ example: '2026-10-01' })
  effectiveFrom!: string;

  @Text({ nullable: true, description: 'Null: for all business accounts' })
  businessAccountId!: string | null;

  @Integer({ description: 'How many prices it has' })
  prices!: number;

  @Uuid({ nullable: true, description: 'The person or the key that uploaded it' })
  uploadedBy!: string | null;

  @Instant()
  createdAt!: string;

  static of(card: StoredCard): RateCardDto {
    const { id, name, currency, effectiveFrom, businessAccountId, rows, uploadedBy, createdAt } = card;
    return {
      ...{ id, name, currency, effectiveFrom, businessAccountId, prices: rows, uploadedBy },
      createdAt: createdAt.toISOString(),
    };
  }
}

export class RateCardWithRowsDto extends RateCardDto {
  @NestedList(() => RateRowDto, { maxItems: 5_000 })
  rows!: RateRowDto[];

  static with(card: StoredCard, rows: readonly RateRow[]): RateCardWithRowsDto {
    return Object.assign(RateCardDto.of(card), { rows: rows.map((row) => RateRowDto.of(row)) });
  }
}

export class RateCardPageDto extends PageDto {
  @NestedList(() => RateCardDto, { maxItems: 200 })
  data!: RateCardDto[];
}

export class EffectiveRateDto {
  @Text({ example: 'USD' })
  currency!: string;

  @Uuid({ description: 'The list in force on that day' })
  rateCardId!: string;

  @Text({ example: '2026-10-01' })
  effectiveFrom!: string;

  @Text({ example: '0.010700', description: 'The price of the first message of a month' })
  price!: string;

  @NestedList(() => RateRowDto, { description: 'All prices by volume' })
  tiers!: RateRowDto[];
}

export function givenRows(rows: readonly NewRateRowDto[]): GivenRow[] {
  return rows.map(({ market, category, from, to, price }, place) => ({
    ...{ place: `rows.${place}`, market, category, from: String(from ?? 0) },
    ...{ to: to === undefined || to === null ? '' : String(to), price: String(price) },
  }));
}

export function detailsOf(card: Omit<CreateRateCardDto, 'rows'>): CardDetails {
  const { name, currency, effectiveFrom, businessAccountId = null } = card;
  return { name, currency, effectiveFrom, businessAccountId };
}
