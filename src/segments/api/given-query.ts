import { DomainError, type FieldError } from '../../rules/errors/domain-error.js';
import type { ParsedSegment } from '../language/parse-segment.js';
import type { Group } from '../language/segment.js';

export interface QueryBody {
  query?: Record<string, unknown>;
  segmentQuery?: Record<string, unknown>;
  logic?: string;
  conditions?: unknown[];
  not?: boolean;
}

export interface GivenQuery {
  /** The name the caller used for it; its error fields start with it. */
  name: string;
  query: Record<string, unknown>;
}

/** The only query of a body, under any of its names; undefined if there is none. */
export function givenQuery({
  query,
  segmentQuery,
  logic,
  conditions,
  not,
}: QueryBody): GivenQuery | undefined {
  const inline = Object.entries({ logic, conditions, not }).filter(([, value]) => value !== undefined);
  const queries = [
    ...(query === undefined ? [] : [{ name: 'query', query }]),
    ...(segmentQuery === undefined ? [] : [{ name: 'segmentQuery', query: segmentQuery }]),
    ...(inline.length === 0 ? [] : [{ name: '', query: Object.fromEntries(inline) }]),
  ];
  if (queries.length > 1) throw invalidSegment([{ field: 'query', message: 'must be given once' }]);
  return queries[0];
}

/** Returns the segment, or throws an error that lists everything wrong with it. */
export function segmentOf(parsed: ParsedSegment, name: string): Group {
  if (parsed.ok) return parsed.segment;
  throw invalidSegment(
    parsed.errors.map(({ field, message }) => ({
      field: [name, field].filter((part) => part !== '').join('.'),
      message,
    })),
  );
}

export function invalidSegment(errors: FieldError[]): DomainError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const detail =
    first === undefined ? 'The segment is not valid.' : `${first.field}: ${first.message}${more}`;
  return new DomainError('invalid', 'invalid_segment', detail, { errors });
}
