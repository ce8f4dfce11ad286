import type { FieldError } from '../../rules/errors/domain-error.js';
import { parseDuration, DURATION_HINT, shift } from './duration.js';
import { type Field, parseField } from './field-path.js';
import { isOperator, OPERATORS, OPERATORS_OF, type ValueKind } from './operators.js';
import { parseTest } from './parse-test.js';
import type { Condition, Group, SegmentNode, Tested } from './segment.js';

export type ParsedSegment = { ok: true; segment: Group } | { ok: false; errors: FieldError[] };

const MAX_DEPTH = 10;
const MAX_CONDITIONS = 200;
/** Enough to fix a query; a hostile query must not produce a huge response. */
const MAX_ERRORS = 50;

/** Parses a query as it came over the wire. Errors carry the path: `conditions.1.operator`. */
export function parseSegment(input: unknown, now: Date): ParsedSegment {
  const reader = new SegmentReader(now);
  const segment = reader.group(input, '', 1);
  if (segment === null || reader.errors.length > 0) return { ok: false, errors: reader.errors };
  return { ok: true, segment };
}

type Json = Record<string, unknown>;

class SegmentReader {
  readonly errors: FieldError[] = [];
  private conditions = 0;

  constructor(private readonly now: Date) {}

  group(input: unknown, path: string, depth: number): Group | null {
    if (!isObject(input)) return this.refuse(path, 'must be a group: {"logic": "AND", "conditions": [...]}');
    if (depth > MAX_DEPTH) return this.refuse(path, `is nested more than ${MAX_DEPTH} groups deep`);
    this.only(input, ['logic', 'conditions', 'not'], path);
    const { logic = 'AND', conditions } = input;
    if (logic !== 'AND' && logic !== 'OR') return this.refuse(at(path, 'logic'), 'must be AND or OR');
    const negated = this.negation(input, path);
    // An empty AND would match all customers, which is never intended for a campaign.
    if (!Array.isArray(conditions) || conditions.length === 0)
      return this.refuse(at(path, 'conditions'), 'must be a list of at least one condition');
    const nodes: SegmentNode[] = [];
    for (const [index, child] of conditions.entries()) {
      if (this.errors.length >= MAX_ERRORS || this.conditions > MAX_CONDITIONS) return null;
      const node = this.node(child, at(path, `conditions.${index}`), depth);
      if (node !== null) nodes.push(node);
    }
    return { kind: 'group', logic, negated, nodes };
  }

  private node(input: unknown, path: string, depth: number): SegmentNode | null {
    if (!isObject(input)) return this.refuse(path, 'must be a condition or a group');
    const isGroup = Object.hasOwn(input, 'conditions') || Object.hasOwn(input, 'logic');
    return isGroup ? this.group(input, path, depth + 1) : this.condition(input, path);
  }

  private condition(input: Json, path: string): Condition | null {
    if (++this.conditions > MAX_CONDITIONS)
      return this.refuse(path, `is one too many: a segment has at most ${MAX_CONDITIONS} conditions`);
    this.only(input, ['field', 'operator', 'value', 'not', 'window'], path);
    const { field: name, operator, value } = input;
    if (typeof name !== 'string') return this.refuse(at(path, 'field'), 'must name a field');
    const field = parseField(name);
    if (typeof field === 'string') return this.refuse(at(path, 'field'), `"${shown(name)}" ${field}`);
    if (!isOperator(operator)) {
      const said = typeof operator === 'string' ? `"${shown(operator)}" is not an operator: use` : 'must be';
      return this.refuse(at(path, 'operator'), `${said} one of ${OPERATORS.join(', ')}`);
    }
    const kind = kindOf(field);
    const operators = OPERATORS_OF[kind];
    if (!operators.includes(operator))
      return this.refuse(
        at(path, 'operator'),
        `"${operator}" does not work on ${name}: use one of ${operators.join(', ')}`,
      );
    const tested = parseTest(kind, operator, value, this.now);
    if (typeof tested === 'string')
      return this.refuse(at(path, 'value'), `${tested} (${shown(name)} ${operator})`);
    const not = this.negation(input, path);
    const since = this.window(field, input['window'], path);
    return conditionOn(field, { test: tested.test, negated: tested.negated !== not }, since);
  }

  private window(field: Field, window: unknown, path: string): Date | undefined {
    if (window === undefined) return undefined;
    const duration = parseDuration(window);
    if (field.kind !== 'orders' && field.kind !== 'campaigns')
      this.refuse(at(path, 'window'), 'works on orders and campaigns only');
    else if (duration === undefined) this.refuse(at(path, 'window'), `must be ${DURATION_HINT}`);
    return duration === undefined ? undefined : shift(this.now, duration, -1);
  }

  private negation(input: Json, path: string): boolean {
    const { not = false } = input;
    if (typeof not !== 'boolean') this.refuse(at(path, 'not'), 'must be true or false');
    return not === true;
  }

  private only(input: Json, known: readonly string[], path: string): void {
    const unknown = Object.keys(input).find((key) => !known.includes(key));
    if (unknown !== undefined) this.refuse(at(path, shown(unknown)), 'is not known here');
  }

  private refuse(field: string, message: string): null {
    if (this.errors.length < MAX_ERRORS) this.errors.push({ field, message });
    return null;
  }
}

function conditionOn(field: Field, tested: Tested, since: Date | undefined): Condition {
  return field.kind === 'orders' || field.kind === 'campaigns'
    ? { ...field, ...tested, since }
    : { ...field, ...tested };
}

function kindOf(field: Field): ValueKind {
  switch (field.kind) {
    case 'column':
      return field.column.kind;
    case 'attribute':
      return 'attribute';
    case 'campaigns':
      return 'event';
    case 'orders':
      return ORDER_KINDS[field.measure];
  }
}

const ORDER_KINDS = { count: 'number', total: 'number', lastAt: 'instant', products: 'product' } as const;

const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
const shown = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
