import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/all.js';
import { CampaignDesk1764000775000 } from '../../../migrations/1764000775000-campaign-desk.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  source = await createDataSource({ migrations: MIGRATIONS, url: database.url, poolSize: 1 }).initialize();
  const since = MIGRATIONS.length - MIGRATIONS.indexOf(CampaignDesk1764000775000);
  for (let n = 0; n < since; n++) await source.undoLastMigration();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

it('fills what the console searches by, and has the people of scheduled campaigns chosen', async () => {
  const organizationId = randomUUID();
  await source.query(`INSERT INTO organizations (id, name, created_at) VALUES ($1, 'x', now())`, [
    organizationId,
  ]);
  const campaigns = [
    ['scheduled', 'all', true],
    ['scheduled', 'segment', true],
    ['scheduled', 'responders', true],
    ['scheduled', 'manual', false],
    ['draft', 'all', false],
    ['active', 'all', false],
  ] as const;
  for (const [status, target] of campaigns) {
    const name = `${status} ${target}`;
    await source.query(
      `INSERT INTO marketing_campaigns
         (organization_id, name, template_name, target_type, status, status_changed_at, created_at, updated_at)
       VALUES ($1, $2, 'x', $3, $4, now(), now(), now())`,
      [organizationId, name, target, status],
    );
    await source.query(
      `INSERT INTO campaign_recipients (campaign_id, phone_number, name, created_at, updated_at)
       SELECT c.id, '+91900000000' || n, CASE WHEN n < 3 THEN 'Ravi Shah' END, now(), now()
         FROM marketing_campaigns c, generate_series(1, 3) AS n WHERE c.name = $1`,
      [name],
    );
  }
  await source.runMigrations({ transaction: 'each' });

  const chosen = await source.query<{ name: string; chosen: boolean; n: number }[]>(
    `SELECT c.name, r.is_chosen AS chosen, count(*)::int AS n
       FROM campaign_recipients r JOIN marketing_campaigns c ON c.id = r.campaign_id
      GROUP BY c.id, r.is_chosen ORDER BY c.id`,
  );
  expect(chosen).toEqual(
    campaigns.map(([status, target, isChosen]) => ({ name: `${status} ${target}`, chosen: isChosen, n: 3 })),
  );
  const counted = await source.query(
    'SELECT DISTINCT total_target_customers AS total, messages_pending AS pending FROM marketing_campaigns',
  );
  expect(counted).toEqual([{ total: 3, pending: 3 }]);
  // Each campaign in a transaction of its own.
  const [words] = await source.query<object[]>(
    `SELECT count(*)::int AS rows, count(DISTINCT xmin::text)::int AS transactions,
            min(cardinality(recipients)) AS fewest, max(cardinality(recipients)) AS most FROM recipient_words`,
  );
  expect(words).toEqual({ rows: 12, transactions: 6, fewest: 2, most: 2 });
});
