import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { numbers } from '../../support/engine.js';
import { ADMIN_KEY, newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { until } from '../../support/until.js';

let meta: TestMeta;
let app: TestApp;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, CLOCK: '2025-01-10T10:00:00Z' } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

const MARKETING = '/api/marketing/campaigns';
const WHATSAPP = '/api/whatsapp/campaigns';
const query = <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  app.app.get(Database).manager.query<T[]>(text, values);

async function campaign(more: object = {}, api = app.api): Promise<string> {
  const { status, body } = await api.post(MARKETING, {
    name: 'New Year Sale',
    template_name: 'new_year_promo',
    ...more,
  });
  expect(status).toBe(201);
  return body.id;
}
async function withRecipients(count: number, more: object = {}, api = app.api): Promise<string> {
  const id = await campaign(more, api);
  const { status } = await api.post(`${MARKETING}/${id}/recipients`, { phone_numbers: numbers(count) });
  expect(status).toBe(200);
  return id;
}
const activate = (id: string, day: string, api = app.api) =>
  api.post(`${MARKETING}/${id}/activate?start_date=${day}`);

describe('10,000 recipients at 250 a day', () => {
  it('are planned over 40 days, as in the guide', async () => {
    const created = await app.api.post(MARKETING, {
      name: 'Summer Sale 2025',
      description: 'Promotional campaign for summer sale',
      template_name: 'summer_sale_promo',
      language_code: 'en_US',
      daily_send_limit: 250,
      priority: 5,
      target_audience: { customer_tier: 'premium', city: 'New York', tags: ['fashion', 'accessories'] },
      template_components: [
        {
          type: 'header',
          parameters: [{ type: 'image', image: { link: 'https://example.com/sale-banner.jpg' } }],
        },
        { type: 'body', parameters: [{ type: 'text', text: '30%' }] },
      ],
    });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: created.body.id,
      name: 'Summer Sale 2025',
      status: 'draft',
      template_name: 'summer_sale_promo',
      message: "Campaign 'Summer Sale 2025' created successfully",
    });
    const { id } = created.body;
    const phone_numbers = numbers(10_000);

    const first = await app.api.post(`${MARKETING}/${id}/recipients`, { phone_numbers });
    expect(first.body).toMatchObject({
      campaign_id: id,
      recipients_added: 10_000,
      total_recipients: 10_000,
      message: 'Added 10000 recipients to campaign',
      duplicates_skipped: 0,
    });
    const second = await app.api.post(`${MARKETING}/${id}/recipients`, { phone_numbers });
    expect(second.body).toMatchObject({
      recipients_added: 0,
      total_recipients: 10_000,
      duplicates_skipped: 10_000,
    });

    const activated = await activate(id, '2025-01-15');
    expect(activated.status).toBe(200);
    expect(activated.body).toEqual({
      campaign_id: id,
      status: 'active',
      recipients_scheduled: 10_000,
      daily_limit: 250,
      estimated_days: 40,
      estimated_completion_date: '2025-02-23',
      message: 'Campaign activated. Sending 250 messages/day starting 2025-01-15',
    });

    const days = await query<{ day: string; n: number; first: string; last: string }>(
      `SELECT scheduled_send_date::text AS day, count(*)::int AS n, min(phone_number) AS first, max(phone_number) AS last
         FROM campaign_recipients WHERE campaign_id = $1 GROUP BY 1 ORDER BY 1`,
      [id],
    );
    expect(days).toHaveLength(40);
    expect(days[0]).toEqual({ day: '2025-01-15', n: 250, first: phone_numbers[0], last: phone_numbers[249] });
    expect(days[39]).toEqual({
      day: '2025-02-23',
      n: 250,
      first: phone_numbers[9_750],
      last: phone_numbers[9_999],
    });
    const [schedule] = await query<object>(
      `SELECT count(*)::int AS rows, sum(batch_size)::int AS size, sum(messages_remaining)::int AS remaining,
              min(send_date)::text AS first, max(send_date)::text AS last, bool_and(status = 'pending') AS pending
         FROM campaign_send_schedule WHERE campaign_id = $1`,
      [id],
    );
    expect(schedule).toEqual({
      rows: 40,
      size: 10_000,
      remaining: 10_000,
      first: '2025-01-15',
      last: '2025-02-23',
      pending: true,
    });

    const other = await app.api.get(`${WHATSAPP}/${id}`);
    expect(other.body).toMatchObject({
      status: 'sending',
      totalRecipients: 10_000,
      pendingCount: 10_000,
      estimatedCompletionDate: '2025-02-23',
    });
  });
});

