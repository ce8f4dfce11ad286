import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { DomainEvents } from '../../../src/events/domain-events.service.js';
import type { EventKind } from '../../../src/events/event-kinds.js';
import { WebhookMessageRetention } from '../../../src/notifications/deliveries/webhook-message-retention.service.js';
import { Clock } from '../../../src/platform/clock/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { execute, sql } from '../../../src/platform/database/sql.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import type { ApiClient } from '../../support/api-client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

interface Call {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  response: ServerResponse;
}

let shared: TestDatabase;
let app: TestApp;
let strict: TestApp;
let sink: http.Server;
let base: string;
let api: ApiClient;
let organizationId: string;
const calls: Call[] = [];
/** What each path answers; by default 204 at once. */
const answers = new Map<string, (call: Call) => void>();

beforeAll(async () => {
  sink = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const call = { path, headers, body: Buffer.concat(chunks).toString(), response };
      calls.push(call);
      const answer = answers.get(path) ?? (({ response: ok }: Call) => ok.writeHead(204).end());
      answer(call);
    });
  });
  await new Promise<void>((ready) => sink.listen(0, '127.0.0.1', ready));
  base = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  shared = await createTestDatabase();
  app = await startTestApp({ database: shared, env: { CLOCK: '2026-03-01T12:00:00Z' } });
  strict = await startTestApp({
    database: shared,
    env: { WEBHOOK_ALLOW_PRIVATE: 'false', ROLE: 'api', CLOCK: '2026-03-01T12:00:00Z' },
  });
});
afterAll(async () => {
  sink.closeAllConnections();
  await Promise.all([app.close(), strict.close()]);
  sink.close();
  await shared.drop();
});
beforeEach(async () => {
  ({ id: organizationId, api } = await newOrganization(app.api));
});

let next = 0;
const newPath = (): string => `/hook/${++next}`;
const status =
  (code: number, headers: Record<string, string> = {}) =>
  ({ response }: Call): void =>
    void response.writeHead(code, headers).end('an answer');
const callsTo = (path: string): Call[] => calls.filter((call) => call.path === path);
const called = (path: string, count = 1): Promise<Call[]> =>
  until(
    () => callsTo(path),
    (some) => some.length >= count,
  );
const advance = (duration: string) => app.api.post('/api/dev/clock', { advance: duration });

async function endpointAt(path: string, kinds = ['order.*']): Promise<{ id: string; secret: string }> {
  const { status: code, body } = await api.post('/api/webhook-endpoints', { url: base + path, kinds });
  expect(code).toBe(201);
  return body;
}

const test = async (id: string): Promise<any> => (await api.post(`/api/webhook-endpoints/${id}/test`)).body;
const deliveryOf = async (id: string): Promise<any> =>
  (await api.get(`/api/webhook-endpoints/deliveries/${id}`)).body;
const settled = (id: string, state: string): Promise<any> =>
  until(
    () => deliveryOf(id),
    (delivery) => delivery.state === state,
  );
const attempted = (id: string, attempts: number): Promise<any> =>
  until(
    () => deliveryOf(id),
    (delivery) =>
      delivery.attempts === attempts && delivery.attemptedAt !== null && delivery.lastError !== null,
  );

async function happen(
  kind: EventKind,
  data: Record<string, unknown>,
  customerId: string | null = null,
  times = 1,
) {
  const events = app.app.get(DomainEvents);
  await until(() => events.wanted(organizationId, kind));
  const about = { organizationId, kind, customerId, data, occurredAt: app.app.get(Clock).now() };
  const news = Array.from({ length: times }, () => ({ ...about, objectId: uuidV7() }));
  await app.app.get(Database).transaction((tx) => events.record(tx, news));
}

