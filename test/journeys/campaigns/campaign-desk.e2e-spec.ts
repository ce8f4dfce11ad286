import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Audiences } from '../../../src/campaigns/intake/audience.service.js';
import { CampaignLifecycle } from '../../../src/campaigns/lifecycle/lifecycle.service.js';
import { Database } from '../../../src/platform/database/database.js';
import type { ApiClient } from '../../support/api-client.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

const ROUTE = '/api/whatsapp/campaigns';
const CUSTOMERS = '/api/whatsapp/customers';

let meta: TestMeta;
let app: TestApp;
let api: ApiClient;
let day = 11;
// Only the API runs; the tests start what is due.
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, ROLE: 'api', CLOCK: '2025-01-10T10:00:00Z' } });
  ({ api } = app);
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

const query = <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  app.app.get(Database).manager.query<T[]>(text, values);
let next = 0;
const someone = (): string => `+49151${String(30_000_000 + next++)}`;
const read = async (id: string): Promise<any> => (await api.get(`${ROUTE}/${id}`)).body;
const command = (id: string, what: string, by = api) => by.post(`${ROUTE}/${id}/${what}`);

async function draft(more: object = {}, count = 3): Promise<string> {
  const { status, body } = await api.post(ROUTE, {
    ...{ name: 'Sale', templateName: 'sale_template', rateLimit: null },
    recipients: Array.from({ length: count }, () => ({ phoneNumber: someone() })),
    ...more,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.id;
}

/** Scheduled for noon of a day of its own. */
async function scheduled(more: object = {}, count = 3): Promise<{ id: string; at: string }> {
  const at = new Date(Date.UTC(2025, 0, day++, 12)).toISOString();
  const id = await draft({ scheduledFor: at, ...more }, count);
  expect((await command(id, 'send')).body.status).toBe('scheduled');
  return { id, at };
}
const moveTo = (now: string) => app.api.post('/api/dev/clock', { now });
const organizationOf = async (id: string): Promise<string> => {
  const [row] = await query<{ organization: string }>(
    'SELECT organization_id AS organization FROM marketing_campaigns WHERE id = $1',
    [id],
  );
  return row?.organization ?? '';
};
const begin = async (id: string): Promise<string | null> =>
  app.app.get(CampaignLifecycle).begin(await organizationOf(id), id);

async function customersIn(city: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { body } = await api.post(CUSTOMERS, { phoneNumber: someone(), city, name: `P ${n}` });
    ids.push(body.id);
  }
  return ids;
}
const cityIs = (value: string) => ({
  logic: 'AND',
  conditions: [{ field: 'city', operator: 'eq', value }],
});

describe('a campaign that is unscheduled', () => {
  it('is the draft again that it was, without a plan', async () => {
    const { id, at } = await scheduled();
    const before = await read(id);
    expect(before.estimatedCompletionDate).not.toBeNull();
    const { status, body } = await command(id, 'unschedule');
    expect([status, body]).toMatchObject([
      200,
      { status: 'draft', statusReason: 'unscheduled by request', scheduledFor: at, totalRecipients: 3 },
    ]);
    expect(body).toMatchObject({ pendingCount: 3, estimatedCompletionDate: null, startedAt: null });
    expect(
      await query(
        `SELECT (SELECT count(*) FROM campaign_send_schedule WHERE campaign_id = $1)::int AS days,
                (SELECT count(*) FROM campaign_recipients WHERE campaign_id = $1 AND scheduled_send_date IS NOT NULL)::int
                  AS planned`,
        [id],
      ),
    ).toEqual([{ days: 0, planned: 0 }]);
    await moveTo(at);
    await begin(id);
    expect((await read(id)).status).toBe('draft');
  });

  it('can be changed, scheduled again and deleted', async () => {
    const { id } = await scheduled();
    await command(id, 'unschedule');
    const scheduledFor = '2025-03-01T12:00:00.000Z';
    expect((await api.put(`${ROUTE}/${id}`, { scheduledFor })).body).toMatchObject({ scheduledFor });
    expect((await command(id, 'send')).body).toMatchObject({ status: 'scheduled', firstDay: '2025-03-01' });
    await command(id, 'unschedule');
    expect((await api.delete(`${ROUTE}/${id}`)).body).toEqual({ result: 'deleted' });
  });

  it('lets its group go, and chooses it again when it is sent', async () => {
    await customersIn('Goa', 2);
    await customersIn('Pune', 1);
    const listed = [{ phoneNumber: someone() }];
    const target = { targetType: 'segment', segmentQuery: cityIs('Goa'), recipients: listed };
    const { id } = await scheduled(target);
    expect((await read(id)).totalRecipients).toBe(3);
    expect((await command(id, 'unschedule')).body).toMatchObject({ status: 'draft', totalRecipients: 1 });
    await api.put(`${ROUTE}/${id}`, { segmentQuery: cityIs('Pune'), scheduledFor: '2025-03-02T12:00:00Z' });
    expect((await command(id, 'send')).body).toMatchObject({ status: 'scheduled', recipientsScheduled: 2 });
  });

  it.each([
    ['draft', async () => draft(), /to unschedule it, it must be scheduled/],
    [
      'sending',
      async () => {
        const id = await draft();
        await command(id, 'send');
        return id;
      },
      /started at .* and is active: it cannot be unscheduled any more. Pause or cancel it instead/,
    ],
  ] as const)('is refused when it is %s', async (_, make, detail) => {
    const { status, body } = await command(await make(), 'unschedule');
    expect([status, body.type]).toEqual([409, 'urn:drumbeat:problem:wrong_campaign_state']);
    expect(body.detail).toMatch(detail);
  });

  it('holds up no campaign of the same limit while its people leave', async () => {
    await customersIn('Diu', 2);
    const { id } = await scheduled({ targetType: 'segment', segmentQuery: cityIs('Diu') });
    const other = await draft();
    const audiences = app.app.get(Audiences);
    const empty = audiences.empty.bind(audiences);
    const started: number[] = [];
    const slow = jest.spyOn(audiences, 'empty').mockImplementation(async (tx, campaign) => {
      if (campaign.id === id) {
        const late = delay(5_000).then(() => 0);
        started.push(await Promise.race([command(other, 'send').then(({ status }) => status), late]));
      }
      return empty(tx, campaign);
    });
    try {
      expect((await command(id, 'unschedule')).body).toMatchObject({ status: 'draft', totalRecipients: 3 });
    } finally {
      slow.mockRestore();
    }
    expect(started).toEqual([200]);
    await command(other, 'cancel');
  });

  it.each([
    ['send', '/api/whatsapp/campaigns', 'send', 5],
    ['activation', '/api/marketing/campaigns', 'activate', 3],
  ])('leaves nobody of its former group to a later %s when the process ends halfway', async (...row) => {
    const [city, route, start, expected] = row;
    await customersIn(`${city} 1`, 1);
    await customersIn(`${city} 2`, 2);
    const { id } = await scheduled({ targetType: 'segment', segmentQuery: cityIs(`${city} 1`) });
    const dying = jest
      .spyOn(app.app.get(Audiences), 'empty')
      .mockRejectedValueOnce(new Error('the process ends here'));
    const unscheduled = app.app.get(CampaignLifecycle).unschedule(await organizationOf(id), id);
    await expect(unscheduled).rejects.toThrow('the process ends here');
    dying.mockRestore();
    expect(await read(id)).toMatchObject({ status: 'draft', estimatedCompletionDate: null });
    await api.put(`${ROUTE}/${id}`, { segmentQuery: cityIs(`${city} 2`), scheduledFor: null });
    expect((await api.post(`${route}/${id}/${start}`)).status).toBe(200);
    expect(await read(id)).toMatchObject({ status: 'sending', totalRecipients: expected });
    await command(id, 'cancel');
  });

  it('wins against its start, or loses to it with a word about it', async () => {
    const made = await Promise.all([1, 2, 3, 4, 5, 6].map(() => scheduled()));
    await moveTo(
      made
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? '',
    );
    const outcomes = await Promise.all(
      made.map(async ({ id }, n) => {
        const race = [() => command(id, 'unschedule'), () => begin(id)] as const;
        const [first, second] = n % 2 === 0 ? [race[0](), race[1]()] : [race[1](), race[0]()];
        const [one, other] = await Promise.all([first, second]);
        const { status, body } = (one ?? other) as { status: number; body: any };
        const after = await read(id);
        const planned = await query('SELECT 1 FROM campaign_send_schedule WHERE campaign_id = $1', [id]);
        if (status === 200) expect([after.status, planned.length]).toEqual(['draft', 0]);
        else {
          expect([status, after.status, planned.length]).toEqual([409, 'sending', 1]);
          expect(body.detail).toMatch(/started at/);
        }
        return status;
      }),
    );
    expect(outcomes).toHaveLength(6);
  });

  it('wins against a send that found it scheduled, or loses to it', async () => {
    const made = await Promise.all([1, 2, 3, 4, 5, 6].map(() => scheduled()));
    await Promise.all(
      made.map(async ({ id }) => {
        const [taken, sent] = await Promise.all([command(id, 'unschedule'), command(id, 'send')]);
        const { status } = await read(id);
        if (taken.status === 409) expect([sent.status, status]).toEqual([200, 'sending']);
        // A send that only began after the other had ended is one of a draft, and schedules it again.
        else if (sent.status === 200) expect([taken.status, status]).toEqual([200, 'scheduled']);
        else expect([taken.status, sent.status, status]).toEqual([200, 409, 'draft']);
      }),
    );
  });

  it('belongs to its organization, and needs the scope', async () => {
    const { id } = await scheduled();
    const other = await newOrganization(app.api);
    const reader = await newOrganization(app.api, ['campaigns:read']);
    for (const what of ['unschedule', 'duplicate', 'archive', 'unarchive']) {
      expect((await command(id, what, other.api)).status).toBe(404);
      expect((await command(id, what, reader.api)).status).toBe(403);
      expect((await api.post(`${ROUTE}/no-id/${what}`)).status).toBe(400);
    }
    expect((await read(id)).status).toBe('scheduled');
  });
});

describe('a scheduled campaign that is changed', () => {
  it('keeps an instant, because without one it would never start', async () => {
    const { id, at } = await scheduled();
    const { status, body } = await api.put(`${ROUTE}/${id}`, { name: 'New', scheduledFor: null });
    expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:scheduled_without_instant']);
    expect(body.detail).toMatch(/unschedule the campaign, or send it now/);
    expect(await read(id)).toMatchObject({ name: 'Sale', status: 'scheduled', scheduledFor: at });
    await command(id, 'unschedule');
    expect((await api.put(`${ROUTE}/${id}`, { scheduledFor: null })).body.scheduledFor).toBeNull();
  });

  it('is refused to an editor who read it before it started, whatever they change', async () => {
    const { id } = await scheduled();
    const tag = (await api.get(`${ROUTE}/${id}`)).headers.get('etag') ?? '';
    await api.put(`${ROUTE}/${id}`, { name: 'Of another' });
    await command(id, 'send');
    const change = (body: object) => api.put(`${ROUTE}/${id}`, body, { headers: { 'if-match': tag } });
    expect((await change({ templateName: 'order_update' })).status).toBe(412);
    expect((await change({ name: 'Mine' })).status).toBe(412);
    await command(id, 'cancel');
    expect((await change({ name: 'Mine' })).status).toBe(412);
    expect((await api.put(`${ROUTE}/${id}`, { name: 'Mine' })).status).toBe(409);
  });
});

describe('a copy of a campaign', () => {
  it('has its settings, and neither its people nor its day', async () => {
    const more = {
      ...{
        description: 'D',
        tags: ['a', 'b'],
        priority: 2,
        dailySendLimit: null,
        maxRetries: 1,
        rateLimit: 7,
      },
      ...{ sendWindowStart: null, sendWindowEnd: null, timeZone: 'Asia/Kolkata', breakerFirstFailures: null },
      ...{ targetType: 'segment', segmentQuery: cityIs('Goa'), templateVariables: { 1: 'Bali' } },
    };
    const { id } = await scheduled(more);
    const { status, body } = await command(id, 'duplicate');
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...more, name: 'Sale (copy)', status: 'draft', totalRecipients: 0 });
    expect(body).toMatchObject({ sendWindowOff: true, scheduledFor: null, statusReason: null });
    expect(body.id).not.toBe(id);
    const named = await api.post(`${ROUTE}/${id}/duplicate`, { name: 'Sale II' });
    expect(named.body.name).toBe('Sale II');
  });

  it('has the message and the audience of one from the Marketing API, and a name that fits', async () => {
    const { body: source } = await api.post('/api/marketing/campaigns', {
      name: `${'x'.repeat(192)}🙂🙂🙂🙂`,
      template_name: 'sale_template',
      template_components: [{ type: 'body', parameters: [{ type: 'text', text: '{{name}}' }] }],
      target_audience: { city: 'Goa' },
    });
    const { status, body } = await command(source.id, 'duplicate');
    expect(status).toBe(201);
    expect(body.name).toBe(`${'x'.repeat(192)} (copy)`);
    const copy = (await api.get(`/api/marketing/campaigns/${body.id}`)).body;
    expect(copy).toMatchObject({
      template_components: [{ type: 'body', parameters: [{ type: 'text', text: '{{name}}' }] }],
      target_audience: { city: 'Goa' },
    });
  });

  it('of a group needs the scope that reads customers', async () => {
    const { api: owner, id: organizationId } = await newOrganization(app.api);
    const { body: grouped } = await owner.post(ROUTE, {
      ...{ name: 'S', templateName: 'sale_template', targetType: 'all' },
    });
    const { body: listed } = await owner.post(ROUTE, { name: 'S', templateName: 'sale_template' });
    const { body: key } = await app.api.post('/api/keys', {
      ...{ name: 'k', scopes: ['campaigns:write'], organizationId },
    });
    const clerk = app.api.withKey(key.key);
    expect((await command(grouped.id, 'duplicate', clerk)).status).toBe(403);
    expect((await command(listed.id, 'duplicate', clerk)).status).toBe(201);
  });

  it('is made once for one key of idempotency', async () => {
    const id = await draft();
    const options = { headers: { 'idempotency-key': `copy-${id}` } };
    const copies = [1, 2].map(() => api.post(`${ROUTE}/${id}/duplicate`, {}, options));
    const [one, other] = await Promise.all(copies);
    const again = await api.post(`${ROUTE}/${id}/duplicate`, {}, options);
    const made = [one, other, again].filter((answer) => answer?.status === 201);
    expect(new Set(made.map((answer) => answer?.body.id)).size).toBe(1);
  });
});

