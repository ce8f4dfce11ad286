import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { signatureOf, statuses, WEBHOOK_ENV } from '../../support/signed-webhooks.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let database: TestDatabase;
let apps: TestApp[];
let db: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  // Two replicas in every role, like two `npm start` on one database.
  apps = [
    await startTestApp({ env: WEBHOOK_ENV, database }),
    await startTestApp({ env: WEBHOOK_ENV, database }),
  ];
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await Promise.all(apps.map((app) => app.close()));
  await database.drop();
});

async function post(wamid: string, app = apps[0]): Promise<number> {
  const raw = statuses(wamid);
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signatureOf(raw) };
  const answer = await app?.api
    .withKey(undefined)
    .post('/api/webhooks/whatsapp', undefined, { raw, headers });
  return answer?.status ?? 0;
}

/** The bodies in the inbox, as text. */
async function stored(name: string): Promise<string[]> {
  const { rows } = await db.query<{ body: string }>(
    `SELECT convert_from(body, 'UTF8') AS body FROM webhook_events`,
  );
  return rows.flatMap(({ body }) => new RegExp(`"(${name}\\.\\d+)"`).exec(body)?.[1] ?? []);
}
const groups = async (app: TestApp | undefined): Promise<number> => {
  const { body } = (await app?.api.get<string>('/metrics')) ?? { body: '' };
  return Number(/^drumbeat_webhook_group_size_count (\d+)$/m.exec(body)?.[1] ?? 0);
};

function connectionsOf(app: TestApp | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = app?.app.getHttpServer() as Server;
    server.getConnections((error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

describe('a thousand concurrent POSTs', () => {
  it('are all stored, with fewer statements than requests, and all processed by two replicas', async () => {
    const before = await groups(apps[0]);
    // Blocked until all of them have arrived, so that the grouping does not depend on the speed of this machine.
    await db.query('BEGIN; LOCK TABLE webhook_events IN EXCLUSIVE MODE');
    const posts = Array.from({ length: 1_000 }, (_, i) => post(`many.${i}`));
    await until(
      () => connectionsOf(apps[0]),
      (count) => count >= 1_000,
    );
    await db.query('COMMIT');
    const answers = await Promise.all(posts);
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(new Set(await stored('many')).size).toBe(1_000);
    expect((await groups(apps[0])) - before).toBeLessThan(500);
    await until(
      async () => (await db.query(`SELECT 1 FROM webhook_events WHERE status = 'received'`)).rowCount,
      (waiting) => waiting === 0,
    );
    // Each was processed once, by either replica.
    const { rows } = await db.query(`SELECT DISTINCT attempts FROM webhook_events`);
    expect(rows).toEqual([{ attempts: 1 }]);
  });
});

describe('when the database', () => {
  it('drops every connection midway, no event answered with 200 is lost', async () => {
    const accepted: string[] = [];
    const seen = new Set<number>();
    const send = async (i: number): Promise<void> => {
      const code = await post(`cut.${i}`, apps[i % 2]);
      seen.add(code);
      if (code === 200) accepted.push(`cut.${i}`);
    };
    for (let round = 0; round < 6; round++) {
      const calls = Array.from({ length: 50 }, (_, i) => send(round * 50 + i));
      const cut = db.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      await Promise.all([...calls, cut]);
    }
    for (const code of seen) expect([200, 503]).toContain(code);
    const found = new Set(await stored('cut'));
    expect(accepted.filter((wamid) => !found.has(wamid))).toEqual([]);
    await until(
      () => post('cut.1000'),
      (code) => code === 200,
    );
  });

  it('cannot store, the answer is 503 and nothing is stored in part', async () => {
    await db.query('ALTER TABLE webhook_events RENAME TO webhook_events_away');
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => post(`away.${i}`)));
    await db.query('ALTER TABLE webhook_events_away RENAME TO webhook_events');
    expect(new Set(answers)).toEqual(new Set([503]));
    expect(await stored('away')).toEqual([]);
    expect(await post('away.100')).toBe(200);
    await until(
      async () => (await db.query(`SELECT 1 FROM webhook_events WHERE status = 'received'`)).rowCount,
      (waiting) => waiting === 0,
    );
  });
});