describe('an endpoint', () => {
  it('shows its secret once, is listed, changed and deleted, and belongs to one organization', async () => {
    const { id, secret } = await endpointAt(newPath(), ['order.placed', 'order.paid']);
    expect(secret).toMatch(/^whsec_/);
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    const shown = await api.get(`/api/webhook-endpoints/${id}`);
    expect(shown.body).toMatchObject({ state: 'active', kinds: ['order.created', 'order.paid'] });
    expect(JSON.stringify(shown.body)).not.toContain('whsec_');
    const stranger = await newOrganization(app.api);
    expect((await stranger.api.get(`/api/webhook-endpoints/${id}`)).status).toBe(404);
    expect((await stranger.api.delete(`/api/webhook-endpoints/${id}`)).status).toBe(404);
    const changed = await api.put(`/api/webhook-endpoints/${id}`, { description: 'CRM', kinds: ['*'] });
    expect(changed.body).toMatchObject({ description: 'CRM', kinds: ['*'], url: shown.body.url });
    expect((await api.get('/api/webhook-endpoints')).body).toMatchObject({ total: 1, data: [{ id }] });
    expect((await api.delete(`/api/webhook-endpoints/${id}`)).status).toBe(204);
    expect((await api.get(`/api/webhook-endpoints/${id}`)).status).toBe(404);
  });

  it('refuses unknown kinds and fields', async () => {
    const url = `${base}/x`;
    const bad = await api.post('/api/webhook-endpoints', { url, kinds: ['order.created', 'order.sold'] });
    expect(bad).toMatchObject({ status: 400, body: { errors: [{ field: 'kinds.1' }] } });
    expect((await api.post('/api/webhook-endpoints', { url, kinds: [] })).status).toBe(400);
    expect((await api.post('/api/webhook-endpoints', { url, kinds: ['*'], secret: 'x' })).status).toBe(400);
  });

  it('gets only what the caller who directs it may read', async () => {
    const limited = await newOrganization(app.api, ['webhooks:*', 'orders:read']);
    const url = `${base}/limited`;
    const create = (kinds: string[]) => limited.api.post('/api/webhook-endpoints', { url, kinds });
    expect((await create(['customer.created'])).status).toBe(403);
    expect((await create(['*'])).status).toBe(403);
    const { body } = await create(['order.*', 'payment.captured']);
    const kinds = ['order.*', 'customer.*'];
    expect((await limited.api.put(`/api/webhook-endpoints/${body.id}`, { kinds })).status).toBe(403);
  });

  it.each([
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.1.2.3/',
    'https://[fd00::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::a00:1]/',
    'https://localhost/',
    'http://8.8.8.8/',
    'https://8.8.8.8:22/',
    'https://user:secret@8.8.8.8/',
    'ftp://8.8.8.8/',
    'not an address',
  ])('cannot be at %s', async (url) => {
    const answer = await strict.api.post('/api/webhook-endpoints', { url, kinds: ['*'] });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'url' }] } });
    expect(answer.body.type).toMatch(/url_not_allowed$/);
  });

  it('is judged again at every attempt', async () => {
    const { id } = await endpointAt(newPath());
    await execute(
      app.app.get(Database).manager,
      sql`UPDATE webhook_endpoints SET url = 'http://169.254.169.254/' WHERE id = ${id}`,
    );
    const delivery = await test(id);
    const seen = await attempted(delivery.id, 1);
    expect(seen).toMatchObject({ state: 'pending', lastStatus: null });
    expect(seen.lastError).toMatch(/not allowed/);
  });
});

