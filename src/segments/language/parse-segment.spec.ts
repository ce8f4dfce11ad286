import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSegment } from './parse-segment.js';

const NOW = new Date('2025-06-15T12:00:00Z');
const all = (...conditions: unknown[]): unknown => ({ logic: 'AND', conditions });
const nested = (depth: number): unknown =>
  depth === 1 ? all({ field: 'city', operator: 'eq', value: 'Goa' }) : all(nested(depth - 1));

function errorsOf(query: unknown): { field: string; message: string }[] {
  const parsed = parseSegment(query, NOW);
  return parsed.ok ? [] : parsed.errors;
}

function testOf(field: string, operator: string, value?: unknown): unknown {
  const parsed = parseSegment(all({ field, operator, value }), NOW);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const [node] = parsed.segment.nodes;
  return node?.kind === 'group' ? undefined : node?.test;
}

describe('parseSegment rejects, with path and message,', () => {
  const city = { field: 'city', operator: 'eq', value: 'Goa' };
  it.each<[why: string, query: unknown, field: string, message: RegExp]>([
    ['null', null, '', /must be a group/],
    ['a list', [city], '', /must be a group/],
    ['a bare condition', city, 'conditions', /at least one/],
    ['a group without conditions', { logic: 'AND' }, 'conditions', /at least one/],
    ['a group with an empty list', all(), 'conditions', /at least one/],
    ['an empty nested group', all(city, all()), 'conditions.1.conditions', /at least one/],
    ['unknown logic', { logic: 'XOR', conditions: [city] }, 'logic', /AND or OR/],
    ['not as text', { ...(all(city) as object), not: 'yes' }, 'not', /true or false/],
    ['an unknown property of a group', { ...(all(city) as object), limit: 5 }, 'limit', /not known/],
    ['text in place of a condition', all('city'), 'conditions.0', /condition or a group/],
    ['an unknown property of a condition', all({ ...city, Value: 1 }), 'conditions.0.Value', /not known/],
    [
      'groups nested too deep',
      nested(11),
      'conditions.0'.concat('.conditions.0'.repeat(9)),
      /10 groups deep/,
    ],
    ['too many conditions', all(...Array.from({ length: 201 }, () => city)), 'conditions.200', /at most 200/],
    ['a condition without a field', all({ operator: 'eq', value: 1 }), 'conditions.0.field', /must name/],
    ['an empty field', all({ ...city, field: '' }), 'conditions.0.field', /must name/],
    ['a malformed path', all({ ...city, field: 'a..b' }), 'conditions.0.field', /"a\.\.b".*dots/],
    ['SQL as a field', all({ ...city, field: 'city; DROP TABLE x' }), 'conditions.0.field', /is not a field/],
    [
      'SQL/JSON path as a field',
      all({ ...city, field: '$.a ? (@ == 1)' }),
      'conditions.0.field',
      /is not a field/,
    ],
    [
      'an unclosed quote in a field',
      all({ ...city, field: 'attributes."a' }),
      'conditions.0.field',
      /is not a field/,
    ],
    [
      'NUL in a field',
      all({ ...city, field: String.raw`attributes."\u0000"` }),
      'conditions.0.field',
      /is not a field/,
    ],
    [
      'all attributes as a field',
      all({ ...city, field: 'attributes' }),
      'conditions.0.field',
      /which attribute/,
    ],
    ['a closed column', all({ ...city, field: 'organization_id' }), 'conditions.0.field', /not open/],
    [
      'an unknown order measure',
      all({ ...city, field: 'orders.sum' }),
      'conditions.0.field',
      /orders\.total/,
    ],
    [
      'campaigns without an event',
      all({ ...city, field: 'campaigns' }),
      'conditions.0.field',
      /campaigns\.read/,
    ],
    ['a missing operator', all({ field: 'city', value: 'x' }), 'conditions.0.operator', /one of eq, ne/],
    ['an unknown operator', all({ ...city, operator: 'like' }), 'conditions.0.operator', /"like".*one of eq/],
    [
      'an operator named like an inherited property',
      all({ ...city, operator: 'constructor' }),
      'conditions.0.operator',
      /one of eq/,
    ],
    [
      'an operator that does not fit the field',
      all({ ...city, field: 'tags', operator: 'gt' }),
      'conditions.0.operator',
      /"gt".*tags/,
    ],
    [
      'an error in the second condition',
      all(city, { ...city, operator: 'x' }),
      'conditions.1.operator',
      /"x"/,
    ],
    ['a missing value', all({ field: 'city', operator: 'eq' }), 'conditions.0.value', /text.*\(city eq\)/],
    [
      'null as a value',
      all({ ...city, field: 'a.b', value: null }),
      'conditions.0.value',
      /exists and notExists/,
    ],
    [
      'an object as a value',
      all({ ...city, field: 'a.b', value: {} }),
      'conditions.0.value',
      /text, a number/,
    ],
    ['a number for text', all({ ...city, value: 5 }), 'conditions.0.value', /must be text/],
    [
      'text for a flag',
      all({ ...city, field: 'isActive', value: 'true' }),
      'conditions.0.value',
      /true or false/,
    ],
    [
      'text for a count',
      all({ field: 'orders.count', operator: 'gt', value: 'x' }),
      'conditions.0.value',
      /a number/,
    ],
    [
      'an infinite number',
      all({ ...city, field: 'a.b', value: JSON.parse('1e400') as unknown }),
      'conditions.0.value',
      /finite/,
    ],
    [
      'text that is not a phone number',
      all({ field: 'a.b', operator: 'gt', value: Number.NaN }),
      'conditions.0.value',
      /number/,
    ],
    [
      'a local phone number',
      all({ ...city, field: 'phoneNumber', value: '9978783238' }),
      'conditions.0.value',
      /country/,
    ],
    [
      'text that is not a date',
      all({ field: 'createdAt', operator: 'after', value: 'soon' }),
      'conditions.0.value',
      /ISO 8601/,
    ],
    [
      'February 30',
      all({ field: 'a.b', operator: 'before', value: '2025-02-30' }),
      'conditions.0.value',
      /ISO 8601/,
    ],
    [
      'text that is not a duration',
      all({ field: 'createdAt', operator: 'withinLast', value: '30x' }),
      'conditions.0.value',
      /30d/,
    ],
    [
      'a duration that is too long',
      all({ field: 'a.b', operator: 'withinLast', value: '101y' }),
      'conditions.0.value',
      /30d/,
    ],
    [
      'a unit named like an inherited property',
      all({ field: 'a.b', operator: 'withinLast', value: { constructor: 1 } }),
      'conditions.0.value',
      /30d/,
    ],
    ['an empty list', all({ ...city, operator: 'in', value: [] }), 'conditions.0.value', /at least one/],
    ['text for a list', all({ ...city, operator: 'in', value: 'Goa' }), 'conditions.0.value', /list/],
    [
      '10,001 values',
      all({ ...city, operator: 'in', value: Array(10_001).fill('x') }),
      'conditions.0.value',
      /at most 10000/,
    ],
    [
      'half a range',
      all({ field: 'a.b', operator: 'between', value: [1] }),
      'conditions.0.value',
      /list of two/,
    ],
    [
      'a range of mixed kinds',
      all({ field: 'a.b', operator: 'between', value: [1, 'x'] }),
      'conditions.0.value',
      /one kind/,
    ],
    [
      'an empty text to contain',
      all({ ...city, operator: 'contains', value: '' }),
      'conditions.0.value',
      /some text/,
    ],
    ['a very long text', all({ ...city, value: 'x'.repeat(1_001) }), 'conditions.0.value', /1000 characters/],
    ['NUL in a text', all({ ...city, value: 'a\0b' }), 'conditions.0.value', /cannot be stored/],
    ['a lone surrogate', all({ ...city, value: '\ud83d' }), 'conditions.0.value', /cannot be stored/],
    [
      'a value for exists',
      all({ ...city, operator: 'exists', value: false }),
      'conditions.0.value',
      /must be omitted/,
    ],
    [
      'numbers mixed with ids',
      all({ field: 'campaigns.read', operator: 'in', value: [1, '0197a000-0000-7000-8000-00000000000a'] }),
      'conditions.0.value',
      /not of both/,
    ],
    [
      'a window on another field',
      all({ ...city, window: '30d' }),
      'conditions.0.window',
      /orders and campaigns/,
    ],
    [
      'a malformed window',
      all({ field: 'orders.count', operator: 'eq', value: 1, window: 'x' }),
      'conditions.0.window',
      /30d/,
    ],
  ])('%s', (_, query, field, message) => {
    expect(errorsOf(query)).toEqual(
      expect.arrayContaining([{ field, message: expect.stringMatching(message) as unknown }]),
    );
  });

  it('reports every error at once, up to a limit', () => {
    expect(
      errorsOf(all({ ...city, operator: 'x' }, { ...city, value: 5 })).map(({ field }) => field),
    ).toEqual(['conditions.0.operator', 'conditions.1.value']);
    expect(errorsOf(all(...Array.from({ length: 200 }, () => ({}))))).toHaveLength(50);
  });

  it('never throws, whatever the input', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.anything(), (value, other) => {
        parseSegment(value, NOW);
        parseSegment(all(value, { field: 'a', operator: 'eq', value: other }), NOW);
        parseSegment(all({ field: 'createdAt', operator: 'withinLast', value }), NOW);
      }),
    );
  });
});

