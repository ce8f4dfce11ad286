import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { makeCampaign, makeOrganization, makeRecipients, START } from './counters-campaigns.js';

let test: TestDatabase;
let db: DataSource;
let campaign: string;
beforeAll(async () => {
  test = await createTestDatabase();
  db = await createDataSource({ url: test.url, poolSize: 2 }).initialize();
  const organization = await makeOrganization(db);
  campaign = await makeCampaign(db, organization, { status: 'active' });
  await makeRecipients(db, campaign, 10);
  const user = `INSERT INTO user_profiles (organization_id, whatsapp_phone, subscription, created_at, updated_at)
                VALUES ($1, $2, $3, $4, $4)`;
  await db.query(user, [organization, '+14694650000001', 'unsubscribed', START]);
  await db.query(user, [organization, '+14694650000002', 'subscribed', START]);
  // The guide's own statements for what a day of sending does.
  await db.query('UPDATE campaign_recipients SET scheduled_send_date = CURRENT_DATE');
  await db.query(
    `INSERT INTO campaign_send_schedule (
       id, campaign_id, send_date, batch_number, batch_size, messages_remaining, status, created_at, updated_at
     ) VALUES (new_id(), $1, CURRENT_DATE, 1, 10, 10, 'pending', NOW(), NOW())`,
    [campaign],
  );
  const one = (number: number) => `phone_number = '+1469465000000${number}'`;
  await db.query(
    `UPDATE campaign_recipients SET status = 'skipped', failure_reason = 'User unsubscribed' WHERE ${one(1)}`,
  );
  await db.query(
    `UPDATE campaign_recipients SET status = 'sent', whatsapp_message_id = 'wamid.' || phone_number, sent_at = NOW(),
            updated_at = NOW() WHERE right(phone_number, 1)::int BETWEEN 2 AND 5`,
  );
  await db.query(
    `UPDATE campaign_recipients SET status = 'failed', failed_at = NOW(), failure_reason = 'Error message',
            retry_count = retry_count + 1 WHERE ${one(6)}`,
  );
  await db.query(
    `UPDATE campaign_recipients SET status = 'delivered', delivered_at = NOW() WHERE whatsapp_message_id = 'wamid.+14694650000002'`,
  );
  await db.query(
    `UPDATE campaign_recipients SET status = 'read', read_at = NOW() WHERE whatsapp_message_id = 'wamid.+14694650000003'`,
  );
});
afterAll(async () => {
  await db.destroy();
  await test.drop();
});

// The guide's queries, verbatim except for the ids.
const QUERIES: [string, string, unknown[]][] = [
  [
    'Check Campaign Progress',
    `SELECT 
  name,
  status,
  total_target_customers,
  messages_sent,
  messages_pending,
  ROUND(messages_sent::decimal / total_target_customers * 100, 2) as progress_pct
FROM marketing_campaigns
WHERE status = 'active';`,
    [
      {
        name: 'Summer sale',
        status: 'active',
        total_target_customers: 10,
        messages_sent: 4,
        messages_pending: 4,
        progress_pct: '40.00',
      },
    ],
  ],
  [
    "Check Today's Schedule",
    `SELECT 
  c.name,
  s.send_date,
  s.batch_size,
  s.messages_sent,
  s.status
FROM campaign_send_schedule s
JOIN marketing_campaigns c ON s.campaign_id = c.id
WHERE s.send_date = CURRENT_DATE;`,
    [
      {
        name: 'Summer sale',
        send_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        batch_size: 10,
        messages_sent: 4,
        status: 'processing',
      },
    ],
  ],
  [
    'Check Failed Sends',
    `SELECT 
  r.phone_number,
  r.failure_reason,
  r.retry_count,
  r.failed_at
FROM campaign_recipients r
WHERE r.campaign_id = 'your-campaign-id'
AND r.status = 'failed';`,
    [
      {
        phone_number: '+14694650000006',
        failure_reason: 'Error message',
        retry_count: 1,
        failed_at: expect.any(Date),
      },
    ],
  ],
  [
    'Check Unsubscribed Users in Campaign',
    `SELECT 
  r.phone_number,
  r.status,
  u.subscription
FROM campaign_recipients r
JOIN user_profiles u ON r.phone_number = u.whatsapp_phone
WHERE r.campaign_id = 'your-campaign-id'
AND u.subscription = 'unsubscribed';`,
    [{ phone_number: '+14694650000001', status: 'skipped', subscription: 'unsubscribed' }],
  ],
  ['Campaign Not Sending: 1', 'SELECT status FROM marketing_campaigns WHERE id = ?', [{ status: 'active' }]],
  [
    'Campaign Not Sending: 2',
    'SELECT COUNT(*) FROM campaign_recipients WHERE scheduled_send_date = CURRENT_DATE',
    [{ count: 10 }],
  ],
  [
    'Campaign Not Sending: 3',
    "SELECT COUNT(*) FROM campaign_recipients WHERE status = 'pending'",
    [{ count: 4 }],
  ],
  [
    'Recipients Not Added',
    "SELECT COUNT(*) FROM user_profiles WHERE subscription = 'subscribed'",
    [{ count: 1 }],
  ],
  [
    'What the daily run reads',
    `SELECT * FROM campaign_send_schedule
WHERE send_date = CURRENT_DATE
AND status IN ('pending', 'processing')
ORDER BY created_at ASC`,
    [expect.objectContaining({ messages_sent: 4, messages_remaining: 4 })],
  ],
  [
    'Recipients of the daily run',
    `SELECT * FROM campaign_recipients
WHERE campaign_id = ?
AND status = 'pending'
AND scheduled_send_date = CURRENT_DATE
LIMIT 250;`,
    [7, 8, 9, 0].map((n) =>
      expect.objectContaining({ phone_number: expect.stringMatching(new RegExp(`${n}$`)) }),
    ),
  ],
];

it.each(QUERIES)('%s', async (_, query, rows) => {
  const sql = query.replace("'your-campaign-id'", `'${campaign}'`).replace('?', `'${campaign}'`);
  const found = await db.query<unknown[]>(sql);
  expect(found).toHaveLength(rows.length);
  expect(found).toEqual(expect.arrayContaining(rows));
});

it('has the daily row that the guide upserts by hand', async () => {
  const sql = `INSERT INTO campaign_analytics (
    campaign_id, date,
    messages_sent, messages_delivered, messages_read,
    delivery_rate, read_rate
) VALUES (
    '${campaign}', CURRENT_DATE,
    250, 0, 0,
    0.0, 0.0
) ON CONFLICT (campaign_id, date)
DO UPDATE SET messages_sent = campaign_analytics.messages_sent RETURNING messages_sent, messages_delivered, messages_read, delivery_rate, read_rate`;
  const [row] = await db.query<object[]>(sql);
  expect(row).toEqual({
    messages_sent: 4,
    messages_delivered: 2,
    messages_read: 1,
    delivery_rate: '50.00',
    read_rate: '25.00',
  });
});
