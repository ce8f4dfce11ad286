import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PlanUpkeep } from '../../../src/campaigns/planning/plan-upkeep.service.js';
import { CampaignStops } from '../../../src/campaigns/stops/campaign-stops.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { type CampaignDemand, planSchedule } from '../../../src/rules/calendar/plan-schedule.js';
import type { Day } from '../../../src/rules/calendar/day.js';
import type { ApiClient } from '../../support/api-client.js';
import { MARKETING, numbers, WHATSAPP } from '../../support/engine.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const START: Day = '2027-05-01';
let meta: TestMeta;
let app: TestApp;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, CLOCK: '2027-04-10T10:00:00Z' } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

const query = <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  app.app.get(Database).manager.query<T[]>(text, values);

let shops = 0;
/** An organization whose campaigns share a limit. */
async function shop(limit: number): Promise<{ api: ApiClient; organizationId: string }> {
  const { api, id: organizationId } = await newOrganization(app.api);
  const number = String(600_000_000_000 + shops++);
  const accessToken = `EAAG${number}`;
  meta.knows(accessToken, { phoneNumberId: number });
  const { body: sender } = await api.post('/api/whatsapp/senders', {
    name: 'Shop',
    phoneNumberId: number,
    metaBusinessId: `${number}1`,
    accessToken,
  });
  await query('UPDATE portfolios SET messaging_limit = $2 WHERE id = $1', [sender.portfolio.id, limit]);
  return { api, organizationId };
}

async function running(api: ApiClient, count: number, more: object = {}): Promise<string> {
  const { body } = await api.post(MARKETING, {
    name: 'Sale',
    template_name: 'new_year_promo',
    daily_send_limit: null,
    ...more,
  });
  await api.post(`${MARKETING}/${body.id}/recipients`, { phone_numbers: numbers(count) });
  const { status } = await api.post(`${MARKETING}/${body.id}/activate?start_date=${START}`);
  expect(status).toBe(200);
  return body.id;
}

const add = (api: ApiClient, id: string, count: number) =>
  api.post(`${MARKETING}/${id}/recipients`, { phone_numbers: numbers(count) });

interface PlannedDay {
  day: string;
  count: number;
}
const daysOf = (id: string): Promise<PlannedDay[]> =>
  query(
    `SELECT scheduled_send_date::text AS day, count(*)::int AS count FROM campaign_recipients
      WHERE campaign_id = $1 GROUP BY 1 ORDER BY 1`,
    [id],
  );
const scheduleOf = (id: string): Promise<PlannedDay[]> =>
  query(
    `SELECT send_date::text AS day, messages_remaining AS count FROM campaign_send_schedule
      WHERE campaign_id = $1 ORDER BY 1`,
    [id],
  );

/** Until the keeper has nothing to plan for the organization. */
const settled = (organizationId: string) =>
  until(
    () =>
      query('SELECT 1 FROM marketing_campaigns WHERE organization_id = $1 AND plan_due IS NOT NULL', [
        organizationId,
      ]),
    (due) => due.length === 0,
  );

