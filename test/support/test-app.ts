import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/create-app.js';
import type { Config } from '../../src/platform/config/config.js';
import { loadSettings } from '../../src/settings.js';
import { RefusalLimit } from '../../src/platform/server/refusal-limit.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { ApiClient } from './api-client.js';
import { createTestDatabase, type TestDatabase } from './database.js';

export const ADMIN_KEY = 'test-admin-key-01234567890123456789';

export interface TestApp {
  app: NestFastifyApplication;
  api: ApiClient;
  url: string;
  config: Config;
  /** The log, one JSON object a line. */
  logs: string[];
  close: () => Promise<void>;
}

export interface TestAppOptions {
  env?: Record<string, string>;
  /** A database that several applications share; otherwise the application brings its own. */
  database?: TestDatabase;
  /** By default more than any test needs: all tests call from one address. */
  refusals?: RefusalLimit;
}

/** The real application on a port of its own, with a database of its own. */
export async function startTestApp({
  env = {},
  database,
  refusals = new RefusalLimit({ perMinute: 1_000_000 }),
}: TestAppOptions = {}): Promise<TestApp> {
  const own = database ?? (await createTestDatabase());
  const dataDir = await mkdtemp(join(tmpdir(), 'drumbeat-app-'));
  const settings = loadSettings({
    DATABASE_URL: own.url,
    DATA_DIR: dataDir,
    PORT: '0',
    ADMIN_API_KEY: ADMIN_KEY,
    // A port without a listener: no test may reach the real Meta.
    WHATSAPP_API_URL: 'http://127.0.0.1:1',
    ENCRYPTION_KEY: Buffer.alloc(32, 9).toString('base64'),
    ...env,
  });
  const { config } = settings;
  const logs: string[] = [];
  const logger = createLogger('info', { write: (line) => void logs.push(line) });
  const app = await createApp(settings, logger, refusals);
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = await app.getUrl();
  return {
    app,
    api: new ApiClient(url, ADMIN_KEY),
    url,
    config,
    logs,
    close: async () => {
      await app.close();
      if (database === undefined) await own.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The key of a fresh organization, which sees nothing of any other. */
export async function newOrganization(
  api: ApiClient,
  scopes = ['*'],
): Promise<{ id: string; api: ApiClient }> {
  const { body: organization } = await api.post<{ id: string }>('/api/organizations', {
    name: 'Another shop',
  });
  const { body } = await api.post<{ key: string }>('/api/keys', {
    name: 'k',
    scopes,
    organizationId: organization.id,
  });
  return { id: organization.id, api: api.withKey(body.key) };
}
