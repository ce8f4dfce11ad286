import { Clock } from '../../src/platform/clock/clock.js';
import { Database } from '../../src/platform/database/database.js';
import { type TestMeta, startMeta } from './meta.js';
import { startTestApp, type TestApp } from './test-app.js';
import { until } from './until.js';

export const MARKETING = '/api/marketing/campaigns';
export const WHATSAPP = '/api/whatsapp/campaigns';

/** Every message arrives and is read within milliseconds, and no one replies. */
export const PROMPT = {
  seed: 7,
  rates: { delivery: 1, skipDelivered: 0, read: 1, reply: 0, stop: 0, order: 0 },
  delaysMs: { sent: 1, delivered: 2, read: 2, reply: 2 },
  webhookBatch: { size: 100, maxWaitMs: 20 },
};

interface SimulatedStats {
  accepted: number;
  refused: number;
  numbers: number;
  maxPerNumber: number;
  repeated: number;
}

export interface Engine {
  meta: TestMeta;
  app: TestApp;
  now: () => Date;
  advance: (duration: string) => Promise<void>;
  moveTo: (instant: string) => Promise<void>;
  sql: <T>(text: string, values?: unknown[]) => Promise<T[]>;
  scenario: (changes: object) => Promise<void>;
  received: () => Promise<SimulatedStats>;
  /** Waits until the simulator has delivered every status. */
  toldAll: () => Promise<void>;
  close: () => Promise<void>;
}

/** The whole product on a movable clock, with a simulated Meta that lives on the same clock and posts to it. */
export async function startEngine(
  clock: string,
  { env = {}, throughput = 1_000, limit = 'TIER_UNLIMITED' } = {},
): Promise<Engine> {
  const start = new Date(clock);
  const shared: { clock?: Clock } = {};
  const meta = await startMeta({ now: () => shared.clock?.now() ?? start });
  const app = await startTestApp({ env: { ...meta.env, CLOCK: clock, ...env } });
  shared.clock = app.app.get(Clock);
  const { api, url, app: nest } = app;
  const simulator = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${meta.url}/simulator/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  await simulator('PUT', 'scenario', { ...PROMPT, webhookUrl: `${url}/api/webhooks/whatsapp` });
  await simulator('POST', `phone/${meta.env['WHATSAPP_PHONE_NUMBER_ID'] ?? ''}`, {
    messaging_limit: limit,
    notify: false,
  });
  const { body: senders } = await api.get('/api/whatsapp/senders');
  const senderId: string = senders.data[0].id;
  await api.put(`/api/whatsapp/senders/${senderId}`, { throughputPerSecond: throughput });
  await api.post(`/api/whatsapp/senders/${senderId}/sync`);
  const move = async (to: object) => {
    const { status, body } = await api.post('/api/dev/clock', to);
    if (status !== 200) throw new Error(JSON.stringify(body));
  };
  return {
    meta,
    app,
    now: () => nest.get(Clock).now(),
    advance: (duration) => move({ advance: duration }),
    moveTo: (now) => move({ now }),
    sql: (text, values = []) => nest.get(Database).manager.query(text, values),
    scenario: async (changes) => {
      await simulator('PATCH', 'scenario', changes);
    },
    received: async () => (await simulator('GET', 'messages/stats')) as SimulatedStats,
    toldAll: async () => {
      await until(
        async () => (await simulator('GET', 'webhooks')) as Record<string, number>,
        (w) =>
          ['statusesToCome', 'delayed', 'queued', 'inFlight', 'waitingRetries'].every((key) => w[key] === 0),
      );
      await until(
        () => nest.get(Database).manager.query(`SELECT 1 FROM webhook_events WHERE status = 'received'`),
        (rows: unknown[]) => rows.length === 0,
      );
    },
    close: async () => {
      await app.close();
      await meta.close();
    },
  };
}

let next = 0;
/** Valid German mobile numbers, which no rule of ours or Meta's treats specially. */
export const numbers = (count: number): string[] =>
  Array.from({ length: count }, () => `+49152${String(10_000_000 + next++).padStart(8, '0')}`);