describe('activation', () => {
  it('starts tomorrow by default', async () => {
    const id = await withRecipients(3);
    const { body } = await app.api.post(`${MARKETING}/${id}/activate`);
    const [{ day }] = (await query<{ day: string }>(
      'SELECT min(send_date)::text AS day FROM campaign_send_schedule WHERE campaign_id = $1',
      [id],
    )) as [{ day: string }];
    const { body: clock } = await app.api.get('/api/dev/clock');
    const tomorrow = new Date(Date.parse(clock.now) + 86_400_000).toISOString().slice(0, 10);
    expect([day, body.estimated_completion_date]).toEqual([tomorrow, tomorrow]);
  });

  it.each([
    ['2020-01-01', 422],
    ['not-a-day', 422],
    ['2025-02-30', 422],
  ])('rejects a start on %s', async (day, status) => {
    const id = await withRecipients(1);
    const answer = await activate(id, day);
    expect(answer.status).toBe(status);
    expect((await app.api.get(`${MARKETING}/${id}`)).body.status).toBe('draft');
  });

  it('needs recipients', async () => {
    const answer = await activate(await campaign(), '2026-01-15');
    expect(answer.status).toBe(422);
    expect(answer.body.type).toBe('urn:drumbeat:problem:no_recipients');
  });

  it('rejects missing values, and names the recipients', async () => {
    const { body } = await app.api.post(WHATSAPP, {
      name: 'Bali',
      templateName: 'tour_package_marketing',
      templateVariables: { 1: 'Bali' },
      recipients: [
        { phoneNumber: numbers(1)[0] },
        { phoneNumber: numbers(1)[0], variables: { 2: '₹45,000' } },
      ],
    });
    const refused = await app.api.post(`${WHATSAPP}/${body.id}/send`);
    expect(refused.status).toBe(422);
    expect(refused.body.type).toBe('urn:drumbeat:problem:variables_missing');
    expect(refused.body.errors).toHaveLength(1);
    await app.api.put(`${WHATSAPP}/${body.id}`, { templateVariables: { 1: 'Bali', 2: '₹45,000' } });
    expect((await app.api.post(`${WHATSAPP}/${body.id}/send`)).status).toBe(200);
  });

  it('happens once for ten concurrent callers', async () => {
    const id = await withRecipients(500);
    const answers = await Promise.all(Array.from({ length: 10 }, () => activate(id, '2026-03-01')));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 409),
    ]);
    const [row] = await query<{ n: number }>(
      'SELECT sum(batch_size)::int AS n FROM campaign_send_schedule WHERE campaign_id = $1',
      [id],
    );
    expect(row?.n).toBe(500);
  });
});

describe('concurrent commands', () => {
  it('leave a legal state, and reject the losers', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await withRecipients(20);
      await activate(id, '2026-03-01');
      const commands = ['pause', 'cancel', 'resume', 'activate', 'pause', 'cancel'];
      const answers = await Promise.all(
        commands.map((command) => app.api.post(`${MARKETING}/${id}/${command}`)),
      );
      for (const { status } of answers) expect([200, 409]).toContain(status);
      const { body } = await app.api.get(`${MARKETING}/${id}`);
      expect(body.status).toBe('cancelled');
      expect((await app.api.post(`${MARKETING}/${id}/resume`)).status).toBe(409);
      expect((await activate(id, '2026-03-01')).status).toBe(409);
    }
  });

  it('add each number once when ten callers add the same', async () => {
    const id = await campaign();
    const phone_numbers = numbers(1_000);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.api.post(`${MARKETING}/${id}/recipients`, { phone_numbers })),
    );
    const added = answers.reduce((sum, { body }) => sum + (body.recipients_added as number), 0);
    expect(added).toBe(1_000);
    expect((await app.api.get(`${MARKETING}/${id}`)).body.total_target).toBe(1_000);
  });
});

