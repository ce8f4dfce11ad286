import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ForecastPeople } from '../../../src/forecast/forecast-people.service.js';
import { ForecastTurns } from '../../../src/forecast/forecast-turns.service.js';
import { Database } from '../../../src/platform/database/database.js';
import type { ApiClient } from '../../support/api-client.js';
import { MARKETING, numbers, WHATSAPP } from '../../support/engine.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const CUSTOMERS = '/api/whatsapp/customers';
const US = '+12125550123';
let meta: TestMeta;
let app: TestApp;
let api: ApiClient;
let organizationId: string;
let portfolioId: string;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, CLOCK: '2027-04-10T08:00:00Z' } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

const query = <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  app.app.get(Database).manager.query<T[]>(text, values);

let shops = 0;
beforeEach(async () => {
  ({ api, id: organizationId } = await newOrganization(app.api));
  const phoneNumberId = String(610_000_000_000 + shops++);
  const accessToken = `EAAG${phoneNumberId}`;
  const businessAccountId = `${phoneNumberId}2`;
  meta.knows(accessToken, { phoneNumberId, businessAccountId });
  const { body } = await api.post('/api/whatsapp/senders', {
    ...{ name: 'Shop', phoneNumberId, businessAccountId, accessToken },
    metaBusinessId: `${phoneNumberId}1`,
  });
  portfolioId = body.portfolio.id;
  await limited(null);
});

/** The first organization, whose account has templates. */
async function withTemplates(): Promise<void> {
  api = app.api;
  const { body } = await api.get('/api/organization');
  organizationId = body.id;
}

const limited = (limit: number | null) =>
  query('UPDATE portfolios SET messaging_limit = $2, is_unlimited = false WHERE id = $1', [
    portfolioId,
    limit,
  ]);

