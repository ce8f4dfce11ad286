import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Months1764000660000 } from '../../../migrations/1764000660000-months.js';
import { MIGRATIONS } from '../../../migrations/all.js';
import { AuditRetention } from '../../../src/access/audit/audit-retention.service.js';
import { ProductImportRetention } from '../../../src/catalog/files/product-import-retention.service.js';
import { ImportRetention } from '../../../src/customers/files/import-retention.service.js';
import { MessageRetention } from '../../../src/messages/log/message-retention.service.js';
import { OutboxRetention } from '../../../src/messages/outbox/outbox-retention.service.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { Database } from '../../../src/platform/database/database.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const DAY_MS = 86_400_000;
const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);
/** An id as it was made at that time. */
const idAt = (at: Date): string => {
  const time = at.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
};
const month = (at: Date): string => `audit_log_${at.toISOString().slice(0, 7).replace('-', '_')}`;
/** The first day of the month that many months from now. */
const monthsAhead = (months: number): Date => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
};

const note = (db: DataSource, at: Date, organization: string = randomUUID()) =>
  db.query(
    `INSERT INTO audit_log (id, organization_id, action, request_id, at) VALUES ($1, $2, 'POST /x', 'r', $3)`,
    [idAt(at), organization, at],
  );
const placesOf = (db: DataSource, organization: string): Promise<{ place: string }[]> =>
  db.query(`SELECT tableoid::regclass::text AS place FROM audit_log WHERE organization_id = $1 ORDER BY id`, [
    organization,
  ]);

describe('the audit log by month', () => {
  let database: TestDatabase;
  let db: DataSource;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = await createDataSource({ migrations: MIGRATIONS, url: database.url, poolSize: 2 }).initialize();
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  it('keeps every entry of an existing log, which becomes its first month, and takes entries meanwhile', async () => {
    await db.query('DELETE FROM audit_log');
    const since = MIGRATIONS.length - MIGRATIONS.indexOf(Months1764000660000);
    for (let n = 0; n < since; n++) await db.undoLastMigration();
    const organization = randomUUID();
    for (const days of [800, 40, 1, 0]) await note(db, daysAgo(days), organization);
    const before = await db.query('SELECT * FROM audit_log ORDER BY id');

    // One migration at a time, as the transactions of an upgrade that is interrupted after each of them.
    for (const last of MIGRATIONS.slice(-since)) {
      const upTo = MIGRATIONS.slice(0, MIGRATIONS.indexOf(last) + 1);
      const step = await createDataSource({ migrations: upTo, url: database.url, poolSize: 1 }).initialize();
      expect(await step.runMigrations({ transaction: 'each' })).toHaveLength(1);
      await step.destroy();
      await note(db, new Date(), organization);
    }
    const after: { id: string }[] = await db.query('SELECT * FROM audit_log ORDER BY id');
    const named = (row: object) => Object.fromEntries(Object.entries(row).sort());
    expect(after.slice(0, 4).map(named)).toEqual(before.map(named));
    expect(after).toHaveLength(4 + since);
    const places = new Set((await placesOf(db, organization)).map(({ place }) => place));
    // To the end of the next month, so that no entry was refused during the upgrade.
    expect([...places]).toEqual([month(monthsAhead(1))]);
  });

  it('has a month for every id of the next three, and a place for what no month takes', async () => {
    const organization = randomUUID();
    for (const at of [monthsAhead(2), monthsAhead(3), monthsAhead(30)]) await note(db, at, organization);
    expect(await placesOf(db, organization)).toEqual([
      { place: month(monthsAhead(2)) },
      { place: month(monthsAhead(3)) },
      { place: 'audit_log_other' },
    ]);
  });

  it('adds months once, also from several workers, and moves entries that came before their month', async () => {
    const organization = randomUUID();
    await note(db, monthsAhead(5), organization);
    await Promise.all([1, 2].map(() => db.query(`SELECT add_months('audit_log', 6)`)));
    expect(await placesOf(db, organization)).toEqual([{ place: month(monthsAhead(5)) }]);
  });
});

