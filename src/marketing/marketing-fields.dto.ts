import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsOptional,
  IsString,
  MaxLength,
  registerDecorator,
  ValidateIf,
} from 'class-validator';

interface Presence {
  optional?: boolean;
  nullable?: boolean;
}

const presence = ({ optional, nullable }: Presence): PropertyDecorator[] =>
  nullable === true
    ? [IsOptional()]
    : optional === true
      ? [ValidateIf((_, value) => value !== undefined)]
      : [];

/** An example, as requests and answers show it. */
export const AUDIENCE = { customer_tier: 'premium', city: 'New York', tags: ['fashion', 'accessories'] };

export function PhoneNumbers(options: Presence): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'array',
      items: { type: 'string', maxLength: 50 },
      maxItems: 100_000,
      required: options.optional !== true,
      example: ['14694652751', '19453083188', '15551234567'],
    }),
    IsArray(),
    ArrayMaxSize(100_000),
    IsString({ each: true }),
    MaxLength(50, { each: true }),
    ...presence(options),
  );
}

/** An object, `{"1": "Bali"}` or named, or for positional templates an array. */
export function TemplateParameters(options: Presence): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      oneOf: [
        { type: 'object', additionalProperties: true },
        { type: 'array', items: {} },
      ],
      required: options.optional !== true,
      description: 'By position or by name; positional templates also accept an array',
      example: { 1: 'Bali' },
    }),
    (target: object, property: string | symbol) => {
      registerDecorator({
        name: 'templateParameters',
        target: target.constructor,
        propertyName: String(property),
        options: { message: '$property must be an object or an array' },
        validator: { validate: (value: unknown) => typeof value === 'object' && value !== null },
      });
    },
    ...presence(options),
  );
}

/** 0 to 100 with one decimal. */
export function Percentage({ example }: { example: number }): PropertyDecorator {
  return ApiProperty({ type: 'number', minimum: 0, maximum: 100, example });
}
