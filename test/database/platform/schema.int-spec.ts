import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MIGRATIONS } from '../../../migrations/all.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { migrate } from '../../../src/platform/database/migrate.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let empty: TestDatabase;
beforeAll(async () => {
  [app, empty] = await Promise.all([startTestApp(), createTestDatabase({ empty: true })]);
});
afterAll(async () => {
  await app.close();
  await empty.drop();
});

it('is what the entities say: migration:generate would find nothing to do', async () => {
  const { DataSource } = await import('typeorm');
  const { upQueries } = await app.app.get(DataSource).driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

it('lists its migrations in the order in which they run', () => {
  const times = MIGRATIONS.map(({ name }) => Number(/\d+$/.exec(name)?.[0]));
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

it('is built by any number of processes at once, each migration once', async () => {
  const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(empty.url, MIGRATIONS)));
  expect(applied.flat()).toHaveLength(MIGRATIONS.length);
});

it('can be reverted and applied again', async () => {
  const own = await createTestDatabase();
  const source = await createDataSource({ migrations: MIGRATIONS, url: own.url, poolSize: 1 }).initialize();
  for (let left = MIGRATIONS.length; left > 0; left--) await source.undoLastMigration();
  const left = await source.query<{ name: string }[]>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
  );
  expect(left).toEqual([]);
  expect(await source.runMigrations()).toHaveLength(MIGRATIONS.length);
  await source.destroy();
  await own.drop();
});

it('makes ids that sort by creation time', async () => {
  const source = await createDataSource({
    migrations: MIGRATIONS,
    url: app.config.databaseUrl ?? '',
    poolSize: 1,
  }).initialize();
  const rows = await source.query<{ id: string }[]>('SELECT new_id() AS id FROM generate_series(1, 2000)');
  const ids = rows.map(({ id }) => id);
  expect([...ids].sort()).toEqual(ids);
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  await source.destroy();
});
