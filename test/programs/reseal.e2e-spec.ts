import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startTestApp } from '../support/test-app.js';

const [old, fresh] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')] as const;
const SCRIPT = join(import.meta.dirname, '../../scripts/launcher/reseal.ts');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

/** `npm run keys:reseal` on the database of this test. */
const reseal = (env: Record<string, string>): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const settings = { PATH: process.env['PATH'] ?? '', DATABASE_URL: database.url, ...env };
    execFile(process.execPath, [SCRIPT], { env: settings }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });

it('npm run keys:reseal moves an installation to a new key, and says in one line what is missing', async () => {
  const before = await startTestApp({ database, env: { ENCRYPTION_KEY: old } });
  const sender = { name: 'x', phoneNumberId: '4711', accessToken: 'token', appSecret: 'secret' };
  expect((await before.api.post('/api/whatsapp/senders', sender)).status).toBe(201);
  await before.close();

  const without = await reseal({ ENCRYPTION_KEY: fresh });
  expect(without).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^ENCRYPTION_KEY_PREVIOUS: is needed/),
  });
  const wrong = await reseal({
    ENCRYPTION_KEY: fresh,
    ENCRYPTION_KEY_PREVIOUS: randomBytes(32).toString('base64'),
  });
  expect(wrong).toMatchObject({ code: 1, output: expect.stringMatching(/^ENCRYPTION_KEY: is not the key/) });

  const db = new pg.Client({ connectionString: database.url });
  await db.connect();
  const { rows } = await db.query<{ id: string; kept: string }>(
    'SELECT id, app_secret_encrypted AS kept FROM senders',
  );
  const [{ id, kept }] = rows as [{ id: string; kept: string }];
  await db.query(`UPDATE senders SET app_secret_encrypted = 'v1:AAAA'`);
  const lost = await reseal({ ENCRYPTION_KEY: fresh, ENCRYPTION_KEY_PREVIOUS: old });
  expect(lost.code).toBe(1);
  expect(lost.output).toContain(`senders.app_secret_encrypted: neither key opens 1: ${id}`);
  expect(lost.output).toContain('Not done: keep ENCRYPTION_KEY_PREVIOUS.');
  expect(lost.output).not.toContain('Done.');
  await db.query('UPDATE senders SET app_secret_encrypted = $1', [kept]);
  await db.end();

  const done = await reseal({ ENCRYPTION_KEY: fresh, ENCRYPTION_KEY_PREVIOUS: old });
  expect(done).toMatchObject({
    code: 0,
    output: expect.stringMatching(/app_secret_encrypted: 1 sealed[\s\S]*Done\./),
  });
  const after = await startTestApp({ database, env: { ENCRYPTION_KEY: fresh } });
  expect((await after.api.get('/api/whatsapp/senders')).body.total).toBe(1);
  await after.close();
}, 180_000);
