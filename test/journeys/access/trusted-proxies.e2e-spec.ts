import { afterAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const running: TestApp[] = [];
afterAll(async () => {
  await Promise.all(running.map((app) => app.close()));
});

/** The address that the audit log has for a request that came with this header. */
async function noted(forwardedFor: string, env: Record<string, string> = {}): Promise<string> {
  const app = await startTestApp({ env });
  running.push(app);
  const headers = { 'x-forwarded-for': forwardedFor };
  await app.api.post('/api/keys', { name: 'k', scopes: [] }, { headers });
  const { body } = await app.api.get('/api/audit');
  return body.data.find(({ action }: { action: string }) => action === 'POST /api/keys').ip;
}

it('X-Forwarded-For names the caller only when it comes from a trusted proxy', async () => {
  expect(await noted('203.0.113.7')).toBe('127.0.0.1');
  expect(await noted('203.0.113.7', { TRUST_PROXY: '10.0.0.0/8' })).toBe('127.0.0.1');
  expect(await noted('203.0.113.7', { TRUST_PROXY: '127.0.0.0/8' })).toBe('203.0.113.7');
  // The last address that is not a trusted proxy: what stands before it, the caller may have written.
  expect(await noted('198.51.100.1, 203.0.113.7, 10.1.2.3', { TRUST_PROXY: '127.0.0.1,10.0.0.0/8' })).toBe(
    '203.0.113.7',
  );
});
