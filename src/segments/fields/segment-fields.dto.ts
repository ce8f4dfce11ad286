import { ApiProperty } from '@nestjs/swagger';
import {
  Flag,
  Integer,
  NestedList,
  OneOf,
  QueryInteger,
  Text,
  TextList,
} from '../../platform/http/fields.js';
import { OPERATORS } from '../language/operators.js';
import type { Scalar } from '../language/segment.js';
import type { SuggestedValue } from './fields.queries.js';
import type { SegmentField } from './segment-fields.service.js';

const SCALAR = { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] };

export class SegmentFieldDto {
  @Text({ example: 'attributes.saleDetails.destination', description: 'The `field` of a condition' })
  path!: string;

  @Text({ example: 'Sale details › Destination' })
  label!: string;

  @OneOf(['customer', 'attributes', 'orders', 'campaigns'])
  group!: string;

  @OneOf(['id', 'text', 'phone', 'set', 'product', 'flag', 'instant', 'number', 'event', 'mixed'], {
    description:
      'Kind of value. Of an attribute: what its values look like; `mixed` if they are of several kinds',
  })
  type!: string;

  @TextList({ in: OPERATORS, description: 'The operators that make sense for it' })
  operators!: string[];

  @Flag({ description: 'Takes a `window`, as orders and campaigns do' })
  hasWindow!: boolean;

  @ApiProperty({ ...SCALAR, nullable: true, example: 'Bali', description: 'A value that a customer has' })
  sample!: Scalar | null;

  static of({ operators, ...field }: SegmentField): SegmentFieldDto {
    const { path, label, group, type, hasWindow, sample } = field;
    return { path, label, group, type, operators: [...operators], hasWindow, sample };
  }
}

export class SegmentFieldListDto {
  @NestedList(() => SegmentFieldDto)
  data!: SegmentFieldDto[];

  @Flag({
    description: 'False if there are more attributes than are listed, or they could not be looked at in time',
  })
  isComplete!: boolean;
}

export class FieldValuesQuery {
  @Text({ min: 1, max: 500, example: 'city', description: 'A field, as a condition names it' })
  field!: string;

  @Text({ optional: true, max: 100, example: 'mum', description: 'What the value contains, in any case' })
  search?: string;

  @QueryInteger({ min: 1, max: 50, default: 20 })
  limit?: number;
}

export class FieldValueDto implements SuggestedValue {
  @ApiProperty({ ...SCALAR, example: 'Mumbai', description: 'For the `value` of a condition' })
  value!: Scalar;

  @Text({ nullable: true, description: 'Its name, if the value itself is not readable' })
  label!: string | null;

  @Integer({ nullable: true, example: 12, description: 'Customers with it, among those looked at' })
  customers!: number | null;
}

export class FieldValueListDto {
  @Text({ example: 'city' })
  field!: string;

  @NestedList(() => FieldValueDto, { maxItems: 50 })
  data!: FieldValueDto[];
}
