import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Identities } from '../../../src/customers/people/identities.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { SeriesFiring } from '../../../src/series/firing/series-firing.service.js';
import { type Engine, numbers, startEngine, WHATSAPP } from '../../support/engine.js';
import { newOrganization } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const SERIES = '/api/whatsapp/series';
/** Under which the timetable runs a task. */
const TASK_LOCKS = 0x63726f6e;
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2027-01-30T08:00:00Z', { env: { SEND_WINDOW: '00:00-24:00' } });
});
afterAll(async () => {
  await engine.close();
});

let count = 0;
const unique = (): string => `t${count++}`;
const ofTag = (tag: string): object => ({
  targetType: 'segment',
  segmentQuery: { logic: 'AND', conditions: [{ field: 'tags', operator: 'in', value: [tag] }] },
});
const campaign = (tag: string, more: object = {}): object => ({
  ...{ templateName: 'new_year_promo', rateLimit: null, dailySendLimit: null, timeZone: 'UTC' },
  ...ofTag(tag),
  ...more,
});
const people = async (tag: string, many: number): Promise<string[]> => {
  const phones = numbers(many);
  for (const phoneNumber of phones) {
    const { status, body } = await engine.app.api.post('/api/whatsapp/customers', {
      ...{ phoneNumber, tags: [tag], name: tag },
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }
  return phones;
};
const post = async (path: string, body: object = {}): Promise<any> => {
  const { status, body: answer } = await engine.app.api.post(`${SERIES}${path}`, body);
  if (status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
};
const tomorrow = (days = 1): string =>
  new Date(engine.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
const create = async (tag: string, more: object = {}): Promise<any> =>
  post('', {
    ...{ name: `Series ${tag}`, campaign: campaign(tag), schedule: { every: 'day' } },
    ...{ at: '10:00', timeZone: 'UTC', ...more },
  });
const activated = async (tag: string, more: object = {}): Promise<string> => {
  const { id } = await create(tag, more);
  await post(`/${id}/activate`);
  return id;
};
const get = async (path: string): Promise<any> => (await engine.app.api.get(`${SERIES}/${path}`)).body;
const occurrencesOf = async (id: string): Promise<any[]> =>
  (await get(`${id}/occurrences?limit=200`)).data.filter(({ state }: any) => state !== 'waiting');
const look = () => engine.app.app.get(SeriesFiring, { strict: false }).look();
/** Without waiting for the timetable, which looks at the same time as well. */
const seen = (id: string, isIt: (found: any[]) => boolean): Promise<any[]> =>
  until(
    async () => {
      await look();
      return occurrencesOf(id);
    },
    isIt,
    { within: 30_000 },
  );
const completed = (id: string): Promise<any> =>
  until(
    async () => (await engine.app.api.get(`${WHATSAPP}/${id}`)).body,
    ({ status }) => status === 'completed',
    { within: 30_000 },
  );
/** The next 10:00 of UTC, a moment later. */
const toNext = async (): Promise<void> => {
  const at = new Date(engine.now());
  at.setUTCHours(10, 0, 1, 0);
  if (at <= engine.now()) at.setUTCDate(at.getUTCDate() + 1);
  await engine.moveTo(at.toISOString());
};
const refusal = async (path: string, body: object = {}): Promise<[number, string]> => {
  const { status, body: problem } = await engine.app.api.post(`${SERIES}${path}`, body);
  return [status, String(problem.type).split(':').at(-1) ?? ''];
};

describe('a series', () => {
  it('makes a campaign a day from the people of its hour, and leaves out who has left', async () => {
    const tag = unique();
    const [first = ''] = await people(tag, 1);
    const id = await activated(tag, { count: 2, startsOn: tomorrow(0) });
    await toNext();
    const [one] = await seen(id, ([found]) => found?.state === 'created');
    expect(await completed(one.campaignId)).toMatchObject({ seriesId: id, totalRecipients: 1, sentCount: 1 });
    const [second = ''] = await people(tag, 1);
    const { body: found } = await engine.app.api.get(
      `/api/whatsapp/customers?search=${encodeURIComponent(first)}`,
    );
    await engine.app.api.put(`/api/whatsapp/customers/${found.data[0].id}`, { tags: [] });
    await toNext();
    const [, two] = await seen(id, (all) => all[1]?.state === 'created');
    const { name } = await completed(two.campaignId);
    expect(name).toBe(`Series ${tag} ${two.localDate}`);
    const { body } = await engine.app.api.get(`${WHATSAPP}/${two.campaignId}/recipients`);
    expect(body.data.map(({ phoneNumber }: any) => phoneNumber)).toEqual([second]);
    expect(await get(id)).toMatchObject({ state: 'ended', occurrences: 2, nextAt: null });
    const stats = await until(
      () => get(`${id}/stats`),
      ({ sums }) => sums.read === 2,
    );
    expect(stats.sums).toMatchObject({
      occurrences: 2,
      created: 2,
      recipients: 2,
      sent: 2,
      delivered: 2,
      read: 2,
    });
    expect(stats.data.map(({ number, sent }: any) => [number, sent])).toEqual([
      [2, 1],
      [1, 1],
    ]);
    expect(await refusal(`/${id}/run-now`)).toEqual([409, 'series_ended']);
  });

  it('runs forty dates that the clock passes over, in their order and each at its own instant', async () => {
    const tag = unique();
    const id = await activated(tag, { overlap: 'parallel', count: 40 });
    await people(tag, 1);
    await engine.advance('P40D');
    const found = await seen(id, (all) => all.length === 40 && all.every(({ state }) => state === 'created'));
    expect(new Set(found.map(({ localDate }) => localDate)).size).toBe(40);
    expect(new Set(found.map(({ at }) => at.slice(11)))).toEqual(new Set(['10:00:00.000Z']));
  });

  it('runs what was passed over one after the other, although it skips overlaps', async () => {
    const tag = unique();
    await people(tag, 1);
    const id = await activated(tag, { count: 3 });
    await engine.advance('P5D');
    const found = await seen(
      id,
      (all) => all.length === 3 && all.every(({ campaignId }) => campaignId !== null),
    );
    expect(found.map(({ state }) => state)).toEqual(['created', 'created', 'created']);
  });

  it('skips a date when nobody matches, and keeps no empty campaign', async () => {
    const tag = unique();
    const id = await activated(tag, { count: 1 });
    await toNext();
    const [one] = await seen(id, ([found]) => found?.state === 'skipped');
    expect(one).toMatchObject({ reason: 'nobody matched', campaignId: null });
    expect(await engine.sql('SELECT 1 FROM marketing_campaigns WHERE series_id = $1', [id])).toEqual([]);
  });

  it('makes its campaign ahead, and chooses the people at the hour', async () => {
    // The next date is a whole day away.
    await toNext();
    const tag = unique();
    const id = await activated(tag, { leadTime: 'PT23H', count: 1 });
    await engine.advance('PT23H');
    const [one] = await seen(id, ([found]) => typeof found?.campaignId === 'string');
    const { body } = await engine.app.api.get(`${WHATSAPP}/${one.campaignId}`);
    if (body.status === 'scheduled') expect(body).toMatchObject({ totalRecipients: 0, scheduledFor: one.at });
    await people(tag, 2);
    await toNext();
    expect(await completed(one.campaignId)).toMatchObject({ totalRecipients: 2 });
  });

  it('loses no occurrence when the hour is changed after that of the day', async () => {
    const tag = unique();
    await people(tag, 1);
    const id = await activated(tag, { overlap: 'parallel', count: 3 });
    await toNext();
    await seen(id, (all) => all.length === 1);
    const shown = await get(id);
    const { body } = await engine.app.api.put(`${SERIES}/${id}`, {
      ...{
        name: shown.name,
        campaign: campaign(tag),
        schedule: { every: 'day' },
        overlap: 'parallel',
        count: 3,
      },
      ...{ at: '18:00', timeZone: 'UTC', startsOn: shown.startsOn },
    });
    expect(body).toMatchObject({ at: '18:00', nextAt: `${tomorrow()}T18:00:00.000Z` });
    await engine.advance('P1DT9H');
    await seen(id, (all) => all.length === 2);
    await engine.advance('P1D');
    const all = await seen(id, (found) => found.length === 3);
    expect(all.map(({ number }) => number)).toEqual([1, 2, 3]);
    await toNext();
  });

  it.each(['skip', 'replace'])(
    'with a lead time, %s looks at the hour, not at the lead time',
    async (overlap) => {
      const tag = unique();
      await people(tag, 1);
      const id = await activated(tag, { overlap, leadTime: 'PT20H', count: 2 });
      await toNext();
      const [first] = await seen(id, ([found]) => typeof found?.campaignId === 'string');
      await engine.sql(`UPDATE marketing_campaigns SET status = 'paused' WHERE id = $1`, [first.campaignId]);
      await engine.advance('PT5H');
      await look();
      expect(await occurrencesOf(id)).toHaveLength(1);
      await engine.sql(`UPDATE marketing_campaigns SET status = 'completed' WHERE id = $1`, [
        first.campaignId,
      ]);
      await engine.advance('PT2M');
      const both = await seen(id, (all) => all.length === 2);
      expect(both.map(({ state }) => state)).toEqual(['created', 'created']);
    },
  );
  it('writes down that its campaign has too few people for an experiment', async () => {
    const tag = unique();
    await people(tag, 2);
    await toNext();
    const id = await activated(tag, { leadTime: 'PT23H', count: 1 });
    await engine.advance('PT2H');
    const [one] = await seen(id, ([found]) => typeof found?.campaignId === 'string');
    const variants = [{ weight: 50 }, { weight: 50 }];
    const body = { variants, mode: 'split', minPerVariant: 2 };
    const { status } = await engine.app.api.put(`${WHATSAPP}/${one.campaignId}/experiment`, body);
    expect(status).toBe(200);
    await toNext();
    const [failed] = await seen(id, ([found]) => found?.state === 'failed');
    expect(failed.reason).toContain('fewer than minPerVariant (2)');
    const { body: campaignNow } = await engine.app.api.get(`${WHATSAPP}/${one.campaignId}`);
    expect(campaignNow).toMatchObject({ status: 'failed', statusReason: failed.reason });
  });
});

describe('faults', () => {
  it('make no date twice: two workers look at once, and each commit in turn is the last of a dead one', async () => {
    const tag = unique();
    await people(tag, 1);
    const id = await activated(tag, { overlap: 'parallel', count: 40 });
    const database = engine.app.app.get(Database);
    const commit = database.transaction.bind(database);
    const dying = new AsyncLocalStorage<{ commits: number }>();
    database.transaction = (work) =>
      commit(async (tx) => {
        const done = await work(tx);
        const life = dying.getStore();
        if (life !== undefined && life.commits-- <= 0) throw new Error('killed');
        return done;
      });
    try {
      for (let day = 0; day < 40; day++) {
        await toNext();
        await dying.run({ commits: day % 5 }, () => look().catch(() => undefined));
        await Promise.all([look(), look()]);
      }
    } finally {
      database.transaction = commit;
    }
    const found = await seen(id, (all) => all.length === 40 && all.every(({ state }) => state === 'created'));
    expect(found.map(({ number }) => number)).toEqual(found.map((_, n) => n + 1));
    expect(new Set(found.map(({ localDate }) => localDate)).size).toBe(40);
    const [made] = await engine.sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM marketing_campaigns WHERE series_id = $1',
      [id],
    );
    expect(made?.n).toBe(40);
  }, 240_000);

  it.each([
    ['skip', ['missed', 'missed', 'missed']],
    ['last', ['missed', 'missed', 'created']],
    ['each', ['created', 'created', 'created']],
  ])('of days without a worker run %s', async (missed, states) => {
    const tag = unique();
    // Well past the hour of the last date: within its tolerance it would not be late.
    await engine.app.api.post('/api/dev/clock', { advance: 'PT5M' });
    await people(tag, 1);
    const id = await activated(tag, { missed, overlap: 'parallel', startsOn: tomorrow(-9) });
    // Three dates have passed since the last worker died; no look of the timetable comes in between.
    const now = engine.now();
    const runner = engine.app.app.get(Database).dataSource.createQueryRunner();
    try {
      await runner.query(`SELECT pg_advisory_lock(${TASK_LOCKS}, hashtext('series'))`);
      await runner.query('DELETE FROM series_absences');
      await runner.query('INSERT INTO series_absences VALUES ($1, $2)', [
        ...[new Date(now.getTime() - 9 * 86_400_000), now],
      ]);
      await runner.query(
        `UPDATE campaign_series SET next_local_date = next_local_date - 3, next_due_at = next_due_at - interval '3 days',
                next_made_at = next_made_at - interval '3 days', late_tolerance = '1 minute' WHERE id = $1`,
        [id],
      );
      await look();
    } finally {
      await runner.query(`SELECT pg_advisory_unlock(${TASK_LOCKS}, hashtext('series'))`);
      await runner.release();
    }
    const found = await seen(id, (all) => all.length === 3);
    expect(found.map(({ state }) => state)).toEqual(states);
    await post(`/${id}/end`);
  });
});

describe('an overlap', () => {
  /** An occurrence that needs two days, and the next one a day later. */
  const overlapping = async (overlap: string): Promise<[string, any[]]> => {
    const tag = unique();
    await people(tag, 2);
    const id = await activated(tag, { overlap, count: 2, campaign: campaign(tag, { dailySendLimit: 1 }) });
    await toNext();
    const [one] = await seen(id, ([found]) => found?.state === 'created');
    await until(
      async () => (await engine.app.api.get(`${WHATSAPP}/${one.campaignId}`)).body,
      ({ sentCount }) => sentCount === 1,
    );
    expect((await engine.app.api.post(`${WHATSAPP}/${one.campaignId}/pause`)).status).toBe(200);
    await toNext();
    return [id, await seen(id, (all) => all.length === 2)];
  };

  it.each([
    ['skip', 'skipped', 'paused'],
    ['parallel', 'created', 'paused'],
    ['replace', 'created', 'cancelled'],
  ])('is %s', async (overlap, state, earlier) => {
    const [, [one, two]] = await overlapping(overlap);
    expect(two.state).toBe(state);
    if (state === 'skipped') expect(two.reason).toBe(`the occurrence of ${one.localDate} is not over`);
    expect((await engine.app.api.get(`${WHATSAPP}/${one.campaignId}`)).body.status).toBe(earlier);
  });

  it('queues one until the earlier one is over, and the series ends after it', async () => {
    const [id, [one, two]] = await overlapping('queue');
    expect(two).toMatchObject({ state: 'queued', campaignId: null });
    expect((await get(id)).state).toBe('active');
    expect((await engine.app.api.post(`${WHATSAPP}/${one.campaignId}/cancel`)).status).toBe(200);
    const [, released] = await seen(id, (all) => all[1].state === 'created');
    expect(released.campaignId).not.toBeNull();
    expect((await get(id)).state).toBe('ended');
  });
});

describe('the people of a series', () => {
  it('get it once each, also when two profiles turn out to be one person', async () => {
    const tag = unique();
    const [old = '', other = ''] = await people(tag, 2);
    const id = await activated(tag, { oncePerPerson: true, count: 2 });
    await toNext();
    const [one] = await seen(id, ([found]) => found?.state === 'created');
    expect(await completed(one.campaignId)).toMatchObject({ totalRecipients: 2 });
    // The person has a new number, and a profile under it; a message shows that both are one.
    const nest = engine.app.app;
    const [fresh = ''] = await people(tag, 1);
    await engine.sql('UPDATE user_profiles SET whatsapp_user_id = $2 WHERE whatsapp_phone = $1', [
      old,
      `US.${tag}`,
    ]);
    const [row] = await engine.sql<{ id: string }>(
      'SELECT organization_id AS id FROM user_profiles WHERE whatsapp_phone = $1',
      [old],
    );
    const organization = row?.id ?? '';
    await nest.get(Database).transaction(async (tx) => {
      await nest
        .get(Identities, { strict: false })
        .findOrCreateByContact(tx, organization, { phone: fresh, userId: `US.${tag}` });
    });
    const [third = ''] = await people(tag, 1);
    await toNext();
    const [, two] = await seen(id, (all) => all[1]?.state === 'created' && all[1].campaignId !== null);
    await completed(two.campaignId);
    const { body } = await engine.app.api.get(`${WHATSAPP}/${two.campaignId}/recipients`);
    expect(body.data.map(({ phoneNumber }: any) => phoneNumber)).toEqual([third]);
    expect([old, other, fresh]).not.toContain(third);
  });

  it('are left alone for as long as the series says', async () => {
    const tag = unique();
    await people(tag, 1);
    const id = await activated(tag, { minGapDays: 2, count: 3 });
    const states: string[] = [];
    for (let n = 0; n < 3; n++) {
      await toNext();
      const settled = await until(
        async () => {
          await look();
          const one = (await occurrencesOf(id))[n];
          if (one?.state !== 'created') return one;
          const { body } = await engine.app.api.get(`${WHATSAPP}/${one.campaignId}`);
          return body.status === 'completed' ? one : undefined;
        },
        (one) => one !== undefined,
      );
      states.push(settled.state);
    }
    expect(states).toEqual(['created', 'skipped', 'created']);
  });
});

describe('the commands', () => {
  it('pause between due and create, resume ahead, and end for good', async () => {
    const tag = unique();
    await people(tag, 1);
    const id = await activated(tag);
    await post(`/${id}/pause`);
    await engine.advance('P2D');
    await seen(id, (all) => all.length === 2 && all.every(({ reason }) => reason === 'series paused'));
    const resumed = await post(`/${id}/resume`);
    expect(new Date(resumed.nextAt) > engine.now()).toBe(true);
    expect(await refusal(`/${id}/run-now`)).toEqual([409, 'occurrence_exists']);
    await engine.moveTo(`${tomorrow()}T00:00:01Z`);
    const made = await post(`/${id}/run-now`);
    expect(made).toMatchObject({ state: 'created', number: 3 });
    expect(await refusal(`/${id}/run-now`)).toEqual([409, 'occurrence_exists']);
    expect((await post(`/${id}/end`)).state).toBe('ended');
    expect(await refusal(`/${id}/resume`)).toEqual([409, 'series_ended']);
    expect(await refusal(`/${id}/activate`)).toEqual([409, 'series_ended']);
    expect((await engine.app.api.put(`${SERIES}/${id}`, { name: 'x' })).status).toBe(409);
  });

  it('change what is not made yet, under the tag of what was read', async () => {
    const tag = unique();
    const { id } = await create(tag, { endsOn: tomorrow(30) });
    await post(`/${id}/activate`);
    const path = `${SERIES}/${id}`;
    const changed = await engine.app.api.put(path, {
      schedule: { every: 'week', weekdays: ['MO'] },
      at: '12:00',
    });
    expect(changed.body).toMatchObject({
      version: 2,
      at: '12:00',
      endsOn: tomorrow(30),
      schedule: { weekdays: ['MO'] },
    });
    expect(new Date(changed.body.nextAt).getUTCDay()).toBe(1);
    const endless = await engine.app.api.put(path, { endsOn: null, count: 3 });
    expect(endless.body).toMatchObject({ version: 3, endsOn: null, count: 3 });
    expect((await engine.app.api.delete(path)).status).toBe(409);
    expect((await get(`${id}/occurrences`)).data[0]).toMatchObject({
      state: 'waiting',
      wouldDo: 'make',
      id: null,
    });
    await post(`/${id}/end`);
    expect((await engine.app.api.delete(`${SERIES}/${(await create(tag)).id}`)).status).toBe(204);
  });

  it('pause the series after three failures in a row', async () => {
    const tag = unique();
    await people(tag, 1);
    const id = await activated(tag);
    await engine.sql(
      `UPDATE campaign_series SET definition = jsonb_set(definition, '{templateName}', '"gone"') WHERE id = $1`,
      [id],
    );
    for (let n = 1; n <= 3; n++) {
      await toNext();
      await seen(id, (all) => all.length === n && all[n - 1].state === 'failed');
    }
    const paused = await get(id);
    expect(paused.state).toBe('paused');
    expect(paused.stateReason).toMatch(/^3 occurrences in a row failed: .*gone/);
    await post(`/${id}/end`);
  });
});

describe('a refusal', () => {
  it.each<[object, number, string]>([
    [{ rrule: 'FREQ=HOURLY', schedule: undefined }, 400, 'rule_part_unsupported'],
    [{ rrule: 'FREQ=DAILY' }, 400, 'invalid_request'],
    [{ count: 2, endsOn: '2030-01-01' }, 400, 'invalid_request'],
    [{ at: '24:00' }, 400, 'invalid_request'],
    [{ lateTolerance: 'P1M' }, 400, 'invalid_request'],
    [{ timeZone: 'Mars/Base' }, 422, 'time_zone_unknown'],
    [{ endsOn: '2020-01-01', startsOn: '2019-01-01' }, 422, 'ends_in_the_past'],
    [{ rrule: 'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30', schedule: undefined }, 422, 'series_never_fires'],
    [{ leadTime: 'P1D' }, 422, 'lead_time_too_long'],
    [{ experiment: { variants: [] } }, 422, 'experiment_not_recurring'],
    [{ campaign: { templateName: 'new_year_promo' } }, 422, 'list_audience_not_recurring'],
    [
      { campaign: { templateName: 'new_year_promo', recipients: [{ phoneNumber: '+49' }] } },
      422,
      'list_audience_not_recurring',
    ],
    [{ campaign: { templateName: 'unknown_one', targetType: 'all' } }, 422, 'template_unknown'],
    [
      {
        campaign: { templateName: 'new_year_promo', targetType: 'all', scheduledFor: '2030-01-01T00:00:00Z' },
      },
      400,
      'invalid_request',
    ],
    [{ surprise: true }, 400, 'invalid_request'],
  ])('of %j is %i %s', async (more, status, code) => {
    const body = {
      ...{
        name: 'Refused',
        campaign: campaign('x'),
        schedule: { every: 'day' },
        at: '10:00',
        timeZone: 'UTC',
      },
      ...more,
    };
    expect(await refusal('', body)).toEqual([status, code]);
  });

  it('hides the series of another organization, and needs the scope of campaigns', async () => {
    const { id } = await create(unique());
    const { api: other } = await newOrganization(engine.app.api);
    expect((await other.get(`${SERIES}/${id}`)).status).toBe(404);
    expect((await other.get(SERIES)).body.data).toEqual([]);
    const { api: reader } = await newOrganization(engine.app.api, ['campaigns:read']);
    expect((await reader.post(SERIES, {})).status).toBe(403);
    expect((await reader.get(SERIES)).status).toBe(200);
  });
});

it('shows the dates of a rule with their instants', async () => {
  const berlin = { at: '02:30', timeZone: 'Europe/Berlin', from: '2027-03-27', count: 3 };
  const { body } = await engine.app.api.post(`${SERIES}/preview`, { ...berlin, schedule: { every: 'day' } });
  expect(body.occurrences).toEqual([
    { localDate: '2027-03-27', localTime: '02:30', at: '2027-03-27T01:30:00.000Z' },
    { localDate: '2027-03-28', localTime: '03:30', at: '2027-03-28T01:30:00.000Z' },
    { localDate: '2027-03-29', localTime: '02:30', at: '2027-03-29T00:30:00.000Z' },
  ]);
});
