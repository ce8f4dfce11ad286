import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FieldError } from '../../rules/errors/domain-error.js';

const MAX_DEPTH = 64;
/** Free-form objects go through code whose time grows with the square of their size. */
const MAX_KEYS = 1_000;
/** Some 100,000 recipients with values of their own; a body of nothing but `{}` could hold 1.7 million. */
const MAX_VALUES = 700_000;
/** Values looked at before other requests get their turn: some 20 ms. */
const VALUES_A_TURN = 20_000;

interface Place {
  value: unknown;
  key: string;
  parent: Place | undefined;
  depth: number;
}

/**
 * Finds what JSON allows and we cannot take: NUL and half a surrogate pair, which PostgreSQL cannot store; nesting so
 * deep that code which walks over it would overflow the stack; and more keys or values than can be read in time.
 * Iterative for that very reason.
 */
export function unstorable(value: unknown): FieldError | undefined {
  const search = searchOf(value);
  for (;;) {
    const { done, value: found } = search.next();
    if (done === true) return found;
  }
}

/** The same for a value of any size: other requests get their turn in between. */
export async function unstorableInTurns(value: unknown): Promise<FieldError | undefined> {
  const search = searchOf(value);
  for (;;) {
    const { done, value: found } = search.next();
    if (done === true) return found;
    await nextTurn();
  }
}

function* searchOf(value: unknown): Generator<undefined, FieldError | undefined> {
  const stack: Place[] = [{ value, key: '', parent: undefined, depth: 0 }];
  let values = 0;
  let turn = 0;
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    if (typeof place.value === 'string') {
      if (!storableText(place.value)) return problem(place, 'holds a character that cannot be stored');
      continue;
    }
    if (typeof place.value !== 'object' || place.value === null) continue;
    if (place.depth === MAX_DEPTH) return problem(place, `is nested more than ${MAX_DEPTH} levels deep`);
    const isList = Array.isArray(place.value);
    const keys = Object.keys(place.value);
    if (!isList && keys.length > MAX_KEYS) return problem(place, `has more than ${MAX_KEYS} properties`);
    values += keys.length;
    if (++turn % VALUES_A_TURN === 0) yield;
    if (values > MAX_VALUES) return { field: '', message: `holds more than ${MAX_VALUES} values` };
    for (const key of keys) {
      if (!isList && !storableText(key)) {
        return problem(place, 'has a name with a character that cannot be stored');
      }
      if (++turn % VALUES_A_TURN === 0) yield;
      const inner = (place.value as Record<string, unknown>)[key];
      if (typeof inner === 'string' ? !storableText(inner) : typeof inner === 'object') {
        stack.push({ value: inner, key, parent: place, depth: place.depth + 1 });
      }
    }
  }
  return undefined;
}

function problem(place: Place, message: string): FieldError {
  const keys: string[] = [];
  for (let at = place; at.parent !== undefined; at = at.parent) keys.unshift(at.key);
  return { field: keys.join('.').slice(0, 100), message };
}

function storableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Text of Meta or a person, cut to fit a column: PostgreSQL stores neither NUL nor half a character. */
export function fit(text: string, max: number): string;
export function fit(text: string | null, max: number): string | null;
export function fit(text: string | null, max: number): string | null {
  return text === null ? null : text.replaceAll('\0', '').slice(0, max).toWellFormed();
}
