import { asText, isObject, type JsonObject } from '../json.js';
import { invalidParameter, unknownField, unknownObject } from './graph-error.js';

export type GraphMethod = 'GET' | 'POST' | 'DELETE';

/** One request to the Graph API: query and body are one set of parameters there. */
export interface GraphCall {
  method: GraphMethod;
  id: string;
  /** Nothing for the object itself. */
  edge: string | undefined;
  params: JsonObject;
  /** 25 for v25.0. */
  version: number;
  /** The address asked, without its query; paging links are made of it. */
  url: string;
}

export type GraphAnswer = object;
type Handler<T> = (object: T, call: GraphCall) => GraphAnswer | Promise<GraphAnswer>;
export type Handlers<T> = Partial<Record<GraphMethod, Handler<T>>>;

/** What can be asked of one kind of object. */
export interface NodeKind<T> {
  type: string;
  find(id: string): T | undefined;
  self: Handlers<T>;
  edges: Record<string, Handlers<T>>;
  /** Calls count against the hourly allowance of the WhatsApp account. */
  isManaged: boolean;
}

export interface BoundKind {
  isManaged: boolean;
  knows(id: string): boolean;
  answer(call: GraphCall): GraphAnswer | Promise<GraphAnswer>;
}

export function bindKind<T>(kind: NodeKind<T>): BoundKind {
  return {
    isManaged: kind.isManaged,
    knows: (id) => kind.find(id) !== undefined,
    answer: (call) => {
      const object = kind.find(call.id);
      if (object === undefined) throw unknownObject(call.method, call.id);
      const edges = call.edge === undefined ? kind.self : ownEdge(kind.edges, call.edge);
      if (edges === undefined) throw unknownField(call.edge ?? '', kind.type);
      const handler = edges[call.method];
      if (handler === undefined) throw unknownObject(call.method, call.id);
      return handler(object, call);
    },
  };
}

function ownEdge<T>(edges: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(edges, name) ? edges[name] : undefined;
}

/** A parameter that may come as JSON or, in a query or a form, as the text of it. */
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

/** The named fields of a node, as `?fields=a,b{c}` asks; `id` always comes along. */
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

/** Top-level names only: what is in braces or parentheses belongs to its field. */
function fieldNames(fields: string): string[] {
  const flat = fields.replaceAll(/\{[^}]*\}|\([^)]*\)/g, '');
  return flat
    .split(',')
    .map((name) => name.trim().split(/[.{(]/)[0] ?? '')
    .filter((name) => name !== '');
}

export function objectParam(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
