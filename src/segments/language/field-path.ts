import { CUSTOMER_COLUMNS, type CustomerColumn } from './customer-columns.js';
import { CAMPAIGN_EVENTS, type CampaignEvent, ORDER_MEASURES, type OrderMeasure } from './segment.js';

export type Field =
  | { kind: 'column'; column: CustomerColumn }
  | { kind: 'attribute'; path: string[] }
  | { kind: 'orders'; measure: OrderMeasure }
  | { kind: 'campaigns'; event: CampaignEvent };

export const MAX_KEYS = 20;
const MAX_LENGTH = 500;
const KEYS = /(?:^|\.)(?:([\p{L}\p{M}\p{N}_$-]+)|("(?:[^"\\]|\\.)*"))/uy;
/** Columns that segments must not query. Without this list they would silently be looked up in the attributes. */
const CLOSED = new Set(['organization_id', 'organizationId']);

/**
 * Resolves a field, or returns what is wrong with it. A path that is not a column refers to the attributes. Dots
 * separate the keys; a key with other characters is written as a JSON string: `attributes."e-mail.home"`.
 */
export function parseField(field: string): Field | string {
  const column = CUSTOMER_COLUMNS.get(field);
  if (column !== undefined) return { kind: 'column', column };
  const path = parsePath(field);
  if (typeof path === 'string') return path;
  const [first = '', second] = path;
  if (first === 'orders') {
    const measure = path.length === 2 ? ORDER_MEASURES.find((name) => name === second) : undefined;
    return measure === undefined ? oneOf('orders', ORDER_MEASURES) : { kind: 'orders', measure };
  }
  if (first === 'campaigns') {
    const event = path.length === 2 ? CAMPAIGN_EVENTS.find((name) => name === second) : undefined;
    return event === undefined ? oneOf('campaigns', CAMPAIGN_EVENTS) : { kind: 'campaigns', event };
  }
  if (CLOSED.has(first)) return 'is not open to segments';
  if (first !== 'attributes') return { kind: 'attribute', path };
  return second === undefined
    ? 'must say which attribute, as in attributes.loyalty.points'
    : { kind: 'attribute', path: path.slice(1) };
}

function oneOf(prefix: string, names: readonly string[]): string {
  return `is not known: ${prefix} has ${names.map((name) => `${prefix}.${name}`).join(', ')}`;
}

function parsePath(field: string): string[] | string {
  if (field.length > MAX_LENGTH) return `must not be longer than ${MAX_LENGTH} characters`;
  const path: string[] = [];
  KEYS.lastIndex = 0;
  for (let end = 0; end < field.length; end = KEYS.lastIndex) {
    const [, plain, quoted] = KEYS.exec(field) ?? [];
    const key = plain ?? unquoted(quoted);
    if (key === undefined) {
      return 'is not a field: names are separated by dots, and a name with other characters is quoted, as in attributes."a b".c';
    }
    path.push(key);
  }
  if (path.length === 0) return 'must name a field';
  return path.length > MAX_KEYS ? `must not be deeper than ${MAX_KEYS} names` : path;
}

function unquoted(json: string | undefined): string | undefined {
  if (json === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(json);
    // JSON can contain characters that PostgreSQL cannot store in text.
    return typeof key === 'string' && !key.includes('\0') && key.isWellFormed() ? key : undefined;
  } catch {
    return undefined;
  }
}
