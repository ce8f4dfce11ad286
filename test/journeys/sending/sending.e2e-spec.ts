import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Engine, MARKETING, numbers, PROMPT, startEngine, WHATSAPP } from '../../support/engine.js';
import { until } from '../../support/until.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2025-03-03T10:00:00Z');
});
afterAll(async () => {
  await engine.close();
});
beforeEach(async () => {
  // Each test on a morning of its own, so that no minute or day of an earlier one counts.
  const tomorrow = new Date(engine.now().getTime() + 86_400_000).toISOString().slice(0, 10);
  await engine.moveTo(`${tomorrow}T10:00:00Z`);
  await engine.scenario({ ...PROMPT, errors: [], dropConnection: null, held: null, latencyMs: 0 });
});

interface Recipient {
  id: string;
  phone_number: string;
  status: string;
  attempts: number;
  retry_count: number;
  failure_reason: string | null;
  error_code: number | null;
  next_attempt_at: Date | null;
  attempted_at: Date | null;
  sent_at: Date | null;
}

async function made(phones: readonly string[], more: object = {}): Promise<string> {
  const { status, body } = await engine.app.api.post(WHATSAPP, {
    name: 'Tours',
    templateName: 'new_year_promo',
    templateLanguage: 'en_US',
    dailySendLimit: null,
    rateLimit: 60_000,
    recipients: phones.map((phoneNumber) => ({ phoneNumber })),
    ...more,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.id;
}
async function command(id: string, word: string): Promise<void> {
  const { status, body } = await engine.app.api.post(`${WHATSAPP}/${id}/${word}`);
  expect({ word, status, body }).toMatchObject({ status: 200 });
}
async function sent(phones: readonly string[], more: object = {}): Promise<string> {
  const id = await made(phones, more);
  await command(id, 'send');
  return id;
}
const recipientsOf = (id: string): Promise<Recipient[]> =>
  engine.sql<Recipient>('SELECT * FROM campaign_recipients WHERE campaign_id = $1 ORDER BY id', [id]);
const campaignOf = async (id: string): Promise<Record<string, any>> =>
  (await engine.app.api.get(`${WHATSAPP}/${id}`)).body;
const inState = (id: string, ...states: string[]) =>
  until(
    () => recipientsOf(id),
    (rows) => rows.every(({ status }) => states.includes(status)),
  );
const completed = (id: string) =>
  until(
    () => campaignOf(id),
    ({ status }) => status === 'completed',
  );
const messagesTo = async (phone: string): Promise<{ callback: string }[]> => {
  const found = await fetch(`${engine.meta.url}/simulator/messages?to=${encodeURIComponent(phone)}&limit=50`);
  const { data } = (await found.json()) as { data: { callback: string }[] };
  return data;
};

describe('a campaign that is sent now', () => {
  it('goes out at once, completes at once, and is followed to the end', async () => {
    const phones = numbers(120);
    const id = await sent(phones);
    await completed(id);
    await inState(id, 'read');
    const { body: stats } = await engine.app.api.get(`${WHATSAPP}/${id}/stats`);
    expect(stats.stats).toMatchObject({ sent: 120, delivered: 120, read: 120, failed: 0, pending: 0 });
    const [one] = await recipientsOf(id);
    expect(await messagesTo(phones[0] ?? '')).toMatchObject([{ callback: `${one?.id ?? ''}:1` }]);
    const messages = await engine.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM whatsapp_messages
        WHERE campaign_id = $1 AND status = 'read' AND whatsapp_message_id IS NOT NULL AND purpose = 'campaign'`,
      [id],
    );
    expect(messages).toEqual([{ n: 120 }]);
  });

  it('keeps to its rate in every minute', async () => {
    const id = await sent(numbers(9), { rateLimit: 6 });
    // One at a time, ten seconds apart: six in the first minute, the clock of the shop being pushed.
    for (let done = 1; done <= 9; done++) {
      await until(
        () =>
          engine.sql<{ n: number }>(`SELECT messages_sent AS n FROM marketing_campaigns WHERE id = $1`, [id]),
        ([row]) => row?.n === done,
      );
      await engine.advance('PT10S');
    }
    const claims = (await recipientsOf(id)).map(({ attempted_at }) => attempted_at?.getTime() ?? 0).sort();
    for (const at of claims) {
      expect(claims.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(6);
    }
  });

  it('waits for its window, and for the next day when the day is over', async () => {
    const id = await sent(numbers(3), { sendWindowStart: '11:00', sendWindowEnd: '11:30', timeZone: 'UTC' });
    await engine.advance('PT30M');
    expect((await recipientsOf(id)).map(({ status }) => status)).toEqual(['pending', 'pending', 'pending']);
    await engine.advance('PT31M');
    await completed(id);
  });

  it('is stopped by a pause within two seconds, and goes on after it with nobody lost or doubled', async () => {
    const phones = numbers(400);
    await engine.scenario({ latencyMs: 30 });
    const senders = await engine.app.api.get('/api/whatsapp/senders');
    const sender = `/api/whatsapp/senders/${senders.body.data[0].id}`;
    await engine.app.api.put(sender, { throughputPerSecond: 100 });
    const id = await sent(phones);
    await until(
      () => campaignOf(id),
      ({ sentCount }) => sentCount > 20,
    );
    await command(id, 'pause');
    const pausedAt = engine.now();
    await inState(id, 'pending', 'sent', 'delivered', 'read');
    const late = (await recipientsOf(id)).filter(
      ({ attempted_at }) => attempted_at !== null && attempted_at > pausedAt,
    );
    expect(late).toEqual([]);
    expect((await recipientsOf(id)).some(({ status }) => status === 'pending')).toBe(true);
    await engine.app.api.put(sender, { throughputPerSecond: 1_000 });
    await command(id, 'resume');
    await completed(id);
    await engine.toldAll();
    for (const phone of phones.slice(0, 60)) expect(await messagesTo(phone)).toHaveLength(1);
    expect(await engine.received()).toMatchObject({ repeated: 0 });
  });
});

describe('the daily run', () => {
  it('lets a day of the plan go once, whoever asks how often', async () => {
    const { api } = engine.app;
    const { body } = await api.post(MARKETING, {
      name: 'Guide',
      template_name: 'new_year_promo',
      daily_send_limit: 40,
    });
    const id: string = body.id;
    await api.post(`${MARKETING}/${id}/recipients`, { phone_numbers: numbers(100) });
    const today = engine.now().toISOString().slice(0, 10);
    await api.post(`${MARKETING}/${id}/activate?start_date=${today}`);
    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => api.post<{ messages_sent: number }>('/api/marketing/process-daily')),
    );
    expect(runs.reduce((sum, run) => sum + run.body.messages_sent, 0)).toBe(40);
    await until(
      () => api.get(`${MARKETING}/${id}/stats`),
      (stats) => stats.body.sent === 40,
    );
    const again = await api.post('/api/marketing/process-daily');
    expect(again.body).toMatchObject({ date: today, messages_sent: 0, campaigns_processed: 0 });

    // Two days pass without anybody there; what was missed is planned from today on.
    await engine.moveTo(new Date(engine.now().getTime() + 3 * 86_400_000).toISOString());
    await until(
      () => api.get(`${MARKETING}/${id}/stats`),
      (stats) => stats.body.sent === 80,
    );
    await engine.advance('P1D');
    await completed(id);
    expect((await engine.received()).repeated).toBe(0);
  });
});

describe('what Meta refuses', () => {
  it('is tried again after 1, 2 and 4 minutes when the phone could not be reached, then failed', async () => {
    const [phone = ''] = numbers(1);
    await engine.scenario({ errors: [{ code: 131026, numbers: [phone] }] });
    const id = await sent([phone]);
    for (const [attempt, wait] of [
      [1, 'PT1M'],
      [2, 'PT2M'],
      [3, 'PT4M'],
    ] as const) {
      await until(
        () => recipientsOf(id),
        ([row]) => row?.status === 'retry' && row.attempts === attempt,
      );
      await engine.advance(wait);
    }
    const [row] = await until(
      () => recipientsOf(id),
      ([one]) => one?.status === 'failed',
    );
    expect(row).toMatchObject({ attempts: 4, retry_count: 3, error_code: 131026 });
    expect(await messagesTo(phone)).toHaveLength(4);
    expect(await campaignOf(id)).toMatchObject({ status: 'completed' });
  });

  it('pauses the campaign when the template is at fault, with a reason to read', async () => {
    await engine.scenario({ errors: [{ code: 132001, when: 'answer' }] });
    const id = await sent(numbers(30));
    const paused = await until(
      () => campaignOf(id),
      ({ status }) => status === 'paused',
    );
    expect(paused['statusReason']).toMatch(/132001/);
  });

  it('trips the breaker when the first sends fail for one cause', async () => {
    await engine.scenario({ errors: [{ code: 131049 }] });
    const senders = await engine.app.api.get('/api/whatsapp/senders');
    const sender = `/api/whatsapp/senders/${senders.body.data[0].id}`;
    await engine.app.api.put(sender, { throughputPerSecond: 20 });
    const id = await sent(numbers(200));
    const paused = await until(
      () => campaignOf(id),
      ({ status }) => status === 'paused',
      { within: 30_000 },
    );
    expect(paused['statusReason']).toMatch(/131049/);
    const rows = await inState(id, 'pending', 'sent', 'failed');
    expect(rows.filter(({ status }) => status === 'pending').length).toBeGreaterThan(100);
    await engine.app.api.put(sender, { throughputPerSecond: 1_000 });
    await command(id, 'cancel');
  });

  it('slows down at 130429, and loses and doubles nobody', async () => {
    await engine.scenario({ errors: [{ code: 130429, when: 'answer', share: 0.2, timesPerNumber: 1 }] });
    const id = await sent(numbers(60));
    await until(
      async () => {
        await engine.advance('PT1M');
        return campaignOf(id);
      },
      ({ status }) => status === 'completed',
      { every: 300 },
    );
    expect((await recipientsOf(id)).every(({ failure_reason }) => failure_reason === null)).toBe(true);
    expect((await engine.received()).repeated).toBe(0);
  });
});

describe('a send that was never answered', () => {
  it('is settled by the webhook that knows it, and never sent again', async () => {
    const phones = numbers(40);
    await engine.scenario({ dropConnection: { share: 1 } });
    const id = await sent(phones);
    await inState(id, 'read');
    expect(await campaignOf(id)).toMatchObject({ status: 'completed' });
    for (const phone of phones) expect(await messagesTo(phone)).toHaveLength(1);
  });

  it('fails as unconfirmed a day later when nobody tells, and a later status still counts', async () => {
    const phones = numbers(3);
    await engine.scenario({ dropConnection: { share: 1 }, delaysMs: { ...PROMPT.delaysMs, sent: 600_000 } });
    const id = await sent(phones);
    await inState(id, 'sending');
    await engine.advance('PT23H');
    expect((await recipientsOf(id)).map(({ status }) => status)).toEqual(['sending', 'sending', 'sending']);
    await engine.advance('PT2H');
    const rows = await inState(id, 'failed');
    expect(rows.map(({ failure_reason }) => failure_reason)).toEqual([
      'unconfirmed',
      'unconfirmed',
      'unconfirmed',
    ]);
    expect(await campaignOf(id)).toMatchObject({ status: 'completed' });
    for (const phone of phones) expect(await messagesTo(phone)).toHaveLength(1);
    // Nothing more is told of them.
    await fetch(`${engine.meta.url}/simulator/messages`, { method: 'DELETE' });
  });
});

describe('who may be written to', () => {
  it('is asked when it is sent: STOP, US numbers, the frequency cap', async () => {
    const { api } = engine.app;
    const [stopped = '', twice = '', fine = ''] = numbers(3);
    await completed(await sent([twice]));
    const id = await made([stopped, '+14155550123', twice, fine]);
    const { body: customer } = await api.post('/api/whatsapp/customers', { phoneNumber: stopped });
    await api.post(`/api/whatsapp/customers/${customer.id}/opt-out`);
    await api.put('/api/organization', { frequencyCap: { messages: 1, days: 7 } });
    await command(id, 'send');
    await completed(id);
    await api.put('/api/organization', { frequencyCap: null });
    const rows = (await recipientsOf(id)).map(({ phone_number, status, failure_reason }) => [
      phone_number,
      status === 'skipped' ? failure_reason : 'sent',
    ]);
    expect(rows).toEqual([
      [stopped, 'User unsubscribed'],
      ['+14155550123', expect.stringMatching(/US numbers/)],
      [twice, expect.stringMatching(/Frequency cap: 1 marketing messages in 7 days/)],
      [fine, 'sent'],
    ]);
  });
});

describe('a queue that lost everything', () => {
  it('is filled again from the rows', async () => {
    const phones = numbers(300);
    await engine.scenario({ latencyMs: 20 });
    const id = await sent(phones);
    for (let times = 0; times < 5; times++) {
      await engine.sql(
        `DO $$ DECLARE t record; BEGIN
           FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'bullmq' AND tablename LIKE '%job%' LOOP
             EXECUTE 'TRUNCATE bullmq.' || quote_ident(t.tablename) || ' CASCADE';
           END LOOP; END $$`,
      );
      await engine.advance('PT20S');
    }
    await completed(id);
    await engine.toldAll();
    expect(await engine.received()).toMatchObject({ repeated: 0 });
    for (const phone of phones.slice(0, 40)) expect(await messagesTo(phone)).toHaveLength(1);
  });
});

describe('a message that Meta holds back', () => {
  it('is neither sent nor failed until Meta says more', async () => {
    await engine.scenario({ held: { share: 1, outcome: 'wait', delayMs: 0 } });
    const id = await sent(numbers(3));
    await inState(id, 'held');
    expect(await campaignOf(id)).toMatchObject({ status: 'sending' });
    await fetch(`${engine.meta.url}/simulator/held`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome: 'release' }),
    });
    await inState(id, 'read');
    expect(await campaignOf(id)).toMatchObject({ status: 'completed' });
  });
});
