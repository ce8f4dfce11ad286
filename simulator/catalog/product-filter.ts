import { invalidParameter } from '../graph/graph-error.js';
import { asText, isObject, listOf } from '../json.js';
import type { Product } from './catalogs.js';
import { productNode } from './product-node.js';

type Test = (product: Product) => boolean;

/** Meta's filter rules: `{"retailer_id":{"is_any":["A","B"]}}`, with `and` and `or` around them. */
export function productFilter(rule: unknown): Test {
  if (!isObject(rule)) throw invalidParameter('Param filter must be a JSON object');
  const tests = Object.entries(rule).map(([key, value]): Test => {
    const parts = key === 'and' || key === 'or' ? listOf(value).map(productFilter) : [];
    if (key === 'and') return (product) => parts.every((test) => test(product));
    if (key === 'or') return (product) => parts.some((test) => test(product));
    return fieldTest(key, value);
  });
  return (product) => tests.every((test) => test(product));
}

function fieldTest(field: string, conditions: unknown): Test {
  if (!isObject(conditions)) throw invalidParameter(`Param filter: ${field} needs an operator`);
  const tests = Object.entries(conditions).map(([operator, value]) => operatorTest(operator, value));
  return (product) => {
    const actual =
      field === 'price_amount'
        ? String(product.price?.minor ?? '')
        : (asText(productNode(product)[field]) ?? '');
    return tests.every((test) => test(actual));
  };
}

function operatorTest(operator: string, value: unknown): (actual: string) => boolean {
  const text = asText(value) ?? '';
  const words = listOf(value).map(asText);
  switch (operator) {
    case 'eq':
      return (actual) => actual === text;
    case 'neq':
      return (actual) => actual !== text;
    case 'is_any':
      return (actual) => words.includes(actual);
    case 'is_not_any':
      return (actual) => !words.includes(actual);
    case 'contains':
      return (actual) => actual.includes(text);
    case 'not_contains':
      return (actual) => !actual.includes(text);
    case 'i_contains':
      return (actual) => actual.toLowerCase().includes(text.toLowerCase());
    case 'i_not_contains':
      return (actual) => !actual.toLowerCase().includes(text.toLowerCase());
    case 'starts_with':
      return (actual) => actual.startsWith(text);
    case 'lt':
      return (actual) => Number(actual) < Number(text);
    case 'lte':
      return (actual) => Number(actual) <= Number(text);
    case 'gt':
      return (actual) => Number(actual) > Number(text);
    case 'gte':
      return (actual) => Number(actual) >= Number(text);
    default:
      throw invalidParameter(`Param filter: unknown operator ${operator.slice(0, 40)}`);
  }
}