describe('a running campaign', () => {
  it('adds new recipients at the end of its plan, and removes others', async () => {
    const id = await withRecipients(10, { daily_send_limit: 4 });
    await activate(id, '2026-03-01');
    const late = numbers(3);
    await app.api.post(`${MARKETING}/${id}/recipients`, { phone_numbers: late });
    const plan = () =>
      query<{ day: string; n: number }>(
        `SELECT send_date::text AS day, batch_size AS n FROM campaign_send_schedule WHERE campaign_id = $1 ORDER BY 1`,
        [id],
      );
    expect(await plan()).toEqual([
      { day: '2026-03-01', n: 4 },
      { day: '2026-03-02', n: 4 },
      { day: '2026-03-03', n: 4 },
      { day: '2026-03-04', n: 1 },
    ]);
    const removed = await app.api.delete(`${WHATSAPP}/${id}/recipients`, {
      phoneNumbers: [late[0], '+4915199999999'],
    });
    expect(removed.body).toMatchObject({ removed: 1, notRemoved: [{ input: '+4915199999999' }] });
    expect((await plan()).map(({ n }) => n)).toEqual([4, 4, 4]);
    expect((await app.api.get(`${MARKETING}/${id}`)).body.estimated_completion_date).toBe('2026-03-03');
  });
});

describe('campaigns of one portfolio', () => {
  it('share its messaging limit by priority, then age', async () => {
    // Its own organization: every other campaign of a portfolio would take its share.
    const { api } = await newOrganization(app.api);
    meta.knows('EAAG', { phoneNumberId: '555000111222333' });
    const { body: sender } = await api.post('/api/whatsapp/senders', {
      name: 'Shop',
      phoneNumberId: '555000111222333',
      metaBusinessId: '555000111222444',
      accessToken: 'EAAG',
    });
    await query('UPDATE portfolios SET messaging_limit = 10 WHERE id = $1', [sender.portfolio.id]);
    const unlimited = { daily_send_limit: null };
    const older = await withRecipients(15, unlimited, api);
    const newer = await withRecipients(15, unlimited, api);
    const urgent = await withRecipients(8, { ...unlimited, priority: 1 }, api);
    for (const id of [newer, older, urgent]) await activate(id, '2027-05-01', api);
    const plan = async (id: string) =>
      (
        await query<{ day: string; n: number }>(
          `SELECT send_date::text AS day, batch_size AS n FROM campaign_send_schedule WHERE campaign_id = $1 ORDER BY 1`,
          [id],
        )
      ).map(({ day, n }) => `${day.slice(8)}: ${n}`);
    expect(await plan(urgent)).toEqual(['01: 8']);
    // Starting the urgent one does not wait for the plans of those that have to make room.
    await until(
      () => plan(newer),
      (days) => days[0] === '03: 7',
    );
    expect(await plan(older)).toEqual(['01: 2', '02: 10', '03: 3']);
    expect(await plan(newer)).toEqual(['03: 7', '04: 8']);
    await api.post(`${MARKETING}/${older}/cancel`);
    // The caller of the cancellation does not wait for the neighbours' plan.
    await until(
      () => plan(newer),
      (days) => days[0] === '01: 2',
    );
    expect(await plan(newer)).toEqual(['01: 2', '02: 10', '03: 3']);
  });
});

