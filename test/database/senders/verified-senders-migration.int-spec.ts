import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/all.js';
import { VerifiedSenders1764000560000 } from '../../../migrations/1764000560000-verified-senders.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  source = await createDataSource({ migrations: MIGRATIONS, url: database.url, poolSize: 1 }).initialize();
  const since = MIGRATIONS.length - MIGRATIONS.indexOf(VerifiedSenders1764000560000);
  for (let n = 0; n < since; n++) await source.undoLastMigration();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

it('keeps synced senders verified, but not the claims of several organizations to one account', async () => {
  const organizations = [randomUUID(), randomUUID()];
  for (const id of organizations)
    await source.query(`INSERT INTO organizations (id, name, created_at) VALUES ($1, 'x', now())`, [id]);
  const [one, other] = organizations;
  const sender = async (
    owner: string | undefined,
    number: string,
    account: string | null,
    isSynced: boolean,
  ) =>
    source.query(
      `INSERT INTO senders (organization_id, name, phone_number_id, business_account_id, access_token_encrypted,
                            synced_at, created_at, updated_at)
       VALUES ($1, 'x', $2, $3, 'x', $4, now(), now())`,
      [owner, number, account, isSynced ? '2026-01-01T00:00:00Z' : null],
    );
  await sender(one, '1', 'own', true);
  await sender(one, '2', 'own', true);
  await sender(one, '3', null, true);
  await sender(one, '4', 'own', false);
  await sender(one, '5', 'claimed', true);
  await sender(other, '6', 'claimed', true);

  await source.runMigrations();
  const rows = await source.query<{ number: string }[]>(
    `SELECT phone_number_id AS number FROM senders WHERE verified_at = '2026-01-01T00:00:00Z' ORDER BY 1`,
  );
  expect(rows.map(({ number }) => number)).toEqual(['1', '2', '3']);
  // Another organization may name an unverified number, not a verified one.
  await sender(other, '4', null, false);
  await sender(other, '1', null, false);
  await expect(
    source.query(`UPDATE senders SET verified_at = now() WHERE phone_number_id = '1'`),
  ).rejects.toThrow('senders_phone_number_idx');
  await expect(sender(other, '1', null, false)).rejects.toThrow('senders_organization_number_idx');
});
