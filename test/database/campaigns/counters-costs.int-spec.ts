import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { CampaignStatsDto } from '../../../src/campaigns/api/campaign-stats.dto.js';
import { CampaignStats } from '../../../src/campaigns/statistics/campaign-stats.service.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { Database } from '../../../src/platform/database/database.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { makeCampaign, makeOrganization } from './counters-campaigns.js';

let test: TestDatabase;
let db: DataSource;
let organization: string;
let campaign: string;
beforeAll(async () => {
  test = await createTestDatabase();
  db = await createDataSource({ url: test.url, poolSize: 4 }).initialize();
  organization = await makeOrganization(db);
});
afterAll(async () => {
  await db.destroy();
  await test.drop();
});
beforeEach(async () => {
  campaign = await makeCampaign(db, organization);
  await messages(5);
});

/** Messages of the campaign whose price nobody has told yet. */
async function messages(count: number, purpose = 'campaign'): Promise<void> {
  await db.query(
    `INSERT INTO whatsapp_messages (organization_id, direction, purpose, campaign_id, type, status, created_at)
     SELECT $1, 'out', $2, $3, 'template', 'sending', '2025-01-15T09:00:00Z' FROM generate_series(1, $4)`,
    [organization, purpose, campaign, count],
  );
}
/** Meta tells the price of so many of them that have none. */
async function price(count: number, category: string, billable: boolean): Promise<void> {
  await db.query(
    `UPDATE whatsapp_messages SET status = 'sent', pricing_category = $2, pricing_type = 'regular', is_billable = $3
      WHERE id IN (SELECT id FROM whatsapp_messages WHERE campaign_id = $1 AND is_billable IS NULL LIMIT $4)`,
    [campaign, category, billable, count],
  );
}
const cost = async () =>
  CampaignStatsDto.of(await new CampaignStats(new Database(db)).whatsappStats(organization, campaign)).cost;

describe('the cost of a campaign', () => {
  it('is left out until Meta has told of a price', async () => {
    expect(await cost()).toBeUndefined();
  });

  it('counts what is billed and what is not, by category', async () => {
    await price(2, 'marketing', true);
    await price(1, 'marketing', false);
    await price(1, 'marketing_lite', true);
    expect(await cost()).toEqual({
      billable: 3,
      free: 1,
      lines: [
        { category: 'marketing', type: 'regular', billable: 2, free: 1 },
        { category: 'marketing_lite', type: 'regular', billable: 1, free: 0 },
      ],
    });
  });

  it('counts nothing twice, and follows a price that changes', async () => {
    await price(1, 'marketing', true);
    await db.query(`UPDATE whatsapp_messages SET status = 'read', is_billable = is_billable`);
    expect(await cost()).toMatchObject({ billable: 1, free: 0 });
    await db.query(
      `UPDATE whatsapp_messages SET is_billable = false WHERE is_billable AND campaign_id = $1`,
      [campaign],
    );
    expect(await cost()).toMatchObject({ billable: 0, free: 1 });
  });

  it('leaves tests out, keeps what was deleted for its age, and survives a campaign that is gone', async () => {
    await price(5, 'marketing', true);
    await messages(2, 'test');
    await price(2, 'marketing', true);
    await db.query('DELETE FROM whatsapp_messages WHERE campaign_id = $1', [campaign]);
    expect(await cost()).toMatchObject({ billable: 5 });
    const gone = randomUUID();
    await messages(1);
    await db.query('UPDATE whatsapp_messages SET campaign_id = $2 WHERE campaign_id = $1', [campaign, gone]);
    await db.query('UPDATE whatsapp_messages SET is_billable = true WHERE campaign_id = $1', [gone]);
    expect(await cost()).toMatchObject({ billable: 5 });
  });

  it('is right when two batches tell at the same time', async () => {
    await messages(200);
    const rows = await db.query<{ id: string }[]>('SELECT id FROM whatsapp_messages WHERE campaign_id = $1', [
      campaign,
    ]);
    const ids = rows.map(({ id }) => id);
    const tell = (some: string[]) =>
      db.query(
        `UPDATE whatsapp_messages SET pricing_category = 'utility', pricing_type = 'regular', is_billable = true
          WHERE id = ANY($1)`,
        [some],
      );
    await Promise.all([0, 1, 2, 3].map((part) => tell(ids.filter((_, place) => place % 4 === part))));
    expect(await cost()).toMatchObject({ billable: 205 });
  });
});
