import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Idempotency } from '../../../src/platform/idempotency/idempotency.service.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { Database } from '../../../src/platform/database/database.js';

let app: TestApp;
let db: Database;
beforeAll(async () => {
  app = await startTestApp();
  db = app.app.get(Database);
});
afterAll(async () => {
  await app.close();
});

let number = 0;
const freshKey = (): Record<string, string> => ({ 'idempotency-key': `key-${number++}` });
const keysIn = async (api: TestApp['api']): Promise<number> => (await api.get('/api/keys')).body.total;
const WANTED = { name: 'once', scopes: ['orders:read'] };

describe('Idempotency-Key', () => {
  it('carries a request out once and answers alike, byte for byte', async () => {
    const { api } = await newOrganization(app.api);
    const headers = freshKey();
    const first = await api.post('/api/keys', WANTED, { headers });
    const second = await api.post('/api/keys', WANTED, { headers });
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await keysIn(api)).toBe(2);
  });

  it('lets one of ten simultaneous requests through', async () => {
    const { api } = await newOrganization(app.api);
    const headers = freshKey();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => api.post('/api/keys', WANTED, { headers })),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    const made = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id as string));
    expect(made.size).toBe(1);
    expect(await keysIn(api)).toBe(2);
  });

  it('refuses the same key for another request', async () => {
    const headers = freshKey();
    await app.api.post('/api/organizations', { name: 'a' }, { headers });
    expect((await app.api.post('/api/organizations', { name: 'b' }, { headers })).status).toBe(422);
    expect((await app.api.post('/api/keys', WANTED, { headers })).status).toBe(422);
  });

  it('remembers refusals of the request itself too', async () => {
    const headers = freshKey();
    const first = await app.api.post('/api/organizations', { name: '' }, { headers });
    const second = await app.api.post('/api/organizations', { name: '' }, { headers });
    expect([first.status, second.status]).toEqual([400, 400]);
    expect(second.body).toEqual(first.body);
  });

  it('keeps organizations apart', async () => {
    const [one, other] = await Promise.all([newOrganization(app.api), newOrganization(app.api)]);
    const headers = freshKey();
    const first = await one.api.post('/api/keys', WANTED, { headers });
    const second = await other.api.post('/api/keys', WANTED, { headers });
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('does not keep a new key readable', async () => {
    const headers = freshKey();
    const { body } = await app.api.post('/api/keys', WANTED, { headers });
    const rows = await db.manager.query<object[]>('SELECT * FROM idempotency_keys');
    expect(JSON.stringify(rows)).not.toContain(body.key);
  });

  it.each(['', ' ', 'ä', 'x'.repeat(256)])('refuses the key "%s"', async (key) => {
    const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') };
    const { status } = await app.api.post('/api/organizations', { name: 'x' }, { headers });
    expect(status).toBe(400);
  });

  it('forgets after a day', async () => {
    const headers = freshKey();
    const first = await app.api.post('/api/organizations', { name: 'daily' }, { headers });
    await db.manager.query(`UPDATE idempotency_keys SET expires_at = created_at WHERE key = $1`, [
      headers['idempotency-key'],
    ]);
    const second = await app.api.post('/api/organizations', { name: 'daily' }, { headers });
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('is cleaned up when it has expired', async () => {
    const headers = freshKey();
    await app.api.post('/api/organizations', { name: 'old' }, { headers });
    await db.manager.query(`UPDATE idempotency_keys SET expires_at = created_at WHERE key = $1`, [
      headers['idempotency-key'],
    ]);
    expect(await app.app.get(Idempotency).purge()).toBeGreaterThanOrEqual(1);
    const rows = await db.manager.query<object[]>('SELECT 1 FROM idempotency_keys WHERE key = $1', [
      headers['idempotency-key'],
    ]);
    expect(rows).toEqual([]);
  });
});

/** What is in the table after a process died at each point; the next request with the key must do the right thing. */
describe('after a crash', () => {
  const crashedAs = (state: string, leaseUntil: string, key: string): Promise<unknown> =>
    db.manager.query(
      `UPDATE idempotency_keys SET state = $1, status = NULL, body = NULL, lease_until = $2 WHERE key = $3`,
      [state, leaseUntil, key],
    );

  it('before any effect: the key is free again once the lease has expired', async () => {
    const headers = freshKey();
    await app.api.post('/api/organizations', { name: 'crash' }, { headers });
    await crashedAs('running', '2000-01-01', headers['idempotency-key'] ?? '');
    expect((await app.api.post('/api/organizations', { name: 'crash' }, { headers })).status).toBe(201);
  });

  it('while the lease still runs: the caller is asked to wait', async () => {
    const headers = freshKey();
    await app.api.post('/api/organizations', { name: 'crash' }, { headers });
    await crashedAs('running', '2999-01-01', headers['idempotency-key'] ?? '');
    const answer = await app.api.post('/api/organizations', { name: 'crash' }, { headers });
    expect(answer.status).toBe(409);
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('between the effect and the answer: never carried out a second time', async () => {
    const headers = freshKey();
    await app.api.post('/api/organizations', { name: 'crash' }, { headers });
    await crashedAs('effect', '2000-01-01', headers['idempotency-key'] ?? '');
    const before = await db.manager.query<[{ n: number }]>('SELECT count(*)::int n FROM organizations');
    const answer = await app.api.post('/api/organizations', { name: 'crash' }, { headers });
    expect(answer.status).toBe(409);
    expect(answer.body.type).toBe('urn:drumbeat:problem:idempotency_answer_lost');
    const after = await db.manager.query<[{ n: number }]>('SELECT count(*)::int n FROM organizations');
    expect(after).toEqual(before);
  });
});