describe('what only grows has an end', () => {
  let app: TestApp;
  let db: DataSource;
  let organization: string;
  beforeAll(async () => {
    app = await startTestApp();
    db = app.app.get(Database).dataSource;
    const [row] = await db.query<{ id: string }[]>('SELECT id FROM organizations');
    organization = row?.id ?? '';
  });
  afterAll(async () => {
    await app.close();
  });

  it('months of the audit log go when all of them is older than AUDIT_RETENTION_DAYS, the current one never', async () => {
    const stranger = randomUUID();
    await note(db, daysAgo(3_000), stranger);
    await note(db, new Date(), stranger);
    const retention = app.app.get(AuditRetention);
    expect(await retention.run()).toBe(0);
    expect(await placesOf(db, stranger)).toHaveLength(2);
    // As if it were far later: the months up to now go by their age, but requests are written to the current one.
    await db.query(`SELECT drop_months('audit_log', now() + interval '10 years')`);
    expect((await app.api.get('/api/audit')).status).toBe(200);
    expect((await app.api.post('/api/keys', { name: 'k', scopes: [] })).status).toBe(201);
  });

  it('a month that is over goes with its entries', async () => {
    await db.query(`CREATE TABLE log_of_test (id uuid PRIMARY KEY) PARTITION BY RANGE (id)`);
    await db.query(`
      CREATE TABLE log_of_test_2020_02 PARTITION OF log_of_test FOR VALUES FROM (MINVALUE) TO (first_id_at('2020-03-01Z'));
      CREATE TABLE log_of_test_2020_03 PARTITION OF log_of_test
        FOR VALUES FROM (first_id_at('2020-03-01Z')) TO (first_id_at('2020-04-01Z'))`);
    for (const at of ['2020-02-29T23:59:59.999Z', '2020-03-01T00:00:00Z'])
      await db.query('INSERT INTO log_of_test VALUES ($1)', [idAt(new Date(at))]);
    const dropUntil = async (at: string): Promise<number> => {
      const [row] = await db.query<{ n: number }[]>(`SELECT drop_months('log_of_test', $1) AS n`, [at]);
      return row?.n ?? -1;
    };
    expect(await dropUntil('2020-02-29T23:59:59Z')).toBe(0);
    expect(await dropUntil('2020-03-01T00:00:00Z')).toBe(1);
    expect(await db.query('SELECT tableoid::regclass::text AS place FROM log_of_test')).toEqual([
      { place: 'log_of_test_2020_03' },
    ]);
    await db.query('DROP TABLE log_of_test');
  });

  it('messages go after MESSAGE_RETENTION_DAYS, in as many bites as it takes', async () => {
    const write = (count: number, at: Date) =>
      db.query(
        `INSERT INTO whatsapp_messages (id, organization_id, direction, purpose, type, status, created_at)
         SELECT first_id_at($2::timestamptz + n * interval '1 millisecond'), $3, 'out', 'campaign', 'template', 'read', $2
           FROM generate_series(1, $1::int) AS n`,
        [count, at, organization],
      );
    await write(4_100, daysAgo(731));
    await write(3, daysAgo(729));
    expect(await app.app.get(MessageRetention).run()).toBe(4_100);
    expect(await db.query('SELECT count(*)::int AS n FROM whatsapp_messages')).toEqual([{ n: 3 }]);
  });

  it('the outbox keeps what waits, and what is finished for as long as someone could write it again', async () => {
    const { body } = await app.api.post<{ id: string }>('/api/whatsapp/senders', {
      ...{ name: 'x', phoneNumberId: '4711', accessToken: 'token' },
    });
    const write = (state: string, expiredFor: number) =>
      db.query(
        `INSERT INTO message_outbox (id, organization_id, sender_id, purpose, dedupe_key, payload, state, due_at,
                                     expires_at, created_at)
         VALUES ($1, $2, $3, 'consent', $4, '{}', $5, $6, $6, $6)`,
        [idAt(daysAgo(expiredFor)), organization, body.id, randomUUID(), state, daysAgo(expiredFor)],
      );
    const kept = async (): Promise<string[]> =>
      (await db.query<{ state: string }[]>('SELECT state FROM message_outbox ORDER BY id')).map(
        ({ state }) => state,
      );
    for (const state of ['done', 'failed', 'expired', 'skipped', 'waiting', 'sending'])
      await write(state, 15);
    await write('done', 13);
    expect(await app.app.get(OutboxRetention).run()).toBe(4);
    expect((await kept()).filter((state) => state === 'done')).toHaveLength(1);
    await db.query('DELETE FROM message_outbox');
  });

  it('imports go after IMPORT_RETENTION_DAYS, with their errors, also those that never ended', async () => {
    const { status, body: catalog } = await app.api.post('/api/whatsapp/catalogs', { name: 'Shop' });
    expect({ status, catalog }).toMatchObject({ status: 201 });
    const importOf = async (table: string, state: string, days: number): Promise<void> => {
      const id = idAt(daysAgo(days));
      const isProducts = table === 'product_imports';
      await db.query(
        `INSERT INTO ${table} (id, organization_id, status, started_at, progress_at${isProducts ? ', catalog_id, mode, stock' : ''})
         VALUES ($1, $2, $3, $4, $4${isProducts ? `, '${catalog.id}', 'merge', 'keep'` : ''})`,
        [id, organization, state, daysAgo(days)],
      );
      const errors = table.replace('imports', 'import_errors');
      await db.query(`INSERT INTO ${errors} (import_id, line, field, message) VALUES ($1, 2, 'phone', 'x')`, [
        id,
      ]);
    };
    for (const table of ['customer_imports', 'product_imports']) {
      for (let n = 0; n < 12; n++) await importOf(table, n % 2 === 0 ? 'completed' : 'running', 31);
      await importOf(table, 'completed', 29);
    }
    expect(await app.app.get(ImportRetention).run()).toBe(12);
    expect(await app.app.get(ProductImportRetention).run()).toBe(12);
    for (const table of ['customer_import_errors', 'product_import_errors'])
      expect(await db.query(`SELECT count(*)::int AS n FROM ${table}`)).toEqual([{ n: 1 }]);
  });
});