async function draft(count: number, more: object = {}): Promise<string> {
  const { status, body } = await api.post(WHATSAPP, {
    ...{ name: 'Tours', templateName: 'new_year_promo', rateLimit: null },
    recipients: numbers(count).map((phoneNumber) => ({ phoneNumber })),
    ...more,
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

/** Running from a later day on, so that nothing is sent here. */
async function running(count: number, more: object = {}): Promise<string> {
  const { body } = await api.post(MARKETING, { name: 'X', template_name: 'new_year_promo', ...more });
  await api.post(`${MARKETING}/${body.id}/recipients`, { phone_numbers: numbers(count) });
  const { status } = await api.post(`${MARKETING}/${body.id}/activate`);
  expect(status).toBe(200);
  return body.id;
}

const forecast = async (id: string, changes: object = {}) => {
  const { status, body } = await api.post(`${WHATSAPP}/${id}/forecast`, changes);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
};
const counts = ({ days }: { days: { count: number }[] }): number[] => days.map(({ count }) => count);

describe('the forecast of a campaign', () => {
  it('says who gets it on which days, who is left out and why, and what Meta bills', async () => {
    await withTemplates();
    const [stopped, ...others] = numbers(600);
    const { body: customer } = await api.post(CUSTOMERS, { phoneNumber: stopped, name: 'Asha' });
    const id = await draft(0, {
      recipients: [stopped, US, ...others].map((phoneNumber) => ({ phoneNumber })),
    });
    await api.post(`${CUSTOMERS}/${customer.id}/opt-out`, {});
    const body = await forecast(id);
    expect(body.recipients).toEqual({
      ...{ matched: 601, reachable: 599, total: 601, done: 0, willSend: 599 },
      leftOut: body.recipients.skipped,
      skipped: [
        {
          reason: 'Marketing messages to US numbers are not delivered by WhatsApp',
          ...{ count: 1, sample: [US] },
        },
        { reason: 'User unsubscribed', count: 1, sample: [stopped] },
      ],
    });
    expect(body.days).toEqual([
      { date: '2027-04-10', count: 248, skipped: 2, ofLimit: 250, takenByOthers: 0 },
      { date: '2027-04-11', count: 250, skipped: 0, ofLimit: 250, takenByOthers: 0 },
      { date: '2027-04-12', count: 101, skipped: 0, ofLimit: 250, takenByOthers: 0 },
    ]);
    expect(body).toMatchObject({
      ...{ startsOn: '2027-04-10', endsOn: '2027-04-12', notReady: [], cost: null },
      billable: { category: 'MARKETING', messages: 599 },
    });
    expect(body.problems).toContainEqual({
      ...{ step: 'people', severity: 'info', text: 'Left out: User unsubscribed.' },
      ...{ count: 1, sample: [stopped] },
    });
    expect(body.warnings).toContainEqual({ code: 'us_marketing_restricted', count: 1 });
  });

  it('changes nothing', async () => {
    const id = await draft(30, { targetType: 'all' });
    const rows = () =>
      query(`SELECT (SELECT count(*) FROM campaign_recipients) AS people, (SELECT count(*) FROM campaign_send_schedule)
                    AS days, (SELECT count(*) FROM marketing_campaigns) AS campaigns,
                    (SELECT updated_at FROM marketing_campaigns WHERE id = '${id}') AS changed,
                    (SELECT count(*) FROM campaign_products) AS products`);
    const before = await rows();
    await forecast(id, { dailySendLimit: 7, priority: 1, window: null });
    await api.post(`${WHATSAPP}/forecast`, { templateName: 'new_year_promo', targetType: 'all' });
    expect(await rows()).toEqual(before);
  });

  it('answers while the campaign is locked by what sends', async () => {
    const id = await draft(30);
    const lock = app.app.get(Database).dataSource.createQueryRunner();
    await lock.startTransaction();
    await lock.query('SELECT 1 FROM marketing_campaigns WHERE id = $1 FOR UPDATE', [id]);
    await lock.query('SELECT 1 FROM portfolios WHERE id = $1 FOR UPDATE', [portfolioId]);
    await lock.query(`SELECT pg_advisory_xact_lock(hashtextextended('plan ' || $1, 0))`, [portfolioId]);
    try {
      expect(counts(await forecast(id))).toEqual([30]);
    } finally {
      await lock.rollbackTransaction();
      await lock.release();
    }
  });

  it('takes changes for itself alone', async () => {
    const id = await draft(100, { dailySendLimit: 50 });
    expect(counts(await forecast(id, { dailySendLimit: null }))).toEqual([100]);
    const slow = await forecast(id, {
      rateLimit: 1,
      dailySendLimit: null,
      window: { start: '10:00', end: '11:00' },
    });
    expect(counts(slow)).toEqual([60, 40]);
    expect(slow.warnings).toContainEqual({ code: 'window_short' });
    expect((await forecast(id, { startDate: '2027-05-01' })).startsOn).toBe('2027-05-01');
    expect(counts(await forecast(id))).toEqual([50, 50]);
  });

  it.each([
    [{ startDate: '2027-04-09' }, 422],
    [{ startDate: '2027-02-30' }, 400],
    [{ window: { start: '09:00', end: '09:00' } }, 422],
    [{ window: { start: '9', end: '10:00' } }, 400],
    [{ dailySendLimit: 0 }, 400],
    [{ templateName: 'other' }, 400],
  ])('refuses %j with %i', async (changes, expected) => {
    const { status } = await api.post(`${WHATSAPP}/${await draft(1)}/forecast`, changes);
    expect(status).toBe(expected);
  });

  it('is not given for what has ended, nor for campaigns and senders of another organization', async () => {
    const id = await draft(1);
    const other = await newOrganization(app.api);
    expect((await other.api.post(`${WHATSAPP}/${id}/forecast`, {})).status).toBe(404);
    const { body: senders } = await app.api.get('/api/whatsapp/senders');
    const foreign = await api.post(`${WHATSAPP}/${id}/forecast`, { senderId: senders.data[0].id });
    expect(foreign.status).toBe(404);
    await api.post(`${WHATSAPP}/${id}/cancel`);
    expect((await api.post(`${WHATSAPP}/${id}/forecast`, {})).status).toBe(409);
  });

  it('lists all that stands in the way of a start', async () => {
    await withTemplates();
    const empty = await forecast(await draft(0, { recipients: [] }));
    expect(empty).toMatchObject({ days: [], startsOn: null, endsOn: null });
    expect(empty.notReady.map(({ code }: { code: string }) => code)).toEqual(['no_recipients']);
    const id = await draft(3);
    const stopped = async (template: string, sender: string) => {
      await query('UPDATE whatsapp_templates SET status = $2 WHERE organization_id = $1', [
        organizationId,
        template,
      ]);
      await query('UPDATE senders SET status = $2 WHERE organization_id = $1', [organizationId, sender]);
    };
    await stopped('PAUSED', 'paused');
    const body = await forecast(id);
    await stopped('APPROVED', 'active');
    expect(body.notReady.map(({ code }: { code: string }) => code)).toEqual([
      'template_not_approved',
      'sender_inactive',
    ]);
    expect(body.problems[0]).toMatchObject({ step: 'message', severity: 'error' });
  });

  it('names people whose message lacks a value', async () => {
    await withTemplates();
    const [one, two] = numbers(2);
    const id = await draft(0, {
      templateName: 'tour_package_marketing',
      recipients: [{ phoneNumber: one, variables: { 1: 'Bali', 2: '₹45,000' } }, { phoneNumber: two }],
    });
    const body = await forecast(id);
    const problem = body.problems.find(({ step }: { step: string }) => step === 'personalise');
    const { status, body: refused } = await api.post(`${WHATSAPP}/${id}/send`);
    expect([status, refused.type.split(':').at(-1)]).toEqual([422, 'variables_missing']);
    expect(problem).toMatchObject({ severity: 'error', count: refused.errors.length });
    expect(problem.sample).toEqual(refused.errors.map(({ field }: { field: string }) => field));
  });
});

describe('campaigns that share a limit', () => {
  it('ends after an older one of the same priority, and says what a higher priority would delay', async () => {
    await limited(250);
    const x = await running(1_000);
    const y = await draft(500, { rateLimit: null });
    // X begins tomorrow, so today is free.
    const later = { startDate: '2027-04-11' };
    const behind = await forecast(y, later);
    expect(behind).toMatchObject({ startsOn: '2027-04-15', endsOn: '2027-04-16' });
    expect(behind.conflicts).toEqual([{ kind: 'delayedBy', campaignId: x, name: 'X', days: 4 }]);
    const ahead = await forecast(y, { ...later, priority: 1 });
    expect(ahead).toMatchObject({ startsOn: '2027-04-11', endsOn: '2027-04-12' });
    expect(ahead.conflicts).toEqual([{ kind: 'delays', campaignId: x, name: 'X', days: 2 }]);
    expect(ahead.days[0]).toMatchObject({ count: 250, takenByOthers: 250, ofLimit: 250 });
    expect(behind.endsOnIf).toEqual({ limitUnlimited: '2027-04-12', limitDoubled: '2027-04-12' });
    expect(behind.warnings).toContainEqual({ code: 'quota_has_no_reserve' });
  });
});

describe('the forecast of a campaign that is not saved', () => {
  const unsaved = async (body: object) => {
    const answer = await api.post(`${WHATSAPP}/forecast`, { templateName: 'new_year_promo', ...body });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };

  it('takes a list of numbers', async () => {
    const [one, two] = numbers(2);
    const body = await unsaved({
      recipients: [one, two, one, '12345'].map((phoneNumber) => ({ phoneNumber })),
    });
    expect(body.recipients).toMatchObject({ matched: 4, reachable: 2, total: 2, willSend: 2, skipped: [] });
    expect(body.recipients.leftOut).toContainEqual({
      reason: 'Listed more than once',
      count: 1,
      sample: [one],
    });
  });

  it('takes an audience, and counts those who are not added', async () => {
    const [asha, bob, caro] = numbers(3);
    for (const [phoneNumber, city] of [
      [asha, 'Pune'],
      [bob, 'Pune'],
      [caro, 'Leeds'],
      [US, 'Pune'],
    ]) {
      await api.post(CUSTOMERS, { phoneNumber, name: 'A', city });
    }
    const { body: list } = await api.get(`${CUSTOMERS}?limit=200`);
    const known = list.data.find(({ phoneNumber }: { phoneNumber: string }) => phoneNumber === bob);
    await api.post(`${CUSTOMERS}/${known.id}/opt-out`, {});
    const segmentQuery = { logic: 'AND', conditions: [{ field: 'city', operator: 'eq', value: 'Pune' }] };
    const body = await unsaved({ targetType: 'segment', segmentQuery });
    expect(body.recipients).toMatchObject({ matched: 3, reachable: 1, total: 2, willSend: 1 });
    expect(body.recipients.leftOut).toContainEqual({ reason: 'User unsubscribed', count: 1, sample: [bob] });
    expect((await unsaved({ targetType: 'all' })).recipients).toMatchObject({ matched: 4, total: 3 });
  });

  it('needs the scope that reads customers where it chooses by their data', async () => {
    const { body } = await api.post('/api/keys', { name: 'k', scopes: ['campaigns:read'] });
    const key = api.withKey(body.key);
    const ask = (more: object) =>
      key.post(`${WHATSAPP}/forecast`, { templateName: 'new_year_promo', ...more });
    expect((await ask({ targetType: 'all' })).status).toBe(403);
    expect((await ask({ recipients: [{ phoneNumber: '+4915212345678' }] })).status).toBe(200);
    const id = await draft(0, { recipients: undefined, targetType: 'all' });
    expect((await key.post(`${WHATSAPP}/${id}/forecast`, {})).status).toBe(403);
  });

  it('refuses what a new campaign is refused for', async () => {
    await withTemplates();
    const ask = async (body: object) => (await api.post(`${WHATSAPP}/forecast`, body)).status;
    expect(await ask({})).toBe(400);
    expect(await ask({ templateName: 'new_year_promo', targetType: 'segment' })).toBe(422);
    expect(await ask({ templateName: 'never_heard_of' })).toBe(422);
    expect(await ask({ templateName: 'new_year_promo', targetType: 'all', recipients: [] })).toBe(422);
    expect(await ask({ templateName: 'new_year_promo', colour: 'red' })).toBe(400);
  });
});

describe('forecasts at the same time', () => {
  it('are two of an organization and four of a process; the others are asked to come again', async () => {
    const people = app.app.get(ForecastPeople);
    const find = people.find.bind(people);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const slow = jest.spyOn(people, 'find').mockImplementation(async (...of) => {
      await released;
      return find(...of);
    });
    const others = await Promise.all([1, 2].map(() => newOrganization(app.api)));
    const ask = (by: ApiClient) => by.post(`${WHATSAPP}/forecast`, { templateName: 'new_year_promo' });
    const under = (count: number) =>
      until(
        () => Promise.resolve(slow.mock.calls.length),
        (calls) => calls === count,
      );
    try {
      const [first, second] = [ask(app.api), ask(app.api)];
      await under(2);
      const third = await ask(app.api);
      expect([third.status, third.body.type]).toEqual([429, 'urn:drumbeat:problem:forecast_busy']);
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
      const more = others.map(({ api: by }) => ask(by));
      await under(4);
      const fifth = await ask((await newOrganization(app.api)).api);
      expect([fifth.status, fifth.body.type]).toEqual([429, 'urn:drumbeat:problem:forecast_busy']);
      release();
      const answers = await Promise.all([first, second, ...more]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect((await ask(app.api)).status).toBe(200);
    } finally {
      release();
      slow.mockRestore();
    }
  });

  it('have one time for all of their statements', async () => {
    const turns = app.app.get(ForecastTurns);
    let asked = 0;
    const reading = turns.read(
      organizationId,
      async (tx) => {
        for (; asked < 20; asked++) await tx.query('SELECT pg_sleep(0.3)');
      },
      1_000,
    );
    await expect(reading).rejects.toMatchObject({ code: 'forecast_too_slow' });
    expect(asked).toBeLessThan(4);
  });
});

describe('the calendar', () => {
  const calendar = (from: string, to: string) => api.get(`/api/whatsapp/calendar?from=${from}&to=${to}`);

  it('shows by day and campaign what is planned, beside the capacity', async () => {
    await limited(400);
    const id = await running(300, { daily_send_limit: 200 });
    const { body } = await calendar('2027-04-10', '2027-04-12');
    expect(body.days).toEqual([
      { date: '2027-04-10', ...{ planned: 0, sent: 0, left: 0, capacity: 400, campaigns: [], more: 0 } },
      {
        ...{ date: '2027-04-11', planned: 200, sent: 0, left: 200, capacity: 400, more: 0 },
        campaigns: [{ id, name: 'X', status: 'sending', planned: 200, sent: 0, left: 200 }],
      },
      {
        ...{ date: '2027-04-12', planned: 100, sent: 0, left: 100, capacity: 400, more: 0 },
        campaigns: [{ id, name: 'X', status: 'sending', planned: 100, sent: 0, left: 100 }],
      },
    ]);
  });

  it('shows nothing of another organization, and no capacity where no limit is known', async () => {
    await running(10);
    const { body } = await (
      await newOrganization(app.api)
    ).api.get('/api/whatsapp/calendar?from=2027-04-01&to=2027-07-01');
    expect(body.days).toHaveLength(92);
    expect(body.days.every(({ planned, capacity }: any) => planned === 0 && capacity === null)).toBe(true);
  });

  it('reads the schedule along its index', async () => {
    const plan = await app.app.get(Database).dataSource.transaction(async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off');
      return tx.query(
        `EXPLAIN SELECT 1 FROM marketing_campaigns c JOIN campaign_send_schedule s
           ON s.campaign_id = c.id AND s.send_date BETWEEN '2027-04-01' AND '2027-04-30'
          WHERE c.organization_id = $1`,
        [organizationId],
      );
    });
    expect(JSON.stringify(plan)).toContain('campaign_send_schedule_day');
  });

  it.each([
    ['2027-04-01', '2027-07-02', 422],
    ['2027-04-02', '2027-04-01', 422],
    ['2027-02-30', '2027-04-01', 400],
    ['april', '2027-04-01', 400],
  ])('refuses %s to %s with %i', async (from, to, expected) => {
    expect((await calendar(from, to)).status).toBe(expected);
  });
});
