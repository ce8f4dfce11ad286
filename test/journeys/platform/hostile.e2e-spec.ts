import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Random } from '../../../scripts/chaos/random.ts';
import { type HostileRequest, hostileRequests } from '../../support/hostile-requests.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { longestStandstill, smallestStandstill } from '../../support/standstill.js';
import { ADMIN_KEY, startTestApp, type TestApp } from '../../support/test-app.js';

/** HOSTILE_SEED sets another seed, for another run. */
const SEED = Number(process.env['HOSTILE_SEED'] ?? 5);
const REQUESTS = 1_500;
/** At the same time; each group is measured alone. */
const GROUP = 25;
const LONGEST_STANDSTILL_MS = 250;

let meta: TestMeta;
let app: TestApp;
let ids: string[];
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, CLOCK: '2025-03-10T10:00:00Z' } });
  const made = [
    await app.api.post('/api/whatsapp/campaigns', { name: 'Sale', templateName: 'new_year_promo' }),
    await app.api.post('/api/whatsapp/customers', { phoneNumber: '+447911120001' }),
    await app.api.post('/api/whatsapp/catalogs', { name: 'Shop' }),
    await app.api.post('/api/organizations', { name: 'Shop' }),
  ];
  const { body } = await app.api.get('/api/whatsapp/senders');
  ids = [...made.map((answer) => answer.body.id as string), body.data[0].id];
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

async function send({ method, path, headers, body }: HostileRequest): Promise<number> {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  await response.arrayBuffer();
  return response.status;
}

it('answers the same hostile bodies to a stranger who signs in', async () => {
  const deep = `{"token":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  for (const path of ['/api/session', '/api/session/link']) {
    for (const body of [deep, '{"token":"a\\u0000b"}', '{"email":"\\ud800","password":"\\u0000"}']) {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(app.url + path, { method: 'POST', headers, body });
      expect([path, body.slice(0, 40), response.status]).toEqual([path, body.slice(0, 40), 400]);
    }
  }
});

it('answers what is hostile without a fault of its own, and goes on serving others', async () => {
  const requests = hostileRequests(REQUESTS, ids, new Random(SEED));
  const faults: unknown[] = [];
  const standstills: unknown[] = [];
  for (let n = 0; n < requests.length; n += GROUP) {
    const group = requests.slice(n, n + GROUP);
    const run = async (): Promise<void> => {
      const statuses = await Promise.all(group.map(send));
      for (const [k, status] of statuses.entries()) if (status >= 500) faults.push({ status, ...group[k] });
    };
    let standstill = await longestStandstill(run);
    // Once may have been the collector of a large heap.
    if (standstill > LONGEST_STANDSTILL_MS) standstill = await smallestStandstill(run);
    if (standstill > LONGEST_STANDSTILL_MS)
      standstills.push({ standstill, group: group.map(({ method, path }) => `${method} ${path}`) });
  }
  const errors = app.logs.filter((line) => line.includes('"level":"error"')).slice(0, 10);
  expect({ faults: faults.slice(0, 10), errors: faults.length === 0 ? [] : errors }).toEqual({
    faults: [],
    errors: [],
  });
  expect(standstills).toEqual([]);
}, 120_000);
