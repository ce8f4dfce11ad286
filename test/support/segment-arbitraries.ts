import fc from 'fast-check';
import type { CustomerInMemory } from './segment-in-memory.js';

/**
 * Few values, so that they collide: values that break quoting, that look like another type, or that only look alike.
 */
const TEXTS: readonly string[] = [
  '',
  'Bali',
  'bali',
  'Bali, Indonesia',
  'Goa',
  'Bal',
  'ÜÑÏ x',
  'üñï X',
  '100%',
  '100',
  'a_b',
  'axb',
  'a\\b',
  '\\',
  '"q"',
  "O'Hara; --",
  '$.a ? (@ == 1)',
  'strict $',
  '***:x',
  '(?i)x',
  '[a-z]+',
  ' ',
  '\n',
  '日本',
  '😀',
  '\uffee',
  'NaN',
  '1e3',
  '5',
  '5.00',
  '05',
  '-3',
  '-0.0',
  'true',
  'null',
  '2025-06-01',
  '2025-06-15T12:00:00Z',
  '2025-06-01T03:00:00.250+05:30',
  '2025-05-31 22:00',
  '2025-02-30',
  '2025-06-20T00:00:00-11:00',
  '2024-01-01',
];
const NUMBERS = [0, 1, 5, 5.5, -3, 1000, 1e21, 0.1, 49_999.99] as const;
const KEYS = ['a', 'b', 'list', 'k.d', 'sp ace', '"', 'é', '__proto__', 'constructor'] as const;
const DATES = [
  '2025-06-15T12:00:00.000Z',
  '2025-06-15T11:59:59.999Z',
  '2025-06-14T00:00:00.000Z',
  '2025-06-01T00:00:00.000Z',
  '2025-05-31T23:59:59.999Z',
  '2025-05-16T12:00:00.000Z',
  '2024-02-29T10:00:00.000Z',
  '2025-07-01T00:00:00.000Z',
] as const;
export const NOW = new Date('2025-06-15T12:00:00Z');
export const CAMPAIGNS = [
  '0197a000-0000-7000-8000-00000000000a',
  '0197a000-0000-7000-8000-00000000000b',
  '0197a000-0000-7000-8000-00000000000c',
] as const;
const PHONES = ['+919978783238', '+14694652751', '+6281234567890', '+33612345678'] as const;
const SKUS = ['BALI-1', 'bali-2', 'GOA%1', 'X'] as const;

const text = fc.constantFrom(...TEXTS);
const number = fc.constantFrom(...NUMBERS);
const scalar = fc.oneof(text, number, fc.boolean());
const date = fc.constantFrom(...DATES);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 3 });
const some = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { maxLength });

const { json } = fc.letrec<{ json: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof({ weight: 6, arbitrary: scalar }, { weight: 1, arbitrary: fc.constant(null) }),
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: tie('leaf') },
    { weight: 2, arbitrary: some(tie('json')) },
    { weight: 3, arbitrary: record(tie('json')) },
  ),
}));

function record(value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  const entries = fc.uniqueArray(fc.tuple(fc.constantFrom<string>(...KEYS), value), {
    maxLength: 3,
    selector: ([key]) => key,
  });
  return entries.map((pairs) => Object.fromEntries(pairs));
}

const saleDate = fc.oneof(fc.constantFrom(...TEXTS.slice(-7), null), date);
const sale = fc.record(
  {
    destination: fc.oneof(text, some(text, 2)),
    createdAt: saleDate,
    travelAt: saleDate,
    amount: fc.oneof(number, text),
    rooms: some(
      fc.record(
        { beds: number, name: text, since: fc.oneof(saleDate, some(saleDate, 2)) },
        { requiredKeys: [] },
      ),
      2,
    ),
  },
  { requiredKeys: [] },
);
const attributes = fc
  .tuple(record(json), fc.option(fc.oneof(some(sale, 4), sale, json), { nil: undefined }))
  .map(([others, saleDetails]) => (saleDetails === undefined ? others : { ...others, saleDetails }));

