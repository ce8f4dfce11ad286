import type { components } from '../../api/schema.d.ts';

export type SegmentField = components['schemas']['SegmentFieldDto'];
export type Operator = SegmentField['operators'][number];
export type Logic = 'AND' | 'OR';

/** `key` is ours: a node keeps it while it is changed and moved. */
export interface GroupNode {
  key: string;
  kind: 'group';
  logic: Logic;
  isNot: boolean;
  nodes: readonly TreeNode[];
}

export interface ConditionNode {
  key: string;
  kind: 'condition';
  /** Empty while none is chosen. */
  field: string;
  operator: Operator;
  /** As it stands in the query, so that nothing is lost by being shown. Undefined: the operator takes none. */
  value: unknown;
  window: unknown;
  isNot: boolean;
}

export type TreeNode = GroupNode | ConditionNode;

export const OPERATORS: readonly Operator[] = [
  ...(['eq', 'ne', 'in', 'notIn', 'contains', 'notContains', 'startsWith'] as const),
  ...(['gt', 'gte', 'lt', 'lte', 'between', 'before', 'after'] as const),
  ...(['withinLast', 'notWithinLast', 'exists', 'notExists'] as const),
];

let count = 0;
function newNodeKey(): string {
  count += 1;
  return `node-${count}`;
}

export function newCondition(): ConditionNode {
  return {
    ...{ key: newNodeKey(), kind: 'condition', field: '', operator: 'eq' },
    ...{ value: '', window: undefined, isNot: false },
  };
}

export function newGroup(nodes: readonly TreeNode[] = [newCondition()]): GroupNode {
  return { key: newNodeKey(), kind: 'group', logic: 'AND', isNot: false, nodes };
}

export type ReadTree = { ok: true; tree: GroupNode } | { ok: false; path: string };

/** The tree of a query. What the tree cannot hold is refused with its place, so that saving never loses anything. */
export function treeOf(query: unknown): ReadTree {
  try {
    return { ok: true, tree: groupAt(query, '') };
  } catch (error) {
    if (error instanceof Misfit) return { ok: false, path: error.message };
    throw error;
  }
}

class Misfit extends Error {}

type Json = Record<string, unknown>;
const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function groupAt(input: unknown, path: string): GroupNode {
  if (!isObject(input)) throw new Misfit(path);
  only(input, ['logic', 'conditions', 'not'], path);
  const { logic = 'AND', conditions } = input;
  if (logic !== 'AND' && logic !== 'OR') throw new Misfit(at(path, 'logic'));
  if (!Array.isArray(conditions)) throw new Misfit(path === '' ? '' : at(path, 'conditions'));
  const isNot = negation(input, path);
  const nodes = conditions.map((child: unknown, index) => nodeAt(child, at(path, `conditions.${index}`)));
  return { key: newNodeKey(), kind: 'group', logic, isNot, nodes };
}

function nodeAt(input: unknown, path: string): TreeNode {
  if (!isObject(input)) throw new Misfit(path);
  const isGroup = Object.hasOwn(input, 'conditions') || Object.hasOwn(input, 'logic');
  return isGroup ? groupAt(input, path) : conditionAt(input, path);
}

function conditionAt(input: Json, path: string): ConditionNode {
  only(input, ['field', 'operator', 'value', 'not', 'window'], path);
  const { field, value, window } = input;
  if (typeof field !== 'string') throw new Misfit(at(path, 'field'));
  const operator = OPERATORS.find((known) => known === input['operator']);
  if (operator === undefined) throw new Misfit(at(path, 'operator'));
  const isNot = negation(input, path);
  return { key: newNodeKey(), kind: 'condition', field, operator, value, window, isNot };
}

function negation(input: Json, path: string): boolean {
  const { not = false } = input;
  if (typeof not !== 'boolean') throw new Misfit(at(path, 'not'));
  return not;
}

function only(input: Json, known: readonly string[], path: string): void {
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Misfit(at(path, unknown));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The query of a tree, in the grammar of the API. */
export function queryOf(node: TreeNode): Json {
  const not = node.isNot ? { not: true } : {};
  if (node.kind === 'group') {
    return { logic: node.logic, conditions: node.nodes.map((child) => queryOf(child)), ...not };
  }
  const { field, operator, value, window } = node;
  return {
    ...{ field, operator },
    ...(value === undefined ? {} : { value }),
    ...(window === undefined ? {} : { window }),
    ...not,
  };
}
