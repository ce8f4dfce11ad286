import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

interface Shop {
  api: ApiClient;
  path: string;
}
interface Watcher {
  status: number;
  retryAfter: string | null;
  text: () => string;
  isOver: () => boolean;
  leave: () => void;
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});

async function shop(): Promise<Shop> {
  const { api } = await newOrganization(app.api);
  await api.post('/api/whatsapp/senders', { name: 'n', phoneNumberId: '15550001', accessToken: 't' });
  const { body } = await api.post('/api/whatsapp/campaigns', { name: 'n', templateName: 't' });
  return { api, path: `${app.url}/api/whatsapp/campaigns/${body.id}/events` };
}
const newKey = async ({ api }: Shop): Promise<{ id: string; key: string }> =>
  (await api.post('/api/keys', { name: 'k', scopes: ['campaigns:read'] })).body;

async function watch({ path }: Shop, key: string): Promise<Watcher> {
  const request = get(path, { headers: { 'x-api-key': key }, agent: false });
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  response.on('error', () => undefined);
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'] ?? null,
    text: () => text,
    isOver: () => response.complete,
    leave: () => {
      request.destroy();
    },
  };
}

it('a stream ends within seconds of the revocation of its key, and others go on', async () => {
  const here = await shop();
  const [one, other] = [await newKey(here), await newKey(here)];
  const [ending, going] = [await watch(here, one.key), await watch(here, other.key)];
  expect([ending.status, going.status]).toEqual([200, 200]);
  await here.api.delete(`/api/keys/${one.id}`);
  await until(ending.isOver, (isOver) => isOver, { within: 20_000 });
  expect(ending.text()).toMatch(/event: end\ndata: \{\}\n\n$/);
  expect(going.isOver()).toBe(false);
  going.leave();
});

it('a key has twenty streams, and room for another when one of them is closed', async () => {
  const here = await shop();
  const { key } = await newKey(here);
  const streams = await Promise.all(Array.from({ length: 25 }, () => watch(here, key)));
  const refused = streams.filter(({ status }) => status === 429);
  expect([refused.length, refused[0]?.retryAfter]).toEqual([5, '30']);
  expect(streams.filter(({ status }) => status === 200)).toHaveLength(20);
  const other = await watch(here, (await newKey(here)).key);
  expect(other.status).toBe(200);
  streams.find(({ status }) => status === 200)?.leave();
  const next = await until(
    () => watch(here, key),
    ({ status }) => status === 200,
  );
  for (const { leave } of [...streams, other, next]) leave();
});

it('an organization has a hundred streams, whatever its keys, and others have their own', async () => {
  const [here, there] = [await shop(), await shop()];
  const keys = await Promise.all(Array.from({ length: 6 }, () => newKey(here)));
  const streams = await Promise.all(
    keys.flatMap(({ key }) => Array.from({ length: 18 }, () => watch(here, key))),
  );
  expect(streams.filter(({ status }) => status === 200)).toHaveLength(100);
  const elsewhere = await watch(there, (await newKey(there)).key);
  expect(elsewhere.status).toBe(200);
  for (const { leave } of [...streams, elsewhere]) leave();
});
