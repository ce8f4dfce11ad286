import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let plain: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  plain = await startTestApp({ env: { DRUMBEAT_CONSOLE: 'off' } });
});
afterAll(async () => {
  await app.close();
  await plain.close();
});

const ask = (accept?: string, { url } = app): Promise<Response> =>
  fetch(`${url}/`, { headers: accept === undefined ? {} : { accept } });

it.each([undefined, '*/*', 'text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8'])(
  'GET / without a console and with Accept %s is a page whose links work, without a key',
  async (accept) => {
    const answer = await ask(accept, plain);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const links = [...(await answer.text()).matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links).toContain('docs');
    for (const link of new Set(links)) expect((await fetch(new URL(link, answer.url))).status).toBe(200);
  },
);

it.each(['application/json', 'application/json, text/plain, */*'])(
  'GET / with Accept %s is JSON with the same places',
  async (accept) => {
    const answer = await ask(accept);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    const { name, ...places } = (await answer.json()) as Record<string, string>;
    expect(name).toBe('Drumbeat');
    for (const place of Object.values(places)) expect((await fetch(app.url + place)).status).toBe(200);
  },
);

it('a worker has no page', async () => {
  const worker = await startTestApp({ env: { ROLE: 'worker' } });
  expect((await fetch(`${worker.url}/`)).status).toBe(404);
  await worker.close();
});
