import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RefusalLimit } from '../../../src/platform/server/refusal-limit.js';
import { ADMIN_KEY, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let now: number;
beforeEach(async () => {
  now = 0;
  app = await startTestApp({ refusals: new RefusalLimit({ now: () => now }) });
});
afterEach(async () => {
  await app.close();
});

const WRONG: readonly [what: string, refused: number, path: string, init: RequestInit][] = [
  ['keys', 401, '/api/whatsapp/senders', { headers: { 'x-api-key': 'dbk_unknown' } }],
  ['verify tokens', 403, '/api/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=x&hub.challenge=1', {}],
  [
    'signatures',
    401,
    '/api/webhooks/whatsapp',
    { method: 'POST', body: '{}', headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` } },
  ],
];

async function statuses(times: number, path: string, init: RequestInit): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: times }, () => fetch(`${app.url}${path}`, init)));
  return answers.map(({ status }) => status);
}

describe('refused requests', () => {
  it.each(WRONG)('are limited for wrong %s', async (_, refused, path, init) => {
    const first = await statuses(70, path, init);
    expect(first.filter((status) => status === refused)).toHaveLength(60);
    expect(first.filter((status) => status === 429)).toHaveLength(10);
    now += 1_000;
    expect(await statuses(2, path, init)).toEqual(expect.arrayContaining([refused, 429]));
  });

  it('are limited together, and nothing else is', async () => {
    for (const [, refused, path, init] of WRONG) {
      expect(await statuses(20, path, init)).toEqual(Array(20).fill(refused));
    }
    const response = await fetch(`${app.url}/api/whatsapp/senders?x=1`);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({
      type: 'urn:drumbeat:problem:too_many_refusals',
      status: 429,
      instance: '/api/whatsapp/senders',
      requestId: response.headers.get('x-request-id'),
    });
    // A valid key from the same address works on, and so does what needs none.
    for (let n = 0; n < 70; n++) expect((await app.api.get('/api/whatsapp/senders')).status).toBe(200);
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${app.url}/api/nothing`)).status).toBe(404);
  });

  it('leave the address in the log, and a count', async () => {
    await statuses(61, '/api/whatsapp/senders', { headers: { 'x-api-key': 'dbk_unknown' } });
    const { body: narrow } = await app.api.post('/api/keys', { name: 'k', scopes: ['orders:read'] });
    now += 1_000;
    expect(
      (await fetch(`${app.url}/api/whatsapp/senders`, { headers: { 'x-api-key': narrow.key } })).status,
    ).toBe(403);
    const lines = app.logs.map((line) => JSON.parse(line) as Record<string, unknown>);
    const ipOf = (status: number): unknown[] =>
      lines.filter((line) => line['status'] === status).map((line) => line['ip']);
    expect(ipOf(401)).toEqual(Array(60).fill('127.0.0.1'));
    expect(ipOf(403)).toEqual(['127.0.0.1']);
    expect(ipOf(429)).toEqual(['127.0.0.1']);
    expect(ipOf(201)).toEqual([undefined]);
    expect(app.logs.join('')).not.toContain(ADMIN_KEY);
    const { body: metrics } = await app.api.get<string>('/metrics');
    expect(metrics).toContain('drumbeat_http_refused_requests_total{status="401"} 60');
    expect(metrics).toContain('drumbeat_http_refused_requests_total{status="403"} 1');
    expect(metrics).toContain('drumbeat_http_refused_requests_total{status="429"} 1');
  });
});
