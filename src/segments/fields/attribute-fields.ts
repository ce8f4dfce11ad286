import { MAX_KEYS, parseField } from '../language/field-path.js';
import { parseMoment } from '../language/moment.js';
import { numberOfText } from '../language/numeric-text.js';
import { type Operator, OPERATORS, OPERATORS_OF } from '../language/operators.js';
import type { Scalar } from '../language/segment.js';

export type AttributeType = 'text' | 'number' | 'flag' | 'instant' | 'mixed';

export interface AttributeField {
  path: string;
  label: string;
  type: AttributeType;
  sample: Scalar;
  /** How many of the customers that were looked at have it. */
  customers: number;
}

/**
 * The operators that suit the values seen. The grammar accepts all of them on every attribute; "in the last 30 days" on
 * a text is only never true.
 */
export const OPERATORS_OF_ATTRIBUTE: Readonly<Record<AttributeType, readonly Operator[]>> = {
  text: OPERATORS_OF.text,
  number: [...OPERATORS_OF.number, 'exists', 'notExists'],
  flag: OPERATORS_OF.flag,
  instant: ['eq', 'ne', ...OPERATORS_OF.instant],
  mixed: OPERATORS,
};

const MAX_SAMPLE = 100;
/** A document may have any number of keys, such as ids. Nobody chooses among thousands of fields. */
const MAX_SEEN = 5_000;
const PLAIN_KEY = /^[\p{L}\p{M}\p{N}_$-]+$/u;
const BEGINS_AS_DATE = /^\d{4}-\d{2}-\d{2}/;

interface Seen {
  keys: readonly string[];
  customers: number;
  lastCustomer: number;
  types: Set<Exclude<AttributeType, 'mixed'>>;
  sample: Scalar;
}

/**
 * The fields in the attributes of these customers, the most frequent first. An array stands for its elements, as in the
 * grammar. Values that no condition can name, such as null and empty objects, are left out.
 */
export function attributeFields(documents: readonly unknown[], most: number): AttributeField[] {
  const seen = new Map<string, Seen>();
  for (const [customer, document] of documents.entries()) walk(seen, customer, [], document);
  return [...seen.entries()]
    .map(([path, { keys, customers, types, sample }]) => ({
      path,
      label: labelOf(keys),
      type: typeOf(types),
      sample,
      customers,
    }))
    .sort((a, b) => b.customers - a.customers || (a.path < b.path ? -1 : 1))
    .slice(0, most);
}

/** The path of an attribute as a condition names it. */
export function attributePath(keys: readonly string[]): string {
  return ['attributes', ...keys.map((key) => (PLAIN_KEY.test(key) ? key : JSON.stringify(key)))].join('.');
}

/** No deeper than a condition can name, with an array around each key: a customer's data is nested to any depth. */
function walk(
  seen: Map<string, Seen>,
  customer: number,
  keys: readonly string[],
  value: unknown,
  depth = 0,
): void {
  if (depth > 2 * MAX_KEYS) return;
  if (Array.isArray(value)) {
    for (const element of value) walk(seen, customer, keys, element, depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    // The path begins with "attributes".
    if (keys.length + 1 === MAX_KEYS) return;
    for (const [key, inner] of Object.entries(value)) walk(seen, customer, [...keys, key], inner, depth + 1);
  } else if (keys.length > 0 && isScalar(value)) {
    note(seen, customer, keys, value);
  }
}

function note(seen: Map<string, Seen>, customer: number, keys: readonly string[], value: Scalar): void {
  const path = attributePath(keys);
  const known = seen.get(path);
  if (known === undefined) {
    // The grammar has its own bounds on depth and length. A field that it refuses must not be offered.
    if (seen.size === MAX_SEEN || typeof parseField(path) === 'string') return;
    const types = new Set([kindOf(value)]);
    seen.set(path, { keys, customers: 1, lastCustomer: customer, types, sample: shown(value) });
    return;
  }
  known.types.add(kindOf(value));
  if (known.lastCustomer === customer) return;
  known.lastCustomer = customer;
  known.customers++;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function kindOf(value: Scalar): Exclude<AttributeType, 'mixed'> {
  if (typeof value === 'boolean') return 'flag';
  if (typeof value === 'number' || numberOfText(value) !== undefined) return 'number';
  return BEGINS_AS_DATE.test(value) && parseMoment(value, new Date(0)) !== undefined ? 'instant' : 'text';
}

function typeOf(types: ReadonlySet<Exclude<AttributeType, 'mixed'>>): AttributeType {
  const [only, ...others] = types;
  return only === undefined || others.length > 0 ? 'mixed' : only;
}

function shown(value: Scalar): Scalar {
  return typeof value === 'string' && value.length > MAX_SAMPLE
    ? `${value.slice(0, MAX_SAMPLE).toWellFormed()}…`
    : value;
}

/** `saleDetails.travelDate` is "Sale details › Travel date". */
function labelOf(keys: readonly string[]): string {
  return keys.map(wordsOf).join(' › ');
}

function wordsOf(key: string): string {
  const words = key
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .replaceAll(/ \p{Lu}(?=\p{Ll})/gu, (start) => start.toLowerCase());
  const [first = '', ...rest] = words;
  return words === '' ? key : first.toUpperCase() + rest.join('');
}
