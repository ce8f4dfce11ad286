import { asText, type JsonObject } from '../json.js';
import type { GraphCall } from './graph-call.js';
import { GraphError } from './graph-error.js';

const DEFAULT_LIMIT = 25;

interface Listed {
  id: string;
}

/** One page of a list, with Graph's cursors. A cursor names the item it stands at. */
export function pageOf<T extends Listed>(
  items: T[],
  call: GraphCall,
  show: (item: T) => JsonObject,
  badCursorCode = 100,
): JsonObject {
  const { params } = call;
  const limit = limitOf(params.limit);
  const [after, before] = [asText(params.after), asText(params.before)];
  const end = before === undefined ? items.length : indexAt(items, before, badCursorCode);
  const start =
    after !== undefined
      ? indexAt(items, after, badCursorCode) + 1
      : before !== undefined
        ? Math.max(0, end - limit)
        : 0;
  const page = items.slice(start, Math.min(start + limit, end));
  const [first, last] = [page.at(0), page.at(-1)];
  if (first === undefined || last === undefined) return { data: [], ...summaryOf(items, params) };
  const cursors = { before: cursorOf(first), after: cursorOf(last) };
  const hasNext = start + page.length < items.length;
  return {
    data: page.map(show),
    paging: {
      cursors,
      ...(hasNext ? { next: linkTo(call, { after: cursors.after }) } : {}),
      ...(start > 0 ? { previous: linkTo(call, { before: cursors.before }) } : {}),
    },
    ...summaryOf(items, params),
  };
}

function limitOf(value: unknown): number {
  if (value === undefined) return DEFAULT_LIMIT;
  const limit = Number(asText(value));
  if (!Number.isInteger(limit) || limit < 1)
    throw new GraphError(100, 'Param limit must be a positive integer');
  return Math.min(limit, 5_000);
}

function cursorOf({ id }: Listed): string {
  return Buffer.from(id).toString('base64url');
}

function indexAt(items: Listed[], cursor: string, badCursorCode: number): number {
  const id = Buffer.from(cursor, 'base64url').toString();
  const index = items.findIndex((item) => item.id === id);
  if (index === -1) throw new GraphError(badCursorCode, 'The paging cursor is invalid or has expired.');
  return index;
}

function summaryOf(items: Listed[], params: JsonObject): JsonObject {
  return asText(params.summary) === 'true' ? { summary: { total_count: items.length } } : {};
}

function linkTo({ url, params }: GraphCall, cursor: Record<string, string>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (name !== 'after' && name !== 'before' && name !== 'access_token')
      query.set(name, asText(value) ?? '');
  }
  for (const [name, value] of Object.entries(cursor)) query.set(name, value);
  return `${url}?${query.toString()}`;
}