const xid = async (): Promise<string> =>
  (await query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid'))[0]?.xid ?? '';
/** The rows that transactions after that one have written. */
const writtenSince = async (since: string): Promise<number> => {
  const [row] = await query<{ n: number }>(
    `SELECT sum(n)::int AS n FROM (
       SELECT count(*) AS n FROM campaign_recipients WHERE xmin::text::bigint > $1
       UNION ALL SELECT count(*) FROM campaign_send_schedule WHERE xmin::text::bigint > $1
       UNION ALL SELECT count(*) FROM marketing_campaigns WHERE xmin::text::bigint > $1) AS t`,
    [since],
  );
  return row?.n ?? 0;
};

describe('adding one recipient to a running campaign', () => {
  it('writes a handful of rows, however many wait in it and beside it', async () => {
    const { api, organizationId } = await shop(500);
    const id = await running(api, 4_010, { daily_send_limit: 100 });
    const neighbour = await running(api, 5_000);
    await settled(organizationId);
    const before = { own: await daysOf(id), neighbour: await daysOf(neighbour) };
    const since = await xid();
    expect((await add(api, id, 1)).body.recipients_added).toBe(1);
    expect(await writtenSince(since)).toBeLessThanOrEqual(10);
    const [last] = before.own.slice(-1);
    expect(await daysOf(id)).toEqual([...before.own.slice(0, -1), { ...last, count: 11 }]);
    expect(await scheduleOf(id)).toEqual(await daysOf(id));
    expect(await daysOf(neighbour)).toEqual(before.neighbour);
  });

  it('does not wait while a plan of the portfolio is being made', async () => {
    const { api, organizationId } = await shop(10);
    const id = await running(api, 15);
    await settled(organizationId);
    const lock = app.app.get(Database).dataSource.createQueryRunner();
    await lock.startTransaction();
    await lock.query(
      `SELECT pg_advisory_xact_lock(hashtextextended('plan ' || s.portfolio_id, 0))
         FROM marketing_campaigns c JOIN senders s ON s.id = c.sender_id WHERE c.id = $1`,
      [id],
    );
    try {
      expect((await add(api, id, 1)).status).toBe(200);
      expect((await daysOf(id)).map(({ count }) => count)).toEqual([10, 6]);
      // What the schedules said may no longer hold, so the plan is looked at afterwards.
      const [mark] = await query<{ due: string }>(
        'SELECT plan_due AS due FROM marketing_campaigns WHERE id = $1',
        [id],
      );
      expect(mark?.due).toBe('own');
    } finally {
      await lock.rollbackTransaction();
      await lock.release();
    }
    await settled(organizationId);
  });

  it('does not wait for a draft of the portfolio that someone fills while someone else changes it', async () => {
    const { api, organizationId } = await shop(10);
    const { body: draft } = await api.post(MARKETING, { name: 'Sale', template_name: 'new_year_promo' });
    await add(api, draft.id, 2);
    const filling = app.app.get(Database).dataSource.createQueryRunner();
    await filling.startTransaction();
    await filling.query('SELECT FROM marketing_campaigns WHERE id = $1 FOR UPDATE', [draft.id]);
    const waiting = () =>
      query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
    const changes = [
      api.put(`${WHATSAPP}/${draft.id}`, { name: 'Later' }),
      api.post(`${MARKETING}/${draft.id}/activate?start_date=${START}`),
    ];
    try {
      await until(waiting, ([row]) => row?.n === changes.length);
      // In time: a lock is waited for until its own end, and these changes hold nothing that this needs.
      await running(api, 3);
      expect(await waiting()).toEqual([{ n: changes.length }]);
    } finally {
      await filling.rollbackTransaction();
      await filling.release();
    }
    const [change, start] = await Promise.all(changes);
    expect(start?.status).toBe(200);
    // It came second, or the campaign had begun by then.
    expect([200, 409]).toContain(change?.status);
    await settled(organizationId);
  });

  it('extends the plan by the days that are needed, and says when it ends', async () => {
    const { api } = await shop(1_000);
    const id = await running(api, 3, { daily_send_limit: 4 });
    await add(api, id, 9);
    expect(await daysOf(id)).toEqual([
      { day: '2027-05-01', count: 4 },
      { day: '2027-05-02', count: 4 },
      { day: '2027-05-03', count: 4 },
    ]);
    const { body } = await api.get(`${MARKETING}/${id}`);
    expect(body.estimated_completion_date).toBe('2027-05-03');
  });

  it('makes room below: an urgent newcomer moves others a moment later', async () => {
    const { api, organizationId } = await shop(10);
    const urgent = await running(api, 8, { priority: 1 });
    const patient = await running(api, 10, { priority: 9 });
    expect(await daysOf(patient)).toEqual([
      { day: '2027-05-01', count: 2 },
      { day: '2027-05-02', count: 8 },
    ]);
    await add(api, urgent, 2);
    await settled(organizationId);
    expect(await daysOf(urgent)).toEqual([{ day: '2027-05-01', count: 10 }]);
    expect(await daysOf(patient)).toEqual([{ day: '2027-05-02', count: 10 }]);
  });
});

describe('the plans of a portfolio', () => {
  it('follow when the engine stops a campaign', async () => {
    const { api, organizationId } = await shop(10);
    const first = await running(api, 10);
    const second = await running(api, 10);
    expect(await daysOf(second)).toEqual([{ day: '2027-05-02', count: 10 }]);
    await app.app
      .get(Database)
      .transaction((tx) => app.app.get(CampaignStops).pause(tx, [first], 'its template was paused'));
    await settled(organizationId);
    expect(await daysOf(second)).toEqual([{ day: '2027-05-01', count: 10 }]);
  });

  it('are in the end what one plan over all of its campaigns would be', async () => {
    const change = fc.record({
      who: fc.nat({ max: 2 }),
      what: fc.constantFrom('add', 'add', 'remove', 'pause', 'resume'),
      count: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 12 }),
        fc.array(
          fc.record({
            size: fc.integer({ min: 1, max: 25 }),
            priority: fc.integer({ min: 1, max: 3 }),
            daily: fc.option(fc.integer({ min: 2, max: 6 }), { nil: null }),
          }),
          { minLength: 3, maxLength: 3 },
        ),
        fc.array(change, { maxLength: 6 }),
        async (limit, campaigns, changes) => {
          const { api, organizationId } = await shop(limit);
          const ids: string[] = [];
          for (const { size, priority, daily } of campaigns)
            ids.push(await running(api, size, { priority, daily_send_limit: daily }));
          await Promise.all(changes.map((one) => apply(api, ids[one.who] ?? '', one)));
          await settled(organizationId);
          await expectOnePlan(ids, limit);
          for (const id of ids) {
            const [{ planned }] = (await query<{ planned: boolean }>(
              `SELECT status = 'active' AS planned FROM marketing_campaigns WHERE id = $1`,
              [id],
            )) as [{ planned: boolean }];
            if (!planned) continue;
            const before = await daysOf(id);
            expect(await scheduleOf(id)).toEqual(before);
            await app.app.get(PlanUpkeep).keep(organizationId, id, { refresh: true });
            expect(await daysOf(id)).toEqual(before);
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 180_000);
});

async function apply(
  api: ApiClient,
  id: string,
  { what, count }: { what: string; count: number },
): Promise<void> {
  if (what === 'add') await add(api, id, count);
  if (what === 'pause' || what === 'resume') await api.post(`${MARKETING}/${id}/${what}`);
  if (what !== 'remove') return;
  const rows = await query<{ id: string }>(
    'SELECT id FROM campaign_recipients WHERE campaign_id = $1 ORDER BY random() LIMIT $2',
    [id, count],
  );
  await api.delete(`/api/whatsapp/campaigns/${id}/recipients`, { ids: rows.map((row) => row.id) });
}

async function expectOnePlan(ids: readonly string[], limit: number): Promise<void> {
  const rows = await query<Omit<CampaignDemand, 'firstDay' | 'today'>>(
    `SELECT id, priority, created_at AS "createdAt", messages_pending AS remaining, daily_send_limit AS "dailyLimit"
       FROM marketing_campaigns WHERE id = ANY($1) AND status = 'active'`,
    [ids],
  );
  const today: Day = '2027-04-10';
  const demands = rows.map((row) => ({ ...row, firstDay: START, today }));
  for (const { id, batches } of planSchedule(demands, { today, capacityOn: () => limit })) {
    expect({ id, days: await daysOf(id) }).toEqual({ id, days: batches });
  }
}
