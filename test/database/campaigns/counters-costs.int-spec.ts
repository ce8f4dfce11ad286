import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { CampaignStatsDto } from '../../../src/campaigns/api/campaign-stats.dto.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { makeCampaign, makeOrganization, statsOf } from './counters-campaigns.js';

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

/** Messages of the campaign without a price. */
async function messages(count: number, purpose = 'campaign'): Promise<void> {
  await db.query(
    `INSERT INTO whatsapp_messages (organization_id, direction, purpose, campaign_id, type, status, created_at)
     SELECT $1, 'out', $2, $3, 'template', 'sending', '2025-01-15T09:00:00Z' FROM generate_series(1, $4)`,
    [organization, purpose, campaign, count],
  );
}
/** Meta reports the price of `count` messages that have none. */
async function price(count: number, category: string, billable: boolean): Promise<void> {
  await db.query(
    `UPDATE whatsapp_messages SET status = 'delivered', pricing_category = $2, pricing_type = 'regular', is_billable = $3
      WHERE id IN (SELECT id FROM whatsapp_messages WHERE campaign_id = $1 AND is_billable IS NULL LIMIT $4)`,
    [campaign, category, billable, count],
  );
}
const cost = async () => CampaignStatsDto.of(await statsOf(db).whatsappStats(organization, campaign)).cost;

describe('the cost of a campaign', () => {
  it('is omitted until Meta reports a price', async () => {
    expect(await cost()).toBeUndefined();
  });

  it('counts billed and unbilled messages by category', async () => {
    await price(2, 'marketing', true);
    await price(1, 'marketing', false);
    await price(1, 'marketing_lite', true);
    expect(await cost()).toMatchObject({
      ...{ amount: null, because: 'no_rate_card', estimated: true },
      billable: 3,
      free: 1,
      unknown: 0,
      lines: [
        { category: 'marketing', type: 'regular', billable: 2, free: 1, unknown: 0 },
        { category: 'marketing_lite', type: 'regular', billable: 1, free: 0, unknown: 0 },
      ],
    });
  });

  it('counts a message once it arrives, whenever its price was reported', async () => {
    const set = (assignments: string) =>
      db.query(`UPDATE whatsapp_messages SET ${assignments} WHERE campaign_id = $1`, [campaign]);
    await set(
      `status = 'sent', is_billable = true, pricing_category = 'marketing', pricing_type = 'regular'`,
    );
    expect(await cost()).toBeUndefined();
    await set(`status = 'delivered'`);
    expect(await cost()).toMatchObject({ billable: 5 });
    await set(`status = 'read'`);
    expect(await cost()).toMatchObject({ billable: 5, lines: [{ billable: 5 }] });
  });

  it('counts nothing for messages that never arrive', async () => {
    await db.query(
      `UPDATE whatsapp_messages SET status = 'failed', is_billable = true, pricing_type = 'regular'
        WHERE campaign_id = $1`,
      [campaign],
    );
    expect(await cost()).toBeUndefined();
  });

  it.each([
    ['regular', { billable: 5, free: 0, unknown: 0 }],
    ['free_customer_service', { billable: 0, free: 5, unknown: 0 }],
    [null, { billable: 0, free: 0, unknown: 5 }],
  ])('judges by the type %s when Meta does not say whether it bills', async (type, expected) => {
    await db.query(
      `UPDATE whatsapp_messages SET status = 'delivered', pricing_category = 'utility', pricing_type = $2
        WHERE campaign_id = $1`,
      [campaign, type],
    );
    expect(await cost()).toMatchObject(expected);
  });

  it('counts nothing twice, and follows a changed price', async () => {
    await price(1, 'marketing', true);
    await db.query(`UPDATE whatsapp_messages SET status = 'read', is_billable = is_billable`);
    expect(await cost()).toMatchObject({ billable: 1, free: 0 });
    await db.query(
      `UPDATE whatsapp_messages SET is_billable = false WHERE is_billable AND campaign_id = $1`,
      [campaign],
    );
    expect(await cost()).toMatchObject({ billable: 0, free: 1 });
  });

  it('skips test messages, keeps the cost of expired messages, and tolerates a deleted campaign', async () => {
    await price(5, 'marketing', true);
    await messages(2, 'test');
    await price(2, 'marketing', true);
    await db.query('DELETE FROM whatsapp_messages WHERE campaign_id = $1', [campaign]);
    expect(await cost()).toMatchObject({ billable: 5 });
    const gone = randomUUID();
    await messages(1);
    await db.query('UPDATE whatsapp_messages SET campaign_id = $2 WHERE campaign_id = $1', [campaign, gone]);
    await db.query(
      "UPDATE whatsapp_messages SET is_billable = true, status = 'read' WHERE campaign_id = $1",
      [gone],
    );
    expect(await cost()).toMatchObject({ billable: 5 });
  });

  it('is right when two batches report at the same time', async () => {
    await messages(200);
    const rows = await db.query<{ id: string }[]>('SELECT id FROM whatsapp_messages WHERE campaign_id = $1', [
      campaign,
    ]);
    const ids = rows.map(({ id }) => id);
    const tell = (some: string[]) =>
      db.query(
        `UPDATE whatsapp_messages SET status = 'delivered', pricing_category = 'utility', pricing_type = 'regular',
                is_billable = true
          WHERE id = ANY($1)`,
        [some],
      );
    await Promise.all([0, 1, 2, 3].map((part) => tell(ids.filter((_, place) => place % 4 === part))));
    expect(await cost()).toMatchObject({ billable: 205 });
  });
});