export const customerArbitrary: fc.Arbitrary<CustomerInMemory> = fc.record({
  columns: fc.record({
    whatsapp_phone: maybe(fc.constantFrom(...PHONES)),
    display_name: maybe(text),
    email: maybe(text),
    city: maybe(text),
    customer_tier: maybe(text),
    tags: some(text),
    is_active: fc.boolean(),
    subscription: fc.constantFrom('subscribed', 'unsubscribed'),
    marketing_opt_in_at: maybe(date),
    last_inbound_at: maybe(date),
    created_at: date,
  }),
  attributes,
  orders: some(
    fc.record({
      status: fc.constantFrom('pending', 'completed', 'cancelled', 'refunded'),
      total: fc.constantFrom(0, 5, 1000, 49_999.5),
      createdAt: date,
      items: some(fc.record({ sku: fc.constantFrom<string>(...SKUS), name: text }), 2),
    }),
  ),
  campaigns: fc.uniqueArray(
    fc.record({
      campaignId: fc.constantFrom<string>(...CAMPAIGNS),
      deliveredAt: maybe(date),
      readAt: maybe(date),
      respondedAt: maybe(date),
      clickedAt: maybe(date),
    }),
    { maxLength: 3, selector: ({ campaignId }) => campaignId },
  ),
});

const nonEmpty = text.filter((value) => value !== '');
const moment = fc.oneof(
  date,
  fc.constantFrom('now', 'now-1d', 'now+30d', '2025-06-01', '2025-06-14', '2024-01-01'),
);
const duration = fc.constantFrom<unknown>('1d', '30d', { days: 30 }, 45, 'P2D');
const pair = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<[T, T]> => fc.tuple(value, value);
const list = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.array(value, { minLength: 1, maxLength: 4 }) },
    // Long enough to be looked up in another way.
    { weight: 1, arbitrary: value.map((one) => Array.from({ length: 101 }, () => one)) },
  );

export interface Leaf {
  field: string;
  operator: string;
  value?: unknown;
}
type Case = [operators: string[], value: fc.Arbitrary<unknown> | undefined];

const ORDERED = ['gt', 'gte', 'lt', 'lte'];
const PRESENT: Case = [['exists', 'notExists'], undefined];
const DATED: Case[] = [
  [['before', 'after'], moment],
  [['withinLast', 'notWithinLast'], duration],
];
const texts = (value: fc.Arbitrary<unknown>): Case[] => [
  [['eq', 'ne'], value],
  [['in', 'notIn'], list(value)],
];
const matching: Case = [['contains', 'notContains', 'startsWith'], nonEmpty];
const counted: Case[] = [
  [['eq', 'ne', ...ORDERED], fc.constantFrom(0, 1, 2, 5, 1000, '1000.00')],
  [['in', 'notIn'], fc.array(fc.constantFrom(0, 1, 2, 1000), { minLength: 1, maxLength: 3 })],
  [['between'], pair(fc.constantFrom(0, 1, 2, 1000, 50_000))],
];
const dates: Case[] = [PRESENT, ...DATED, [ORDERED, moment], [['between'], pair(moment)]];
const leaf = (fields: fc.Arbitrary<string>, cases: Case[]): fc.Arbitrary<Leaf> =>
  fc
    .tuple(
      fields,
      fc.oneof(
        ...cases.map(([operators, value]) =>
          fc.tuple(fc.constantFrom(...operators), value ?? fc.constant(undefined)),
        ),
      ),
    )
    .map(([field, [operator, value]]) => ({ field, operator, ...(value === undefined ? {} : { value }) }));

const key = fc
  .constantFrom<string>(...KEYS)
  .map((name) => (/^[\p{L}_]+$/u.test(name) ? name : JSON.stringify(name)));
const attributePath = fc.oneof(
  fc.array(key, { minLength: 1, maxLength: 3 }).map((path) => `attributes.${path.join('.')}`),
  fc.constantFrom(
    'saleDetails.destination',
    'attributes.saleDetails.destination',
    'saleDetails.createdAt',
    'saleDetails.amount',
    'saleDetails.rooms.beds',
    'saleDetails.rooms.name',
    'saleDetails',
    'list',
  ),
);
const attributeCases: Case[] = [
  ...texts(scalar),
  matching,
  PRESENT,
  ...DATED,
  [ORDERED, fc.oneof(number, text, moment)],
  [['between'], fc.oneof(pair(number), pair(nonEmpty), pair(moment))],
];

