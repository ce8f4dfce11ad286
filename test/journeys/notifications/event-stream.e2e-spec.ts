import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { EntityManager } from 'typeorm';
import { DomainEvents } from '../../../src/events/domain-events.service.js';
import type { EventKind } from '../../../src/events/event-kinds.js';
import { Clock } from '../../../src/platform/clock/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import type { ApiClient } from '../../support/api-client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { openStream, type OpenStream } from '../../support/event-stream.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let shared: TestDatabase;
let one: TestApp;
let other: TestApp;
let api: ApiClient;
let organizationId: string;
const open: OpenStream[] = [];

beforeAll(async () => {
  shared = await createTestDatabase();
  const env = { CLOCK: '2026-03-01T12:00:00Z' };
  one = await startTestApp({ database: shared, env });
  other = await startTestApp({ database: shared, env });
});
afterAll(async () => {
  await Promise.all([one.close(), other.close()]);
  await shared.drop();
});
beforeEach(async () => {
  ({ id: organizationId, api } = await newOrganization(one.api));
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.kill();
});

const newKey = async (scopes = ['*'], from = api): Promise<{ id: string; key: string }> =>
  (await from.post('/api/keys', { name: 'k', scopes })).body;

async function stream(
  key: string,
  options: { query?: string; lastEventId?: string | undefined } = {},
  app = one,
): Promise<OpenStream> {
  const opened = await openStream(app.url, key, options);
  open.push(opened);
  return opened;
}

const wanted = (kind: EventKind, organization = organizationId): Promise<boolean> =>
  until(() => [one, other].every(({ app }) => app.get(DomainEvents).wanted(organization, kind)));

async function happen(
  n: number,
  {
    kind = 'order.created',
    customerId = null,
    organization = organizationId,
    app = one,
    hold = Promise.resolve(),
  }: {
    kind?: EventKind;
    customerId?: string | null;
    organization?: string;
    app?: TestApp;
    hold?: Promise<void>;
  } = {},
): Promise<void> {
  const occurredAt = app.app.get(Clock).now();
  const about = { organizationId: organization, customerId, objectId: uuidV7(), occurredAt };
  await app.app.get(Database).transaction(async (tx) => {
    await app.app.get(DomainEvents).record(tx, [{ ...about, kind, data: { n } }]);
    await hold;
  });
}

const numbers = (...streams: OpenStream[]): number[] =>
  streams.flatMap((each) => each.events().map(({ data }) => data.data.n as number));

it('tells what happens, in the form of webhooks, and tells proxies to pass it on', async () => {
  const { key } = await newKey();
  const opened = await stream(key, { query: '?topics=order' });
  expect(opened.status).toBe(200);
  expect(opened.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
    'cache-control': 'no-store, no-transform',
  });
  await wanted('order.created');
  await happen(1);
  const [event] = await until(
    () => opened.events(),
    (events) => events.length === 1,
  );
  expect(event?.data).toEqual({
    type: 'order.created',
    timestamp: expect.stringMatching(/^2026-03-01T12:/),
    data: { n: 1 },
  });
  expect(opened.all()[0]).toMatchObject({ name: 'ready', data: { now: expect.any(String) } });
});

it('resumes without a gap and without a double, however often the connection is killed', async () => {
  const { key } = await newKey();
  const query = '?kinds=order.created';
  const streams = [await stream(key, { query })];
  await wanted('order.created');
  const writing = (async () => {
    for (let n = 0; n < 120; n += 4) {
      await Promise.all([0, 1, 2, 3].map((more) => happen(n + more, { app: more % 2 === 0 ? one : other })));
    }
  })();
  // A client that dies at any point: in the middle of a page, or before it has read a word.
  let lastEventId: string | undefined;
  for (const atLeast of [5, 20, 20, 45, 80]) {
    await until(() => numbers(...streams).length >= atLeast);
    const last = streams.at(-1);
    last?.kill();
    lastEventId = last?.lastId() ?? lastEventId;
    streams.push(await stream(key, { query, lastEventId }, streams.length % 2 === 0 ? one : other));
  }
  await writing;
  await until(() => numbers(...streams).length >= 120);
  // What comes now is the proof that nothing comes twice: events come in order.
  await happen(999);
  await until(() => numbers(...streams).includes(999));
  expect(numbers(...streams).sort((a, b) => a - b)).toEqual([...Array(120).keys(), 999]);
});

it('misses no transaction that commits late, also across a resume', async () => {
  const { key } = await newKey();
  const first = await stream(key, { query: '?topics=order' });
  await wanted('order.created');
  await happen(1);
  await until(() => numbers(first).length === 1);
  let commit: () => void = () => undefined;
  const late = happen(2, { hold: new Promise<void>((resolve) => (commit = resolve)) });
  await until(async () => {
    const [row] = await one.app.get(Database).manager.query<{ open: number }[]>(
      `SELECT count(*)::int AS open FROM pg_locks WHERE relation = 'domain_events'::regclass AND mode = 'RowExclusiveLock'
            AND pid <> pg_backend_pid()`,
    );
    return (row?.open ?? 0) > 0;
  });
  await happen(3);
  first.kill();
  const second = await stream(key, { query: '?topics=order', lastEventId: first.lastId() });
  commit();
  await late;
  await happen(4);
  await until(() => numbers(second).includes(4));
  expect(numbers(first, second)).toEqual([1, 2, 3, 4]);
});

