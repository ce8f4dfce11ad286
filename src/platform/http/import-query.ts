import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Text } from './fields.js';
import { invalidFields } from './validation.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Chosen by a caller that wants to follow the import while the file is still on its way. */
export function ImportId(): PropertyDecorator {
  return applyDecorators(
    Text({
      optional: true,
      max: 36,
      pattern: UUID_V7,
      hint: 'must be a UUID of version 7',
      example: '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d',
      description:
        'A new UUID of version 7: the id that the import gets, to read its progress while the file arrives. The id of an import that exists is a 409',
    }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value)),
  );
}

export function FileName(): PropertyDecorator {
  return Text({
    optional: true,
    max: 255,
    description: 'Name to recognise the import by; defaults to the file name of a form upload',
  });
}

export function AssumedCountry(): PropertyDecorator {
  return Text({
    optional: true,
    max: 2,
    pattern: /^[A-Z]{2}$/,
    hint: 'must be the two letters of a country, as in IN',
    example: 'IN',
    description: 'Country of numbers that do not say theirs; defaults to that of the organization',
  });
}

/** Which column means what, as a JSON object in the query string. */
export function mappingOf(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  try {
    const mapping: unknown = JSON.parse(text);
    const isMapping =
      typeof mapping === 'object' &&
      mapping !== null &&
      !Array.isArray(mapping) &&
      Object.values(mapping).every((target) => typeof target === 'string');
    if (isMapping) return mapping as Record<string, string>;
  } catch {
    // Falls through: text that is not JSON is not a mapping either.
  }
  throw invalidFields([{ field: 'mapping', message: 'must be a JSON object from headers to names' }]);
}
