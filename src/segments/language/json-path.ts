import { NUMERIC_TEXT, spellings } from './numeric-text.js';
import type { AttributeCondition, Range, Scalar, Test } from './segment.js';

/** A condition on attributes, seen from a point on its path: `path` is the rest of it. */
export type Leaf = Pick<AttributeCondition, 'path' | 'test' | 'negated'>;

/** A longer list is looked up in a hashed array instead of being written out. */
const MAX_SPELLED_OUT = 100;
const DAY_MS = 86_400_000;

/**
 * Dates need a calendar and long lists a hash table; SQL/JSON path has neither. It can tell which customers surely pass
 * and which possibly do: compile-attributes.ts looks closely at the ones in between.
 */
export type View = 'surely' | 'possibly';

export function needsCloserLook({ kind, ...test }: Test): boolean {
  return kind === 'instants' || ('values' in test && test.values.length > MAX_SPELLED_OUT);
}

export interface JsonPath {
  text: string;
  /** An equality must hold, so the GIN index finds the rows. Without one the whole index would be read. */
  indexed: boolean;
}

/** The condition that `@` must satisfy. */
export function predicate(leaves: readonly Leaf[], view: View): JsonPath {
  const parts = [
    ...leaves.filter(({ path }) => path.length === 0).map((leaf) => here(leaf, view)),
    ...[...byFirstKey(leaves)].flatMap(([key, below]) =>
      below.some(({ negated }) => !negated)
        ? [along(key, below, view)]
        : below.map((leaf) => denied(along(key, [{ ...leaf, negated: false }], OTHER[view]))),
    ),
  ];
  return {
    text: parts.map(({ text }) => text).join(' && '),
    indexed: parts.some(({ indexed }) => indexed),
  };
}

/** "Surely not" is the opposite of "possibly". */
const OTHER: Readonly<Record<View, View>> = { surely: 'possibly', possibly: 'surely' };

/** Groups the leaves by the first key of their path and removes that key. */
export function byFirstKey(leaves: readonly Leaf[]): Map<string, Leaf[]> {
  const groups = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    const [key, ...path] = leaf.path;
    if (key === undefined) continue;
    groups.set(key, [...(groups.get(key) ?? []), { ...leaf, path }]);
  }
  return groups;
}

/** Steps to the values under a key for which all leaves may hold. An array stands for its elements. */
export function step(key: string, leaves: readonly Leaf[]): string {
  return `.${quoted(key)} ? (${predicate(leaves, 'possibly').text})`;
}

function along(key: string, leaves: readonly Leaf[], view: View): JsonPath {
  const { text, indexed } = predicate(leaves, view);
  return { text: `exists(@.${quoted(key)} ? (${text}))`, indexed };
}

function here({ test, negated }: Leaf, view: View): JsonPath {
  return negated
    ? denied({ text: `exists(@ ? (${valueTest(test, OTHER[view])}))`, indexed: false })
    : { text: `(${valueTest(test, view)})`, indexed: isIndexed(test) };
}

const denied = ({ text }: JsonPath): JsonPath => ({ text: `!${text}`, indexed: false });

/** GIN only finds plain values, and SQL/JSON path parses a negative number as a calculation. */
function isIndexed(test: Test): boolean {
  return (
    test.kind === 'same' &&
    !needsCloserLook(test) &&
    test.values.every((value) => typeof value !== 'number' || value >= 0)
  );
}

/** Whether the value `@` passes. */
export function valueTest(test: Test, view: View): string {
  switch (test.kind) {
    case 'same':
      if (needsCloserLook(test)) return view === 'surely' ? '1 == 0' : '@ != null';
      return test.values
        .flatMap(spellings)
        .map((value) => `@ == ${literal(value)}`)
        .join(' || ');
    case 'numbers':
      return `${typed('number', within('@', test.range))} || ${typed(
        'string',
        `@ like_regex ${quoted(NUMERIC_TEXT)} && ${within('@.double()', test.range)}`,
      )}`;
    case 'texts':
      return typed('string', within('@', test.range));
    case 'instants':
      return typed('string', view === 'surely' ? betweenDays(test.range) : aroundDays(test.range));
    case 'contains':
      return `@ like_regex ${quoted(asPattern(test.text))} flag "i"`;
    case 'startsWith':
      return `@ like_regex ${quoted(`^${asPattern(test.text)}`)} flag "i"`;
    case 'exists':
      return '@ != null';
  }
}

/** Applies all tests to one value: without `exists`, each could hold for a different element of an array. */
function typed(type: 'number' | 'string', tests: string): string {
  return `exists(@ ? (@.type() == "${type}" && ${tests}))`;
}

function within(operand: string, { from, to }: Range<string | number>): string {
  return [
    ...(from === undefined ? [] : [`${operand} ${from.inclusive ? '>=' : '>'} ${literal(from.value)}`]),
    ...(to === undefined ? [] : [`${operand} ${to.inclusive ? '<=' : '<'} ${literal(to.value)}`]),
  ].join(' && ');
}

/** ISO text sorts by its local time, at most 15 hours from UTC: one more day on each side misses no match. */
function aroundDays({ from, to }: Range<Date>): string {
  return days(from && dayOf(from.value, -1), to && dayOf(to.value, 2));
}

/** Two days less on each side leaves only sure matches, provided the text is a date. */
function betweenDays({ from, to }: Range<Date>): string {
  return `${days(from && dayOf(from.value, 2), to && dayOf(to.value, -2))} && @ like_regex ${quoted(PLAIN_DATE)}`;
}

function days(from: string | undefined, to: string | undefined): string {
  return `@ >= ${quoted(from ?? '0')} && @ < ${quoted(to ?? ':')}`;
}

/** Beyond four-digit years, text no longer sorts by time. */
function dayOf(instant: Date, later: number): string {
  const day = new Date(instant.getTime() + later * DAY_MS);
  if (day.getUTCFullYear() > 9_999) return ':';
  return day.getUTCFullYear() < 0 ? '0' : day.toISOString().slice(0, 10);
}

/** What iso_instant() in the database reads, except February 29, which needs a calendar. */
const PLAIN_DATE =
  '^[12][0-9]{3}-(02-(0[1-9]|1[0-9]|2[0-8])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))' +
  '([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$';

/** Escapes every character that could have a meaning in a regular expression. */
function asPattern(text: string): string {
  return text.replaceAll(/[^\p{L}\p{M}\p{N}]/gu, String.raw`\$&`);
}

const literal = (value: Scalar): string => (typeof value === 'string' ? quoted(value) : String(value));

/** SQL/JSON path uses JSON's string syntax. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
