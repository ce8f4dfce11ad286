import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../../src/platform/clock/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { QuotaLedger } from '../../../src/senders/quota/quota-ledger.service.js';
import { QuotaUpkeep } from '../../../src/senders/quota/quota-upkeep.service.js';
import { SenderPacing } from '../../../src/senders/pace/sender-pace.service.js';
import { SenderHealth } from '../../../src/senders/health/sender-health.service.js';
import { SenderUpdates } from '../../../src/senders/health/sender-updates.service.js';
import type { ApiClient } from '../../support/api-client.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const HOUR_MS = 3_600_000;
let meta: TestMeta;
let app: TestApp;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, CLOCK: '2025-03-10T10:00:00Z' } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

let next = 700_000_000_000_000;
const phones = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `+49151${String(10_000_000 + index)}`);
const now = (): Date => app.app.get(Clock).now();
const ago = (hours: number): Date => new Date(now().getTime() - hours * HOUR_MS);
const inTransaction = <T>(work: (tx: EntityManager) => Promise<T>): Promise<T> =>
  app.app.get(Database).transaction(work);
const query = <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  app.app.get(Database).manager.query<T[]>(text, values);

interface Shop {
  api: ApiClient;
  id: string;
  path: string;
  portfolioId: string;
}

/** A new shop with one number, whose portfolio has this limit. */
async function shop(limit: number | null, more: { businessAccountId?: string } = {}): Promise<Shop> {
  const { api } = await newOrganization(app.api);
  const id = String(next++);
  const accessToken = `EAAG-${id}`;
  meta.knows(accessToken, { phoneNumberId: id, ...more });
  const sender = { name: 'Shop', phoneNumberId: id, metaBusinessId: id, accessToken, ...more };
  const { body } = await api.post('/api/whatsapp/senders', sender);
  await query('UPDATE portfolios SET messaging_limit = $2 WHERE id = $1', [body.portfolio.id, limit]);
  return { api, id: body.id, path: `/api/whatsapp/senders/${body.id}`, portfolioId: body.portfolio.id };
}

const reserve = ({ portfolioId }: Shop, people: string[], at: Date): Promise<unknown> =>
  inTransaction((tx) =>
    app.app.get(QuotaLedger).reserve(tx, { portfolioId, phones: people, keepFree: 0, at }),
  );

describe('a number', () => {
  it('shows what its portfolio has used, and accepts an allowance for late deliveries', async () => {
    const one = await shop(250);
    await reserve(one, phones(3), ago(25));
    await reserve(one, phones(2), ago(1));
    const { body } = await one.api.put(one.path, { lateDeliveryAllowance: 10 });
    expect(body.portfolio).toMatchObject({ usedLast24Hours: 2, lateDeliveryAllowance: 10 });
    expect((await one.api.get('/api/whatsapp/senders')).body.data[0].portfolio).toEqual(body.portfolio);
    expect((await one.api.put(one.path, { lateDeliveryAllowance: -1 })).status).toBe(400);
  });

  it('without a known portfolio rejects the allowance', async () => {
    const { api } = await newOrganization(app.api);
    const sender = { name: 'x', phoneNumberId: String(next++), accessToken: 't', usesMarketingApi: true };
    meta.knows('t', sender);
    const { body } = await api.post('/api/whatsapp/senders', sender);
    expect(body).toMatchObject({ portfolio: null, usesMarketingApi: true });
    const refused = await api.put(`/api/whatsapp/senders/${body.id}`, { lateDeliveryAllowance: 1 });
    expect([refused.status, refused.body.type]).toEqual([422, 'urn:drumbeat:problem:portfolio_unknown']);
  });

  it('shows its current rate, and returns to the full rate when an operator activates it', async () => {
    const one = await shop(null);
    await inTransaction((tx) => app.app.get(SenderPacing).slowDown(tx, [one.id], HOUR_MS));
    const slowed = await one.api.get(one.path);
    expect(slowed.body).toMatchObject({ throughputPerSecond: 80, currentPerSecond: 40 });
    expect(Date.parse(slowed.body.heldUntil)).toBeGreaterThan(now().getTime());
    const { body } = await one.api.put(one.path, { status: 'active', usesMarketingApi: true });
    expect(body).toMatchObject({ currentPerSecond: 80, heldUntil: null, usesMarketingApi: true });
  });

  it('resumes when its pause is over, unless an operator has taken over the pause', async () => {
    const [one, other] = [await shop(null), await shop(null)];
    const stop = { scope: 'sender' as const, reason: 'Spam.', until: new Date(now().getTime() + HOUR_MS) };
    for (const { id } of [one, other])
      await inTransaction((tx) => app.app.get(SenderHealth).pause(tx, id, stop));
    expect((await one.api.get(one.path)).body).toMatchObject({
      status: 'paused',
      pausedBy: 'errors',
      pausedUntil: stop.until.toISOString(),
    });
    const taken = await other.api.put(other.path, { status: 'paused' });
    expect(taken.body).toMatchObject({ pausedBy: 'operator', pausedUntil: null });
    await app.api.post('/api/dev/clock', { advance: 'PT1H' });
    const { body } = await until(
      () => one.api.get(one.path),
      (answer) => answer.body.status === 'active',
    );
    expect(body).toMatchObject({ statusReason: null, pausedBy: null, pausedUntil: null });
    expect((await other.api.get(other.path)).body.status).toBe('paused');
  });
});

