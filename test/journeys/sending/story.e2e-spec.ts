import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Engine, MARKETING, numbers, startEngine } from '../../support/engine.js';
import { until } from '../../support/until.js';

// The clock jumps from day to day: the shop's day begins with the daily run, at nine.
const DAYS = 40;
const A_DAY = 250;

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2025-01-14T12:00:00Z');
});
afterAll(async () => {
  await engine.close();
});

interface Stats {
  status: string;
  sent: number;
}

it('sends to 10,000 customers, 250 a day for 40 days, none twice, with two unsubscribing on the way', async () => {
  const { api } = engine.app;
  const phone_numbers = numbers(DAYS * A_DAY);
  const { body: created } = await api.post(MARKETING, {
    name: 'Summer Sale 2025',
    template_name: 'summer_sale_promo',
    language_code: 'en_US',
    daily_send_limit: A_DAY,
    template_components: [
      {
        type: 'header',
        parameters: [{ type: 'image', image: { link: 'https://example.com/sale-banner.jpg' } }],
      },
      { type: 'body', parameters: [{ type: 'text', text: '30%' }] },
    ],
  });
  const id: string = created.id;
  await api.post(`${MARKETING}/${id}/recipients`, { phone_numbers });
  const activated = await api.post(`${MARKETING}/${id}/activate?start_date=2025-01-15`);
  expect(activated.body).toMatchObject({
    estimated_days: DAYS,
    estimated_completion_date: '2025-02-23',
    daily_limit: A_DAY,
  });

  let expected = 0;
  for (let day = 1; day <= DAYS; day++) {
    if (day === 20) {
      // One writes STOP, one is unsubscribed in the database; they are due on days 30 and 31.
      await unsubscribe(phone_numbers[29 * A_DAY + 7] ?? '', phone_numbers[30 * A_DAY + 11] ?? '');
    }
    await engine.moveTo(new Date(Date.UTC(2025, 0, 14 + day, 9)).toISOString());
    expected += day === 30 || day === 31 ? A_DAY - 1 : A_DAY;
    const isLast = day === DAYS;
    await until(
      async () => (await api.get<Stats>(`${MARKETING}/${id}/stats`)).body,
      ({ sent, status }) => sent === expected && (status === 'completed') === isLast,
      { within: 30_000 },
    );
  }
  await engine.toldAll();

  // One more than the campaign sent: the customer who wrote STOP got a confirmation.
  const received = await engine.received();
  expect(received).toMatchObject({ accepted: 9_999, numbers: 9_999, maxPerNumber: 1, repeated: 0 });
  const { body: stats } = await api.get(`${MARKETING}/${id}/stats`);
  expect(stats).toMatchObject({
    status: 'completed',
    total_target: 10_000,
    sent: 9_998,
    delivered: 9_998,
    read: 9_998,
    failed: 0,
    pending: 0,
    skipped: 2,
    delivery_rate: 100,
    read_rate: 100,
    progress_percentage: 100,
  });
  const days = await engine.sql<{ day: string; n: number }>(
    `SELECT (sent_at AT TIME ZONE 'UTC')::date::text AS day, count(*)::int AS n
       FROM campaign_recipients WHERE campaign_id = $1 AND sent_at IS NOT NULL GROUP BY 1 ORDER BY 1`,
    [id],
  );
  expect(days).toHaveLength(DAYS);
  expect(days.filter(({ n }) => n !== A_DAY)).toEqual([
    { day: '2025-02-13', n: 249 },
    { day: '2025-02-14', n: 249 },
  ]);
  const skipped = await engine.sql(
    `SELECT phone_number, failure_reason FROM campaign_recipients
      WHERE campaign_id = $1 AND status = 'skipped' ORDER BY id`,
    [id],
  );
  expect(skipped).toEqual([
    { phone_number: phone_numbers[29 * A_DAY + 7], failure_reason: 'User unsubscribed' },
    { phone_number: phone_numbers[30 * A_DAY + 11], failure_reason: 'User unsubscribed' },
  ]);
  const analytics = await api.get(`${MARKETING}/${id}/analytics`);
  expect(analytics.body).toHaveLength(DAYS);
}, 240_000);

async function unsubscribe(byWord: string, bySql: string): Promise<void> {
  await fetch(`${engine.meta.url}/simulator/inbound`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: byWord, text: 'STOP' }),
  });
  const { body: customer } = await engine.app.api.post('/api/whatsapp/customers', { phoneNumber: bySql });
  await engine.sql(`UPDATE user_profiles SET subscription = 'unsubscribed' WHERE id = $1`, [customer.id]);
  await until(
    () =>
      engine.sql<{ subscription: string }>(
        `SELECT subscription FROM user_profiles WHERE whatsapp_phone = ANY($1)`,
        [[byWord, bySql]],
      ),
    (rows) => rows.length === 2 && rows.every(({ subscription }) => subscription === 'unsubscribed'),
  );
  // The confirmation is sent within the day, or not at all.
  await until(
    () => engine.sql<{ state: string }>('SELECT state FROM message_outbox'),
    ([confirmation]) => confirmation?.state === 'done',
  );
}
