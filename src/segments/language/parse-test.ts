import { normalizePhone } from '../../rules/phone/phone-number.js';
import { DURATION_HINT, parseDuration, shift } from './duration.js';
import { type Moment, MOMENT_HINT, parseMoment } from './moment.js';
import { numberOfText } from './numeric-text.js';
import { isNegative, type Operator, type ValueKind } from './operators.js';
import type { Range, Scalar, Test, Tested } from './segment.js';

export const MAX_VALUES = 10_000;
const MAX_TEXT = 1_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Says what is wrong with a value. */
class Unfit extends Error {}

/** Builds the test from operator and value for a kind of field. Returns a text if the value is wrong. */
export function parseTest(kind: ValueKind, operator: Operator, value: unknown, now: Date): Tested | string {
  try {
    const { test, negated } = testOf(kind, operator, value, now);
    return { test, negated: negated !== isNegative(operator) };
  } catch (error) {
    if (error instanceof Unfit) return error.message;
    throw error;
  }
}

function testOf(kind: ValueKind, operator: Operator, value: unknown, now: Date): Tested {
  switch (operator) {
    case 'eq':
    case 'ne':
      return equality(kind, value);
    case 'in':
    case 'notIn':
      return plain({ kind: 'same', values: valuesOf(kind, value) });
    case 'contains':
    case 'notContains':
    case 'startsWith':
      return plain(textMatch(kind, operator, value));
    case 'exists':
    case 'notExists':
      if (value !== undefined && value !== null && value !== true) throw new Unfit('must be omitted');
      return plain({ kind: 'exists' });
    case 'withinLast':
    case 'notWithinLast': {
      const duration = parseDuration(value) ?? refuse(DURATION_HINT);
      const from = { value: shift(now, duration, -1), inclusive: true };
      return plain({ kind: 'instants', range: { from, to: { value: now, inclusive: true } } });
    }
    case 'before':
      return plain(instants({ lt: momentOf(value, now) }));
    case 'after':
      return plain(instants({ gt: momentOf(value, now) }));
    case 'between': {
      const [least, greatest] = pairOf(value);
      return plain(range(kind, { gte: least, lte: greatest }, now));
    }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return plain(range(kind, { [operator]: value }, now));
  }
}

const plain = (test: Test): Tested => ({ test, negated: false });

function refuse(wanted: string): never {
  throw new Unfit(`must be ${wanted}`);
}

/** `campaigns.read eq true` only means that it exists. */
function equality(kind: ValueKind, value: unknown): Tested {
  if (kind === 'event' && typeof value === 'boolean') return { test: { kind: 'exists' }, negated: !value };
  return plain({ kind: 'same', values: [scalarOf(kind, value)] });
}

function scalarOf(kind: ValueKind, value: unknown): Scalar {
  switch (kind) {
    case 'id':
      return uuidOf(value) ?? refuse('a UUID');
    case 'flag':
      return typeof value === 'boolean' ? value : refuse('true or false');
    case 'number':
      return numberOf(value) ?? refuse('a number');
    case 'event':
      return numberOf(value) ?? uuidOf(value) ?? refuse('a number of messages or the id of a campaign');
    case 'phone': {
      const phone = normalizePhone(textOf(value));
      if (!phone.ok) throw new Unfit(`must be a phone number: ${phone.reason}`);
      return phone.e164;
    }
    case 'attribute':
      if (typeof value === 'boolean') return value;
      if (typeof value === 'number') return numberOf(value) ?? refuse('a finite number');
      return typeof value === 'string'
        ? textOf(value)
        : refuse(
            'text, a number, true or false; to test whether there is a value at all, use exists and notExists',
          );
    default:
      return textOf(value);
  }
}

function textMatch(kind: ValueKind, operator: Operator, value: unknown): Test {
  const text = textOf(value);
  if (text === '') refuse('some text: everything contains the empty text');
  // A tag is a whole: "vip" is not contained in "no-vip".
  if (kind === 'set' && operator !== 'startsWith') return { kind: 'same', values: [text] };
  return { kind: operator === 'startsWith' ? 'startsWith' : 'contains', text };
}

interface Limits<T> {
  gt?: T;
  gte?: T;
  lt?: T;
  lte?: T;
}

function range(kind: ValueKind, limits: Limits<unknown>, now: Date): Test {
  const ends = Object.values(limits);
  if (kind === 'text') return { kind: 'texts', range: rangeOf(mapped(limits, textOf)) };
  if (kind !== 'instant') {
    if (ends.every((value) => numberOf(value) !== undefined))
      return { kind: 'numbers', range: rangeOf(mapped(limits, (value) => numberOf(value) ?? Number.NaN)) };
    if (kind === 'number') refuse('a number');
  }
  const dated = ends.every((value) => typeof value === 'string' && parseMoment(value, now) !== undefined);
  if (dated || kind !== 'attribute') return instants(mapped(limits, (value) => momentOf(value, now)));
  if (ends.every((value) => typeof value === 'string'))
    return { kind: 'texts', range: rangeOf(mapped(limits, textOf)) };
  return refuse('a number, a date or text, and both ends of a range of one kind');
}

function mapped<T>(limits: Limits<unknown>, convert: (value: unknown) => T): Limits<T> {
  return Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, convert(value)]));
}

function rangeOf<T>({ gt, gte, lt, lte }: Limits<T>): Range<T> {
  return {
    ...(gt === undefined ? {} : { from: { value: gt, inclusive: false } }),
    ...(gte === undefined ? {} : { from: { value: gte, inclusive: true } }),
    ...(lt === undefined ? {} : { to: { value: lt, inclusive: false } }),
    ...(lte === undefined ? {} : { to: { value: lte, inclusive: true } }),
  };
}

/** A day counts as a whole: "after" starts at its end, and "up to and including" ends at its end. */
function instants({ gt, gte, lt, lte }: Limits<Moment>): Test {
  const isDay = ({ start, end }: Moment): boolean => end > start;
  return {
    kind: 'instants',
    range: {
      ...(gt === undefined ? {} : { from: { value: gt.end, inclusive: isDay(gt) } }),
      ...(gte === undefined ? {} : { from: { value: gte.start, inclusive: true } }),
      ...(lt === undefined ? {} : { to: { value: lt.start, inclusive: false } }),
      ...(lte === undefined ? {} : { to: { value: lte.end, inclusive: !isDay(lte) } }),
    },
  };
}

function momentOf(value: unknown, now: Date): Moment {
  return (typeof value === 'string' ? parseMoment(value, now) : undefined) ?? refuse(MOMENT_HINT);
}

/** A number, also if written as text: forms and CSV files send "50000". */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'string') return numberOfText(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function uuidOf(value: unknown): string | undefined {
  return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : undefined;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') return refuse('text');
  if (value.length > MAX_TEXT) throw new Unfit(`must not be longer than ${MAX_TEXT} characters`);
  if (value.includes('\0') || !value.isWellFormed())
    throw new Unfit('must not hold a character that cannot be stored');
  return value;
}

function valuesOf(kind: ValueKind, value: unknown): Scalar[] {
  const values = listOf(value).map((item) => scalarOf(kind, item));
  if (kind === 'event' && values.some((item) => typeof item !== typeof values[0]))
    refuse('a list of numbers or of ids, not of both');
  return values;
}

function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length === 0) return refuse('a list of at least one value');
  return value.length > MAX_VALUES ? refuse(`a list of at most ${MAX_VALUES} values`) : value;
}

function pairOf(value: unknown): [unknown, unknown] {
  if (!Array.isArray(value) || value.length !== 2) return refuse('a list of two: the least and the greatest');
  return [value[0], value[1]];
}
