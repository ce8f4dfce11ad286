import type { INestApplication } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';
import pg from 'pg';
import { REQUIRED_SCOPE } from '../../../src/platform/http/route-access.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let app: TestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

/** What a restart of PostgreSQL does to us, without restarting the one that other tests are using. */
async function cutEveryConnection(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await client.end();
}

describe('when the database drops every connection', () => {
  it('recovers by itself, and never answers with a 500', async () => {
    app = await startTestApp({ env: { CLOCK: '2025-01-15T08:00:00Z' } });
    const { api, config } = app;
    const statuses = new Set<number>();
    for (let round = 0; round < 3; round++) {
      const calls = Array.from({ length: 20 }, async () =>
        statuses.add((await api.get('/api/whatsapp/senders')).status),
      );
      await Promise.all([...calls, cutEveryConnection(config.databaseUrl ?? '')]);
    }
    for (const status of statuses) expect([200, 503]).toContain(status);
    await until(
      async () => (await api.get('/health/ready')).status,
      (status) => status === 200,
    );
    expect((await api.get('/api/whatsapp/senders')).status).toBe(200);
    expect((await api.post('/api/dev/clock', { advance: 'PT1H' })).status).toBe(200);
  });
});

describe('when it is stopped', () => {
  it('finishes the requests that are under way', async () => {
    app = await startTestApp();
    const { api } = app;
    const calls = Array.from({ length: 30 }, () => api.post('/api/organizations', { name: 'last' }));
    await until(
      () => app?.logs.length ?? 0,
      (count) => count > 0,
    );
    const closing = app.close();
    app = undefined;
    const answers = await Promise.allSettled(calls);
    await closing;
    // A connection that was not yet accepted may be refused; one that was answered was answered properly.
    const statuses = answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? [answer.value.status] : [],
    );
    expect(statuses.length).toBeGreaterThan(0);
    for (const status of statuses) expect([201, 503]).toContain(status);
  });
});

describe('every route', () => {
  it('states its scope', async () => {
    app = await startTestApp();
    const routes = routesOf(app.app);
    expect(routes.length).toBeGreaterThan(10);
    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
    const open = routes.filter(({ access }) => access === 'public').map(({ name }) => name);
    expect(open.sort()).toEqual([
      'HealthController.live',
      'HealthController.ready',
      // Images, which Meta fetches, under names that cannot be guessed.
      'MediaController.get',
      'SessionController.get',
      'SessionController.link',
      'SessionController.signIn',
      'SessionController.signOut',
    ]);
  });
});

function routesOf(application: INestApplication): { name: string; access: string | undefined }[] {
  const reflector = application.get(Reflector);
  const scanner = new MetadataScanner();
  return application
    .get(DiscoveryService, { strict: false })
    .getControllers()
    .flatMap(({ instance, metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = Object.getPrototypeOf(instance) as object;
      return scanner.getAllMethodNames(prototype).flatMap((method) => {
        const handler = (prototype as Record<string, unknown>)[method];
        if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_METADATA, handler)) return [];
        const targets = [handler as () => void, metatype as never];
        const config = reflector.get<FastifyContextConfig | undefined>(
          FASTIFY_ROUTE_CONFIG_METADATA,
          handler as () => void,
        );
        const isPublic = config?.isPublic === true;
        const scope = reflector.getAllAndOverride<string | undefined>(REQUIRED_SCOPE, targets);
        return [{ name: `${metatype.name}.${method}`, access: isPublic ? 'public' : scope }];
      });
    });
}
