import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, ValidateIf } from 'class-validator';

interface Presence {
  optional?: boolean;
  nullable?: boolean;
}

const presence = ({ optional, nullable }: Presence): PropertyDecorator[] => {
  if (nullable === true) return [IsOptional()];
  return optional === true ? [ValidateIf((_, value) => value !== undefined)] : [];
};

const COMPONENTS = [
  { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/sale-banner.jpg' } }] },
  { type: 'body', parameters: [{ type: 'text', text: '30%' }] },
];

/** The Cloud API's component array. Meta defines its content and extends it without us. */
export function ComponentList(options: Presence): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'array',
      items: { type: 'object', additionalProperties: true },
      maxItems: 20,
      required: options.optional !== true,
      ...(options.nullable === true ? { nullable: true } : {}),
      description: 'The Cloud API’s components, sent as they are; {{placeholders}} are filled per recipient',
      example: COMPONENTS,
    }),
    IsArray(),
    ArrayMaxSize(20),
    IsObject({ each: true }),
    ...presence(options),
  );
}
