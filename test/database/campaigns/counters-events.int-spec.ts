import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { CampaignCountersDto } from '../../../src/campaigns/api/campaign-events.dto.js';
import { CampaignEvents } from '../../../src/campaigns/statistics/campaign-events.service.js';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { Database } from '../../../src/platform/database/database.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { applicationGlobals } from '../../support/once/application-globals.js';
import { until } from '../../support/until.js';
import { makeCampaign, makeOrganization, makeRecipients, START } from './counters-campaigns.js';

let test: TestDatabase;
let db: DataSource;
let events: CampaignEvents;
let organization: string;
let campaign: string;
beforeAll(async () => {
  test = await createTestDatabase();
  db = await createDataSource({ url: test.url, poolSize: 4 }).initialize();
  organization = await makeOrganization(db);
});
beforeEach(async () => {
  events = new CampaignEvents(new Database(db));
  campaign = await makeCampaign(db, organization, { status: 'active' });
  await makeRecipients(db, campaign, 5);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await events.onModuleDestroy();
});
afterAll(async () => {
  await db.destroy();
  await test.drop();
});

async function send(count: number): Promise<void> {
  await db.query(
    `UPDATE campaign_recipients SET status = 'sent', sent_at = $3 WHERE id IN
       (SELECT id FROM campaign_recipients WHERE campaign_id = $1 AND status = 'pending' ORDER BY id LIMIT $2)`,
    [campaign, count, START],
  );
}
const finish = () =>
  db.query(`UPDATE marketing_campaigns SET status = 'completed' WHERE id = $1`, [campaign]);

it('sends the counters at once, then each change, and ends with the campaign', async () => {
  const counters = await events.watch(organization, campaign);
  expect(await counters.next()).toMatchObject({ value: { status: 'active', total: 5, pending: 5, sent: 0 } });
  await send(2);
  expect(await counters.next()).toMatchObject({ value: { pending: 3, sent: 2 } });
  await db.transaction(async (tx) => {
    await tx.query(`UPDATE campaign_recipients SET status = 'failed' WHERE campaign_id = $1`, [campaign]);
    await tx.query(`UPDATE marketing_campaigns SET status = 'completed' WHERE id = $1`, [campaign]);
  });
  expect(await counters.next()).toMatchObject({ value: { status: 'completed', failed: 5 } });
  expect(await counters.next()).toEqual({ done: true, value: undefined });
});

it('queries the database once for any number of watchers, and skips intermediate values', async () => {
  const asked = jest.spyOn(db.manager, 'query');
  const looks = () => asked.mock.calls.filter(([text]) => text.includes('ANY(')).length;
  const watchers = await Promise.all(Array.from({ length: 50 }, () => events.watch(organization, campaign)));
  for (const watcher of watchers) await watcher.next();
  const seen: number[][] = watchers.map(() => []);
  const reading = watchers.map(async (watcher, index) => {
    for await (const { sent } of watcher) seen[index]?.push(sent);
  });
  for (let i = 0; i < 5; i++) await send(1);
  await until(looks, (count) => count >= 2);
  await finish();
  await Promise.all(reading);
  for (const sents of seen) {
    expect(sents.at(-1)).toBe(5);
    expect(sents.length).toBeLessThanOrEqual(looks());
  }
  expect(looks()).toBeLessThanOrEqual(6);
});

it('sends a slow reader only the newest values', async () => {
  const counters = await events.watch(organization, campaign);
  const quick = await events.watch(organization, campaign);
  await quick.next();
  for (const sent of [1, 2]) {
    await send(1);
    expect(await quick.next()).toMatchObject({ value: { sent } });
  }
  expect(await counters.next()).toMatchObject({ value: { sent: 2 } });
});

it('queries only watched campaigns, and stops after the last watcher leaves', async () => {
  const timers = jest.spyOn(applicationGlobals, 'setTimeout');
  const asked = jest.spyOn(db.manager, 'query');
  const armed = () => timers.mock.calls.filter(([, ms]) => ms === 1_000).length;
  const looked = () => asked.mock.calls.filter(([text]) => text.includes('ANY(')).map(([, ids]) => ids);
  const left = await events.watch(organization, campaign);
  const other = await makeCampaign(db, organization, { status: 'active' });
  const last = await events.watch(organization, other);
  await left.return();
  await last.next();
  await makeRecipients(db, other, 1);
  expect(await last.next()).toMatchObject({ value: { total: 1 } });
  for (const ids of looked()) expect(ids).toEqual([[other]]);
  await until(armed, (count) => count === looked().length + 1);
  const stopped = jest.spyOn(applicationGlobals, 'clearTimeout');
  await last.return();
  expect(stopped).toHaveBeenCalledTimes(1);
  const finallyArmed = armed();
  const next = await events.watch(organization, other);
  expect(armed()).toBe(finallyArmed + 1);
  await next.return();
});

it('ends for every watcher when the process stops, even during a wait', async () => {
  const counters = await events.watch(organization, campaign);
  await counters.next();
  const waiting = counters.next();
  await events.onModuleDestroy();
  expect(await waiting).toEqual({ done: true, value: undefined });
  const late = await events.watch(organization, campaign);
  expect(await late.next()).toMatchObject({ done: false });
  expect(await late.next()).toMatchObject({ done: true });
});

it('ends when the campaign is deleted, and sends the result of a finished one once', async () => {
  const counters = await events.watch(organization, campaign);
  await counters.next();
  await db.query('DELETE FROM marketing_campaigns WHERE id = $1', [campaign]);
  expect(await counters.next()).toMatchObject({ done: true });
  campaign = await makeCampaign(db, organization, { status: 'cancelled' });
  const finished = await events.watch(organization, campaign);
  expect(await finished.next()).toMatchObject({ value: { status: 'cancelled' } });
  expect(await finished.next()).toMatchObject({ done: true });
});

it('survives a short database outage, and fails on any other error', async () => {
  const counters = await events.watch(organization, campaign);
  await counters.next();
  const asked = jest
    .spyOn(db.manager, 'query')
    .mockRejectedValueOnce(Object.assign(new Error('shutting down'), { code: '57P01' }));
  await until(
    () => asked.mock.calls.length,
    (count) => count > 0,
  );
  await send(1);
  expect(await counters.next()).toMatchObject({ value: { sent: 1 } });
  asked.mockRejectedValueOnce(new TypeError('a bug'));
  await expect(counters.next()).rejects.toThrow('a bug');
});

it('rejects the campaign of another organization', async () => {
  await expect(events.watch(randomUUID(), campaign)).rejects.toMatchObject({ kind: 'not-found' });
});

it('streams server-sent events in the words of the WhatsApp API', async () => {
  const stream = await events.stream(organization, campaign, (one) => CampaignCountersDto.of(one));
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await until(
    () => text,
    (seen) => seen.includes('counters'),
  );
  expect(text).toMatch(/^event: counters\ndata: \{.*\}\n\n$/);
  expect(JSON.parse(text.slice(text.indexOf('{')))).toEqual({
    campaignId: campaign,
    status: 'sending',
    total: 5,
    pending: 5,
    sent: 0,
    delivered: 0,
    read: 0,
    responded: 0,
    failed: 0,
    skipped: 0,
    optedOut: 0,
  });
  await finish();
  await until(
    () => stream.readableEnded,
    (ended) => ended,
  );
  expect(text).toMatch(/event: end\ndata: \{\}\n\n$/);
});