describe('a webhook', () => {
  it('reports an event with a signature that receivers can verify, also while the secret is rotated', async () => {
    const path = newPath();
    const { id, secret } = await endpointAt(path);
    await happen('order.created', { id: 'o1', total: '45000.00' });
    const [first] = await called(path);
    expect(new Webhook(secret).verify(first?.body ?? '', first?.headers as never)).toMatchObject({
      type: 'order.created',
      data: { id: 'o1', total: '45000.00' },
    });
    const rotated = (await api.post(`/api/webhook-endpoints/${id}/rotate-secret`)).body;
    await happen('order.created', { id: 'o2' });
    const [, second] = await called(path, 2);
    for (const each of [secret, rotated.secret as string]) {
      expect(new Webhook(each).verify(second?.body ?? '', second?.headers as never)).toMatchObject({
        data: { id: 'o2' },
      });
    }
    await advance('PT25H');
    await happen('order.created', { id: 'o3' });
    const [, , third] = await called(path, 3);
    expect(() => new Webhook(secret).verify(third?.body ?? '', third?.headers as never)).toThrow();
    expect(Number(third?.headers['webhook-timestamp'])).toBeCloseTo(Date.now() / 1_000, -2);
  });

  it('goes to those endpoints that take the event, as one message', async () => {
    const [orders, paid, other] = [newPath(), newPath(), newPath()];
    await endpointAt(orders, ['order.*']);
    await endpointAt(paid, ['order.paid']);
    await endpointAt(other, ['customer.*']);
    await happen('order.created', { id: 'o1' });
    await happen('payment.captured', { id: 'p1', paysUp: false });
    await happen('payment.captured', { id: 'p2', paysUp: true });
    await happen('customer.created', { id: 'c1' });
    await Promise.all([called(orders), called(paid), called(other)]);
    expect(callsTo(orders).map(({ body }) => JSON.parse(body).data.id)).toEqual(['o1']);
    expect(callsTo(paid).map(({ body }) => JSON.parse(body).data.id)).toEqual(['p2']);
    expect(callsTo(other).map(({ body }) => JSON.parse(body).data.id)).toEqual(['c1']);
  });

  it('reaches an endpoint that was down, with one id and one body', async () => {
    const path = newPath();
    answers.set(path, status(500));
    const { id } = await endpointAt(path);
    await happen('order.created', { id: 'o1', z: 1, a: { longer: 2, b: 3 } });
    await called(path);
    const list = (): Promise<any> => api.get(`/api/webhook-endpoints/${id}/deliveries?state=pending`);
    const [delivery] = await until(
      async () => (await list()).body.data,
      (data) => data[0]?.attemptedAt !== null && data.length === 1,
    );
    expect(delivery).toMatchObject({
      attempts: 1,
      lastStatus: 500,
      response: 'an answer',
      kind: 'order.created',
    });
    await advance('PT6S');
    await attempted(delivery.id, 2);
    answers.set(path, status(302, { location: `${base}/elsewhere` }));
    await advance('PT6M');
    const third = await until(
      () => deliveryOf(delivery.id),
      (one) => one.lastStatus === 302,
    );
    expect(third.lastError).toMatch(/redirect/);
    expect(callsTo('/elsewhere')).toEqual([]);
    answers.delete(path);
    await advance('PT40M');
    await settled(delivery.id, 'delivered');
    expect((await api.get(`/api/webhook-endpoints/${id}`)).body.failingSince).toBeNull();
    const sent = callsTo(path);
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    expect(new Set(sent.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery.messageId]));
  });

  it('is sent again with the same id when the process dies between sending and noting', async () => {
    const path = newPath();
    const held: Call[] = [];
    answers.set(path, (call) => void held.push(call));
    const { id } = await endpointAt(path);
    const delivery = await test(id);
    await called(path);
    // What a dead process leaves behind: a lease that ends.
    await execute(
      app.app.get(Database).manager,
      sql`UPDATE webhook_deliveries SET lease_until = clock_timestamp() - interval '1 second' WHERE id = ${delivery.id}`,
    );
    const [first, second] = await called(path, 2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toBe(first?.body);
    held[1]?.response.writeHead(200).end();
    await settled(delivery.id, 'delivered');
    // The late answer of the first changes nothing.
    held[0]?.response.writeHead(500).end();
    expect(await deliveryOf(delivery.id)).toMatchObject({ state: 'delivered', attempts: 2, lastStatus: 200 });
  });

  it('to a slow endpoint holds up no other: five are in flight, the rest waits', async () => {
    const [slow, fast] = [newPath(), newPath()];
    const held: Call[] = [];
    answers.set(slow, (call) => void held.push(call));
    const slowly = await endpointAt(slow);
    const quickly = await endpointAt(fast);
    for (let n = 0; n < 12; n++) await test(slowly.id);
    await called(slow, 5);
    const quick = await Promise.all(Array.from({ length: 20 }, () => test(quickly.id)));
    await called(fast, 20);
    for (const { id } of quick) await settled(id, 'delivered');
    expect(held).toHaveLength(5);
    answers.delete(slow);
    for (const { response } of held) response.writeHead(204).end();
    await called(slow, 12);
  });

  it('to forty slow endpoints of one organization leaves places for the others', async () => {
    const slow = Array.from({ length: 40 }, newPath);
    const held: Call[] = [];
    for (const path of slow) answers.set(path, (call) => void held.push(call));
    const kinds = ['order.*'];
    const create = (url: string, from = api) =>
      from.post('/api/webhook-endpoints', { url: base + url, kinds });
    await Promise.all(slow.map((path) => create(path)));
    const neighbour = await newOrganization(app.api);
    const path = newPath();
    await create(path, neighbour.api);
    for (let n = 0; n < 5; n++) await happen('order.created', { n });
    await until(() => held.length >= 50);
    organizationId = neighbour.id;
    await happen('order.created', { n: 99 });
    await called(path);
    expect(held.length).toBe(50);
    // Each place that becomes free is taken, and in the end all have arrived.
    for (const one of slow) answers.delete(one);
    for (const { response } of held) response.writeHead(204).end();
    await until(() => slow.every((one) => callsTo(one).length === 5), Boolean, { within: 25_000 });
  });

  it('takes the next free place of its organization before slow endpoints that have places', async () => {
    const slow = Array.from({ length: 10 }, newPath);
    const held: Call[] = [];
    for (const path of slow) answers.set(path, (call) => void held.push(call));
    await Promise.all(slow.map((path) => endpointAt(path)));
    await happen('order.created', {}, null, 8);
    await until(() => held.length >= 50);
    const fast = newPath();
    await test((await endpointAt(fast)).id);
    held[0]?.response.writeHead(204).end();
    await called(fast);
    for (const path of slow) answers.delete(path);
    for (const { response } of held.slice(1)) response.writeHead(204).end();
  });

  it('finds places however many endpoints of its organization fail', async () => {
    const failing = Array.from({ length: 10 }, newPath);
    const held: Call[] = [];
    for (const path of failing) answers.set(path, (call) => void held.push(call));
    await Promise.all(failing.map((path) => endpointAt(path)));
    await execute(
      app.app.get(Database).manager,
      sql`UPDATE webhook_endpoints SET failing_since = '2026-03-01T12:00:00Z' WHERE organization_id = ${organizationId}`,
    );
    await happen('order.created', {}, null, 5);
    await until(() => held.length >= 25);
    const working = newPath();
    const { id } = await endpointAt(working);
    for (let n = 0; n < 5; n++) await test(id);
    await called(working, 5);
    expect(held).toHaveLength(25);
    for (const path of failing) answers.delete(path);
    for (const { response } of held) response.writeHead(204).end();
  });

  it('that is too large for a message names what can be read instead', async () => {
    const path = newPath();
    await endpointAt(path);
    const customerId = uuidV7();
    await happen('order.created', { note: 'x'.repeat(70_000) }, customerId);
    const [call] = await called(path);
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      type: 'order.created',
      data: { customerId, isTooLarge: true },
    });
  });

  it('takes no more than the beginning of a long answer, which is a success all the same', async () => {
    const path = newPath();
    answers.set(path, ({ response }) => void response.writeHead(200).end('y'.repeat(500_000)));
    const { id } = await endpointAt(path);
    const { response, lastStatus } = await settled((await test(id)).id, 'delivered');
    expect(lastStatus).toBe(200);
    expect(response).toMatch(/^y{1000}$/);
  });
});