it('a block of the account ends at the time Meta gave', async () => {
  const one = await shop(null, { businessAccountId: '102290129340777' });
  const end = new Date(now().getTime() + HOUR_MS);
  await app.app.get(SenderUpdates).applyAccountUpdate({
    wabaId: '102290129340777',
    reportedAt: null,
    field: 'account_update',
    event: 'ACCOUNT_RESTRICTION',
    effect: 'block',
    cause: 'restriction',
    until: end,
    raw: {},
  });
  expect((await one.api.get(one.path)).body).toMatchObject({
    pausedBy: 'account',
    pausedUntil: end.toISOString(),
  });
  await app.api.post('/api/dev/clock', { advance: 'PT1H' });
  await until(
    () => one.api.get(one.path),
    ({ body }) => body.status === 'active',
  );
});

describe('the plan of today', () => {
  const plan = async ({ api }: Shop, count: number): Promise<Record<string, number>> => {
    const { body } = await api.post('/api/marketing/campaigns', {
      name: 'Sale',
      template_name: 'new_year_promo',
      daily_send_limit: null,
    });
    const path = `/api/marketing/campaigns/${body.id}`;
    // Different people from those in the ledger, who would cost nothing.
    await api.post(`${path}/recipients`, { phone_numbers: phones(count + 10).slice(10) });
    await api.post(`${path}/activate?start_date=${now().toISOString().slice(0, 10)}`);
    const schedule = await api.get(`${path}/schedule`);
    return Object.fromEntries(
      schedule.body.map((row: { send_date: string; batch_size: number }) => [row.send_date, row.batch_size]),
    );
  };
  const day = (offset: number): string =>
    ago(-24 * offset)
      .toISOString()
      .slice(0, 10);

  it('uses what the ledger has left since midnight: yesterday is free again by the evening', async () => {
    const one = await shop(10);
    const midnight = new Date(`${day(0)}T00:00:00Z`).getTime();
    await reserve(one, phones(4), new Date(midnight - 1));
    await reserve(one, phones(3), new Date(midnight + 1));
    expect(await plan(one, 20)).toEqual({ [day(0)]: 7, [day(1)]: 10, [day(2)]: 3 });
  });

  it('leaves the allowance for late deliveries free, and follows its changes', async () => {
    const one = await shop(10);
    await one.api.put(one.path, { lateDeliveryAllowance: 4 });
    expect(await plan(one, 8)).toEqual({ [day(0)]: 6, [day(1)]: 2 });
    await one.api.put(one.path, { lateDeliveryAllowance: 7 });
    await app.api.post('/api/dev/clock', { advance: 'PT1M' });
    const rows = await until(
      () =>
        query<{ n: number }>(
          'SELECT batch_size AS n FROM campaign_send_schedule s JOIN marketing_campaigns c ON c.id = s.campaign_id WHERE c.sender_id = $1 ORDER BY send_date',
          [one.id],
        ),
      (days) => days.length === 3,
    );
    expect(rows.map(({ n }) => n)).toEqual([3, 3, 2]);
  });

  it('plans people with an open service window ahead of the limit, which they do not use', async () => {
    const one = await shop(10);
    // As many people are counted already as the limit allows.
    await reserve(one, phones(10), ago(0.1));
    const { body } = await one.api.post('/api/marketing/campaigns', {
      name: 'Sale',
      template_name: 'new_year_promo',
      daily_send_limit: null,
    });
    const path = `/api/marketing/campaigns/${body.id}`;
    const people = phones(20).slice(14);
    const argentine = '+5491123456789';
    await one.api.post(`${path}/recipients`, { phone_numbers: [...people, argentine] });
    const wrote = [people[4], '+541123456789'];
    await query(
      `INSERT INTO whatsapp_conversations (organization_id, sender_id, contact, last_inbound_at)
       SELECT s.organization_id, s.id, contact, $3 FROM senders s, unnest($2::text[]) AS contact WHERE s.id = $1`,
      [one.id, wrote, ago(1)],
    );
    await one.api.post(`${path}/activate?start_date=${day(0)}`);
    const today = await query<{ phone: string }>(
      `SELECT phone_number AS phone FROM campaign_recipients
        WHERE campaign_id = $1 AND scheduled_send_date = $2 ORDER BY id`,
      [body.id, day(0)],
    );
    expect(today.map(({ phone }) => phone)).toEqual([people[4], argentine]);
  });

  it('counts what is already queued', async () => {
    const one = await shop(10);
    expect(await plan(one, 6)).toEqual({ [day(0)]: 6 });
    await query(
      `WITH slice AS (
         INSERT INTO campaign_slices
           (id, campaign_id, sender_id, send_date, first_recipient, last_recipient, size, due_at, created_at)
         SELECT gen_random_uuid(), c.id, $1, $2::date, min(r.id::text)::uuid, max(r.id::text)::uuid, 6, 'infinity', now()
           FROM marketing_campaigns c JOIN campaign_recipients r ON r.campaign_id = c.id
          WHERE c.sender_id = $1 GROUP BY c.id
         RETURNING id, campaign_id)
       UPDATE campaign_recipients r SET status = 'queued', slice_id = slice.id
         FROM slice WHERE r.campaign_id = slice.campaign_id`,
      [one.id, day(0)],
    );
    expect(await plan(one, 6)).toEqual({ [day(0)]: 4, [day(1)]: 2 });
  });
});

it('the upkeep deletes people who no longer count and recounts the rest', async () => {
  const one = await shop(null);
  await reserve(one, phones(5), ago(49));
  await reserve(one, phones(3), ago(47));
  await reserve(one, phones(2), ago(1));
  await query('UPDATE portfolios SET people_counted = 99 WHERE id = $1', [one.portfolioId]);
  await app.app.get(QuotaUpkeep).run();
  const rows = await query('SELECT FROM portfolio_reach WHERE portfolio_id = $1', [one.portfolioId]);
  expect(rows).toHaveLength(3);
  expect((await one.api.get(one.path)).body.portfolio.usedLast24Hours).toBe(2);
});
