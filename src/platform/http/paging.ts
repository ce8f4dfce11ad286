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
      'Continues after the page that returned this cursor; `page` is then ignored. Empty: the first page',
  })
  @Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value))
  cursor?: string;
}

export interface PageRequest {
  page: number;
  limit: number;
  offset: number;
}

export function pageOf({ page = 1, limit = 20 }: Requested<PageQuery>): PageRequest {
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

/** What a caller may leave out. */
type Requested<Query> = { [Field in keyof Query]?: Query[Field] | undefined };

export interface Page<Item> {
  data: Item[];
  page?: number;
  limit: number;
  total?: number;
  nextCursor: string | null;
}

/** Where a page begins: after the row with the id `before`, or at `offset`. */
interface ListPlace {
  before: string | undefined;
  limit: number;
  offset: number;
}

interface Listing<Row, Item> {
  rows: (place: ListPlace) => Promise<Row[]>;
  show: (row: Row) => Item;
  count: () => Promise<number>;
  /** A page that a cursor asks for has no total unless this is set. */
  isAlwaysCounted?: boolean;
}

/** One page of a list that is ordered by id. It asks for one row more than it shows, which tells whether a page follows. */
export async function pageFrom<Row, Item extends { id: string }>(
  query: Requested<CursorQuery>,
  { rows, show, count, isAlwaysCounted = false }: Listing<Row, Item>,
): Promise<Page<Item>> {
  const { page, limit, offset } = pageOf(query);
  const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const isFollowUp = before !== undefined;
  const found = await rows({ before, limit: limit + 1, offset: isFollowUp ? 0 : offset });
  const data = found.slice(0, limit).map(show);
  const last = data.at(-1);
  return {
    data,
    ...(isFollowUp ? {} : { page }),
    limit,
    ...(isFollowUp && !isAlwaysCounted ? {} : { total: await count() }),
    nextCursor: found.length > limit && last !== undefined ? encodeCursor(last.id) : null,
  };
}

interface SortedListing<Row, Item> {
  /** Names the order, so that a cursor of another one is refused. */
  sort: string;
  rows: (place: {
    after: { key: string; id: string } | undefined;
    limit: number;
    offset: number;
  }) => Promise<Row[]>;
  /** Refuses a key that is none of this order. */
  isKey: (key: string) => boolean;
  show: (row: Row) => Item;
  count: () => Promise<number>;
}

/** The same for a list that is ordered by a key which rows may share, then by id. Every page has a total. */
export async function sortedPageFrom<Row extends { id: string; sortKey: string }, Item>(
  query: Requested<CursorQuery>,
  { sort, rows, isKey, show, count }: SortedListing<Row, Item>,
): Promise<Page<Item>> {
  const { page, limit, offset } = pageOf(query);
  const after = query.cursor === undefined ? undefined : decodeSorted(query.cursor, sort, isKey);
  const isFollowUp = after !== undefined;
  const found = await rows({ after, limit: limit + 1, offset: isFollowUp ? 0 : offset });
  const seen = found.slice(0, limit);
  const last = seen.at(-1);
  return {
    data: seen.map(show),
    ...(isFollowUp ? {} : { page }),
    limit,
    total: await count(),
    nextCursor:
      found.length > limit && last !== undefined ? encodeParts([sort, last.sortKey, last.id]) : null,
  };
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A cursor is opaque to callers: the id of the last row they have seen, as the one part of a sort key. */
function encodeCursor(id: string): string {
  return encodeParts([id]);
}

function encodeParts(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** A cursor comes from outside and is checked like any other input. */
function decodeCursor(cursor: string): string {
  const [id, ...others] = partsOf(cursor);
  if (id !== undefined && others.length === 0 && ID.test(id)) return id;
  throw foreignCursor();
}

function decodeSorted(
  cursor: string,
  sort: string,
  isKey: (key: string) => boolean,
): { key: string; id: string } {
  const [order, key, id, ...others] = partsOf(cursor);
  const isOurs = order === sort && others.length === 0;
  if (isOurs && key !== undefined && id !== undefined && isKey(key) && ID.test(id)) return { key, id };
  throw foreignCursor();
}

function partsOf(cursor: string): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts;
  } catch {
    // An unreadable cursor is as wrong as a nonsensical one.
  }
  return [];
}

function foreignCursor(): DomainError {
  return new DomainError('invalid', 'invalid_cursor', 'This cursor is not one of ours.', {
    errors: [{ field: 'cursor', message: 'is not one of ours' }],
  });
}
