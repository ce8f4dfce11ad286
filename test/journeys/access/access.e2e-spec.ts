import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.js';
import type { Answer, ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});

async function keyWith(...scopes: string[]): Promise<{ id: string; key: string }> {
  const { status, body } = await app.api.post<{ id: string; key: string }>('/api/keys', {
    name: 'k',
    scopes,
  });
  expect(status).toBe(201);
  return body;
}

describe('authentication', () => {
  it.each<[string, Record<string, string>, number, string]>([
    ['no key', {}, 401, 'key_missing'],
    ['an unknown key', { authorization: 'Bearer dbk_nobody' }, 401, 'key_invalid'],
    ['another scheme', { authorization: 'Basic YTpi' }, 401, 'key_missing'],
    ['SQL in a key', { 'x-api-key': `' OR '1'='1` }, 401, 'key_invalid'],
  ])('rejects %s', async (_, headers, status, code) => {
    const answer = await app.api.withKey(undefined).get('/api/whatsapp/senders', { headers });
    expect(answer.status).toBe(status);
    expect(answer.body.type).toBe(`urn:drumbeat:problem:${code}`);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('accepts the key in either header', async () => {
    const { key } = await keyWith('campaigns:read');
    const anonymous = app.api.withKey(undefined);
    const withHeader = await anonymous.get('/api/whatsapp/senders', { headers: { 'x-api-key': key } });
    expect(withHeader.status).toBe(200);
    expect((await app.api.withKey(key).get('/api/whatsapp/senders')).status).toBe(200);
  });

  it.each([
    [['campaigns:read'], 200],
    [['campaigns:*'], 200],
    [['*'], 200],
    [['campaigns:write'], 403],
    [['customers:*', 'orders:read'], 403],
    [[], 403],
  ])('answers scopes %j with %d on a route that needs campaigns:read', async (scopes, status) => {
    const { key } = await keyWith(...scopes);
    expect((await app.api.withKey(key).get('/api/whatsapp/senders')).status).toBe(status);
  });

  it('shows a key once, then only its prefix', async () => {
    const { id, key } = await keyWith('orders:read');
    const { body } = await app.api.get('/api/keys?limit=200');
    const listed = body.data.find((row: { id: string }) => row.id === id);
    expect(listed).toMatchObject({ scopes: ['orders:read'], revokedAt: null });
    expect(JSON.stringify(body)).not.toContain(key);
  });

  it('records when a key was last used', async () => {
    const { id, key } = await keyWith('campaigns:read');
    await app.api.withKey(key).get('/api/whatsapp/senders');
    const used = await until(
      async () =>
        (await app.api.get('/api/keys?limit=200')).body.data.find((row: { id: string }) => row.id === id),
      (row: { lastUsedAt: string | null }) => row.lastUsedAt !== null,
    );
    expect(used.lastUsedAt).toMatch(/^\d{4}-/);
  });

  it('revokes a key immediately and permanently', async () => {
    const { id, key } = await keyWith('campaigns:read');
    const first = await app.api.delete(`/api/keys/${id}`);
    expect(first.body.revokedAt).not.toBeNull();
    expect((await app.api.withKey(key).get('/api/whatsapp/senders')).status).toBe(401);
    const second = await app.api.delete(`/api/keys/${id}`);
    expect(second.body.revokedAt).toBe(first.body.revokedAt);
  });

  it('rejects unknown scopes', async () => {
    const { status, body } = await app.api.post('/api/keys', { name: 'k', scopes: ['campaigns:delete'] });
    expect(status).toBe(400);
    expect(body.errors[0].field).toBe('scopes');
  });
});

describe('organizations', () => {
  it('are created and given keys by the admin who created them', async () => {
    const shop = await newOrganization(app.api);
    const { body } = await app.api.get(`/api/keys?organizationId=${shop.id}`);
    expect(body).toMatchObject({ total: 1, data: [{ organizationId: shop.id }] });
    expect((await shop.api.get('/api/whatsapp/senders')).body.data).toEqual([]);
  });

  it('cannot reach each other, even as admin', async () => {
    const [one, other] = await Promise.all([newOrganization(app.api), newOrganization(app.api)]);
    const wanted = { name: 'k', scopes: ['*'], organizationId: other.id };
    expect((await one.api.post('/api/keys', wanted)).status).toBe(404);
    expect((await one.api.get(`/api/keys?organizationId=${other.id}`)).status).toBe(404);
    const otherKeys = await other.api.get('/api/keys');
    const keyId = otherKeys.body.data[0].id;
    expect((await one.api.delete(`/api/keys/${keyId}`)).status).toBe(404);
    expect((await one.api.delete(`/api/keys/${keyId}?organizationId=${other.id}`)).status).toBe(404);
    expect((await other.api.get('/api/keys')).status).toBe(200);
  });

  it('need the admin scope', async () => {
    const { key } = await keyWith('campaigns:*', 'customers:*');
    expect((await app.api.withKey(key).post('/api/organizations', { name: 'x' })).status).toBe(403);
    expect((await app.api.withKey(key).get('/metrics')).status).toBe(403);
  });
});

describe('what concerns the whole installation', () => {
  it.each([
    ['GET', '/metrics', undefined],
    ['POST', '/api/organizations', { name: 'one more' }],
    ['POST', '/api/dev/clock', { advance: 'PT1H' }],
  ] as const)('is for the operator alone: %s %s', async (method, path, body) => {
    const tenant = await newOrganization(app.api);
    const { body: made } = await app.api.post('/api/keys', { name: 'k', scopes: ['admin'] });
    const call = (api: ApiClient): Promise<Answer<{ type: string }>> =>
      method === 'GET' ? api.get(path) : api.post(path, body);
    const refused = await call(tenant.api);
    expect(refused.status).toBe(403);
    expect(refused.body.type).toBe('urn:drumbeat:problem:operator_only');
    // The clock of this application cannot be moved at all, which the operator may hear.
    for (const api of [app.api, app.api.withKey(made.key)]) {
      expect([200, 201, 404]).toContain((await call(api)).status);
    }
  });
});

describe('the audit log', () => {
  it('lists every write with its key, action and outcome, newest first', async () => {
    const shop = await newOrganization(app.api);
    const { body: made } = await shop.api.post('/api/keys', { name: 'audited', scopes: ['orders:read'] });
    await shop.api.post('/api/keys', { name: '', scopes: [] });
    await shop.api.delete(`/api/keys/${made.id}`);
    await shop.api.get('/api/keys');
    await shop.api.get('/api/whatsapp/senders');
    const { body } = await shop.api.get('/api/audit');
    const entries = body.data.map((entry: Record<string, unknown>) => [
      entry['action'],
      entry['status'],
      entry['objectId'],
    ]);
    expect(entries).toEqual([
      ['GET /api/keys', 200, null],
      ['DELETE /api/keys/:id', 200, made.id],
      ['POST /api/keys', 400, null],
      ['POST /api/keys', 201, made.id],
    ]);
    expect(JSON.stringify(body)).not.toContain(made.key);
  });

  it('is paged by cursor without losing or repeating an entry', async () => {
    const shop = await newOrganization(app.api);
    for (let n = 0; n < 7; n++) await shop.api.post('/api/keys', { name: `key ${n}`, scopes: [] });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await shop.api.get(`/api/audit?limit=3${query}`);
      seen.push(...body.data.map((entry: { id: string }) => entry.id));
      cursor = body.nextCursor;
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });

  it.each(['abc', Buffer.from('["x"]').toString('base64url'), Buffer.from('{}').toString('base64url')])(
    'rejects the made-up cursor %s',
    async (cursor) => {
      expect((await app.api.get(`/api/audit?cursor=${cursor}`)).status).toBe(400);
    },
  );
});
