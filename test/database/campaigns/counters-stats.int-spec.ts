import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { CampaignStatsDto } from '../../../src/campaigns/api/campaign-stats.dto.js';
import type { CampaignStats } from '../../../src/campaigns/statistics/campaign-stats.service.js';
import {
  MarketingBatchDto,
  MarketingDayDto,
  MarketingStatsDto,
} from '../../../src/marketing/marketing-stats.dto.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { makeCampaign, makeOrganization, makeRecipients, START, statsOf } from './counters-campaigns.js';

let test: TestDatabase;
let db: DataSource;
let stats: CampaignStats;
let organization: string;
let campaign: string;
beforeAll(async () => {
  test = await createTestDatabase();
  db = await createDataSource({ url: test.url, poolSize: 4 }).initialize();
  stats = statsOf(db);
  organization = await makeOrganization(db);
});
afterAll(async () => {
  await db.destroy();
  await test.drop();
});

const after = (seconds: number) => new Date(START.getTime() + seconds * 1_000).toISOString();

/** The first `count` pending recipients. */
async function become(status: string, count: number, values: Record<string, string | number>): Promise<void> {
  const set = Object.entries(values).map(([column, value]) => `, ${column} = '${value}'`);
  await db.query(
    `UPDATE campaign_recipients SET status = $3 ${set.join('')}
      WHERE id IN (SELECT id FROM campaign_recipients WHERE campaign_id = $1 AND status = 'pending'
                    ORDER BY phone_number LIMIT $2)`,
    [campaign, count, status],
  );
}

describe('for the campaign of the seed', () => {
  beforeEach(async () => {
    campaign = await makeCampaign(db, organization, { timeZone: 'Asia/Kolkata', status: 'active' });
    await makeRecipients(db, campaign, 110);
    const sent = { sent_at: after(0) };
    await become('sent', 3, sent);
    await become('delivered', 14, { ...sent, delivered_at: after(4) });
    await become('read', 66, { ...sent, delivered_at: after(4), read_at: after(1_800) });
    await become('responded', 12, {
      ...sent,
      delivered_at: after(10),
      read_at: after(60),
      responded_at: after(3_600),
    });
    await become('failed', 4, { failed_at: after(1), error_code: 131026, failure_reason: 'Undeliverable' });
    await become('failed', 1, { failed_at: after(2), failure_reason: 'unconfirmed' });
    await become('opted_out', 2, { error_code: 131050 });
    await become('skipped', 3, { failure_reason: 'User unsubscribed' });
  });

  it('answers the Marketing API with its rates', async () => {
    const answer = MarketingStatsDto.of(await stats.marketingStats(organization, campaign));
    expect(answer).toEqual({
      campaign_id: campaign,
      campaign_name: 'Summer sale',
      status: 'active',
      total_target: 110,
      sent: 95,
      delivered: 92,
      read: 78,
      responded: 12,
      failed: 5,
      skipped: 3,
      opted_out: 2,
      pending: 5,
      progress_percentage: 86.4,
      delivery_rate: 96.8,
      read_rate: 82.1,
      estimated_completion_date: null,
    });
  });

  it('answers the WhatsApp API with its rates, hours, errors, samples and timing', async () => {
    const answer = CampaignStatsDto.of(await stats.whatsappStats(organization, campaign));
    expect(answer.campaign).toMatchObject({ id: campaign, status: 'sending', timeZone: 'Asia/Kolkata' });
    expect(answer.stats).toMatchObject({
      total: 110,
      sent: 95,
      delivered: 92,
      read: 78,
      failed: 5,
      optedOut: 2,
    });
    expect(answer.metrics).toEqual({
      deliveryRate: '96.84%',
      readRate: '84.78%',
      responseRate: '13.04%',
      failureRate: '4.55%',
      clickThroughRate: '0.00%',
    });
    expect(answer.errors).toMatchObject([
      { code: 131026, count: 4, title: 'Message undeliverable', action: 'retry' },
      { code: 131050, count: 2, action: 'opt-out' },
      { code: null, count: 1 },
    ]);
    // 10:00 UTC is half past three in Kolkata, whose hours begin on the half hour of UTC.
    const nothing = { sent: 0, delivered: 0, read: 0, responded: 0, failed: 0 };
    expect(answer.timeline).toEqual([
      {
        ...nothing,
        hour: '2025-01-15T09:30:00.000Z',
        localTime: '2025-01-15T15:00',
        sent: 95,
        delivered: 92,
        read: 12,
        failed: 5,
      },
      {
        ...nothing,
        hour: '2025-01-15T10:30:00.000Z',
        localTime: '2025-01-15T16:00',
        read: 66,
        responded: 12,
      },
    ]);
    expect(answer.sampleFailures).toHaveLength(5);
    expect(answer.sampleFailures[0]).toMatchObject({
      reason: 'unconfirmed',
      errorCode: null,
      failedAt: after(2),
    });
    expect(answer.sampleFailures[1]).toMatchObject({
      phoneNumber: expect.stringMatching(/^\+1469465\d{7}$/),
      errorCode: 131026,
    });
    expect(answer.timing).toEqual({
      averageSecondsToDelivered: 4.8,
      averageSecondsToRead: 1532.3,
      averageSecondsToResponse: 3600,
    });
    expect(answer.clicks).toEqual({ recipients: 0, links: [], buttons: [] });
    await db.query(
      `UPDATE campaign_recipients SET clicked_at = $2 WHERE campaign_id = $1 AND status = 'responded'`,
      [campaign, after(70)],
    );
    const clicked = CampaignStatsDto.of(await stats.whatsappStats(organization, campaign));
    expect(clicked.clicks.recipients).toBe(12);
  });

  it('counts messages on the day they were sent, however late they arrive', async () => {
    const late = after(86_400);
    await become('delivered', 1, { sent_at: after(0), delivered_at: late });
    await become('sent', 1, { sent_at: late });
    const days = (await stats.analytics(organization, campaign)).map((day) => MarketingDayDto.of(day));
    expect(days).toEqual([
      {
        date: '2025-01-15',
        messages_sent: 96,
        messages_delivered: 93,
        messages_read: 78,
        messages_responded: 12,
        messages_failed: 5,
        delivery_rate: 96.9,
        read_rate: 81.3,
      },
      expect.objectContaining({
        date: '2025-01-16',
        messages_sent: 1,
        messages_delivered: 0,
        delivery_rate: 0,
      }),
    ]);
  });
});

