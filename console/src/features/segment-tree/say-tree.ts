import type { SegmentsWords } from '../../../messages/segments.ts';
import { lengthOf, shapeOf, shownValue } from './operand.ts';
import type { ConditionNode, Operator, TreeNode } from './tree.ts';

/** What is known of a field: its name for people, and its kind. */
export type FieldOf = (path: string) => { label: string; type: string };

const SHOWN = 5;

export function operatorWords(operator: Operator, type: string, words: SegmentsWords): string {
  const { operators, dated, events } = words.tree;
  const own = type === 'instant' ? dated[operator] : type === 'event' ? events[operator] : undefined;
  return own ?? operators[operator];
}

/** The whole group as a sentence. */
export function sayTree(tree: TreeNode, fieldOf: FieldOf, words: SegmentsWords): string {
  return words.say.everybody(sayNode(tree, fieldOf, words, true));
}

function sayNode(node: TreeNode, fieldOf: FieldOf, words: SegmentsWords, isOuter: boolean): string {
  const { say } = words;
  if (node.kind === 'condition') {
    const said = sayCondition(node, fieldOf, words);
    return node.isNot ? say.not(said) : said;
  }
  const parts = node.nodes.map((child) => sayNode(child, fieldOf, words, false));
  const all = parts.length === 0 ? say.unfinished : parts.join(node.logic === 'AND' ? say.and : say.or);
  if (node.isNot) return say.not(all);
  return isOuter || parts.length < 2 ? all : say.inner(all);
}

function sayCondition(node: ConditionNode, fieldOf: FieldOf, words: SegmentsWords): string {
  const { say } = words;
  if (node.field === '') return say.unfinished;
  const { label, type } = fieldOf(node.field);
  const operator = operatorWords(node.operator, type, words);
  const said = say.condition(label, operator, sayValue(node, type, words));
  return node.window === undefined ? said : say.window(said, sayLength(node.window, words));
}

function sayValue({ operator, value }: ConditionNode, type: string, words: SegmentsWords): string {
  const { say } = words;
  const items: unknown[] = Array.isArray(value) ? value : [value];
  switch (shapeOf(operator)) {
    case 'none':
      return '';
    case 'length':
      return sayLength(value, words);
    case 'two':
      return say.two(sayOne(items[0], type, words), sayOne(items[1], type, words));
    case 'list': {
      const shown = items.slice(0, SHOWN).map((item) => sayOne(item, type, words));
      const more = items.length - SHOWN;
      return say.list([...shown, ...(more > 0 ? [say.more(more)] : [])].join(', '));
    }
    case 'one':
      return sayOne(value, type, words);
  }
}

function sayOne(value: unknown, type: string, { say, tree }: SegmentsWords): string {
  if (typeof value === 'boolean') return value ? tree.yes : tree.no;
  if (typeof value === 'number') return type === 'event' ? say.times(value) : String(value);
  const text = shownValue(value);
  return text === '' ? say.unfinished : say.text(text);
}

function sayLength(value: unknown, { say, tree }: SegmentsWords): string {
  const length = lengthOf(value);
  if (length === undefined) return shownValue(value) === '' ? say.unfinished : shownValue(value);
  return say.length(length.amount, tree.units[length.unit]);
}
