import http, { type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { DomainEvents } from '../../../src/events/domain-events.service.js';
import { EventRetention } from '../../../src/events/event-retention.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import type { ApiClient } from '../../support/api-client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let shared: TestDatabase;
let one: TestApp;
let other: TestApp;
let sink: http.Server;
let base: string;
let api: ApiClient;
let organizationId: string;
const calls: { path: string; headers: IncomingHttpHeaders; body: any }[] = [];

beforeAll(async () => {
  sink = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      calls.push({ path, headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((ready) => sink.listen(0, '127.0.0.1', ready));
  base = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  shared = await createTestDatabase();
  const env = { CLOCK: '2026-03-01T12:00:00Z' };
  one = await startTestApp({ database: shared, env });
  other = await startTestApp({ database: shared, env });
});
afterAll(async () => {
  sink.closeAllConnections();
  await Promise.all([one.close(), other.close()]);
  sink.close();
  await shared.drop();
});
beforeEach(async () => {
  ({ id: organizationId, api } = await newOrganization(one.api));
});

let next = 1;
const somebody = (): string => `+4915300${String(next++).padStart(6, '0')}`;
const toldOf = (path: string): any[] => calls.filter((call) => call.path === path).map(({ body }) => body);

/** An address that hears of the custom events of the organization. */
async function listen(kinds = ['custom.*']): Promise<string> {
  const path = `/${uuidV7()}`;
  await api.post('/api/webhook-endpoints', { url: base + path, kinds });
  await until(() =>
    [one, other].every(({ app }) => app.get(DomainEvents).wanted(organizationId, 'custom.trip_ended')),
  );
  return path;
}

const stored = (): Promise<{ kind: string; customerId: string; data: any }[]> =>
  one.app
    .get(Database)
    .manager.query(
      `SELECT kind, customer_id AS "customerId", data FROM domain_events WHERE organization_id = $1 ORDER BY seq`,
      [organizationId],
    );
const eventFor = (phoneNumber: string, more: object = {}): object => ({
  ...{ id: uuidV7(), name: 'trip_ended', customer: { phoneNumber }, data: { destination: 'Bali' } },
  ...more,
});

it('has one effect in ten copies, whichever process takes them and whenever they come', async () => {
  const path = await listen();
  const event = eventFor(somebody(), { id: 'trip-4711' });
  expect((await api.withKey(undefined).post('/api/events', event)).status).toBe(401);
  const { key } = (await api.post('/api/keys', { name: 'k', scopes: ['*'] })).body;
  const elsewhere = other.api.withKey(key);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, copy) => (copy % 2 === 0 ? api : elsewhere).post('/api/events', event)),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
  expect(answers.reduce((sum, { body }) => sum + Number(body.recorded), 0)).toBe(1);
  expect(answers.reduce((sum, { body }) => sum + Number(body.duplicates), 0)).toBe(9);
  const [told] = await until(
    () => toldOf(path),
    (some) => some.length > 0,
  );
  expect(told).toMatchObject({ type: 'custom.trip_ended', data: { destination: 'Bali' } });
  await api.post('/api/events', eventFor(somebody(), { name: 'later' }));
  await until(() => toldOf(path).some(({ type }) => type === 'custom.later'));
  expect(toldOf(path)).toHaveLength(2);
  expect(await stored()).toHaveLength(2);
});

it('takes of a list what is right, in its order, and says what is wrong', async () => {
  await listen();
  const { id: known } = (await api.post('/api/whatsapp/customers', { phoneNumber: somebody() })).body;
  const { api: there } = await newOrganization(one.api);
  const stranger = (await there.post('/api/whatsapp/customers', { phoneNumber: somebody() })).body.id;
  const about = (customer: object, more: object = {}): object => eventFor('', { customer, ...more });
  const now = Date.parse((await one.api.get('/api/dev/clock')).body.now);
  const at = (seconds: number): string => new Date(now + seconds * 1_000).toISOString();
  const answer = await api.post('/api/events', [
    about({ id: known }, { id: 'a', data: { n: 1 } }),
    about({ id: stranger }, { id: 'b' }),
    about({ phoneNumber: '12' }, { id: 'c' }),
    about({ id: known }, { id: 'd', occurredAt: at(-8 * 86_400) }),
    about({ id: known }, { id: 'e', occurredAt: at(3_600) }),
    about({ id: known, phoneNumber: '+4915300999999' }, { id: 'f' }),
    about({}, { id: 'g' }),
    about({ id: known }, { id: 'h', data: { text: 'x'.repeat(17_000) } }),
    about({ id: known }, { id: 'i', data: { n: 2 }, occurredAt: at(-6 * 86_400) }),
    about({ id: known }, { id: 'i', data: { n: 3 } }),
    about({ whatsappUserId: 'IN.123' }, { id: 'j', data: { n: 4 } }),
  ]);
  expect(answer.status).toBe(202);
  expect(answer.body).toMatchObject({ recorded: 3, duplicates: 1 });
  expect(answer.body.invalid.map(({ index, id, code }: any) => [index, id, code])).toEqual([
    [1, 'b', 'person_unknown'],
    [2, 'c', 'bad_phone_number'],
    [3, 'd', 'event_too_old'],
    [4, 'e', 'event_in_the_future'],
    [5, 'f', 'person_unclear'],
    [6, 'g', 'person_unclear'],
    [7, 'h', 'data_too_large'],
  ]);
  const rows = await stored();
  expect(rows.map(({ data }) => data.n)).toEqual([1, 2, 4]);
  expect(rows.slice(0, 2).map(({ customerId }) => customerId)).toEqual([known, known]);
  // What was wrong may be put right under the same id.
  expect((await api.post('/api/events', about({ id: known }, { id: 'b' }))).body.recorded).toBe(1);
});

it('makes a customer of an unknown number, without an opt-in, and none of a repeated event', async () => {
  await listen();
  const phone = somebody();
  const event = eventFor(phone);
  await Promise.all(
    [one, other].flatMap(() => [api.post('/api/events', event), api.post('/api/events', event)]),
  );
  const find = async (): Promise<any[]> =>
    (await api.get(`/api/whatsapp/customers?search=${phone.slice(1)}`)).body.data;
  const [customer] = await find();
  expect(customer).toMatchObject({ phoneNumber: phone, marketingOptInAt: null });
  expect(await stored()).toMatchObject([{ customerId: customer.id }]);
  expect((await api.delete(`/api/whatsapp/customers/${customer.id}`)).status).toBe(204);
  expect((await api.post('/api/events', event)).body).toMatchObject({ recorded: 0, duplicates: 1 });
  expect(await find()).toEqual([]);
});

it('of one person keep their order over many requests', async () => {
  const path = await listen();
  const phone = somebody();
  for (let n = 0; n < 10; n++) await api.post('/api/events', eventFor(phone, { data: { n } }));
  expect((await stored()).map(({ data }) => data.n)).toEqual([...Array(10).keys()]);
  await until(() => toldOf(path).length === 10);
});

it('refuses what describes no event, too many of them, and callers without the scope', async () => {
  const { api: limited } = await newOrganization(one.api, ['customers:*', 'webhooks:*']);
  expect((await limited.post('/api/events', eventFor(somebody()))).status).toBe(403);
  const bad = [
    ...[{}, [], 'x', null, [null], [[]], eventFor(somebody(), { name: 'Trip Ended' })],
    ...[eventFor(somebody(), { id: '' }), eventFor(somebody(), { kind: 'order.created' })],
    ...[eventFor(somebody(), { name: 'a'.repeat(34) }), eventFor(somebody(), { data: [] })],
    ...[eventFor(somebody(), { occurredAt: 'yesterday' }), eventFor(somebody(), { customer: { name: 'x' } })],
    Array.from({ length: 1_001 }, () => eventFor(somebody())),
  ];
  const statuses = await Promise.all(bad.map(async (body) => (await api.post('/api/events', body)).status));
  expect(statuses).toEqual(bad.map(() => 400));
  const old = await api.post('/api/events', eventFor(somebody(), { occurredAt: '2026-01-01T00:00:00Z' }));
  expect(old).toMatchObject({ status: 422, body: { type: expect.stringMatching(/event_too_old$/) } });
  const unknown = await api.post('/api/events', eventFor('', { customer: { id: uuidV7() } }));
  expect(unknown).toMatchObject({ status: 422, body: { type: expect.stringMatching(/person_unknown$/) } });
  const nested = JSON.parse('{"a":'.repeat(3_000) + '1' + '}'.repeat(3_000)) as object;
  expect((await api.post('/api/events', eventFor(somebody(), { data: nested }))).status).toBe(400);
});

it('bounds how many events an organization records in a minute, and forgets their ids after eight days', async () => {
  const { manager } = one.app.get(Database);
  await manager.query(
    `INSERT INTO custom_event_ids SELECT $1, decode(md5(n::text), 'hex'), '2026-03-01T12:00:00Z'::timestamptz
       FROM generate_series(1, 6000) n`,
    [organizationId],
  );
  const phone = somebody();
  const refused = await api.post('/api/events', eventFor(phone, { id: 'one-more' }));
  expect(refused).toMatchObject({ status: 429, body: { type: expect.stringMatching(/event_rate$/) } });
  expect(refused.headers.get('retry-after')).toBe('60');
  const { api: there } = await newOrganization(one.api);
  expect((await there.post('/api/events', eventFor(phone))).status).toBe(202);
  await one.api.post('/api/dev/clock', { advance: 'PT2M' });
  expect((await api.post('/api/events', eventFor(phone, { id: 'one-more' }))).body.recorded).toBe(1);
  await one.api.post('/api/dev/clock', { advance: 'P7D' });
  await one.app.get(EventRetention).purge();
  expect(await manager.query(`SELECT 1 FROM custom_event_ids LIMIT 1`)).toHaveLength(1);
  await one.api.post('/api/dev/clock', { advance: 'PT25H' });
  await one.app.get(EventRetention).purge();
  expect(await manager.query(`SELECT 1 FROM custom_event_ids`)).toEqual([]);
});
