import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Engine, numbers, startEngine, WHATSAPP } from '../../support/engine.js';
import { newOrganization } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const MARKETING = '/api/marketing/campaigns';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2025-06-02T10:00:00Z');
});
afterAll(async () => {
  await engine.close();
});

async function sending(count: number, more: object = {}): Promise<string> {
  const { status, body } = await engine.app.api.post(WHATSAPP, {
    ...{ name: 'Sale', templateName: 'new_year_promo', rateLimit: 600, dailySendLimit: null },
    recipients: numbers(count).map((phoneNumber) => ({ phoneNumber })),
    ...more,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  expect((await engine.app.api.post(`${WHATSAPP}/${body.id}/send`)).status).toBe(200);
  return body.id;
}
const put = (id: string, changes: object) => engine.app.api.put(`${WHATSAPP}/${id}`, changes);
const command = (id: string, what: string) => engine.app.api.post(`${WHATSAPP}/${id}/${what}`);
const read = async (id: string): Promise<any> => (await engine.app.api.get(`${WHATSAPP}/${id}`)).body;
const planOf = async (id: string): Promise<{ day: string; size: number; taken: number }[]> =>
  engine.sql(
    `SELECT send_date AS day, batch_size AS size, messages_taken AS taken FROM campaign_send_schedule
      WHERE campaign_id = $1 ORDER BY send_date`,
    [id],
  );

describe('a campaign that sends', () => {
  it('takes new labels at once, and keeps its plan', async () => {
    const id = await sending(5, { rateLimit: 1 });
    const { status, body } = await put(id, { name: 'Summer', tags: ['a'] });
    expect([status, body]).toMatchObject([200, { name: 'Summer', tags: ['a'], status: 'sending' }]);
    await command(id, 'cancel');
  });

  it('takes the whole of what was read, when only its pace differs', async () => {
    const id = await sending(5, { rateLimit: 1, templateVariables: { 1: 'Bali' } });
    const { body: whole } = await engine.app.api.get(`${WHATSAPP}/${id}`);
    const { name, description, templateName, templateLanguage, templateVariables, targetType, senderId } =
      whole;
    const { segmentQuery, sourceCampaignId, scheduledFor, priority, maxRetries, timeZone, tags } = whole;
    const settings = {
      ...{ name, description, templateName, templateLanguage, templateVariables, targetType, senderId },
      ...{ segmentQuery, sourceCampaignId, scheduledFor, priority, maxRetries, timeZone, tags },
    };
    const { status, body } = await put(id, { ...settings, rateLimit: 2 });
    expect([status, body]).toMatchObject([200, { rateLimit: 2 }]);
    await command(id, 'cancel');
  });

  it.each([
    [{ templateName: 'order_update' }, ['templateName']],
    [{ templateVariables: { 1: 'x' }, name: 'New' }, ['templateVariables']],
    [{ scheduledFor: '2026-01-01T10:00:00Z', maxRetries: 9 }, ['scheduledFor', 'maxRetries']],
    [{ timeZone: 'Asia/Tokyo' }, ['timeZone']],
    [{ templateLanguage: 'de' }, ['templateLanguage']],
    [{ recipients: [{ phoneNumber: '+491521234567' }] }, ['recipients']],
  ])('refuses %j, and changes nothing', async (changes, fields) => {
    const id = await sending(3, { rateLimit: 1 });
    const before = await read(id);
    const { status, body } = await put(id, changes);
    expect([status, body.type]).toEqual([409, 'urn:drumbeat:problem:wrong_campaign_state']);
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([...fields].sort());
    expect((await read(id)).name).toBe(before.name);
    await command(id, 'cancel');
    expect((await put(id, { name: 'Over' })).status).toBe(409);
  });

  it('never exceeds a daily limit that is lowered while all of its day has been handed out', async () => {
    const id = await sending(120, { rateLimit: 60 });
    await until(
      () => planOf(id),
      ([today]) => (today?.taken ?? 0) >= 100,
    );
    const { status } = await put(id, { dailySendLimit: 10, rateLimit: null });
    expect(status).toBe(200);
    const plan = await until(
      () => planOf(id),
      (days) => days.length >= 11 && days.every(({ size }) => size <= 60),
      { within: 25_000 },
    );
    const [, ...later] = plan;
    expect(later.slice(0, -1).every(({ size }) => size === 10)).toBe(true);
    await engine.advance('PT6H');
    await engine.toldAll();
    const sent: number = (await read(id)).sentCount;
    expect(sent).toBeLessThanOrEqual(Math.max(10, 120 - 10 * (plan.length - 2)));
    await engine.moveTo('2025-06-03T09:30:00Z');
    await until(
      () => read(id),
      ({ sentCount }) => sentCount === sent + 10,
    );
    await engine.toldAll();
    expect((await read(id)).sentCount).toBe(sent + 10);
    await command(id, 'cancel');
  });

  it('goes faster when its rate is raised, and further when its daily limit is', async () => {
    const id = await sending(60, { rateLimit: 1, dailySendLimit: 20 });
    await until(
      () => read(id),
      ({ sentCount }) => sentCount > 0,
    );
    expect(await planOf(id)).toHaveLength(3);
    await put(id, { rateLimit: 10_000, dailySendLimit: null });
    await until(
      () => read(id),
      ({ status }) => status === 'completed',
    );
    expect((await read(id)).sentCount).toBe(60);
  });

  it('waits for a window that is moved away, and goes on when it is moved back', async () => {
    const id = await sending(30, { rateLimit: 6 });
    await put(id, { sendWindowStart: '22:00', sendWindowEnd: '23:00' });
    await engine.toldAll();
    const { sentCount, waitingFor } = await read(id);
    expect(waitingFor).toMatch(/window/i);
    await engine.advance('PT10M');
    await engine.toldAll();
    expect((await read(id)).sentCount).toBe(sentCount);
    await put(id, { sendWindowStart: null, sendWindowEnd: null, rateLimit: null });
    await until(
      () => read(id),
      ({ status }) => status === 'completed',
    );
  });

  it('is one of several editors', async () => {
    const id = await sending(5, { rateLimit: 1 });
    const changes = [{ name: 'One' }, { rateLimit: 2 }, { priority: 1 }, { tags: ['x'] }];
    const answers = await Promise.all(changes.map((change) => put(id, change)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await read(id)).toMatchObject(Object.assign({}, ...changes));
    const tag = (await engine.app.api.get(`${WHATSAPP}/${id}`)).headers.get('etag') ?? '';
    const race = [3, 4, 5].map((rateLimit) =>
      engine.app.api.put(`${WHATSAPP}/${id}`, { rateLimit }, { headers: { 'if-match': tag } }),
    );
    expect((await Promise.all(race)).map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    await command(id, 'cancel');
  });

  it('belongs to its organization', async () => {
    const id = await sending(1, { rateLimit: 1 });
    const other = await newOrganization(engine.app.api);
    expect((await other.api.put(`${WHATSAPP}/${id}`, { name: 'Mine' })).status).toBe(404);
    await command(id, 'cancel');
  });
});

describe('a campaign that pauses', () => {
  it('takes the changes, and is planned with them when it resumes', async () => {
    const id = await sending(30, { rateLimit: 1, dailySendLimit: 20 });
    await command(id, 'pause');
    const { status, body } = await put(id, { dailySendLimit: 5, rateLimit: null, priority: 9 });
    expect([status, body]).toMatchObject([200, { status: 'paused', dailySendLimit: 5, priority: 9 }]);
    await command(id, 'resume');
    const schedule = await until(
      async (): Promise<{ batch_size: number }[]> =>
        (await engine.app.api.get(`${MARKETING}/${id}/schedule`)).body,
      (days) => days.length >= 6,
    );
    expect(schedule.slice(1, -1).every((day) => day.batch_size === 5)).toBe(true);
    await command(id, 'cancel');
  });
});

describe('campaigns that share a limit', () => {
  it('change places with their priorities', async () => {
    const phone = engine.meta.env['WHATSAPP_PHONE_NUMBER_ID'] ?? '';
    const [sender] = (await engine.app.api.get('/api/whatsapp/senders')).body.data;
    const limit = async (messaging_limit: string) => {
      await fetch(`${engine.meta.url}/simulator/phone/${phone}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ messaging_limit, notify: false }),
      });
      await engine.app.api.post(`/api/whatsapp/senders/${sender.id}/sync`);
    };
    await limit('TIER_250');
    const at = new Date(engine.now().getTime() + 5 * 86_400_000).toISOString();
    const scheduled = { scheduledFor: at, rateLimit: null };
    const [first, second] = [await sending(250, scheduled), await sending(250, scheduled)];
    const firstDay = async (id: string) => (await planOf(id))[0]?.day;
    const [early, late] = await until(
      async () => [await firstDay(first), await firstDay(second)],
      ([one, other]) => one !== undefined && other !== undefined && one < other,
    );
    expect((await put(first, { priority: 9 })).status).toBe(200);
    await until(
      async () => [await firstDay(first), await firstDay(second)],
      ([one, other]) => one === late && other === early,
    );
    for (const id of [first, second]) await command(id, 'cancel');
    await limit('TIER_UNLIMITED');
  });
});

describe('a scheduled campaign', () => {
  it('is checked again with another message, and keeps the one it has when that cannot be sent', async () => {
    const at = new Date(engine.now().getTime() + 86_400_000).toISOString();
    const id = await sending(3, { scheduledFor: at });
    const [paused] = await engine.sql<{ name: string }>(
      `SELECT name FROM whatsapp_templates WHERE language = 'en_US' AND name <> 'new_year_promo' LIMIT 1`,
    );
    await engine.sql(`UPDATE whatsapp_templates SET status = 'PAUSED' WHERE name = $1`, [paused?.name]);
    const { status, body } = await put(id, { templateName: paused?.name });
    expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:template_not_approved']);
    expect(await read(id)).toMatchObject({ status: 'scheduled', templateName: 'new_year_promo' });
    await command(id, 'cancel');
  });

  it('chooses its people again when its group changes, and not by a group of nobody', async () => {
    const at = new Date(engine.now().getTime() + 86_400_000).toISOString();
    const city = (value: string) => ({
      logic: 'AND',
      conditions: [{ field: 'city', operator: 'eq', value }],
    });
    for (const [n, phoneNumber] of numbers(5).entries()) {
      const of = n < 3 ? 'Goa' : 'Pune';
      await engine.app.api.post('/api/whatsapp/customers', { phoneNumber, city: of });
    }
    const target = { targetType: 'segment', segmentQuery: city('Goa'), recipients: [] };
    const id = await sending(0, { scheduledFor: at, ...target });
    expect((await read(id)).totalRecipients).toBe(3);
    expect((await put(id, { segmentQuery: city('Pune') })).status).toBe(200);
    expect(await read(id)).toMatchObject({ status: 'scheduled', totalRecipients: 2, pendingCount: 2 });
    const { status, body } = await put(id, { segmentQuery: city('Nowhere') });
    expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:no_recipients']);
    expect((await read(id)).totalRecipients).toBe(2);
    await command(id, 'cancel');
  });
});