describe('the archive', () => {
  let own: ApiClient;
  beforeEach(async () => {
    own = (await newOrganization(app.api)).api;
  });
  const make = async (name: string, more: object = {}): Promise<string> =>
    (await own.post(ROUTE, { name, templateName: 'sale_template', ...more })).body.id;
  const listed = async (filter = ''): Promise<string[]> =>
    (await own.get(`${ROUTE}${filter}`)).body.data.map(({ name }: { name: string }) => name);

  it('hides campaigns from the list, until they are taken out of it', async () => {
    const a = await make('A');
    await make('B');
    const hidden = await command(a, 'archive', own);
    expect(hidden).toMatchObject({ status: 200, body: { archivedAt: expect.any(String), status: 'draft' } });
    expect((await command(a, 'archive', own)).body.archivedAt).toBe(hidden.body.archivedAt);
    expect(await listed()).toEqual(['B']);
    expect(await listed('?archived=false')).toEqual(['B']);
    expect(await listed('?archived=true')).toEqual(['B', 'A']);
    expect(await listed('?archived=only')).toEqual(['A']);
    expect((await own.get(`${ROUTE}?archived=maybe`)).status).toBe(400);
    expect((await command(a, 'unarchive', own)).body.archivedAt).toBeNull();
    expect((await command(a, 'unarchive', own)).status).toBe(200);
    expect(await listed()).toEqual(['B', 'A']);
  });

  it('takes what is cancelled, and nothing that sends or is going to', async () => {
    const { id } = await scheduled();
    expect((await command(id, 'archive')).status).toBe(409);
    await command(id, 'cancel');
    expect((await command(id, 'archive')).status).toBe(200);
    const running = await draft();
    await command(running, 'send');
    expect((await command(running, 'archive')).status).toBe(409);
    await command(running, 'pause');
    expect((await command(running, 'archive')).status).toBe(409);
  });

  it('gives back a draft that is sent, and a completed campaign whose people are tried again', async () => {
    const id = await draft();
    await command(id, 'archive');
    await command(id, 'send');
    expect(await read(id)).toMatchObject({ status: 'sending', archivedAt: null });
    await query(
      `UPDATE campaign_recipients SET status = 'failed', failed_at = '2025-01-10T10:00:00Z', attempts = 1
        WHERE campaign_id = $1`,
      [id],
    );
    await query(`UPDATE marketing_campaigns SET status = 'completed', archived_at = now() WHERE id = $1`, [
      id,
    ]);
    const { body } = await api.get(`${ROUTE}/${id}/recipients`);
    await api.post(`${ROUTE}/${id}/recipients/retry`, { ids: [body.data[0].id] });
    expect(await read(id)).toMatchObject({ status: 'sending', archivedAt: null });
  });
});

