import { createConnection } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_KEY, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});

const JSON_TYPE = { 'content-type': 'application/json' };
const SENDER = { name: 'n', phoneNumberId: '1', accessToken: 't' };

describe('a bad request is refused as a problem', () => {
  it.each<[string, { raw: string; headers: Record<string, string> }, number, string]>([
    ['broken JSON', { raw: '{"name":', headers: JSON_TYPE }, 400, 'invalid_json'],
    ['no body at all', { raw: '', headers: JSON_TYPE }, 400, 'invalid_request'],
    ['JSON that is not an object', { raw: '[1]', headers: JSON_TYPE }, 400, 'invalid_request'],
    ['a string for a body', { raw: '"x"', headers: JSON_TYPE }, 400, 'invalid_request'],
    ['null for a body', { raw: 'null', headers: JSON_TYPE }, 400, 'invalid_request'],
    ['XML', { raw: '<a/>', headers: { 'content-type': 'application/xml' } }, 415, 'unsupported_media_type'],
    ['plain text', { raw: '{}', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    [
      'a form',
      { raw: 'name=n', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported_media_type',
    ],
    ['20 MB', { raw: `{"name":"${'x'.repeat(20_000_000)}"}`, headers: JSON_TYPE }, 413, 'body_too_large'],
    ['deep nesting', { raw: '['.repeat(100_000), headers: JSON_TYPE }, 400, 'invalid_json'],
    [
      'a NUL in a text',
      { raw: JSON.stringify({ ...SENDER, name: 'a\0b' }), headers: JSON_TYPE },
      400,
      'invalid_request',
    ],
  ])('%s', async (_, options, status, code) => {
    const answer = await app.api.post('/api/whatsapp/senders', undefined, options);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      type: `urn:drumbeat:problem:${code}`,
      status,
      instance: '/api/whatsapp/senders',
      requestId: answer.headers.get('x-request-id'),
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.[jt]s:\d|\\n +at /);
  });

  it('needs no body on routes without one, whichever content type is announced', async () => {
    for (const headers of [JSON_TYPE, { 'content-type': 'application/x-www-form-urlencoded' }]) {
      const { body } = await app.api.post('/api/keys', { name: 'k', scopes: [] });
      const answer = await app.api.delete(`/api/keys/${body.id}`, undefined, { headers });
      expect(answer.status).toBe(200);
    }
  });

  it('takes an empty cursor for the first page', async () => {
    const { status, body } = await app.api.get('/api/whatsapp/customers?limit=2&cursor=');
    expect(status).toBe(200);
    expect(body).toMatchObject({ page: 1 });
  });

  it('names every field that is wrong, unknown ones too', async () => {
    const { status, body } = await app.api.post('/api/whatsapp/senders', {
      ...SENDER,
      name: 7,
      color: 'red',
    });
    expect(status).toBe(400);
    const fields = body.errors.map((error: { field: string }) => error.field).sort();
    expect(fields).toEqual(['color', 'name']);
  });

  it.each([
    '/api/whatsapp/senders?limit=201',
    '/api/whatsapp/senders?limit=0',
    '/api/whatsapp/senders?limit=ten',
    '/api/whatsapp/senders?page=-1',
    '/api/whatsapp/senders?limit=1&limit=2',
    '/api/whatsapp/senders?color=red',
    '/api/whatsapp/senders/not-an-id',
  ])('GET %s is a 400', async (path) => {
    expect((await app.api.get(path)).status).toBe(400);
  });

  it.each(['/api/nothing', '/nothing', '/api/whatsapp/senders/0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d'])(
    'GET %s is a 404',
    async (path) => {
      const { status, body } = await app.api.get(path);
      expect(status).toBe(404);
      expect(body.requestId).toBeTruthy();
    },
  );

  it.each(['GET /%ZZ HTTP/1.1', 'GET /api/keys HTTP/9.9', 'NONSENSE'])(
    'survives the raw line "%s"',
    async (line) => {
      const { port } = new URL(app.url);
      const socket = createConnection(Number(port), '127.0.0.1');
      socket.end(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`);
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(socket, 'close');
      const answer = Buffer.concat(chunks).toString();
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
      expect(answer.toLowerCase()).toContain('x-request-id: ');
      expect((await app.api.get('/health/live')).status).toBe(200);
    },
  );

  it.each([
    ['GET', '/api/whatsapp/campaigns/a%00b'],
    ['POST', '/api/whatsapp/campaigns/a%00b/send'],
    ['DELETE', '/api/whatsapp/senders/%01'],
    ['PUT', '/api/whatsapp/customers/%7F'],
    // A sensitive read: its audit entry is written before the id is judged.
    ['GET', '/api/whatsapp/campaigns/%00/recipients/export'],
    ['POST', '/api/marketing/campaigns/%00/activate'],
  ] as const)('answers %s %s with 404: no id holds a control character', async (method, path) => {
    const response = await fetch(`${app.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  it('keeps prototype keys from doing anything', async () => {
    const raw = '{"name":"n","phoneNumberId":"77","accessToken":"t","__proto__":{"isDefault":false}}';
    const { status } = await app.api.post('/api/whatsapp/senders', undefined, { raw, headers: JSON_TYPE });
    expect([201, 400]).toContain(status);
    expect(({} as Record<string, unknown>)['isDefault']).toBeUndefined();
  });
});

describe('a body that will not be taken', () => {
  it.each([
    ['without a key', '/api/whatsapp/senders', '', 401, 'key_missing'],
    ['with an unknown key', '/api/whatsapp/senders', 'X-API-Key: dbk_unknown\r\n', 401, 'key_invalid'],
    ['with no key for an upload', '/api/whatsapp/customers/import', '', 401, 'key_missing'],
    ['for a route that does not exist', '/api/nothing', `X-API-Key: ${ADMIN_KEY}\r\n`, 404, 'no_such_route'],
    ['for no route, without a key', '/nothing', '', 404, 'no_such_route'],
  ])('is not waited for: %s', async (_, path, key, status, code) => {
    const socket = createConnection(Number(new URL(app.url).port), '127.0.0.1');
    // The rest of the 4 MB never comes, and what is there is no JSON.
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\n${key}Content-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{"`,
    );
    let answer = '';
    for await (const chunk of socket) {
      answer += String(chunk);
      if (answer.includes('"requestId"')) break;
    }
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer).toContain(`urn:drumbeat:problem:${code}`);
  });
});

describe('request ids', () => {
  it('keeps the id of the caller', async () => {
    const answer = await app.api.get('/health/live', { headers: { 'x-request-id': 'order-42' } });
    expect(answer.headers.get('x-request-id')).toBe('order-42');
  });

  it.each(['', 'a b', 'x'.repeat(200)])('makes its own instead of "%s"', async (given) => {
    const answer = await app.api.get('/health/live', { headers: { 'x-request-id': given } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('operations', () => {
  it('is alive and ready without a key', async () => {
    const anonymous = app.api.withKey(undefined);
    expect((await anonymous.get('/health/live')).body).toEqual({ status: 'ok' });
    const ready = await anonymous.get('/health/ready');
    expect(ready.body).toEqual({ status: 'ok', checks: { database: 'up', migrations: 'up', queue: 'up' } });
  });

  it('serves metrics by route pattern, not by id', async () => {
    await app.api.get('/api/whatsapp/senders/0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d');
    const { body } = await app.api.get<string>('/metrics');
    expect(body).toContain(
      'drumbeat_http_request_duration_seconds_count{method="GET",route="/api/whatsapp/senders/:id"',
    );
    expect(body).toContain('drumbeat_database_pool_connections{state="total"}');
    expect(body).toContain('drumbeat_queue_jobs{queue="maintenance",state="waiting"}');
    expect(body).toContain('nodejs_eventloop_lag_seconds');
    expect(body).not.toContain('0193d2a0');
  });

  it('serves the documentation', async () => {
    const docs = await fetch(`${app.url}/docs`);
    expect(docs.status).toBe(200);
    expect(await docs.text()).toContain('swagger-ui');
    const json = (await (await fetch(`${app.url}/openapi.json`)).json()) as { openapi: string };
    expect(json.openapi).toBe('3.1.0');
    expect(await (await fetch(`${app.url}/openapi.yaml`)).text()).toContain('openapi: 3.1.0');
  });

  it('writes no key and no token into the log', async () => {
    const token = 'EAAG-very-secret-token';
    await app.api.post('/api/whatsapp/senders', { name: 'n', phoneNumberId: '4242', accessToken: token });
    await app.api.get('/api/keys?x=1');
    const text = app.logs.join('');
    expect(text).toContain('"route":"/api/whatsapp/senders"');
    expect(text).not.toContain(token);
    expect(text).not.toContain(ADMIN_KEY);
  });
});

describe('the headers of every answer', () => {
  it.each(['/api/whatsapp/campaigns', '/api/nothing', '/health/live'])(
    'forbid %s to be sniffed, framed, cached and run',
    async (path) => {
      const { headers } = await app.api.get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    },
  );

  it('keep the documentation out of frames and let its scripts run', async () => {
    const response = await fetch(`${app.url}/docs`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(response.headers.get('content-security-policy')).not.toContain('default-src');
  });
});
