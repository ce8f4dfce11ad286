import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let database: TestDatabase;
let dataDir: string;
const running: TestApp[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'drumbeat-install-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** As an installation without any key in its environment; '' is how a variable is unset. */
async function start(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startTestApp({
    database,
    env: { DATA_DIR: dataDir, ADMIN_API_KEY: '', ENCRYPTION_KEY: '', ...env },
  });
  running.push(app);
  return app;
}
const statusWith = async (app: TestApp, key: string): Promise<number> =>
  (await app.api.withKey(key).get('/api/keys')).status;

describe('the first start', () => {
  it('makes the keys once, readable by the owner only, and finds them again', async () => {
    const first = await start();
    const path = join(dataDir, 'admin-api-key');
    const key = readFileSync(path, 'utf8').trim();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'encryption-key')).mode & 0o777).toBe(0o600);
    expect(await statusWith(first, key)).toBe(200);
    const second = await start();
    expect(readFileSync(path, 'utf8').trim()).toBe(key);
    expect(await statusWith(second, key)).toBe(200);
  });

  it('of several processes at once gives one organization and one key', async () => {
    const apps = await Promise.all([start(), start({ ROLE: 'worker' }), start({ ROLE: 'api' }), start()]);
    const key = readFileSync(join(dataDir, 'admin-api-key'), 'utf8').trim();
    const [first] = apps;
    const { body } = await first.api.withKey(key).get('/api/keys');
    expect(body.total).toBe(1);
  });
});

describe('another start', () => {
  it('with another ADMIN_API_KEY revokes the old one, and with the old one brings it back', async () => {
    const [old, fresh] = ['old-admin-key', 'new-admin-key'].map((key) => key.padEnd(40, '0')) as [
      string,
      string,
    ];
    const first = await start({ ADMIN_API_KEY: old });
    expect(await statusWith(first, old)).toBe(200);
    const second = await start({ ADMIN_API_KEY: fresh });
    expect([await statusWith(second, old), await statusWith(second, fresh)]).toEqual([401, 200]);
    const third = await start({ ADMIN_API_KEY: old });
    expect([await statusWith(third, old), await statusWith(third, fresh)]).toEqual([200, 401]);
  });

  it('with another ENCRYPTION_KEY is refused in one line', async () => {
    await start({ ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64') });
    await expect(start({ ENCRYPTION_KEY: Buffer.alloc(32, 2).toString('base64') })).rejects.toThrow(
      /^ENCRYPTION_KEY: is not the key/,
    );
  });

  it('with a data directory without the key leaves the first key valid', async () => {
    const encryption = { ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64') };
    await start(encryption);
    const key = readFileSync(join(dataDir, 'admin-api-key'), 'utf8').trim();
    const elsewhere = await mkdtemp(join(tmpdir(), 'drumbeat-elsewhere-'));
    const second = await start({ ...encryption, DATA_DIR: elsewhere });
    expect(await statusWith(second, key)).toBe(200);
    expect(second.logs.join('')).toContain('does not hold the admin key');
    await rm(elsewhere, { recursive: true });
  });
});

describe('a worker', () => {
  it('answers health and metrics, and nothing else', async () => {
    const key = 'admin-key-for-worker'.padEnd(40, '0');
    const worker = await start({ ROLE: 'worker', ADMIN_API_KEY: key });
    const api = worker.api.withKey(key);
    expect((await api.get('/health/ready')).status).toBe(200);
    expect((await api.get('/metrics')).status).toBe(200);
    expect((await fetch(`${worker.url}/api/whatsapp/senders`)).status).toBe(404);
    expect((await fetch(`${worker.url}/docs`)).status).toBe(404);
  });
});