describe('the list of campaigns', () => {
  let own: ApiClient;
  const names = ['delta', 'Alpha', 'charlie', 'bravo', 'alpha', 'Bravo', '100% _off'];
  beforeAll(async () => {
    own = (await newOrganization(app.api)).api;
    for (const [n, name] of names.entries()) {
      const scheduledFor = n % 2 === 0 ? `2026-02-0${n + 1}T10:00:00Z` : null;
      const tags = n < 3 ? ['spring'] : [];
      await own.post(ROUTE, { name, templateName: 'sale_template', scheduledFor, tags });
    }
  });
  const walk = async (filter: string, limit: number): Promise<string[]> => {
    const found: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: any } = await own.get(`${ROUTE}?${filter}&limit=${limit}&cursor=${cursor}`);
      found.push(...body.data.map(({ name }: { name: string }) => name));
      expect(body.total).toBe(7);
      cursor = body.nextCursor;
    }
    return found;
  };

  it('counts the campaigns of every state, whatever state is asked for', async () => {
    const doomed = (await own.get(`${ROUTE}?search=delta`)).body.data[0].id;
    await command(doomed, 'cancel', own);
    const none = { scheduled: 0, sending: 0, paused: 0, completed: 0, failed: 0 };
    const { body } = await own.get(ROUTE);
    expect(body.counts).toEqual({ ...none, draft: 6, cancelled: 1 });
    const cancelled = (await own.get(`${ROUTE}?status=cancelled`)).body;
    expect([cancelled.total, cancelled.counts]).toEqual([1, body.counts]);
    const tagged = (await own.get(`${ROUTE}?status=cancelled&tag=spring`)).body;
    expect([tagged.total, tagged.counts]).toEqual([1, { ...none, draft: 2, cancelled: 1 }]);
    const found = (await own.get(`${ROUTE}?search=0%25%20_`)).body;
    expect([found.total, found.counts.draft]).toEqual([1, 1]);
  });

  it.each([
    ['name', ['100% _off', 'Alpha', 'alpha', 'bravo', 'Bravo', 'charlie', 'delta']],
    ['-name', ['delta', 'charlie', 'Bravo', 'bravo', 'alpha', 'Alpha', '100% _off']],
    ['createdAt', names],
    ['-createdAt', [...names].reverse()],
    ['scheduledFor', ['delta', 'charlie', 'alpha', '100% _off', 'Alpha', 'bravo', 'Bravo']],
    ['-scheduledFor', ['100% _off', 'alpha', 'charlie', 'delta', 'Bravo', 'bravo', 'Alpha']],
  ])('is sorted by %s on pages of any size', async (sort, expected) => {
    for (const limit of [1, 3, 200]) expect(await walk(`sort=${sort}`, limit)).toEqual(expected);
    const second = await own.get(`${ROUTE}?sort=${sort}&limit=2&page=2`);
    expect(second.body.data.map(({ name }: { name: string }) => name)).toEqual(expected.slice(2, 4));
  });

  it('refuses orders it does not know, and cursors of another order or of nobody', async () => {
    expect((await own.get(`${ROUTE}?sort=id`)).status).toBe(400);
    const { body } = await own.get(`${ROUTE}?sort=name&limit=1`);
    expect((await own.get(`${ROUTE}?sort=-name&cursor=${body.nextCursor}`)).status).toBe(400);
    expect((await own.get(`${ROUTE}?cursor=${body.nextCursor}`)).status).toBe(400);
    const id = body.data[0].id;
    const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    for (const cursor of [
      forged('name', 'a\u0000b', id),
      forged('name', 'a\ud800', id),
      forged('name', 'a', 'x'),
      forged('name', 1, id),
    ])
      expect((await own.get(`${ROUTE}?sort=name&cursor=${cursor}`)).status).toBe(400);
    for (const key of ['x', '', '1; DROP', '99999999999999999999'])
      expect((await own.get(`${ROUTE}?sort=startedAt&cursor=${forged('startedAt', key, id)}`)).status).toBe(
        400,
      );
  });
});
