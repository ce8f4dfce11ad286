import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { segmentsWords } from '../../../messages/segments.ts';
import { addNode, countConditions, moveNode, movesOf, nodeOf, parentOf, pathOf, removeNode } from './edit.ts';
import { fitValue, isWhole, lengthOf, lengthText, shapeOf, typedValue, UNITS } from './operand.ts';
import { sayTree } from './say-tree.ts';
import { type GroupNode, newCondition, newGroup, OPERATORS, queryOf, type TreeNode, treeOf } from './tree.ts';

type Query = Record<string, unknown>;
const not = fc.constantFrom({}, { not: true });
const condition: fc.Arbitrary<Query> = fc
  .record({ field: fc.string(), operator: fc.constantFrom(...OPERATORS) })
  .chain((base) =>
    fc
      .tuple(fc.record({ value: fc.jsonValue(), window: fc.constant('90d') }, { requiredKeys: [] }), not)
      .map(([rest, turned]) => ({ ...base, ...rest, ...turned })),
  );
const { group } = fc.letrec<{ group: Query; node: Query }>((tie) => ({
  node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, condition, tie('group')),
  group: fc
    .tuple(fc.constantFrom('AND', 'OR'), fc.array(tie('node'), { maxLength: 4 }), not)
    .map(([logic, conditions, turned]) => ({ logic, conditions, ...turned })),
}));

function read(query: unknown): GroupNode {
  const result = treeOf(query);
  if (!result.ok) throw new Error(result.path);
  return result.tree;
}

function keysOf(node: TreeNode): string[] {
  return [node.key, ...(node.kind === 'group' ? node.nodes.flatMap((child) => keysOf(child)) : [])];
}

describe('a tree', () => {
  it('is the query that it was read from, whatever it holds', () => {
    fc.assert(fc.property(group, (query) => expect(queryOf(read(query))).toEqual(query)));
  });

  it('survives the text of the JSON tab', () => {
    fc.assert(
      fc.property(group, (query) => {
        const text = JSON.stringify(queryOf(read(query)));
        expect(JSON.stringify(queryOf(read(JSON.parse(text))))).toBe(text);
      }),
    );
  });

  it.each<[unknown, string]>([
    [[], ''],
    [{ logic: 'AND' }, ''],
    [{ conditions: [], logic: 'XOR' }, 'logic'],
    [{ conditions: [{ field: 'city', operator: 'is' }] }, 'conditions.0.operator'],
    [{ conditions: [{ conditions: [{ operator: 'eq' }] }] }, 'conditions.0.conditions.0.field'],
    [{ conditions: [{ field: 'city', operator: 'eq', value: 'x', note: 1 }] }, 'conditions.0.note'],
    [{ conditions: [], not: 'yes' }, 'not'],
  ])('is refused where it could lose something: %j', (query, path) => {
    expect(treeOf(query)).toEqual({ ok: false, path });
  });

  it('keeps every condition through any move', () => {
    const moves = fc.array(fc.tuple(fc.nat(), fc.constantFrom('up', 'down', 'in', 'out')), { maxLength: 12 });
    fc.assert(
      fc.property(group, moves, (query, list) => {
        let tree = read(query);
        const before = keysOf(tree).sort();
        for (const [pick, move] of list) {
          const keys = keysOf(tree);
          const key = keys[pick % keys.length] ?? tree.key;
          const isPossible = movesOf(tree, key).includes(move);
          const next = moveNode(tree, key, move);
          if (isPossible) expect(queryOrder(next)).not.toEqual(queryOrder(tree));
          else expect(next).toBe(tree);
          tree = next;
        }
        expect(keysOf(tree).sort()).toEqual(before);
      }),
    );
  });

  it('moves up and down, into the group beside it and out again', () => {
    const tree = read({
      logic: 'AND',
      conditions: [
        { field: 'a', operator: 'exists' },
        { logic: 'OR', conditions: [{ field: 'b', operator: 'exists' }] },
      ],
    });
    const key = tree.nodes[0]?.key ?? '';
    expect(movesOf(tree, key)).toEqual(['down', 'in']);
    const inside = moveNode(tree, key, 'in');
    expect(pathOf(inside, key)).toBe('conditions.0.conditions.0');
    expect(movesOf(inside, key)).toEqual(['down', 'out']);
    expect(pathOf(moveNode(inside, key, 'out'), key)).toBe('conditions.1');
    expect(movesOf(tree, tree.key)).toEqual([]);
  });

  it('grows and shrinks in the group that was meant', () => {
    const inner = newGroup([]);
    const tree = newGroup([inner]);
    const added = newCondition();
    const grown = addNode(tree, inner.key, added);
    expect(parentOf(grown, added.key)?.key).toBe(inner.key);
    expect(countConditions(grown)).toBe(1);
    expect(nodeOf(removeNode(grown, added.key), added.key)).toBeUndefined();
  });
});

