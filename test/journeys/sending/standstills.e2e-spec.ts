import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Engine, MARKETING, numbers, PROMPT, startEngine, WHATSAPP } from '../../support/engine.js';
import { until } from '../../support/until.js';

// Work that nothing touches any more must still come to an end.
let engine: Engine;
let sender: string;
beforeAll(async () => {
  engine = await startEngine('2025-03-03T10:00:00Z');
  const { body } = await engine.app.api.get('/api/whatsapp/senders');
  sender = `/api/whatsapp/senders/${body.data[0].id}`;
});
afterAll(async () => {
  await engine.close();
});
beforeEach(async () => {
  await engine.moveTo(`${dayAfter(1)}T10:00:00Z`);
  await engine.scenario({ ...PROMPT, errors: [], dropConnection: null, held: null, latencyMs: 0 });
  await engine.app.api.put(sender, { status: 'active', throughputPerSecond: 1_000 });
});

const dayAfter = (days: number): string =>
  new Date(engine.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);

async function made(count: number, more: object = {}): Promise<string> {
  const { status, body } = await engine.app.api.post(WHATSAPP, {
    name: 'Tours',
    templateName: 'new_year_promo',
    dailySendLimit: null,
    rateLimit: 60_000,
    recipients: numbers(count).map((phoneNumber) => ({ phoneNumber })),
    ...more,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.id;
}
async function command(id: string, word: string): Promise<void> {
  const { status, body } = await engine.app.api.post(`${WHATSAPP}/${id}/${word}`);
  expect({ word, status, body }).toMatchObject({ status: 200 });
}
async function sent(count: number, more: object = {}): Promise<string> {
  const id = await made(count, more);
  await command(id, 'send');
  return id;
}

interface Recipient {
  id: string;
  status: string;
  attempts: number;
  failure_reason: string | null;
}
const recipientsOf = (id: string): Promise<Recipient[]> =>
  engine.sql<Recipient>('SELECT * FROM campaign_recipients WHERE campaign_id = $1 ORDER BY id', [id]);
const campaignOf = async (id: string): Promise<Record<string, any>> =>
  (await engine.app.api.get(`${WHATSAPP}/${id}`)).body;
const becomes = (id: string, state: string) =>
  until(
    () => campaignOf(id),
    ({ status }) => status === state,
  );
const sentCount = (id: string, count: number) =>
  until(
    () => campaignOf(id),
    ({ sentCount: n }) => n === count,
  );

async function dailyRun(day: string): Promise<void> {
  await engine.moveTo(`${day}T09:30:00Z`);
  await until(
    () => engine.app.logs.filter((line) => line.includes('"daily run"') && line.includes(`"date":"${day}"`)),
    (lines) => lines.length > 0,
  );
}

describe('a campaign without recipients left', () => {
  it('completes when it is resumed after its last messages were settled during the pause', async () => {
    await engine.scenario({ dropConnection: { share: 1 }, delaysMs: { ...PROMPT.delaysMs, sent: 2_000 } });
    const id = await sent(2);
    await until(
      () => recipientsOf(id),
      (rows) => rows.every(({ status }) => status === 'sending'),
    );
    await command(id, 'pause');
    await until(
      () => recipientsOf(id),
      (rows) => rows.every(({ status }) => status === 'read'),
    );
    await command(id, 'resume');
    await becomes(id, 'completed');
  });

  it('completes when the remaining recipients are removed', async () => {
    const id = await sent(3, { dailySendLimit: 1 });
    await sentCount(id, 1);
    const [, ...left] = await recipientsOf(id);
    const { body } = await engine.app.api.delete(`${WHATSAPP}/${id}/recipients`, {
      ids: left.map((one) => one.id),
    });
    expect(body).toMatchObject({ removed: 2 });
    await becomes(id, 'completed');
  });
});

describe('a number that is paused', () => {
  it('does not keep recipients in doubt from being settled a day later', async () => {
    await engine.app.api.put(sender, { throughputPerSecond: 1 });
    await engine.scenario({ dropConnection: { share: 1 }, delaysMs: { ...PROMPT.delaysMs, sent: 60_000 } });
    const id = await sent(10);
    await until(
      () => recipientsOf(id),
      (rows) => rows.some(({ status }) => status === 'sending'),
    );
    await engine.app.api.put(sender, { status: 'paused' });
    await until(
      () =>
        engine.sql('SELECT 1 FROM campaign_slices WHERE campaign_id = $1 AND state = $2', [id, 'waiting']),
      (rows) => rows.length === 1,
    );
    // No status will arrive for them.
    await fetch(`${engine.meta.url}/simulator/messages`, { method: 'DELETE' });
    await engine.advance('PT24H');
    await engine.advance('PT2M');
    await until(
      () => recipientsOf(id),
      (rows) => rows.every(({ status }) => status !== 'sending'),
    );
    const tried = (await recipientsOf(id)).filter(({ attempts }) => attempts > 0);
    expect(tried.every(({ failure_reason }) => failure_reason === 'unconfirmed')).toBe(true);
    await command(id, 'cancel');
  });
});

describe('messages that Meta holds back', () => {
  it('are looked through once an hour while they wait, and in time when their week is over', async () => {
    await engine.scenario({ held: { share: 1 } });
    const id = await sent(3);
    const all = (wanted: string) =>
      until(
        () => recipientsOf(id),
        (rows) => rows.every(({ status }) => status === wanted),
      );
    await all('held');
    await fetch(`${engine.meta.url}/simulator/messages`, { method: 'DELETE' });
    await engine.advance('PT24H');
    await engine.advance('PT2M');
    const [slice] = await until(
      () =>
        engine.sql<{ lookAt: Date | null }>(
          'SELECT look_at AS "lookAt" FROM campaign_slices WHERE campaign_id = $1',
          [id],
        ),
      ([row]) => (row?.lookAt ?? null) !== null,
    );
    const rest = (slice?.lookAt?.getTime() ?? 0) - engine.now().getTime();
    expect(rest).toBeGreaterThan(50 * 60_000);
    expect(rest).toBeLessThanOrEqual(60 * 60_000);
    await engine.advance('P6D');
    await engine.advance('PT2M');
    await all('failed');
  });
});

describe('a template that is gone', () => {
  it('pauses the campaign with a reason instead of retrying forever', async () => {
    await engine.app.api.post('/api/whatsapp/templates/sync');
    await engine.sql(
      `INSERT INTO whatsapp_templates
       SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'name', 'soon_gone', 'meta_template_id', '1'))).*
         FROM whatsapp_templates t WHERE name = 'new_year_promo' LIMIT 1`,
    );
    const id = await sent(2, { templateName: 'soon_gone', sendWindowStart: '11:00', sendWindowEnd: '13:00' });
    await engine.sql(`UPDATE whatsapp_templates SET status = 'DELETED' WHERE name = 'soon_gone'`);
    await engine.advance('PT90M');
    const paused = await becomes(id, 'paused');
    expect(paused['statusReason']).toMatch(/soon_gone/);
  });
});

describe('the day of a campaign in its own time zone', () => {
  it('is the local day there, not the day of the installation', async () => {
    await engine.moveTo(`${dayAfter(1)}T03:00:00Z`);
    const id = await sent(2, { timeZone: 'America/Los_Angeles' });
    await becomes(id, 'completed');
  });

  it.each([
    ['is over before the daily run', { sendWindowStart: '06:00', sendWindowEnd: '08:00' }, '06:30'],
    ['is closed at the daily run', { timeZone: 'Pacific/Auckland' }, '00:30'],
  ])('is released although its window %s', async (_, more, at) => {
    const { api } = engine.app;
    const id = await made(6, { dailySendLimit: 2, ...more });
    const { status } = await api.post(`${MARKETING}/${id}/activate?start_date=${dayAfter(1)}`);
    expect(status).toBe(200);
    // The first run is tomorrow's.
    await dailyRun(dayAfter(1));
    for (let day = 1; day <= 3; day++) {
      await engine.moveTo(`${dayAfter(1)}T${at}:00Z`);
      await sentCount(id, 2 * day);
      await dailyRun(dayAfter(0));
    }
    await becomes(id, 'completed');
  });
});