const KINDS: Record<string, fc.Arbitrary<Leaf>> = {
  text: leaf(fc.constantFrom('name', 'email', 'city', 'customerTier', 'subscription', 'display_name'), [
    ...texts(text),
    matching,
    PRESENT,
    [ORDERED, text],
    [['between'], pair(text)],
  ]),
  phone: leaf(fc.constant('phoneNumber'), [
    ...texts(fc.constantFrom(...PHONES)),
    [['contains', 'notContains', 'startsWith'], fc.constantFrom('+91', '+', '38')],
    PRESENT,
  ]),
  set: leaf(fc.constant('tags'), [...texts(text), matching, PRESENT]),
  flag: leaf(fc.constant('isActive'), [[['eq', 'ne'], fc.boolean()], PRESENT]),
  instant: leaf(fc.constantFrom('createdAt', 'lastInboundAt', 'marketingOptInAt'), dates),
  attribute: leaf(attributePath, attributeCases),
  measure: leaf(fc.constantFrom('orders.count', 'orders.total'), counted),
  lastAt: leaf(fc.constant('orders.lastAt'), dates),
  products: leaf(fc.constant('orders.products'), [
    ...texts(fc.oneof(text, fc.constantFrom<string>(...SKUS))),
    [['contains', 'notContains', 'startsWith'], fc.constantFrom('bali', '%', 'X', '日')],
    PRESENT,
  ]),
  event: leaf(
    fc.constantFrom('campaigns.received', 'campaigns.read', 'campaigns.responded', 'campaigns.clicked'),
    [
      ...counted.map(([operators, value]): Case => [operators, value]),
      [['eq', 'ne'], fc.oneof(fc.boolean(), fc.constantFrom(...CAMPAIGNS))],
      [['in', 'notIn'], fc.array(fc.constantFrom(...CAMPAIGNS), { minLength: 1, maxLength: 2 })],
      ...dates,
    ],
  ),
};

const windowed = (condition: fc.Arbitrary<Leaf>): fc.Arbitrary<Leaf> =>
  fc
    .tuple(condition, fc.option(duration, { nil: undefined }))
    .map(([one, window]) => (window === undefined ? one : { ...one, window }));
const denied = <T extends object>(node: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc
    .tuple(node, fc.constantFrom(undefined, undefined, undefined, true, false))
    .map(([one, not]) => (not === undefined ? one : { ...one, not }));

const WEIGHTS: Record<string, number> = { attribute: 8, measure: 3, event: 3 };
const conditionArbitrary = denied(
  fc.oneof(
    ...Object.entries(KINDS).map(([kind, arbitrary]) => ({
      weight: WEIGHTS[kind] ?? 1,
      arbitrary: ['measure', 'lastAt', 'products', 'event'].includes(kind) ? windowed(arbitrary) : arbitrary,
    })),
  ),
);

/**
 * Several conditions on one array, mostly dates close to each other, so that an element must not be confused with its
 * neighbour.
 */
const saleLeaf = denied(
  leaf(fc.constantFrom('saleDetails.createdAt', 'saleDetails.travelAt', 'saleDetails.rooms.since'), [
    [ORDERED, moment],
    [['before', 'after'], moment],
    [['between'], pair(moment)],
    [['withinLast', 'notWithinLast'], duration],
  ]),
);
const saleArbitrary = denied(
  fc.record({
    logic: fc.constant('AND'),
    conditions: fc.array(
      fc.oneof({ weight: 4, arbitrary: saleLeaf }, { weight: 1, arbitrary: conditionArbitrary }),
      {
        minLength: 2,
        maxLength: 4,
      },
    ),
  }),
);

export const segmentArbitrary: fc.Arbitrary<object> = fc.letrec<{ group: object; node: object }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 5, arbitrary: conditionArbitrary },
    { weight: 1, arbitrary: tie('group') },
    { weight: 1, arbitrary: saleArbitrary },
  ),
  group: denied(
    fc.record({
      logic: fc.constantFrom('AND', 'OR'),
      conditions: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
    }),
  ),
})).group;
