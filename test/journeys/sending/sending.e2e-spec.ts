import pg from 'pg';
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
  // Each test has its own morning, so no minute or day of an earlier test counts.
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
  it('goes out and completes at once, and its statuses are followed to the end', async () => {
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
    // One at a time, ten seconds apart, by moving the business clock: six in the first minute.
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

  it('stops within two seconds of a pause, and resumes without losing or doubling a recipient', async () => {
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

  it.each(['pause', 'cancel'])(
    'stops on %s while another campaign of the portfolio is planned',
    async (word) => {
      await engine.scenario({ latencyMs: 30 });
      const senders = await engine.app.api.get('/api/whatsapp/senders');
      const { id: senderId } = senders.body.data[0];
      await engine.app.api.put(`/api/whatsapp/senders/${senderId}`, { throughputPerSecond: 100 });
      const id = await sent(numbers(400));
      await until(
        () => campaignOf(id),
        ({ sentCount }) => sentCount > 20,
      );
      // Starting a large campaign holds the plan's lock like this, for as long as it takes to read and plan it.
      const planner = new pg.Client({ connectionString: engine.app.config.databaseUrl });
      await planner.connect();
      await planner.query('BEGIN');
      await planner.query(
        `SELECT pg_advisory_xact_lock(hashtextextended('plan ' || coalesce(s.portfolio_id, c.id), 0))
         FROM marketing_campaigns c LEFT JOIN senders s ON s.id = c.sender_id WHERE c.id = $1`,
        [id],
      );
      try {
        await command(id, word);
        const stoppedAt = engine.now();
        await until(
          () => recipientsOf(id),
          (rows) => rows.every(({ status }) => status !== 'sending' && status !== 'queued'),
        );
        const late = (await recipientsOf(id)).filter(
          ({ attempted_at }) => attempted_at !== null && attempted_at > stoppedAt,
        );
        expect(late).toEqual([]);
        expect((await recipientsOf(id)).some(({ status }) => status === 'pending')).toBe(true);
      } finally {
        await planner.query('ROLLBACK');
        await planner.end();
        await engine.app.api.put(`/api/whatsapp/senders/${senderId}`, { throughputPerSecond: 1_000 });
      }
      if (word === 'pause') await command(id, 'cancel');
      await engine.toldAll();
    },
  );
});

describe('the daily run', () => {
  it('releases a day of the plan once, however often it runs', async () => {
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

    // Nothing runs for two days; the missed recipients are planned from today on.
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

describe('a message that Meta refuses', () => {
  it('is retried after 1, 2 and 4 minutes when the phone cannot be reached, then fails', async () => {
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

  it('pauses the campaign with a readable reason when the template is at fault', async () => {
    await engine.scenario({ errors: [{ code: 132001, when: 'answer' }] });
    const id = await sent(numbers(30));
    const paused = await until(
      () => campaignOf(id),
      ({ status }) => status === 'paused',
    );
    expect(paused['statusReason']).toMatch(/132001/);
  });

  it('sends to everyone in flight after the resume, when a fault of the template has been mended', async () => {
    await engine.scenario({ errors: [{ code: 132012, when: 'answer' }] });
    const id = await sent(numbers(60));
    await until(
      () => campaignOf(id),
      ({ status }) => status === 'paused',
    );
    const rows = await inState(id, 'pending', 'retry');
    expect(rows.filter(({ status }) => status === 'retry').length).toBeGreaterThan(0);
    await engine.scenario({ errors: [] });
    await command(id, 'resume');
    const completedOne = await completed(id);
    expect(completedOne).toMatchObject({ sentCount: 60, failedCount: 0 });
    expect((await engine.received()).repeated).toBe(0);
  });

  it('fails those whose own values are at fault when they meet it again after the resume', async () => {
    const [bad = '', ...good] = numbers(5);
    await engine.scenario({ errors: [{ code: 132012, when: 'answer', numbers: [bad] }] });
    const id = await sent([bad, ...good]);
    for (let round = 0; round < 2; round++) {
      await until(
        () => campaignOf(id),
        ({ status }) => status === 'paused' || status === 'completed',
      );
      if ((await campaignOf(id))['status'] === 'paused') await command(id, 'resume');
    }
    expect(await completed(id)).toMatchObject({ sentCount: 4, failedCount: 1 });
    const failed = (await recipientsOf(id)).filter(({ status }) => status === 'failed');
    expect(failed).toMatchObject([{ phone_number: bad, attempts: 2, error_code: 132012 }]);
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

  it('slows the sender down on 130429, without losing or doubling a recipient', async () => {
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

describe('a recipient that no message can be made for', () => {
  it('fails alone with its reason, and the other recipients of the campaign are sent to', async () => {
    const id = await made(numbers(30));
    // Only SQL can write such a number, and SQL has a place here.
    await engine.sql(
      `UPDATE campaign_recipients SET phone_number = 'abc'
        WHERE id = (SELECT id FROM campaign_recipients WHERE campaign_id = $1 ORDER BY id OFFSET 2 LIMIT 1)`,
      [id],
    );
    await command(id, 'send');
    await until(
      () => campaignOf(id),
      ({ status }) => status === 'completed',
    );
    const rows = await recipientsOf(id);
    const [bad, ...more] = rows.filter(({ status }) => status === 'failed');
    expect(more).toEqual([]);
    expect(bad?.phone_number).toBe('abc');
    expect(bad?.failure_reason).toContain('cannot be made');
    expect((await engine.app.api.get('/health/live')).status).toBe(200);
  });
});

describe('a send that was never answered', () => {
  it('is settled by its status webhook and never resent', async () => {
    const phones = numbers(40);
    await engine.scenario({ dropConnection: { share: 1 } });
    const id = await sent(phones);
    await inState(id, 'read');
    expect(await campaignOf(id)).toMatchObject({ status: 'completed' });
    for (const phone of phones) expect(await messagesTo(phone)).toHaveLength(1);
  });

  it('fails as unconfirmed a day later when no status arrives', async () => {
    const phones = numbers(3);
    await engine.scenario({ dropConnection: { share: 1 }, delaysMs: { ...PROMPT.delaysMs, sent: 600_000 } });
    const id = await sent(phones);
    await inState(id, 'sending');
    // The worker has to give up on the answers first: the timetable runs once for all the skipped time.
    await until(
      () => engine.sql<{ state: string }>('SELECT state FROM campaign_slices WHERE campaign_id = $1', [id]),
      (slices) => slices.every(({ state }) => state === 'in_doubt'),
    );
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
    // No status will arrive for them.
    await fetch(`${engine.meta.url}/simulator/messages`, { method: 'DELETE' });
  });
});

describe('a recipient that must not get a message', () => {
  it('is skipped at the claim: STOP, US numbers, the frequency cap', async () => {
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

describe('a queue that lost all its jobs', () => {
  it('is refilled from the rows', async () => {
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

  it('counts as unconfirmed after a week without a status, and may then be retried by hand', async () => {
    await engine.scenario({ held: { share: 1, outcome: 'wait', delayMs: 0 } });
    const id = await sent(numbers(2));
    await inState(id, 'held');
    await engine.advance('P6D');
    expect(await campaignOf(id)).toMatchObject({ status: 'sending' });
    await engine.advance('P2D');
    const rows = await inState(id, 'failed');
    expect(rows[0]?.failure_reason).toMatch(/^unconfirmed: Meta held the message back/);
    expect(await campaignOf(id)).toMatchObject({ status: 'completed' });
    await fetch(`${engine.meta.url}/simulator/messages`, { method: 'DELETE' });
    await engine.scenario({ held: null });
    const { body } = await engine.app.api.post(`${WHATSAPP}/${id}/recipients/retry`, {
      reason: 'unconfirmed',
    });
    expect(body).toMatchObject({ retried: 2 });
    await completed(id);
  });
});

describe('sends that stay unconfirmed', () => {
  it('are settled although those of another slice cannot be', async () => {
    await engine.scenario({ dropConnection: { share: 1 }, delaysMs: { ...PROMPT.delaysMs, sent: 600_000 } });
    const [stuck, fine] = [await sent(numbers(2)), await sent(numbers(2))];
    await until(
      () =>
        engine.sql<{ state: string }>('SELECT state FROM campaign_slices WHERE campaign_id = ANY($1)', [
          [stuck, fine],
        ]),
      (slices) => slices.length === 2 && slices.every(({ state }) => state === 'in_doubt'),
    );
    await engine.sql(`
      CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$`);
    await engine.sql(`
      CREATE TRIGGER refuse_one BEFORE UPDATE ON campaign_recipients
        FOR EACH ROW WHEN (NEW.campaign_id = '${stuck}') EXECUTE FUNCTION refuse_one()`);
    await engine.advance('PT25H');
    await inState(fine, 'failed');
    expect((await recipientsOf(stuck)).map(({ status }) => status)).toEqual(['sending', 'sending']);
    await engine.sql('DROP FUNCTION refuse_one CASCADE');
    await engine.advance('PT2M');
    await inState(stuck, 'failed');
    await fetch(`${engine.meta.url}/simulator/messages`, { method: 'DELETE' });
  });
});

describe('a cancelled campaign', () => {
  it('keeps no plan, and its unsent recipients say why nothing comes', async () => {
    const id = await made(numbers(6), { dailySendLimit: 2 });
    await command(id, 'send');
    await until(
      () => campaignOf(id),
      ({ sentCount }) => sentCount === 2,
    );
    await command(id, 'cancel');
    await until(
      () => recipientsOf(id),
      (rows) =>
        rows.filter((row) => 'scheduled_send_date' in row && row.scheduled_send_date === null).length === 4,
    );
    const { body: schedule } = await engine.app.api.get(`${MARKETING}/${id}/schedule`);
    expect(schedule).toHaveLength(1);
    expect(schedule[0]).toMatchObject({ batch_size: 2, messages_remaining: 0 });
    expect(await campaignOf(id)).toMatchObject({
      status: 'cancelled',
      sentCount: 2,
      pendingCount: 4,
      estimatedCompletionDate: null,
    });
    const unsent = (await recipientsOf(id)).find(({ status }) => status === 'pending');
    const { body } = await engine.app.api.get(`${WHATSAPP}/${id}/recipients/${unsent?.id ?? ''}`);
    expect(body.explanation.map(({ event }: { event: string }) => event)).toEqual(['added', 'waiting']);
    expect(body.explanation.at(-1).detail).toBe(
      'The campaign is cancelled: cancelled by request. Nothing more is sent.',
    );
  });
});
