import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { DomainError } from '../../rules/errors/domain-error.js';
import { QueryInteger, Text } from './fields.js';

export const MAX_LIMIT = 200;

export class PageQuery {
  @QueryInteger({ min: 1, max: 1_000_000, default: 1, description: 'Page to show, from 1' })
  page?: number;

  @QueryInteger({ min: 1, max: MAX_LIMIT, default: 20 })
  limit?: number;
}

export class CursorQuery extends PageQuery {
  @Text({
    optional: true,
    max: 500,
    description:
      'Goes on after the page that gave this cursor; `page` is then ignored. Empty: the first page',
  })
  @Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value))
  cursor?: string;
}

export interface PageRequest {
  page: number;
  limit: number;
  offset: number;
}

export function pageOf({ page = 1, limit = 20 }: PageQuery): PageRequest {
  return { page, limit, offset: (page - 1) * limit };
}

/** What every paged list answers; `data` is typed by the class that extends it. */
export abstract class PageDto {
  @ApiPropertyOptional({ example: 1, type: 'integer' })
  page?: number;

  @ApiPropertyOptional({ example: 20, type: 'integer' })
  limit?: number;

  @ApiPropertyOptional({ example: 1234, type: 'integer' })
  total?: number;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Pass it as `cursor` for the next page; null on the last',
  })
  nextCursor?: string | null;
}

/** A cursor is opaque to callers: the sort key of the last row they have seen. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

const PARTS = {
  uuid: (part: unknown) =>
    typeof part === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part),
  integer: (part: unknown) => typeof part === 'number' && Number.isSafeInteger(part),
  text: (part: unknown) => typeof part === 'string',
} as const;

/** The sort key again, each part of the kind it was: a cursor comes from outside like any other input. */
export function decodeCursor(cursor: string, kinds: readonly (keyof typeof PARTS)[]): (string | number)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const ours =
      Array.isArray(key) && key.length === kinds.length && kinds.every((kind, i) => PARTS[kind](key[i]));
    if (ours) return key as (string | number)[];
  } catch {
    // Falls through: a cursor that cannot be read is as wrong as one that says nonsense.
  }
  throw new DomainError('invalid', 'invalid_cursor', 'This cursor is not one of ours.', {
    errors: [{ field: 'cursor', message: 'is not one of ours' }],
  });
}