describe('an endpoint that does not answer', () => {
  it('is disabled by 410, people are told, and enabling it sends what waited', async () => {
    const path = newPath();
    answers.set(path, status(410));
    const { id } = await endpointAt(path);
    await test(id);
    const disabled = await until(
      async () => (await api.get(`/api/webhook-endpoints/${id}`)).body,
      (endpoint) => endpoint.state === 'disabled',
    );
    expect(disabled.disabledReason).toMatch(/410/);
    const { body: notices } = await api.get('/api/notifications?unread=true');
    expect(notices).toMatchObject({
      total: 1,
      data: [{ kind: 'webhook_endpoint_disabled', objectId: id, isRead: false }],
    });
    const read = await api.post(`/api/notifications/${notices.data[0].id}/read`);
    expect(read).toMatchObject({ status: 200, body: { isRead: true } });
    expect((await api.get('/api/notifications?unread=true')).body.total).toBe(0);
    expect((await api.get('/api/notifications')).body.total).toBe(1);
    const stranger = await newOrganization(app.api);
    expect((await stranger.api.post(`/api/notifications/${notices.data[0].id}/read`)).status).toBe(404);
    for (const [route, body] of [
      ['test', undefined],
      ['replay', { failed: true }],
    ] as const) {
      expect((await api.post(`/api/webhook-endpoints/${id}/${route}`, body)).status).toBe(409);
    }
    answers.delete(path);
    expect((await api.post(`/api/webhook-endpoints/${id}/enable`)).body.state).toBe('active');
    await advance('PT10S');
    await called(path, 2);
  });

  it('is disabled after five days of failures', async () => {
    const path = newPath();
    answers.set(path, status(503));
    const { id } = await endpointAt(path);
    const first = await test(id);
    await attempted(first.id, 1);
    await advance('PT121H');
    await until(
      async () => (await api.get(`/api/webhook-endpoints/${id}`)).body,
      (endpoint) => endpoint.state === 'disabled' && /5 days/.test(endpoint.disabledReason),
    );
  });

  it('gets what was given up, one message, or everything since a time again, with the old ids', async () => {
    const path = newPath();
    const { id } = await endpointAt(path);
    const startedAt = app.app.get(Clock).now().toISOString();
    await happen('order.created', { id: 'o1' });
    await happen('order.created', { id: 'o2' });
    await called(path, 2);
    const replay = (body: object) => api.post(`/api/webhook-endpoints/${id}/replay`, body);
    const [one] = callsTo(path);
    const messageId = String(one?.headers['webhook-id']);
    const delivered = (): Promise<any> =>
      until(
        async () => (await api.get(`/api/webhook-endpoints/${id}/deliveries?state=delivered`)).body,
        ({ total }) => total === 2,
      );
    await delivered();
    expect((await replay({ messageId })).body).toEqual({ replayed: 1 });
    await called(path, 3);
    await delivered();
    expect((await replay({ since: startedAt })).body).toEqual({ replayed: 2 });
    await called(path, 5);
    await delivered();
    await execute(
      app.app.get(Database).manager,
      sql`UPDATE webhook_deliveries SET state = 'failed' WHERE message_id = ${messageId}`,
    );
    expect((await replay({ failed: true })).body).toEqual({ replayed: 1 });
    await called(path, 6);
    expect(new Set(callsTo(path).map(({ headers }) => headers['webhook-id'])).size).toBe(2);
    expect((await replay({})).status).toBe(400);
    expect((await replay({ failed: true, messageId })).status).toBe(400);
  });
});

