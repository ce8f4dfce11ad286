import type { FieldError } from '../../rules/errors/domain-error.js';
import { type ParsedSegment, parseSegment } from './parse-segment.js';
import type { Group, SegmentNode } from './segment.js';

/** The Marketing API's names for columns, with the field each stands for in the grammar. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['customer_tier', 'customer_tier'],
  // The short form in the guide's own SQL example.
  ['tier', 'customer_tier'],
  ['city', 'city'],
  ['state', 'state'],
  ['zipcode', 'zipcode'],
  ['tags', 'tags'],
]);

/**
 * Translates the Marketing API's `target_audience` into the segment grammar: every given key must match; a list means
 * any of its values. Undefined for `{}`, which restricts nothing and so means all customers who may be messaged.
 */
export function parseTargetAudience(
  input: unknown,
  now: Date,
): { ok: true; segment: Group | undefined } | { ok: false; errors: FieldError[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { ok: false, errors: [{ field: '', message: 'must be an object' }] };
  const parsed = Object.entries(input).map(([key, value]) => parseKey(key, value, now));
  const errors = parsed.flatMap((part) => (part.ok ? [] : part.errors));
  if (errors.length > 0) return { ok: false, errors };
  const nodes: SegmentNode[] = parsed.flatMap((part) => (part.ok ? [part.segment] : []));
  return {
    ok: true,
    segment: nodes.length === 0 ? undefined : { kind: 'group', logic: 'AND', negated: false, nodes },
  };
}

function parseKey(key: string, value: unknown, now: Date): ParsedSegment {
  if (key === 'segment') return under(key, parseSegment(value, now));
  const field = KEYS.get(key);
  if (field === undefined) {
    const known = [...KEYS.keys(), 'segment'].join(', ');
    return { ok: false, errors: [{ field: key, message: `is not known here: use ${known}` }] };
  }
  const operator = Array.isArray(value) ? 'in' : 'eq';
  const parsed = parseSegment({ logic: 'AND', conditions: [{ field, operator, value }] }, now);
  if (parsed.ok) return parsed;
  return { ok: false, errors: parsed.errors.map(({ message }) => ({ field: key, message })) };
}

function under(key: string, parsed: ParsedSegment): ParsedSegment {
  if (parsed.ok) return parsed;
  const errors = parsed.errors.map(({ field, message }) => ({
    field: field === '' ? key : `${key}.${field}`,
    message,
  }));
  return { ok: false, errors };
}
