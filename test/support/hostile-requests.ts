import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Random } from '../../scripts/chaos/random.ts';

type Json = Record<string, any>;

export interface HostileRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer;
}

interface Operation {
  method: string;
  template: string;
  queries: string[];
  schema: Json | undefined;
}

const document = load(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8')) as Json;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Every operation that ends by itself. */
const OPERATIONS: Operation[] = Object.entries(document['paths'] as Json).flatMap(([template, item]) =>
  METHODS.flatMap((method): Operation[] => {
    const operation = (item as Json)[method] as Json | undefined;
    if (operation === undefined || JSON.stringify(operation).includes('text/event-stream')) return [];
    const parameters = (operation['parameters'] ?? []) as Json[];
    return [
      {
        ...{ method: method.toUpperCase(), template },
        queries: parameters.filter((one) => one['in'] === 'query').map((one) => String(one['name'])),
        schema: operation['requestBody']?.content?.['application/json']?.schema as Json | undefined,
      },
    ];
  }),
);

const NOBODY = '01890000-0000-7000-8000-000000000000';
const IDS = [
  ...[
    NOBODY,
    NOBODY.toUpperCase(),
    '00000000-0000-0000-0000-000000000000',
    'null',
    '0',
    '-1',
    '%00',
    'a%00b',
    '%',
  ],
  ...[
    '%ff',
    '..%2f..%2fetc',
    '%2e%2e',
    "'%20OR%201=1--",
    '%F0%9F%92%A9',
    'x'.repeat(600),
    '{id}',
    '%0d%0aX: y',
  ],
];
const deep = (levels: number): unknown =>
  JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`) as unknown;
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    '',
    ' ',
    0,
    -1,
    0.1,
    1e308,
    2 ** 53,
    99_999_999_999,
    [],
    {},
    [[]],
    [null],
    [{}],
    { a: { b: [] } },
  ],
  ...[
    '\u0000',
    'a\u0000b',
    '\ud800',
    'x\udfff',
    '\u202e',
    '💩'.repeat(300),
    'x'.repeat(70_000),
    '{{1}}',
    '${7*7}',
  ],
  ...[
    '9999-99-99T99:99:99Z',
    '2025-02-30',
    '+275760-09-14T00:00:00Z',
    '24:61',
    'Mars/Olympus',
    '1e3',
    'NaN',
    '\r\nX: y',
  ],
  ...[
    '+999999999999999999',
    '+91',
    'a@b',
    'http://[::1',
    'javascript:alert(1)',
    '../..',
    '00000000-0000-0000-0000-000000000000',
  ],
  ...[deep(500), { $ne: null }, JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":1}}')],
];
const RAW: readonly [string, string | Buffer][] = [
  ...([
    ['application/json', '{'],
    ['application/json', ''],
    ['application/json', '['.repeat(50_000)],
    ['application/json', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['application/json', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['application/json', '{"__proto__":null,"a":1e999}'],
    ['application/json', '"text"'],
    ['application/json', 'null'],
    ['application/json; charset=utf-16', '{}'],
    ['text/plain', 'hello'],
    ['text/csv', 'phone\u0000,name\n\u0000,"\n'],
    ['text/csv', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x0a])],
    ['application/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ['application/x-www-form-urlencoded', 'a[b]=1&__proto__=2'],
    ['multipart/form-data', '--x'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="\u0000"\r\n\r\n\r\n--x--',
    ],
    ['image/png', Buffer.from('89504e470d0a1a0a0000000d49484452ffffffffffffffff', 'hex')],
    ['nonsense', '{}'],
  ] as [string, string | Buffer][]),
];

/** The same requests for the same seed, over all operations. `ids` exist. */
export function hostileRequests(count: number, ids: readonly string[], random: Random): HostileRequest[] {
  return Array.from({ length: count }, (_, n) => {
    const operation = OPERATIONS[n % OPERATIONS.length] as Operation;
    const { method, template } = operation;
    const isOneOf = (chance: number): boolean => random.roll() < chance;
    const one = <T>(list: readonly T[]): T => random.pick(list) as T;
    const filled = template.replaceAll(/\{[^}]+\}/g, () => one(isOneOf(0.5) ? ids : IDS));
    const asked = operation.queries.filter(() => isOneOf(0.4));
    const text = (value: unknown): string =>
      typeof value === 'string' ? value.slice(0, 500) : JSON.stringify(value);
    const query = asked.map((name) => `${name}=${encodeURIComponent(text(one(VALUES)).toWellFormed())}`);
    const path = query.length === 0 ? filled : `${filled}?${query.join('&')}`;
    const headers: Record<string, string> = isOneOf(0.1)
      ? { 'idempotency-key': one(['', 'k'.repeat(900), 'a b']) }
      : {};
    if (method === 'GET') return { method, path, headers };
    if (isOneOf(0.25)) {
      const [type, body] = one(RAW);
      return { method, path, headers: { ...headers, 'content-type': type }, body };
    }
    const body = JSON.stringify(sample(operation.schema, random));
    return { method, path, headers: { ...headers, 'content-type': 'application/json' }, body };
  });
}

/** What the schema asks for, with every fourth value a bad one, so that some get far. */
function sample(schema: Json | undefined, random: Random, level = 0): unknown {
  if (schema === undefined || level > 6 || random.roll() < 0.2) return random.pick(VALUES);
  const ref = schema['$ref'] as string | undefined;
  if (ref !== undefined) {
    const name = ref.split('/').at(-1) ?? '';
    return sample(document['components'].schemas[name] as Json, random, level + 1);
  }
  const variant = (schema['oneOf'] ?? schema['anyOf'] ?? schema['allOf'])?.[0] as Json | undefined;
  if (variant !== undefined) return sample(variant, random, level + 1);
  if (schema['enum'] !== undefined) return random.pick(schema['enum'] as unknown[]);
  if (schema['example'] !== undefined) return schema['example'];
  const type = ([schema['type']].flat() as (string | undefined)[])[0];
  if (type === 'object' || schema['properties'] !== undefined) {
    const fields = Object.entries((schema['properties'] ?? {}) as Json).filter(
      ([name]) =>
        (schema['required'] as string[] | undefined)?.includes(name) === true || random.roll() < 0.4,
    );
    return Object.fromEntries(
      fields.map(([name, field]) => [name, sample(field as Json, random, level + 1)]),
    );
  }
  if (type === 'array') return [sample(schema['items'] as Json, random, level + 1)];
  if (type === 'integer' || type === 'number') return Number(schema['minimum'] ?? 1);
  if (type === 'boolean') return true;
  return 'text';
}
