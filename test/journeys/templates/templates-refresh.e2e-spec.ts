import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Timetable } from '../../../src/platform/timetable/timetable.js';
import { DEFAULT_OPTIONS } from '../../../simulator/simulator-options.js';
import { createSimulator, type Simulator } from '../../../simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const HOUR = 3_600_000;
/** The minute of the hour at which the timetable looks. */
const AT = 23 * 60_000;
const { wabaId, accessToken, phoneNumberId } = DEFAULT_OPTIONS;
const SENDER = {
  WHATSAPP_ACCESS_TOKEN: accessToken,
  WHATSAPP_PHONE_NUMBER_ID: phoneNumberId,
  WHATSAPP_BUSINESS_ACCOUNT_ID: wabaId,
};

let database: TestDatabase;
let meta: Simulator;
let metaUrl: string;
let listings: number;
const running: TestApp[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
  listings = 0;
  meta = createSimulator();
  meta.app.addHook('onRequest', (request, _reply, done) => {
    if (request.originalUrl.includes('/message_templates')) listings += 1;
    done();
  });
  metaUrl = await meta.listen();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
  await meta.close();
  await database.drop();
});

async function start(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startTestApp({ database, env: { WHATSAPP_API_URL: metaUrl, ...SENDER, ...env } });
  running.push(app);
  return app;
}
const total = async ({ api }: TestApp): Promise<number> =>
  (await api.get<{ total: number }>('/api/whatsapp/templates')).body.total;
/** Moves the clock and waits until the timetable has looked at where it stands. */
async function advance({ app, api }: TestApp, by: string): Promise<void> {
  const { body } = await api.post<{ now: string }>('/api/dev/clock', { advance: by });
  const tick = Math.floor((Date.parse(body.now) - AT) / HOUR) * HOUR + AT;
  await until(
    () => app.get(Timetable).ticks(),
    (ticks) => ticks.some(({ name, lastTick }) => name === 'refresh-templates' && lastTick.getTime() >= tick),
  );
}
const sync = ({ api }: TestApp) => api.post<{ detail: string }>('/api/whatsapp/templates/sync');

describe('without being asked', () => {
  it.each(['api', 'all'])(
    'the templates of the default sender are there soon after the start (%s)',
    async (ROLE) => {
      const app = await start({ ROLE });
      await until(
        () => total(app),
        (count) => count === meta.state.templates.all().length,
      );
      expect(listings).toBe(1);
    },
  );

  it('several processes list them once', async () => {
    const apps = await Promise.all([start(), start({ ROLE: 'worker' }), start({ ROLE: 'api' })]);
    await until(
      () => total(apps[0]),
      (count) => count > 0,
    );
    expect(listings).toBe(1);
  });

  it('they are listed again after a day, and an hour after a failure', async () => {
    const app = await start({ CLOCK: '2025-01-15T08:02:00Z' });
    const known = await until(
      () => total(app),
      (count) => count > 0,
    );
    await advance(app, 'PT23H');
    // The second listing comes, and Meta wants no more calls this hour.
    meta.state.book.change({ rateLimits: { managementPerHour: 1 } });
    await advance(app, 'PT1H30M');
    await until(
      () => app.logs.join(''),
      (log) => log.includes('the templates could not be refreshed'),
    );
    await advance(app, 'PT55M');
    meta.state.book.reset();
    const [template] = meta.state.templates.all();
    if (template !== undefined) meta.state.templates.put({ ...template, id: '7', name: 'winter_sale' });
    await advance(app, 'PT1H');
    await until(
      () => total(app),
      (count) => count === known + 1,
    );
    expect(listings).toBe(3);
  });
});

describe('when Meta cannot be reached', () => {
  it('the start succeeds, the log says why, and a sync answers 503', async () => {
    const app = await start({ WHATSAPP_API_URL: 'http://127.0.0.1:1' });
    await until(
      () => app.logs.join(''),
      (log) => log.includes('the templates could not be refreshed'),
    );
    const { status, body, headers } = await sync(app);
    expect([status, headers.get('retry-after')]).toEqual([503, '30']);
    expect(body.detail).toContain('ECONNREFUSED');
  });
});

describe('when Meta never answers', () => {
  let silent: Server;
  let asked: number;
  beforeEach(async () => {
    asked = 0;
    silent = createServer(() => (asked += 1)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  afterEach(() => {
    silent.closeAllConnections();
    silent.close();
  });

  it('the process stops at once, and the next one need not wait for it', async () => {
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const app = await start({ WHATSAPP_API_URL: url });
    await until(
      () => asked,
      (count) => count === 1,
    );
    expect((await sync(app)).status).toBe(409);
    const from = performance.now();
    await Promise.all(running.splice(0).map((one) => one.close()));
    expect(performance.now() - from).toBeLessThan(5_000);
    const second = await start();
    await until(
      () => total(second),
      (count) => count > 0,
    );
  });
});
