/** The kind of value compared with. It decides which operators are available and which values they accept. */
export type ValueKind =
  'id' | 'text' | 'phone' | 'set' | 'product' | 'flag' | 'instant' | 'number' | 'event' | 'attribute';

const EQUALITY = ['eq', 'ne', 'in', 'notIn'] as const;
const TEXTUAL = ['contains', 'notContains', 'startsWith'] as const;
const ORDERED = ['gt', 'gte', 'lt', 'lte', 'between'] as const;
const DATED = ['before', 'after', 'withinLast', 'notWithinLast'] as const;
const PRESENCE = ['exists', 'notExists'] as const;

export const OPERATORS = [...EQUALITY, ...ORDERED, ...TEXTUAL, ...PRESENCE, ...DATED] as const;
export type Operator = (typeof OPERATORS)[number];

export const OPERATORS_OF: Readonly<Record<ValueKind, readonly Operator[]>> = {
  id: EQUALITY,
  text: [...EQUALITY, ...ORDERED, ...TEXTUAL, ...PRESENCE],
  phone: [...EQUALITY, ...TEXTUAL, ...PRESENCE],
  set: [...EQUALITY, ...TEXTUAL, ...PRESENCE],
  product: [...EQUALITY, ...TEXTUAL, ...PRESENCE],
  flag: ['eq', 'ne', ...PRESENCE],
  instant: [...ORDERED, ...PRESENCE, ...DATED],
  number: [...EQUALITY, ...ORDERED],
  event: [...EQUALITY, ...ORDERED, ...PRESENCE, ...DATED],
  attribute: OPERATORS,
};

const NEGATIVE: ReadonlySet<Operator> = new Set(['ne', 'notIn', 'notContains', 'notExists', 'notWithinLast']);

export function isNegative(operator: Operator): boolean {
  return NEGATIVE.has(operator);
}

export function isOperator(value: unknown): value is Operator {
  return OPERATORS.some((operator) => operator === value);
}