/** With their own clocks, which other tests do not see moving. */
describe('as time passes', () => {
  let shared: TestApp;
  beforeEach(async () => {
    shared = app;
    app = await startTestApp({ env: { ...meta.env, CLOCK: '2026-02-20T10:00:00Z' } });
  });
  afterEach(async () => {
    await app.close();
    app = shared;
  });
  const plan = async (id: string): Promise<string[]> => {
    const { body } = await app.api.get(`${MARKETING}/${id}/schedule`);
    return body.map(
      (row: { send_date: string; batch_size: number }) => `${row.send_date}: ${row.batch_size}`,
    );
  };

  it('a paused campaign is planned from the day it resumes', async () => {
    const id = await withRecipients(6, { daily_send_limit: 2 });
    await activate(id, '2026-03-01');
    await app.api.post(`${MARKETING}/${id}/pause`);
    await app.api.post('/api/dev/clock', { now: '2026-03-10T08:00:00Z' });
    const resumed = await app.api.post(`${MARKETING}/${id}/resume`);
    expect(resumed.body.message).toBe("Campaign 'New Year Sale' resumed");
    expect(await plan(id)).toEqual(['2026-03-10: 2', '2026-03-11: 2', '2026-03-12: 2']);
  });

  it('missed days are planned again, and no recipient is lost', async () => {
    const id = await withRecipients(5, { daily_send_limit: 2 });
    await activate(id, '2026-03-01');
    await app.api.post('/api/dev/clock', { now: '2026-03-04T08:00:00Z' });
    await until(
      () => plan(id),
      (days) => days[0] === '2026-03-04: 2',
    );
    expect(await plan(id)).toEqual(['2026-03-04: 2', '2026-03-05: 2', '2026-03-06: 1']);
    expect((await app.api.get(`${MARKETING}/${id}`)).body.estimated_completion_date).toBe('2026-03-06');
  });

  it('a new messaging limit leads to a new plan', async () => {
    const id = await withRecipients(30, { daily_send_limit: null });
    await activate(id, '2026-03-01');
    expect(await plan(id)).toEqual(['2026-03-01: 30']);
    await query('UPDATE portfolios SET messaging_limit = 12');
    await app.api.post('/api/dev/clock', { advance: 'PT2M' });
    await until(
      () => plan(id),
      (days) => days.length > 1,
    );
    expect(await plan(id)).toEqual(['2026-03-01: 12', '2026-03-02: 12', '2026-03-03: 6']);
    await query('UPDATE portfolios SET messaging_limit = NULL, is_unlimited = true');
    await app.api.post('/api/dev/clock', { advance: 'PT2M' });
    await until(
      () => plan(id),
      (days) => days.length === 1,
    );
  });

  it('a scheduled campaign starts at its time, and a cancelled one does not', async () => {
    const make = async (): Promise<string> => {
      const { body } = await app.api.post(WHATSAPP, {
        name: 'Later',
        templateName: 'new_year_promo',
        scheduledFor: '2026-02-21T12:00:00Z',
        recipients: [{ phoneNumber: numbers(1)[0] }],
      });
      expect((await app.api.post(`${WHATSAPP}/${body.id}/send`)).body.status).toBe('scheduled');
      return body.id;
    };
    const [starts, cancelled] = [await make(), await make()];
    await app.api.post(`${WHATSAPP}/${cancelled}/cancel`);
    await app.api.post('/api/dev/clock', { now: '2026-02-21T12:00:30Z' });
    const statusOf = async (id: string): Promise<string> =>
      (await app.api.get(`${WHATSAPP}/${id}`)).body.status;
    await app.api.post('/api/dev/clock', { advance: 'PT1M' });
    await until(
      () => statusOf(starts),
      (status) => status === 'sending',
    );
    expect(await statusOf(cancelled)).toBe('cancelled');
  });
});