it('shows the schedule day by day', async () => {
  campaign = await makeCampaign(db, organization);
  for (const [day, size] of [
    ['2025-01-16', 1],
    ['2025-01-15', 2],
  ] as const) {
    await db.query(
      `INSERT INTO campaign_send_schedule (campaign_id, send_date, batch_size, messages_remaining, created_at, updated_at)
       VALUES ($1, $2, $3, $3, $4, $4)`,
      [campaign, day, size, START],
    );
  }
  const batches = (await stats.schedule(organization, campaign)).map((batch) => MarketingBatchDto.of(batch));
  const batch = { batch_number: 1, messages_sent: 0, status: 'pending' };
  expect(batches).toEqual([
    { ...batch, send_date: '2025-01-15', batch_size: 2, messages_remaining: 2 },
    { ...batch, send_date: '2025-01-16', batch_size: 1, messages_remaining: 1 },
  ]);
});

it('reports rates of 0 for a campaign without recipients', async () => {
  campaign = await makeCampaign(db, organization);
  const answer = CampaignStatsDto.of(await stats.whatsappStats(organization, campaign));
  expect(answer.metrics).toEqual({
    deliveryRate: '0.00%',
    readRate: '0.00%',
    responseRate: '0.00%',
    failureRate: '0.00%',
    clickThroughRate: '0.00%',
  });
  expect(answer.timing.averageSecondsToRead).toBeNull();
  const { progress_percentage, delivery_rate, read_rate } = MarketingStatsDto.of(
    await stats.marketingStats(organization, campaign),
  );
  expect([progress_percentage, delivery_rate, read_rate]).toEqual([0, 0, 0]);
});

it.each(['marketingStats', 'whatsappStats', 'analytics', 'schedule'] as const)(
  'does not find campaigns of other organizations: %s',
  async (what) => {
    campaign = await makeCampaign(db, organization);
    await expect(stats[what](randomUUID(), campaign)).rejects.toMatchObject({
      kind: 'not-found',
      code: 'campaign_not_found',
    });
  },
);
