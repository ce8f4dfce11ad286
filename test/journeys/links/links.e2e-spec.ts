import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EventWants } from '../../../src/events/event-wants.service.js';
import { ClickRetention } from '../../../src/links/click-retention.service.js';
import { LinkRetention } from '../../../src/links/link-retention.service.js';
import { LinkSettings } from '../../../src/links/link-settings.js';
import { LinkTokens } from '../../../src/links/link-tokens.service.js';
import { NO_UNIT } from '../../../src/links/link-token.js';
import { numbers, WHATSAPP } from '../../support/engine.js';
import { LinkStage, PHONE } from '../../support/link-stage.js';
import { newOrganization } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let stage: LinkStage;
beforeAll(async () => {
  stage = await LinkStage.start('2025-03-03T10:00:00Z');
  stage.engine.app.app.get(EventWants).always(['link.clicked']);
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.api.put('/api/organization', { linkDomains: null });
});

const recipient = async (campaignId: string) => {
  const [row] = await stage.engine.sql<{ id: string; status: string; clicked_at: Date | null }>(
    'SELECT id, status, clicked_at FROM campaign_recipients WHERE campaign_id = $1 ORDER BY id',
    [campaignId],
  );
  if (row === undefined) throw new Error('the campaign has no recipient');
  return row;
};
const eventsOf = (campaignId: string) =>
  stage.engine.sql<{ data: any }>(
    `SELECT data FROM domain_events WHERE kind = 'link.clicked' AND campaign_id = $1`,
    [campaignId],
  );

describe('a campaign with a tracked button', () => {
  it('can be decided by clicks, and is unless another metric is named', async () => {
    await stage.addTemplate('only_a_link', [
      { type: 'BODY', text: 'Spring is here.' },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Shop', url: `${stage.base}/l/{{1}}` }] },
    ]);
    const recipients = numbers(4).map((phoneNumber) => ({ phoneNumber }));
    const { body } = await stage.draft({ templateName: 'only_a_link', recipients });
    const path = `${WHATSAPP}/${body.id}/experiment`;
    const experiment = { variants: [{ weight: 50 }, { weight: 50 }], mode: 'split', minPerVariant: 1 };
    const named = await stage.api.put(path, { ...experiment, primaryMetric: 'clicked' });
    expect([named.status, named.body.primaryMetric]).toEqual([200, 'clicked']);
    expect((await stage.api.put(path, experiment)).body.primaryMetric).toBeNull();
    expect((await stage.api.post(`${WHATSAPP}/${body.id}/send`)).status).toBe(200);
    expect((await stage.api.get(path)).body.primaryMetric).toBe('clicked');
  });

  it('is previewed, sent, clicked and counted', async () => {
    const utm = { source: 'whatsapp', campaign: 'spring' };
    const links = { 'button.0': { url: 'https://shop.example/spring?x=1', utm } };
    const leadsTo = 'https://shop.example/spring?x=1&utm_source=whatsapp&utm_campaign=spring';
    const { id, phones } = await stage.sent(2, { links });
    const preview = (await stage.api.post(`${WHATSAPP}/${id}/preview`, {})).body;
    expect(preview.links).toEqual([
      { place: 'button.0', label: 'Shop', kind: 'ours', isTracked: true, leadsTo, note: null },
    ]);
    expect(preview.message.buttons[0].value).toMatch(new RegExp(`^${stage.base}/l/[\\w-]{36}$`));

    const [first = '', second = ''] = phones;
    const { id: messageId } = await stage.message(first);
    await stage.expecting(1);
    expect(await stage.simulate({ messageId, button: 0 })).toMatchObject({ status: 302, location: leadsTo });
    await stage.counted();
    const reply = await stage.message(second);
    await fetch(`${stage.engine.meta.url}/simulator/inbound`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: second, type: 'button', text: 'Tell me more', context: reply.id }),
    });
    await until(
      () => stage.clicks(id),
      ({ buttons }) => buttons.length === 1,
    );
    const stats = (await stage.api.get(`${WHATSAPP}/${id}/stats`)).body;
    expect(stats.clicks).toEqual({
      recipients: 2,
      links: [
        {
          ...{ link: 'button.0', variant: 0, url: 'https://shop.example/spring?x=1' },
          ...{ uniques: 1, total: 1, previews: 0, suspects: 0 },
        },
      ],
      buttons: [{ text: 'Tell me more', count: 1 }],
    });
    expect(stats.metrics.clickThroughRate).toBe('100.00%');
    const [event, ...more] = await eventsOf(id);
    expect(more).toEqual([]);
    expect(event?.data).toMatchObject({
      link: 'button.0',
      phoneNumber: first,
      device: 'phone',
      isFirst: true,
    });
    const [kept] = await stage.engine.sql<{ clicked: Date }>(
      'SELECT clicked_at AS clicked FROM campaign_recipients WHERE campaign_id = $1 AND phone_number = $2',
      [id, first],
    );
    expect(kept?.clicked.toISOString()).toBe(event?.data.clickedAt);
  });

  it('answers as a redirect that nobody keeps', async () => {
    const { phones } = await stage.sent();
    const opened = await stage.open(await stage.token(phones[0] ?? ''));
    expect(opened).toMatchObject({ status: 302, location: 'https://shop.example/spring', body: '' });
    expect(opened.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
      'referrer-policy': 'strict-origin-when-cross-origin',
    });
  });

  it('shows the numbers to its own organization alone', async () => {
    const { id } = await stage.sent();
    const other = await newOrganization(stage.api);
    expect((await other.api.get(`${WHATSAPP}/${id}/stats`)).status).toBe(404);
  });
});