it('tells what callers do to customers', async () => {
  const path = newPath();
  await endpointAt(path, ['customer.*']);
  const events = app.app.get(DomainEvents);
  await until(() => events.wanted(organizationId, 'customer.created'));
  const { body } = await api.post('/api/whatsapp/customers', {
    phoneNumber: '+4915112345678',
    name: 'Asha',
    tags: ['vip'],
  });
  await api.put(`/api/whatsapp/customers/${body.id}`, { tags: ['gold'] });
  await api.post(`/api/whatsapp/customers/${body.id}/opt-out`, {});
  await api.post(`/api/whatsapp/customers/${body.id}/opt-out`, {});
  await api.post(`/api/whatsapp/customers/${body.id}/opt-in`, {});
  await called(path, 6);
  const told = callsTo(path).map((call) => JSON.parse(call.body));
  expect(told.map(({ type }) => type).sort()).toEqual([
    'customer.created',
    'customer.opted_in',
    'customer.opted_out',
    'customer.tag_added',
    'customer.tag_removed',
    'customer.updated',
  ]);
  const of = (type: string): any => told.find((one) => one.type === type).data;
  expect(of('customer.created')).toMatchObject({ id: body.id, phoneNumber: '+4915112345678', name: 'Asha' });
  expect(of('customer.tag_added').tag).toBe('gold');
  expect(of('customer.tag_removed').tag).toBe('vip');
});

it('messages are kept for 30 days and emptied when their person is erased', async () => {
  const path = newPath();
  const { id } = await endpointAt(path);
  const customerId = uuidV7();
  await happen('order.created', { id: 'o1', name: 'Asha' }, customerId);
  await called(path);
  const list = async (): Promise<any> => (await api.get(`/api/webhook-endpoints/${id}/deliveries`)).body;
  const [delivery] = (await list()).data;
  expect((await deliveryOf(delivery.id)).body.data).toEqual({ id: 'o1', name: 'Asha' });
  await app.app
    .get(Database)
    .transaction((tx) => app.app.get(DomainEvents).forget(tx, organizationId, customerId));
  expect((await deliveryOf(delivery.id)).body.data).toEqual({});
  await advance('P31D');
  await app.app.get(WebhookMessageRetention).purge();
  expect((await list()).total).toBe(0);
});