describe('parseSegment', () => {
  const instants = (range: object): object => ({ kind: 'instants', range });
  const from = (text: string, inclusive: boolean): object => ({ from: { value: new Date(text), inclusive } });
  const to = (text: string, inclusive: boolean): object => ({ to: { value: new Date(text), inclusive } });
  it.each<[field: string, operator: string, value: unknown, test: object]>([
    ['createdAt', 'after', '2024-01-31', instants(from('2024-02-01T00:00:00Z', true))],
    ['createdAt', 'gte', '2024-01-31', instants(from('2024-01-31T00:00:00Z', true))],
    ['createdAt', 'before', '2024-01-31', instants(to('2024-01-31T00:00:00Z', false))],
    ['createdAt', 'lte', '2024-02-29', instants(to('2024-03-01T00:00:00Z', false))],
    ['a.b', 'after', '2024-01-31T10:00:00+05:30', instants(from('2024-01-31T04:30:00Z', false))],
    ['a.b', 'lte', '2024-01-31 10:00', instants(to('2024-01-31T10:00:00Z', true))],
    ['a.b', 'after', 'now', instants(from('2025-06-15T12:00:00Z', false))],
    ['a.b', 'before', 'now+2w', instants(to('2025-06-29T12:00:00Z', false))],
    [
      'a.b',
      'withinLast',
      '4 months',
      instants({ ...from('2025-02-15T12:00:00Z', true), ...to(NOW.toISOString(), true) }),
    ],
    [
      'a.b',
      'withinLast',
      { years: 1 },
      instants({ ...from('2024-06-15T12:00:00Z', true), ...to(NOW.toISOString(), true) }),
    ],
    [
      'a.b',
      'withinLast',
      'PT36H',
      instants({ ...from('2025-06-14T00:00:00Z', true), ...to(NOW.toISOString(), true) }),
    ],
    ['a.b', 'gt', 5, { kind: 'numbers', range: { from: { value: 5, inclusive: false } } }],
    ['a.b', 'gt', '50000', { kind: 'numbers', range: { from: { value: 50_000, inclusive: false } } }],
    ['zipcode', 'gt', '50000', { kind: 'texts', range: { from: { value: '50000', inclusive: false } } }],
    ['a.b', 'gt', 'M', { kind: 'texts', range: { from: { value: 'M', inclusive: false } } }],
    ['phoneNumber', 'eq', '1 (469) 465-2751', { kind: 'same', values: ['+14694652751'] }],
    ['tags', 'contains', 'vip', { kind: 'same', values: ['vip'] }],
    ['campaigns.read', 'eq', true, { kind: 'exists' }],
  ])('parses %s %s %j', (field, operator, value, test) => {
    expect(testOf(field, operator, value)).toEqual(test);
  });

  it.each<[field: string, path: string[]]>([
    ['attributes.a.b', ['a', 'b']],
    ['saleDetails.destination', ['saleDetails', 'destination']],
    ['city.name', ['city', 'name']],
    ['attributes.city', ['city']],
    ['attributes.orders.count', ['orders', 'count']],
    ['attributes."e-mail.home"."a \\"b\\"".é', ['e-mail.home', 'a "b"', 'é']],
    ['"attributes".__proto__', ['__proto__']],
  ])('parses the field %s', (field, path) => {
    const parsed = parseSegment(all({ field, operator: 'exists' }), NOW);
    expect(parsed).toMatchObject({ ok: true, segment: { nodes: [{ kind: 'attribute', path }] } });
  });

  it('takes a month before the last day of a longer month as the last day', () => {
    const parsed = parseSegment(
      all({ field: 'orders.count', operator: 'eq', value: 1, window: '1 month' }),
      new Date('2025-03-31T08:00:00Z'),
    );
    expect(parsed).toMatchObject({ segment: { nodes: [{ since: new Date('2025-02-28T08:00:00Z') }] } });
  });
});
