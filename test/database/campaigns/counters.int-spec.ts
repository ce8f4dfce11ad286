import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { makeCampaign, makeOrganization, makeRecipients, START } from './counters-campaigns.js';
import { anyChange, apply, DAYS } from './counters-changes.js';
import { counters, recount } from './counters-recount.js';

let database: TestDatabase;
let db: DataSource;
let organization: string;
beforeAll(async () => {
  database = await createTestDatabase();
  db = await createDataSource({ url: database.url, poolSize: 4 }).initialize();
  organization = await makeOrganization(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

async function expectExact(): Promise<void> {
  expect(await counters(db)).toEqual(await recount(db));
}

const ZONES = ['UTC', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/New_York'];

async function makeCampaigns(): Promise<string[]> {
  const ids = await Promise.all(ZONES.map((timeZone) => makeCampaign(db, organization, { timeZone })));
  await db.query(
    `INSERT INTO campaign_send_schedule
            (campaign_id, send_date, batch_size, messages_remaining, created_at, updated_at)
     SELECT id, date, 0, 0, $3, $3 FROM unnest($1::uuid[]) AS id, unnest($2::date[]) AS date`,
    [ids, DAYS.slice(1), START],
  );
  return ids;
}

it('equals a recount after any raw SQL', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange(ZONES.length), { minLength: 1, maxLength: 12 }), async (changes) => {
      await db.query('TRUNCATE marketing_campaigns CASCADE');
      const campaigns = await makeCampaigns();
      for (const change of changes) {
        await apply(db, campaigns, change);
        await expectExact();
      }
    }),
    { numRuns: 60 },
  );
});

it('keeps the rates of every day right', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange(ZONES.length), { minLength: 3, maxLength: 9 }), async (changes) => {
      await db.query('TRUNCATE marketing_campaigns CASCADE');
      const campaigns = await makeCampaigns();
      for (const change of changes) await apply(db, campaigns, change);
      const days = await db.query<Record<string, string | number>[]>('SELECT * FROM campaign_analytics');
      for (const day of days) {
        const off = (rate: string, part: string) =>
          Math.abs(
            Number(day[rate]) - (100 * Number(day[part])) / (Number(day['messages_sent']) || Infinity),
          );
        // numeric rounds the third decimal.
        expect(off('delivery_rate', 'messages_delivered')).toBeLessThan(0.0051);
        expect(off('read_rate', 'messages_read')).toBeLessThan(0.0051);
      }
    }),
    { numRuns: 15 },
  );
});

it('adds up to the total, even with an unknown state', async () => {
  const id = await makeCampaign(db, organization);
  await makeRecipients(db, id, 3);
  await db.query(`UPDATE campaign_recipients SET status = 'mislaid' WHERE campaign_id = $1`, [id]);
  const [row] = await db.query<object[]>(
    'SELECT total_target_customers AS total, messages_pending AS pending FROM marketing_campaigns WHERE id = $1',
    [id],
  );
  expect(row).toEqual({ total: 3, pending: 3 });
  await db.query('DELETE FROM marketing_campaigns WHERE id = $1', [id]);
});

it('takes a batch with few sends and many late deliveries', async () => {
  const id = await makeCampaign(db, organization);
  await makeRecipients(db, id, 101);
  const set = (status: string, numbers: string) =>
    db.query(
      `UPDATE campaign_recipients SET status = ${status}, sent_at = $2
        WHERE campaign_id = $1 AND "right"(phone_number, 7)::int ${numbers}`,
      [id, START],
    );
  await set(`'sent'`, '<= 100');
  await set(`CASE WHEN status = 'sent' THEN 'read' ELSE 'sent' END`, '<= 101');
  await set(`CASE WHEN status = 'sent' THEN 'failed' ELSE 'sent' END`, '<= 101');
  const days = await db.query<object[]>(
    'SELECT messages_sent, messages_delivered, delivery_rate FROM campaign_analytics WHERE campaign_id = $1',
    [id],
  );
  expect(days).toEqual([{ messages_sent: 100, messages_delivered: 0, delivery_rate: '0.00' }]);
  await db.query('DELETE FROM marketing_campaigns WHERE id = $1', [id]);
});