it('keeps the order of the events of a person', async () => {
  const { key } = await newKey();
  const opened = await stream(key, { query: '?topics=customer' });
  await wanted('customer.updated');
  const people = [uuidV7(), uuidV7(), uuidV7()];
  await Promise.all(
    people.map(async (customerId, place) => {
      for (let n = 0; n < 15; n++) {
        await happen(place * 100 + n, {
          kind: 'customer.updated',
          customerId,
          app: n % 2 === 0 ? one : other,
        });
      }
    }),
  );
  await until(() => numbers(opened).length === 45);
  for (const place of [0, 1, 2]) {
    const own = numbers(opened).filter((n) => Math.floor(n / 100) === place);
    expect(own).toEqual(Array.from({ length: 15 }, (_, n) => place * 100 + n));
  }
});

it('never shows the events of another organization', async () => {
  const there = await newOrganization(one.api);
  const [here, elsewhere] = [
    await stream((await newKey()).key, { query: '?kinds=*' }),
    await stream((await newKey(['*'], there.api)).key, { query: '?kinds=*' }),
  ];
  await wanted('order.created');
  await wanted('order.created', there.id);
  await Promise.all([1, 2, 3].map((n) => happen(n)));
  await Promise.all([11, 12, 13].map((n) => happen(n, { organization: there.id })));
  await until(() => numbers(here).length >= 3 && numbers(elsewhere).length >= 3);
  // With the place of another organization one reads one's own all the same.
  const lost = await stream((await newKey()).key, { query: '?kinds=*', lastEventId: elsewhere.all()[0]?.id });
  await happen(4);
  await until(() => numbers(lost).includes(4) && numbers(here).includes(4));
  expect(numbers(here).sort()).toEqual([1, 2, 3, 4]);
  expect(numbers(elsewhere).sort()).toEqual([11, 12, 13]);
  expect(numbers(lost).filter((n) => n > 10)).toEqual([]);
});

it('ends for good when its key is revoked, and others go on', async () => {
  const [ending, going] = [await newKey(), await newKey()];
  const [first, second] = [await stream(ending.key), await stream(going.key)];
  await api.delete(`/api/keys/${ending.id}`);
  await until(() => first.isOver(), Boolean, { within: 20_000 });
  expect(first.all().at(-1)).toMatchObject({ name: 'end' });
  expect(second.isOver()).toBe(false);
  expect((await stream(ending.key)).status).toBe(401);
});

it('has no more streams for a key than the streams of campaigns', async () => {
  const { key } = await newKey();
  const streams = await Promise.all(Array.from({ length: 22 }, () => stream(key)));
  expect(streams.filter(({ status }) => status === 200)).toHaveLength(20);
  expect(streams.find(({ status }) => status === 429)?.headers['retry-after']).toBe('30');
});

it('shows what the scopes allow, and refuses what is asked for beyond them', async () => {
  const { key } = await newKey(['orders:read']);
  expect((await stream(key, { query: '?topics=order,customer' })).status).toBe(403);
  expect((await stream(key, { query: '?kinds=*' })).status).toBe(403);
  // Every key reads the notifications.
  expect((await stream((await newKey(['events:write'])).key, { query: '?topics=import' })).status).toBe(403);
  expect((await stream((await newKey(['events:write'])).key, { query: '?topics=need' })).status).toBe(200);
  const all = await stream((await newKey()).key);
  const orders = await stream(key);
  await wanted('order.created');
  await wanted('customer.updated');
  await happen(1, { kind: 'customer.updated', customerId: uuidV7() });
  await happen(2);
  await until(() => numbers(all).length === 2 && numbers(orders).length >= 1);
  expect(numbers(orders)).toEqual([2]);
});

it('refuses words that it does not know', async () => {
  const asked = await Promise.all(
    ['topics=orders', 'kinds=order.sold', 'topics=', 'kinds=a b', 'topic=order'].map((query) =>
      api.get(`/api/events/stream?${query}`),
    ),
  );
  expect(asked.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
});

it('tells a client whose place is too old, or none, that it has missed something', async () => {
  const { key } = await newKey();
  for (const lastEventId of [
    'nonsense',
    '1-2-3',
    `${'9'.repeat(19)}-1-${Date.UTC(2026, 2, 1, 12).toString(36)}`,
  ]) {
    const opened = await stream(key, { lastEventId });
    await until(() => opened.all().length === 2);
    expect(opened.all().map(({ name }) => name)).toEqual(['gap', 'ready']);
  }
  // A place of long ago with the time of now: the events after it tell how old it is.
  await one.app.get(Database).manager.query(
    `INSERT INTO domain_events (organization_id, kind, data, occurred_at, recorded_at)
     VALUES ($1, 'order.created', '{}', $2, $2)`,
    [organizationId, '2026-02-27T12:00:00Z'],
  );
  const forged = await stream(key, { lastEventId: `3-0-${Date.UTC(2026, 2, 1, 12).toString(36)}` });
  await until(() => forged.all().length === 2);
  expect(forged.all().map(({ name }) => name)).toEqual(['gap', 'ready']);
  const first = await stream(key);
  await until(() => first.lastId() !== undefined);
  const fresh = await stream(key, { lastEventId: first.lastId() });
  await until(() => fresh.all().length > 0);
  expect(fresh.all().map(({ name }) => name)).toEqual(['ready']);
});

it('reads for all streams of a process with one statement at a time', async () => {
  const there = await newOrganization(one.api);
  const keys = [(await newKey()).key, (await newKey(['*'], there.api)).key];
  const query = jest.spyOn(EntityManager.prototype, 'query');
  const looks = (): number => query.mock.calls.filter(([text]) => text.includes('WITH horizon')).length;
  try {
    for (const key of keys) await Promise.all(Array.from({ length: 15 }, () => stream(key)));
    const [before, since] = [looks(), performance.now()];
    await until(() => looks() >= before + 4);
    expect(looks() - before).toBeLessThanOrEqual((performance.now() - since) / 300 + 1);
  } finally {
    query.mockRestore();
  }
});
