import type { ConditionNode, Operator, TreeNode } from './tree.ts';

/** What stands behind an operator. */
export type Shape = 'none' | 'one' | 'list' | 'two' | 'length';

const SHAPES: Partial<Record<Operator, Shape>> = {
  exists: 'none',
  notExists: 'none',
  in: 'list',
  notIn: 'list',
  between: 'two',
  withinLast: 'length',
  notWithinLast: 'length',
};

export const shapeOf = (operator: Operator): Shape => SHAPES[operator] ?? 'one';

const A_MONTH = '30 days';

/** The value for another operator: what can be kept is kept. */
export function fitValue(value: unknown, from: Operator, to: Operator): unknown {
  const [before, after] = [shapeOf(from), shapeOf(to)];
  if (before === after) return value;
  if (after === 'none') return undefined;
  if (after === 'length') return A_MONTH;
  const first = firstOf(value, before);
  if (after === 'list') return first === '' ? [] : [first];
  return after === 'two' ? [first, ''] : first;
}

function firstOf(value: unknown, shape: Shape): unknown {
  if (shape === 'none' || shape === 'length') return '';
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return first ?? '';
}

/** Whether the API could count by it. An unfinished condition is not sent: its refusal would say nothing new. */
export function isWhole(node: TreeNode): boolean {
  if (node.kind === 'group') return node.nodes.length > 0 && node.nodes.every((child) => isWhole(child));
  if (node.field === '') return false;
  if (node.window !== undefined && lengthOf(node.window) === undefined && node.window === '') return false;
  return hasValue(node);
}

function hasValue({ operator, value }: ConditionNode): boolean {
  const isThere = (one: unknown): boolean => one !== undefined && one !== '';
  switch (shapeOf(operator)) {
    case 'none':
      return true;
    case 'list':
      return Array.isArray(value) && value.length > 0;
    case 'two':
      return Array.isArray(value) && value.length === 2 && value.every(isThere);
    default:
      return isThere(value);
  }
}

/** What was typed, as the query holds it: a number where the field is one, else the text itself. */
export function typedValue(text: string, type: string): string | number | boolean {
  if (type !== 'number' && type !== 'event') return text;
  if (type === 'event' && (text === 'true' || text === 'false')) return text === 'true';
  const number = Number(text);
  // Only what reads back as it was typed: 1. and 007 are on the way to something else.
  return text !== '' && String(number) === text && Number.isFinite(number) ? number : text;
}

export function shownValue(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export const UNITS = ['hours', 'days', 'weeks', 'months', 'years'] as const;
export type Unit = (typeof UNITS)[number];

export interface Length {
  amount: number;
  unit: Unit;
}

const IN_WORDS = /^(\d{1,6}) ?([a-z]+)$/i;
const ISO = /^P(?:(\d{1,6})([DWMY])|T(\d{1,6})H)$/;

/** A length of time in any of the forms of the API; undefined: it is none that we can show in two fields. */
export function lengthOf(value: unknown): Length | undefined {
  if (typeof value === 'number') return whole(value, 'days');
  if (typeof value === 'string') {
    const [, amount, word] = IN_WORDS.exec(value) ?? [];
    if (amount !== undefined && word !== undefined) return whole(Number(amount), unitOf(word));
    const [, count, letter, hours] = ISO.exec(value) ?? [];
    if (hours !== undefined) return whole(Number(hours), 'hours');
    return count === undefined || letter === undefined ? undefined : whole(Number(count), unitOf(letter));
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const [entry, ...more]: [string, unknown][] = Object.entries(value);
  if (entry === undefined || more.length > 0 || typeof entry[1] !== 'number') return undefined;
  return whole(entry[1], unitOf(entry[0]));
}

function unitOf(word: string): Unit | undefined {
  const small = word.toLowerCase();
  if (small === 'mo') return 'months';
  return UNITS.find((unit) => unit === small || unit.slice(0, -1) === small || unit.slice(0, 1) === small);
}

function whole(amount: number, unit: Unit | undefined): Length | undefined {
  return unit !== undefined && Number.isInteger(amount) && amount > 0 ? { amount, unit } : undefined;
}

export const lengthText = ({ amount, unit }: Length): string => `${amount} ${unit}`;
