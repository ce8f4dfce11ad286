import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, ValidateIf } from 'class-validator';
import {
  Flag,
  Instant,
  Integer,
  JsonObject,
  NestedList,
  OneOf,
  Text,
  TextList,
  Uuid,
} from '../../platform/http/fields.js';
import { PageDto } from '../../platform/http/paging.js';
import type { Segment } from './segment.entity.js';
import type { Preview, SampleCustomer } from './segments.queries.js';

const NAME = { min: 1, max: 200, example: 'Bali, last six months' };
const DESCRIPTION = { optional: true, nullable: true, max: 2_000 };
const QUERY = {
  description: 'A group of conditions; docs/segments.md has the grammar and recipes',
  example: {
    logic: 'AND',
    conditions: [
      { field: 'saleDetails.destination', operator: 'contains', value: 'Bali' },
      { field: 'saleDetails.createdAt', operator: 'withinLast', value: '6 months' },
    ],
  },
};

/** A query as `query`, under its name on a campaign, or inline. */
export class QueryDto {
  @JsonObject({ ...QUERY, optional: true })
  query?: Record<string, unknown>;

  @JsonObject({ optional: true, description: 'Same as `query`, under the name used on campaigns' })
  segmentQuery?: Record<string, unknown>;

  @OneOf(['AND', 'OR'], { optional: true, description: 'Instead of `query`: the group inline' })
  logic?: string;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'Instead of `query`: the group inline',
  })
  @ValidateIf((_, value) => value !== undefined)
  @IsArray()
  conditions?: unknown[];

  @Flag({ optional: true, description: 'Instead of `query`: the group inline' })
  not?: boolean;
}

export class CreateSegmentDto extends QueryDto {
  @Text(NAME)
  name!: string;

  @Text(DESCRIPTION)
  description?: string | null;
}

export class UpdateSegmentDto extends QueryDto {
  @Text({ ...NAME, optional: true })
  name?: string;

  @Text(DESCRIPTION)
  description?: string | null;
}

const SAMPLE = { optional: true, min: 0, max: 50, default: 10, description: 'How many customers to show' };

export class PreviewSegmentDto extends QueryDto {
  @Integer(SAMPLE)
  limit?: number;
}

export class PreviewSavedDto {
  @Integer(SAMPLE)
  limit?: number;
}

export class SegmentDto {
  @Uuid()
  id!: string;

  @Text(NAME)
  name!: string;

  @Text({ nullable: true })
  description!: string | null;

  @JsonObject(QUERY)
  query!: Record<string, unknown>;

  @Instant()
  createdAt!: string;

  @Instant()
  updatedAt!: string;

  static of({ id, name, description, query, createdAt, updatedAt }: Segment): SegmentDto {
    return {
      ...{ id, name, description, query },
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }
}

export class SegmentPageDto extends PageDto {
  @NestedList(() => SegmentDto)
  data!: SegmentDto[];
}

export class SampleCustomerDto implements SampleCustomer {
  @Uuid()
  id!: string;

  @Text({ nullable: true, example: '+14694652751' })
  phoneNumber!: string | null;

  @Text({ nullable: true, example: 'Ravi Kumar' })
  name!: string | null;

  @Text({ nullable: true, example: 'Mumbai' })
  city!: string | null;

  @Text({ nullable: true, example: 'premium' })
  customerTier!: string | null;

  @TextList({ example: ['fashion'] })
  tags!: string[];

  @OneOf(['subscribed', 'unsubscribed'])
  subscription!: string;

  @Flag()
  isActive!: boolean;
}

export class SegmentPreviewDto implements Preview {
  @Integer({ example: 1234, description: 'Customers in the segment' })
  count!: number;

  @Integer({ example: 1180, description: 'Customers in the segment who may be messaged now' })
  reachable!: number;

  @NestedList(() => SampleCustomerDto, { maxItems: 50 })
  sample!: SampleCustomerDto[];
}