describe('what counts as a click', () => {
  it('is none of 10,000 looks of programs', async () => {
    const { id, phones } = await stage.sent();
    const token = await stage.token(phones[0] ?? '');
    const agents = ['WhatsApp/2.24.25.78 A', 'facebookexternalhit/1.1', 'Googlebot/2.1', PHONE];
    await stage.expecting(10_000);
    for (let round = 0; round < 100; round++) {
      const looks = Array.from({ length: 100 }, (_, index) => {
        const agent = agents[index % agents.length] ?? '';
        return stage.open(token, {
          method: agent === PHONE ? 'HEAD' : 'GET',
          headers: { 'user-agent': agent },
        });
      });
      for (const { status } of await Promise.all(looks)) expect(status).toBe(302);
    }
    await stage.counted();
    expect(await stage.clicks(id)).toMatchObject({
      recipients: 0,
      links: [{ uniques: 0, total: 0, previews: 10_000, suspects: 0 }],
    });
    expect(await recipient(id)).toMatchObject({ status: 'read', clicked_at: null });
    expect(await eventsOf(id)).toEqual([]);
  });

  it('is one person, however often the link is opened at the same moment', async () => {
    const { id, phones } = await stage.sent();
    const token = await stage.token(phones[0] ?? '');
    await stage.expecting(14);
    await Promise.all(Array.from({ length: 7 }, () => [stage.open(token), stage.open(token)]).flat());
    await stage.counted();
    expect(await stage.clicks(id)).toMatchObject({
      recipients: 1,
      // Nobody opens a link eleven times a minute.
      links: [{ uniques: 1, total: 10, suspects: 4 }],
    });
    await stage.engine.advance('PT2M');
    await stage.expecting(1);
    const before = (await recipient(id)).clicked_at;
    await stage.open(token);
    await stage.counted();
    expect(await stage.clicks(id)).toMatchObject({ recipients: 1, links: [{ uniques: 1, total: 11 }] });
    expect((await recipient(id)).clicked_at).toEqual(before);
  });

  it('is not an opening before the message went, or within a second', async () => {
    const { id, phones } = await stage.sent();
    const token = await stage.token(phones[0] ?? '');
    await stage.engine.sql('UPDATE campaign_recipients SET sent_at = $2 WHERE campaign_id = $1', [
      id,
      new Date(stage.engine.now().getTime() + 60_000),
    ]);
    await stage.expecting(1);
    await stage.open(token);
    await stage.counted();
    expect(await stage.clicks(id)).toMatchObject({ recipients: 0, links: [{ total: 0, suspects: 1 }] });
    await stage.engine.advance('PT62S');
    await stage.expecting(1);
    await stage.open(token);
    await stage.counted();
    expect(await stage.clicks(id)).toMatchObject({ recipients: 1, links: [{ total: 1, suspects: 1 }] });
  });

  it('counts in the sum alone for people who ask for privacy, and for the erased', async () => {
    const { id, phones } = await stage.sent();
    const token = await stage.token(phones[0] ?? '');
    await stage.expecting(2);
    await stage.open(token, { headers: { 'sec-gpc': '1' } });
    await until(async () => (await stage.clicks(id)).links[0].total === 1);
    await stage.engine.sql(
      `UPDATE campaign_recipients SET phone_number = '~abcdefghijklmno' WHERE campaign_id = $1`,
      [id],
    );
    expect((await stage.open(token)).status).toBe(302);
    await stage.counted();
    expect(await stage.clicks(id)).toMatchObject({ recipients: 0, links: [{ uniques: 0, total: 2 }] });
    const [kept] = await stage.engine.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM link_clicks
        WHERE recipient_id = (SELECT id FROM campaign_recipients WHERE campaign_id = $1)`,
      [id],
    );
    expect(kept?.n).toBe(0);
  });

  it('is kept for 180 days, and its sum for ever', async () => {
    const { id, phones } = await stage.sent();
    await stage.expecting(1);
    await stage.open(await stage.token(phones[0] ?? ''));
    await stage.counted();
    await stage.engine.sql(`UPDATE link_clicks SET at = at - interval '181 days'`);
    await stage.engine.app.app.get(ClickRetention).run();
    expect(await stage.engine.sql('SELECT id FROM link_clicks')).toEqual([]);
    expect(await stage.clicks(id)).toMatchObject({ links: [{ uniques: 1, total: 1 }] });
  });
});

describe('where a link leads', () => {
  const withName = {
    links: {
      'button.0': { url: 'https://shop.example/{{city}}?for={{name}}', fallback: 'https://shop.example/all' },
    },
  };

  it('depends on the recipient, and falls back to an address for all', async () => {
    const known = await stage.sent(1, {
      ...withName,
      recipient: { name: 'Ana & Co', variables: { city: 'Köln' } },
    });
    expect((await stage.open(await stage.token(known.phones[0] ?? ''))).location).toBe(
      'https://shop.example/K%C3%B6ln?for=Ana%20%26%20Co',
    );
    const unknown = await stage.sent(1, withName);
    expect((await stage.open(await stage.token(unknown.phones[0] ?? ''))).location).toBe(
      'https://shop.example/all',
    );
  });

  it('stays after the campaign is deleted, and is gone after its row is', async () => {
    const { body } = await stage.draft();
    const [row] = await stage.engine.sql<{ number: number }>(
      'SELECT number FROM tracked_links WHERE owner_id = $1',
      [body.id],
    );
    const tokens = stage.engine.app.app.get(LinkTokens);
    const number = row?.number ?? 0;
    expect((await stage.api.delete(`${WHATSAPP}/${body.id}`)).body).toEqual({ result: 'deleted' });
    expect((await stage.open(tokens.token({ unit: NO_UNIT, number }))).status).toBe(302);
    await stage.engine.sql(
      `UPDATE tracked_links SET last_used_at = last_used_at - interval '731 days' WHERE number = $1`,
      [number],
    );
    await stage.engine.app.app.get(LinkRetention).run();
    expect(await stage.engine.sql('SELECT 1 FROM tracked_links WHERE number = $1', [number])).toEqual([]);
    const never = await stage.open(tokens.token({ unit: NO_UNIT, number: 2_000_000_000 }));
    expect(never).toMatchObject({ status: 410, location: undefined });
  });

  it('is nowhere for a token that was not made here', async () => {
    const { phones } = await stage.sent();
    const token = await stage.token(phones[0] ?? '');
    const forged = (token.startsWith('A') ? 'B' : 'A') + token.slice(1);
    for (const bad of [forged, 'x', `${token}x`, encodeURIComponent('https://evil.example/')]) {
      expect(await stage.open(bad)).toMatchObject({ status: 404, location: undefined });
    }
  });

  it('is told 600 times a minute to one address', async () => {
    const token = stage.engine.app.app.get(LinkTokens).token({ unit: NO_UNIT, number: 2_000_000_001 });
    const statuses = new Map<number, number>();
    for (let round = 0; round < 601; round++) {
      const { status } = await stage.open(token, { from: '192.0.2.7' });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    const refused = await stage.open(token, { from: '192.0.2.7' });
    expect(statuses.get(410)).toBeGreaterThanOrEqual(600);
    expect([410, 429]).toContain(refused.status);
    if (refused.status === 429) {
      expect(JSON.parse(refused.body)).toMatchObject({ type: expect.stringMatching(/link_rate$/) });
      expect(refused.headers['retry-after']).toBe('1');
    }
    expect((await stage.open(token, { from: '192.0.2.8' })).status).toBe(410);
  });
});

describe('links that cannot be sent are rejected', () => {
  it.each<[string, object, number, string]>([
    ['unreadable ones', { links: { 'button.0': { url: 'http://shop.example' } } }, 400, 'links.button.0.url'],
    ['an address on another host', { templateName: 'elsewhere' }, 422, 'link_button_not_ours'],
    [
      'a button that does not exist',
      { links: { 'button.5': { url: 'https://shop.example' } } },
      422,
      'link_button_not_ours',
    ],
  ])('%s', async (_, more, status, code) => {
    const answer = await stage.draft(more);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(code);
  });

  it('hosts that the organization has not named, when they are saved and when the campaign starts', async () => {
    const { body } = await stage.draft({ recipients: numbers(1).map((phoneNumber) => ({ phoneNumber })) });
    const { status, body: settings } = await stage.api.put('/api/organization', {
      linkDomains: ['Other.example'],
    });
    expect({ status, linkDomains: settings.linkDomains }).toEqual({
      status: 200,
      linkDomains: ['other.example'],
    });
    for (const answer of [await stage.draft(), await stage.api.post(`${WHATSAPP}/${body.id}/send`)]) {
      expect(answer.status).toBe(422);
      expect(answer.body.type).toMatch(/link_host_not_allowed$/);
    }
    expect((await stage.api.put('/api/organization', { linkDomains: ['https://x'] })).status).toBe(400);
  });

  it('all of them without an address that people can open', async () => {
    const settings = stage.engine.app.app.get<{ isUsable: boolean }>(LinkSettings);
    settings.isUsable = false;
    try {
      expect((await stage.draft()).body.type).toMatch(/links_not_configured$/);
      expect((await stage.draft({ links: null })).status).toBe(201);
    } finally {
      settings.isUsable = true;
    }
  });

  it('the preview says which buttons cannot be counted', async () => {
    const { body } = await stage.draft({ templateName: 'elsewhere', links: null });
    const { links } = (await stage.api.post(`${WHATSAPP}/${body.id}/preview`, {})).body;
    expect(links).toEqual([
      expect.objectContaining({
        place: 'button.0',
        isTracked: false,
        note: expect.stringContaining('another host'),
      }),
    ]);
  });

  it('a change of the links of a scheduled campaign is stored under the same number', async () => {
    const { body } = await stage.draft();
    const numbersOf = () =>
      stage.engine.sql<{ number: number; url: string }>(
        'SELECT number, url FROM tracked_links WHERE owner_id = $1 ORDER BY number',
        [body.id],
      );
    const [before] = await numbersOf();
    const links = { 'button.0': { url: 'https://shop.example/new' } };
    expect((await stage.api.put(`${WHATSAPP}/${body.id}`, { links })).body.links).toEqual(links);
    expect(await numbersOf()).toEqual([{ number: before?.number, url: 'https://shop.example/new' }]);
    expect((await stage.api.put(`${WHATSAPP}/${body.id}`, { links: null })).body.links).toBeNull();
    expect(await numbersOf()).toEqual([]);
  });
});

describe('a single message', () => {
  it('leads where it said when it was written', async () => {
    const customers = numbers(2).map((phoneNumber) => ({ phoneNumber, name: 'Meera', marketingOptIn: true }));
    for (const customer of customers) await stage.api.post('/api/whatsapp/customers', customer);
    const template = {
      ...{ name: 'spring', language: 'en_US' },
      links: {
        'button.0': { url: 'https://shop.example/{{customer.name}}', fallback: 'https://shop.example' },
      },
    };
    const ids: string[] = [];
    for (const { phoneNumber } of customers) {
      const { status, body } = await stage.api.post('/api/whatsapp/messages', {
        to: { phoneNumber },
        template,
      });
      expect({ status, body }).toMatchObject({ status: 202 });
      ids.push(body.id);
    }
    await until(
      async () =>
        Promise.all(ids.map(async (id) => (await stage.api.get(`/api/whatsapp/messages/${id}`)).body.status)),
      (statuses) => statuses.every((status) => status === 'read'),
    );
    await stage.engine.advance('PT1M');
    await stage.expecting(1);
    const opened = await stage.open(await stage.token(customers[0]?.phoneNumber ?? ''));
    expect(opened.location).toBe('https://shop.example/Meera');
    await stage.counted();
    const [event] = await stage.engine.sql<{ data: any }>(
      `SELECT data FROM domain_events WHERE kind = 'link.clicked' AND object_id = $1`,
      [ids[0]],
    );
    expect(event?.data).toMatchObject({ messageId: ids[0], recipientId: null, isFirst: true });
    // Two messages to one address share its number.
    expect(
      await stage.engine.sql(`SELECT number FROM tracked_links WHERE url = 'https://shop.example/Meera'`),
    ).toHaveLength(1);
  });
});

describe('while the database is stopped', () => {
  it('leads on to what is remembered, and answers at once for what is not', async () => {
    const { phones } = await stage.sent();
    const token = await stage.token(phones[0] ?? '');
    const other = await stage.token((await stage.sent()).phones[0] ?? '');
    expect((await stage.open(token)).status).toBe(302);
    const url = new URL(stage.engine.app.config.databaseUrl ?? '');
    const name = url.pathname.slice(1);
    url.pathname = '/postgres';
    const admin = new pg.Client({ connectionString: url.href });
    await admin.connect();
    try {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
      const began = performance.now();
      expect(await stage.open(token)).toMatchObject({ status: 302, location: 'https://shop.example/spring' });
      const unknown = await stage.open(other);
      expect(unknown.status).toBe(503);
      expect(unknown.headers['retry-after']).toBe('2');
      expect(performance.now() - began).toBeLessThan(5_000);
    } finally {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await admin.end();
    }
    await until(async () => (await stage.open(other)).status === 302);
  });
});