describe('reading a campaign', () => {
  it('returns the same through both APIs', async () => {
    const id = await withRecipients(5, { daily_send_limit: 2 });
    await activate(id, '2026-03-01');
    const stats = await app.api.get(`${MARKETING}/${id}/stats`);
    expect(stats.body).toMatchObject({
      campaign_id: id,
      campaign_name: 'New Year Sale',
      status: 'active',
      total_target: 5,
      sent: 0,
      pending: 5,
      progress_percentage: 0,
      delivery_rate: 0,
      read_rate: 0,
      estimated_completion_date: '2026-03-03',
    });
    const other = await app.api.get(`${WHATSAPP}/${id}/stats`);
    expect(other.body).toMatchObject({
      campaign: { id, name: 'New Year Sale', status: 'sending' },
      stats: { total: 5, sent: 0 },
      metrics: { deliveryRate: '0.00%', readRate: '0.00%', responseRate: '0.00%', failureRate: '0.00%' },
    });
    const schedule = await app.api.get(`${MARKETING}/${id}/schedule`);
    expect(
      schedule.body.map((row: { send_date: string; batch_size: number }) => [row.send_date, row.batch_size]),
    ).toEqual([
      ['2026-03-01', 2],
      ['2026-03-02', 2],
      ['2026-03-03', 1],
    ]);
    const list = await app.api.get(`${MARKETING}?status=active&limit=200`);
    expect(list.body.find((row: { id: string }) => row.id === id)).toMatchObject({
      total_target: 5,
      progress: 0,
    });
    const found = await app.api.get(`${WHATSAPP}?status=sending&limit=200`);
    expect(found.body.data.map((row: { id: string }) => row.id)).toContain(id);
  });

  it('shows the message as the customer will read it', async () => {
    const { body } = await app.api.post(WHATSAPP, {
      name: 'Bali',
      templateName: 'tour_package_marketing',
      templateVariables: { 2: '₹45,000' },
      recipients: [{ phoneNumber: '+919978783238', variables: { 1: 'Bali Premium Package' } }],
    });
    const preview = await app.api.post(`${WHATSAPP}/${body.id}/preview`, {});
    expect(preview.body).toMatchObject({ phoneNumber: '+919978783238', complete: true, problems: [] });
    expect(JSON.stringify(preview.body.message)).toContain('Bali Premium Package');
    expect(preview.body.payload).toMatchObject({
      to: '+919978783238',
      type: 'template',
      template: { name: 'tour_package_marketing', language: { code: 'en_US' } },
    });
  });

  it('imports recipients from CSV and exports them as CSV', async () => {
    const id = await campaign();
    const csv =
      'phone,name,1\n+919978783238,Asha,Bali\n9978783238,Nobody,\n+919978783238,Twice,\n+447911123456,Bob,Goa\n';
    const added = await app.api.post(`${WHATSAPP}/${id}/recipients`, undefined, {
      raw: csv,
      headers: { 'content-type': 'text/csv' },
    });
    expect(added.body).toMatchObject({
      recipientsAdded: 2,
      totalRecipients: 2,
      duplicatesSkipped: 1,
      invalidCount: 1,
      invalid: [{ input: '9978783238', line: 3 }],
    });
    const exported = await app.api.get<string>(`${WHATSAPP}/${id}/recipients/export`);
    expect(exported.headers.get('content-type')).toContain('text/csv');
    expect(exported.body.trim().split('\n')).toHaveLength(3);
  });

  it('accepts recipients in every form: JSON, a long file, a form upload', async () => {
    const id = await campaign();
    const [json = '', inForm = ''] = numbers(2);
    const asJson = await app.api.post(`${WHATSAPP}/${id}/recipients`, {
      recipients: [{ phoneNumber: json }],
    });
    expect([asJson.status, asJson.body.recipientsAdded]).toEqual([200, 1]);

    // Longer than all buffers between the socket and its reader together.
    const long = numbers(20_000);
    const asFile = await app.api.post(`${WHATSAPP}/${id}/recipients`, undefined, {
      raw: ['phone,name', ...long.map((number) => `${number},Somebody with a long name`)].join('\n'),
      headers: { 'content-type': 'text/csv' },
    });
    expect([asFile.status, asFile.body.recipientsAdded]).toEqual([200, long.length]);

    const form = new FormData();
    form.append('file', new Blob([`phone\n${inForm}\n`], { type: 'text/csv' }), 'mine.csv');
    const encoded = new Response(form);
    const asForm = await app.api.post(`${WHATSAPP}/${id}/recipients`, undefined, {
      raw: Buffer.from(await encoded.arrayBuffer()),
      headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    });
    expect([asForm.status, asForm.body.totalRecipients]).toEqual([200, long.length + 2]);
  });

  it('streams the counters as events, the first at once', async () => {
    const id = await withRecipients(3);
    const leave = new AbortController();
    const response = await fetch(`${app.url}${WHATSAPP}/${id}/events`, {
      headers: { 'x-api-key': ADMIN_KEY },
      signal: leave.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const first = new TextDecoder().decode((await reader.read()).value);
    expect(first).toMatch(/^event: counters\ndata: \{.*\}\n\n$/);
    expect(first).toContain(id);
    leave.abort();
  });
});
