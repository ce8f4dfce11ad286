import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { CLEARED, KEPT } from '../../src/practice/practice.queries.js';
import { refusePractice } from '../../src/practice/refuse-practice.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startTestApp } from '../support/test-app.js';

const SCRIPT = join(import.meta.dirname, '../../scripts/launcher/practice-clear.ts');

let database: TestDatabase;
let db: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  db = new pg.Client({ connectionString: database.url });
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

/** `npm run practice:clear` on the database of this test. */
const clear = (): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: database.url, DATA_DIR: '/nonexistent' };
    execFile(process.execPath, [SCRIPT], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });

it('lets nobody real be written to from a database that was practised on, until it is cleared', async () => {
  await refusePractice(database.url);
  expect(await clear()).toMatchObject({ code: 1, output: expect.stringMatching(/^Nothing to remove/) });

  const app = await startTestApp({ database, env: { CLOCK: 'kept' } });
  const customer = { phoneNumber: '+4915112345678' };
  expect((await app.api.post('/api/whatsapp/customers', customer)).status).toBe(201);
  const campaign = { name: 'Practice', templateName: 'welcome' };
  const created = await app.api.post('/api/whatsapp/campaigns', campaign);
  expect(created.status).toBe(201);
  await app.close();
  await expect(refusePractice(database.url)).rejects.toThrow('npm run practice:clear');

  expect(await clear()).toMatchObject({ code: 0, output: expect.stringContaining('Removed: campaigns') });
  await refusePractice(database.url);
  const { rows } = await db.query(
    `SELECT (SELECT count(*)::int FROM marketing_campaigns) AS campaigns,
            (SELECT count(*)::int FROM user_profiles) AS customers`,
  );
  expect(rows).toEqual([{ campaigns: 0, customers: 1 }]);

  const after = await startTestApp({ database, env: { CLOCK: 'kept' } });
  expect((await after.api.post('/api/whatsapp/campaigns', campaign)).status).toBe(201);
  await after.api.post('/api/dev/clock', { advance: 'PT1H' });
  await after.close();
  await expect(refusePractice(database.url)).rejects.toThrow('new DATA_DIR');
});

it('decides about every table', async () => {
  const { rows } = await db.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname NOT LIKE 'bullmq%'`,
  );
  const decided = [...CLEARED, ...KEPT];
  expect(rows.map(({ name }) => name).sort()).toEqual([...decided].sort());
});