function queryOrder(node: TreeNode): unknown {
  return node.kind === 'condition' ? node.key : [node.key, node.nodes.map((child) => queryOrder(child))];
}

describe('a value', () => {
  it('always fits its operator after a change', () => {
    const operator = fc.constantFrom(...OPERATORS);
    fc.assert(
      fc.property(operator, operator, fc.string({ minLength: 1 }), (from, to, text) => {
        const value = fitValue(fitValue(text, 'eq', from), from, to);
        const shape = shapeOf(to);
        if (shape === 'none') expect(value).toBeUndefined();
        else if (shape === 'length') expect(lengthOf(value)).toBeDefined();
        else expect(Array.isArray(value)).toBe(shape === 'list' || shape === 'two');
      }),
    );
  });

  it.each<[string, string, unknown]>([
    ['5', 'number', 5],
    ['-0.5', 'number', -0.5],
    ['1.', 'number', '1.'],
    ['007', 'number', '007'],
    ['', 'number', ''],
    ['1e999', 'number', '1e999'],
    ['5', 'text', '5'],
    ['true', 'event', true],
    ['2', 'event', 2],
  ])('typed as %j into a field of kind %s is %j', (text, type, value) => {
    expect(typedValue(text, type)).toBe(value);
  });

  it.each<[unknown, string | undefined]>([
    ['30d', '30 days'],
    ['P6M', '6 months'],
    ['12 hours', '12 hours'],
    ['1mo', '1 months'],
    [{ days: 30 }, '30 days'],
    [7, '7 days'],
    ['a while', undefined],
    [0, undefined],
    [{ days: 1, hours: 2 }, undefined],
  ])('%j is the length %j', (value, text) => {
    const length = lengthOf(value);
    expect(length === undefined ? undefined : lengthText(length)).toBe(text);
  });

  it('of a length reads back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), fc.constantFrom(...UNITS), (amount, unit) =>
        expect(lengthOf(lengthText({ amount, unit }))).toEqual({ amount, unit }),
      ),
    );
  });

  it('is asked for before anything is counted', () => {
    expect(isWhole(newGroup())).toBe(false);
    expect(isWhole(newGroup([]))).toBe(false);
    expect(isWhole(read({ conditions: [{ field: 'city', operator: 'eq', value: '' }] }))).toBe(false);
    expect(isWhole(read({ conditions: [{ field: 'city', operator: 'in', value: [] }] }))).toBe(false);
    expect(isWhole(read({ conditions: [{ field: 'x', operator: 'between', value: [1, ''] }] }))).toBe(false);
    expect(isWhole(read({ conditions: [{ field: 'x', operator: 'eq', value: false }] }))).toBe(true);
    expect(isWhole(read({ conditions: [{ field: 'city', operator: 'exists' }] }))).toBe(true);
  });
});

it('is said in words', () => {
  const tree = read({
    logic: 'AND',
    conditions: [
      { field: 'city', operator: 'in', value: ['Mumbai', 'Pune'] },
      {
        logic: 'OR',
        not: true,
        conditions: [
          { field: 'createdAt', operator: 'withinLast', value: '1 month' },
          { field: 'campaigns.read', operator: 'gte', value: 2, window: '90d' },
        ],
      },
    ],
  });
  const types: Record<string, string> = { createdAt: 'instant', 'campaigns.read': 'event' };
  const said = sayTree(tree, (path) => ({ label: path, type: types[path] ?? 'text' }), segmentsWords);
  expect(said).toBe(
    'Customers: city is one of “Mumbai”, “Pune” and not (createdAt in the last 1 month or campaigns.read at least 2 times, in the last 90 days).',
  );
});
