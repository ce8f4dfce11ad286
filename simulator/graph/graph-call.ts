import type { Business } from '../business.js';
import { asText, type JsonObject } from '../json.js';
import { invalidParameter, unknownField, unknownObject } from './graph-error.js';

export type GraphMethod = 'GET' | 'POST' | 'DELETE';

/** One request to the Graph API, where query and body are one set of parameters. */
export interface GraphCall {
  method: GraphMethod;
  /** The business whose access token came with the request. */
  caller: Business;
  id: string;
  /** Undefined for the object itself. */
  edge: string | undefined;
  params: JsonObject;
  /** 25 for v25.0. */
  version: number;
  /** The requested address without its query; paging links are built from it. */
  url: string;
}

export type GraphAnswer = object;
type Handler<T> = (object: T, call: GraphCall) => GraphAnswer | Promise<GraphAnswer>;
export type Handlers<T> = Partial<Record<GraphMethod, Handler<T>>>;

/** What one kind of object can be asked. */
export interface NodeKind<T> {
  type: string;
  /** Only what belongs to the caller: Graph answers for anything else as if it did not exist. */
  find(id: string, caller: Business): T | undefined;
  self: Handlers<T>;
  edges: Record<string, Handlers<T>>;
  /** Calls count against the hourly allowance of the WhatsApp account. */
  isManaged: boolean;
}

export interface BoundKind {
  isManaged: boolean;
  knows(call: GraphCall): boolean;
  answer(call: GraphCall): GraphAnswer | Promise<GraphAnswer>;
}

export function bindKind<T>(kind: NodeKind<T>): BoundKind {
  return {
    isManaged: kind.isManaged,
    knows: ({ id, caller }) => kind.find(id, caller) !== undefined,
    answer: (call) => {
      const object = kind.find(call.id, call.caller);
      if (object === undefined) throw unknownObject(call.method, call.id);
      const edges = call.edge === undefined ? kind.self : ownEdge(kind.edges, call.edge);
      if (edges === undefined) throw unknownField(call.edge ?? '', kind.type);
      const handler = edges[call.method];
      if (handler === undefined) throw unknownObject(call.method, call.id);
      return handler(object, call);
    },
  };
}

/** Templates and catalogs: other businesses have none. */
export function onlyFor<T>(owner: Business, kind: NodeKind<T>): NodeKind<T> {
  return { ...kind, find: (id, caller) => (caller === owner ? kind.find(id, caller) : undefined) };
}

export function onlyEdgeFor<T>(owner: Business, handlers: Handlers<T>): Handlers<T> {
  const names = Object.keys(handlers) as GraphMethod[];
  return Object.fromEntries(
    names.map((name) => [
      name,
      (object: T, call: GraphCall) => {
        if (call.caller !== owner) throw unknownObject(call.method, call.id);
        return handlers[name]?.(object, call);
      },
    ]),
  );
}

function ownEdge<T>(edges: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(edges, name) ? edges[name] : undefined;
}

/** A parameter that may come as JSON or, in a query or a form, as its JSON text. */
export function jsonParam(params: JsonObject, name: string): unknown {
  const value = params[name];
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw invalidParameter(`Param ${name} must be valid JSON`);
  }
}

export function flagParam(params: JsonObject, name: string): boolean | undefined {
  const text = asText(params[name]);
  return text === undefined ? undefined : text === 'true' || text === '1';
}

/** The named fields of a node, as `?fields=a,b{c}` requests them; `id` always comes along. */
export function selectFields(
  node: JsonObject,
  type: string,
  fields: unknown,
  defaults: string[],
): JsonObject {
  const asked = asText(fields);
  const names = asked === undefined || asked === '' ? defaults : fieldNames(asked);
  const picked: JsonObject = {};
  for (const name of names) {
    if (!Object.hasOwn(node, name)) throw unknownField(name, type);
    if (node[name] !== undefined) picked[name] = node[name];
  }
  return { ...picked, ...(node.id === undefined ? {} : { id: node.id }) };
}

/** Top-level names only: names in braces or parentheses belong to their field. */
function fieldNames(fields: string): string[] {
  const flat = fields.replaceAll(/\{[^}]*\}|\([^)]*\)/g, '');
  return flat
    .split(',')
    .map((name) => name.trim().split(/[.{(]/)[0] ?? '')
    .filter((name) => name !== '');
}
