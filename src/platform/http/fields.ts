import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

import { declareLongList } from './long-list.js';

/**
 * One decorator a field: what is validated and what openapi.yaml says are written once and cannot drift apart.
 * On a response class they only document.
 */
interface Common {
  description?: string;
  example?: unknown;
  optional?: boolean;
  nullable?: boolean;
}

function field(
  { description, example, optional = false, nullable = false }: Common,
  schema: ApiPropertyOptions,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      ...schema,
      required: !optional,
      ...(nullable ? { nullable: true } : {}),
      ...(description === undefined ? {} : { description }),
      ...(example === undefined ? {} : { example }),
    } as ApiPropertyOptions),
    ...rules,
    // `null` for a field that may only be left out is an error, not the same as leaving it out.
    ...(nullable ? [IsOptional()] : optional ? [ValidateIf((_, value) => value !== undefined)] : []),
  );
}

export function Text(options: Common & { min?: number; max?: number; pattern?: RegExp; hint?: string } = {}) {
  const { min = 0, max = 1_000, pattern, hint } = options;
  const matches =
    pattern === undefined
      ? []
      : [Matches(pattern, { message: `$property ${hint ?? `must match ${pattern.source}`}` })];
  const length = { ...(min > 0 ? { minLength: min } : {}), maxLength: max };
  return field(options, { type: String, ...length }, IsString(), MinLength(min), MaxLength(max), ...matches);
}

export function Integer(options: Common & { min?: number; max?: number; default?: number } = {}) {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
  const bounds = {
    ...(options.min === undefined ? {} : { minimum: options.min }),
    ...(options.max === undefined ? {} : { maximum: options.max }),
    ...(options.default === undefined ? {} : { default: options.default }),
  };
  return field(options, { type: 'integer', ...bounds }, IsInt(), Min(min), Max(max));
}

/** A whole number in the query string, where everything arrives as text. */
export function QueryInteger(options: Common & { min?: number; max?: number; default?: number } = {}) {
  const fromText = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value,
  );
  return applyDecorators(Integer({ ...options, optional: true }), fromText);
}

/** A number with decimals: a share or a rate, never an amount of money. */
export function Decimal(
  options: Common & { min?: number; max?: number; decimals?: number; default?: number } = {},
) {
  const { min = 0, max = Number.MAX_SAFE_INTEGER, decimals = 6 } = options;
  const schema = {
    ...{ minimum: min, ...(options.max === undefined ? {} : { maximum: max }) },
    ...(options.default === undefined ? {} : { default: options.default }),
  };
  const rule = IsNumber({ maxDecimalPlaces: decimals });
  return field(options, { type: 'number', ...schema }, rule, Min(min), Max(max));
}

/** An amount in a request: text or number, whose decimals and bounds the rules of money check. */
export function Amount(options: Common = {}) {
  const rule = ValidateBy(
    {
      name: 'isAmount',
      validator: { validate: (value) => typeof value === 'string' || typeof value === 'number' },
    },
    { message: '$property must be an amount, as in "45000.00" or 45000' },
  );
  return field(
    { example: '45000.00', ...options },
    { oneOf: [{ type: 'string', maxLength: 40 }, { type: 'number' }] },
    rule,
  );
}

export function Flag(options: Common & { default?: boolean } = {}) {
  return field(
    options,
    { type: Boolean, ...(options.default === undefined ? {} : { default: options.default }) },
    IsBoolean(),
  );
}

/** Yes or no in the query string. */
export function QueryFlag(options: Common = {}) {
  const fromText = Transform(({ value }: { value: unknown }) =>
    value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value,
  );
  return applyDecorators(Flag({ ...options, optional: true }), fromText);
}

export function OneOf(values: readonly string[], options: Common & { name?: string; default?: string } = {}) {
  const schema = {
    enum: [...values],
    ...(options.default === undefined ? {} : { default: options.default }),
  };
  return field(options, schema, IsIn(values));
}

export function Instant(options: Common = {}) {
  return field(
    { example: '2025-06-01T10:00:00Z', ...options },
    { type: String, format: 'date-time' },
    IsISO8601({ strict: true, strictSeparator: true }),
  );
}

export function Uuid(options: Common = {}) {
  return field(
    { example: '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d', ...options },
    { type: String, format: 'uuid' },
    IsUUID(),
  );
}

export function Url(options: Common & { max?: number } = {}) {
  const { max = 2_000 } = options;
  const rule = IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true });
  return field(options, { type: String, format: 'uri', maxLength: max }, rule, MaxLength(max));
}

export function TextList(
  options: Common & { minItems?: number; maxItems?: number; maxLength?: number; in?: readonly string[] } = {},
) {
  const { minItems = 0, maxItems = 100, maxLength = 200 } = options;
  const items = options.in === undefined ? { type: String, maxLength } : { enum: [...options.in] };
  return field(
    options,
    { ...items, isArray: true, ...(minItems > 0 ? { minItems } : {}), maxItems },
    IsArray(),
    ArrayMinSize(minItems),
    ArrayMaxSize(maxItems),
    IsString({ each: true }),
    MaxLength(maxLength, { each: true }),
    ...(options.in === undefined ? [] : [IsIn(options.in, { each: true })]),
  );
}

export function IntegerList(
  options: Common & { min: number; max: number; minItems?: number; maxItems?: number },
) {
  const { min, max, minItems = 0, maxItems = 100 } = options;
  const items = { type: 'integer', minimum: min, maximum: max };
  return field(
    options,
    { type: 'array', items, ...(minItems > 0 ? { minItems } : {}), maxItems },
    IsArray(),
    ArrayMinSize(minItems),
    ArrayMaxSize(maxItems),
    IsInt({ each: true }),
    Min(min, { each: true }),
    Max(max, { each: true }),
  );
}

/** Free-form JSON under an object; its depth and size are bounded by the body limit of the route. */
export function JsonObject(options: Common = {}) {
  return field(options, { type: 'object', additionalProperties: true }, IsObject());
}

/** Swagger takes a function for a promise of a class only when the function itself is named `type`. */
function lazily(type: () => new () => object): { type: () => new () => object } {
  return { type: () => type() };
}

export function Nested(type: () => new () => object, options: Common = {}) {
  return field(options, lazily(type), ValidateNested(), Type(type), IsObject());
}

export function NestedList(
  type: () => new () => object,
  options: Common & { minItems?: number; maxItems?: number } = {},
) {
  const { minItems = 0, maxItems = 1_000 } = options;
  return field(
    options,
    { ...lazily(type), isArray: true, minItems, maxItems },
    IsArray(),
    ArrayMinSize(minItems),
    ArrayMaxSize(maxItems),
    ValidateNested({ each: true }),
    Type(type),
  );
}

/**
 * A list whose check would hold up every other request if it ran at once: the items are checked a few at a time,
 * before the rest of the body. The document shows it as any other list.
 */
export function LongList(
  type: () => new () => object,
  options: Common & { minItems?: number; maxItems: number },
): PropertyDecorator {
  const { minItems = 0, maxItems } = options;
  const documented = field(options, { ...lazily(type), isArray: true, minItems, maxItems }, IsArray());
  return (prototype, property) => {
    documented(prototype, property);
    declareLongList(prototype, { property: String(property), item: type, minItems, maxItems });
  };
}
