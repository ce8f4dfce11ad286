import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

const PATH = '/api/whatsapp/customers';
const PHONE = '+14694652751';
let app: TestApp;
let api: ApiClient;
let id: string;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  ({ api } = await newOrganization(app.api));
  id = (await api.post(PATH, { phoneNumber: PHONE })).body.id;
});

const sql = (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  app.app.get(Database).manager.query(text, values);
const day = (n: number): string => `2025-03-0${n}T10:00:00.000Z`;
type Said = ['in' | 'out', number];
const say = ([kind, at]: Said): Promise<{ status: number }> =>
  api.post(`${PATH}/${id}/opt-${kind}`, { at: day(at), source: 'test' });

describe('consent', () => {
  const OUT: Said = ['out', 2];
  it.each<[Said[], string, 'optIn' | 'optOut' | null, number]>([
    [[['in', 1]], 'subscribed', 'optIn', 1],
    [[['out', 1]], 'unsubscribed', 'optOut', 1],
    [[['in', 1], OUT], 'unsubscribed', 'optOut', 2],
    [[OUT, ['in', 1]], 'unsubscribed', 'optOut', 2],
    [[OUT, ['in', 3]], 'subscribed', 'optIn', 3],
    [[['in', 3], OUT], 'subscribed', 'optIn', 3],
    [[OUT, ['in', 2]], 'unsubscribed', 'optOut', 2],
    [[['in', 2], OUT], 'unsubscribed', 'optOut', 2],
    [[OUT, OUT, ['out', 4]], 'unsubscribed', 'optOut', 2],
    [[['in', 5], OUT, ['in', 3], ['out', 4]], 'subscribed', 'optIn', 5],
    [[['out', 4], ['in', 3], OUT, ['in', 1]], 'unsubscribed', 'optOut', 4],
  ])('after %j is %s', async (events, subscription, which, since) => {
    for (const event of events) expect((await say(event)).status).toBe(200);
    const { body } = await api.get(`${PATH}/${id}`);
    expect(body).toMatchObject({
      subscription,
      marketingOptIn: subscription === 'subscribed',
      marketingOptInAt: which === 'optIn' ? day(since) : null,
      marketingOptOutAt: which === 'optOut' ? day(since) : null,
    });
    // Only this person's: other tests leave their own.
    const [held] = await sql(
      `SELECT count(*)::int AS n FROM suppressions
        WHERE identity_hash IN (SELECT identity_hash FROM consent_events WHERE profile_id = $1)`,
      [id],
    );
    expect((held?.['n'] as number) > 0).toBe(subscription === 'unsubscribed');
  });

  it('does not depend on the order of arrival, even at the same instant', async () => {
    const events: Said[] = [
      ['in', 1],
      ['out', 2],
      ['in', 3],
      ['out', 4],
      ['in', 4],
      ['out', 1],
    ];
    await Promise.all(events.map(say));
    expect((await api.get(`${PATH}/${id}`)).body).toMatchObject({
      subscription: 'unsubscribed',
      marketingOptOutAt: day(4),
    });
    expect((await api.get(`${PATH}/${id}/consent`)).body.total).toBe(6);
  });

  it('is listed with its evidence, newest first, page by page', async () => {
    const evidence = { text: 'Yes, send me offers', ip: '203.0.113.7' };
    await api.post(`${PATH}/${id}/opt-in`, { source: 'web-form', evidence, at: day(1) });
    await api.post(`${PATH}/${id}/opt-out`, {});
    const first = await api.get(`${PATH}/${id}/consent?limit=1`);
    expect(first.body).toMatchObject({ total: 2, data: [{ kind: 'opt_out', source: 'api', evidence: {} }] });
    const second = await api.get(`${PATH}/${id}/consent?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body.data).toMatchObject([
      { kind: 'opt_in', source: 'web-form', evidence, occurredAt: day(1) },
    ]);
    expect(second.body.data[0].keyId).toEqual(expect.any(String));
  });

  it('is recorded once when stated twice', async () => {
    await Promise.all([say(['out', 1]), say(['out', 1]), say(['out', 1])]);
    expect((await api.get(`${PATH}/${id}/consent`)).body.total).toBe(1);
  });

  it.each([
    [{ at: '2999-01-01T00:00:00Z' }, 422],
    [{ at: 'yesterday' }, 400],
    [{ source: 'two words' }, 400],
    [{ evidence: 'said so' }, 400],
  ])('cannot be recorded with %j', async (body, status) => {
    expect((await api.post(`${PATH}/${id}/opt-in`, body)).status).toBe(status);
  });

  it('cannot be rewritten, not even by SQL', async () => {
    await say(['out', 1]);
    await expect(sql(`UPDATE consent_events SET kind = 'opt_in'`)).rejects.toThrow(/only ever added/);
    await expect(sql('DELETE FROM consent_events')).rejects.toThrow(/only ever added/);
    await expect(sql('TRUNCATE consent_events')).rejects.toThrow(/only ever added/);
  });

  it('must be given explicitly under the policy "explicit"', async () => {
    await api.put('/api/organization', { consentPolicy: 'explicit' });
    expect((await api.get(`${PATH}/${id}`)).body).toMatchObject({
      subscription: 'subscribed',
      marketingOptIn: false,
    });
    expect((await api.post(`${PATH}/${id}/opt-in`, {})).body.marketingOptIn).toBe(true);
    expect((await api.post(`${PATH}/${id}/opt-out`, {})).body.marketingOptIn).toBe(false);
  });

  it('can be given together with the customer', async () => {
    const made = await api.post(PATH, { phoneNumber: '+919978783238', marketingOptIn: true });
    expect(made.body.marketingOptInAt).toEqual(expect.any(String));
    const changed = await api.put(`${PATH}/${made.body.id}`, { marketingOptIn: false });
    expect(changed.body).toMatchObject({ subscription: 'unsubscribed', marketingOptIn: false });
  });
});

describe('an opt-out without a time', () => {
  const started = (occurredAt: string, recordedAt: string): Promise<unknown> =>
    sql(
      `INSERT INTO consent_events (organization_id, profile_id, identity_hash, kind, source, occurred_at, recorded_at)
       SELECT organization_id, id, 'x', 'start', 'webhook', ${occurredAt}, ${recordedAt}
         FROM user_profiles WHERE id = $1`,
      [id],
    );

  it.each([
    [
      'a START that a clock ahead of ours has dated',
      `now() + interval '1 hour'`,
      `now() + interval '1 hour'`,
    ],
    ['a START dated in the future', `'2100-01-01'`, 'now()'],
  ])('counts as later than %s', async (_, occurredAt, recordedAt) => {
    await started(occurredAt, recordedAt);
    const out = await api.post(`${PATH}/${id}/opt-out`, {});
    expect(out).toMatchObject({ status: 200, body: { subscription: 'unsubscribed', marketingOptIn: false } });
    // Another number makes the history count once more.
    const moved = await api.put(`${PATH}/${id}`, { phoneNumber: '+919978783239' });
    expect(moved.body).toMatchObject({ subscription: 'unsubscribed' });
  });
});

describe('an opt-out', () => {
  const again = async (more: object = {}): Promise<Record<string, unknown>> => {
    await api.delete(`${PATH}/${id}`);
    return (await api.post(PATH, { phoneNumber: PHONE, ...more })).body;
  };

  it('outlives the profile until an explicit opt-in lifts it', async () => {
    await say(['out', 1]);
    const back = await again();
    expect(back).toMatchObject({ subscription: 'unsubscribed', marketingOptOutAt: day(1) });
    id = String(back['id']);
    expect(await again({ marketingOptIn: true })).toMatchObject({ subscription: 'subscribed' });
  });

  it('disappears with the opt-in that lifted it', async () => {
    await say(['out', 1]);
    await say(['in', 2]);
    expect(await again()).toMatchObject({ subscription: 'subscribed', marketingOptInAt: null });
  });

  it('written by SQL also stands', async () => {
    await sql(`UPDATE user_profiles SET subscription = 'unsubscribed' WHERE id = $1`, [id]);
    expect(await again()).toMatchObject({ subscription: 'unsubscribed' });
  });

  it('follows the person to another number, and stays with the old one', async () => {
    await say(['out', 1]);
    await api.put(`${PATH}/${id}`, { phoneNumber: '+919978783238' });
    const stranger = await api.post(PATH, { phoneNumber: PHONE });
    expect(stranger.body.subscription).toBe('unsubscribed');
    await api.delete(`${PATH}/${id}`);
    const back = await api.post(PATH, { phoneNumber: '+919978783238' });
    expect(back.body.subscription).toBe('unsubscribed');
  });

  it('applies to a customer who takes over the number', async () => {
    await say(['out', 1]);
    await api.delete(`${PATH}/${id}`);
    const { body } = await api.post(PATH, { whatsappUserId: 'US.1' });
    const changed = await api.put(`${PATH}/${body.id}`, { phoneNumber: PHONE });
    expect(changed.body.subscription).toBe('unsubscribed');
  });

  it('of one organization does not affect another', async () => {
    await say(['out', 1]);
    const other = await newOrganization(app.api);
    expect((await other.api.post(PATH, { phoneNumber: PHONE })).body.subscription).toBe('subscribed');
  });

  it('is stored without the number', async () => {
    await say(['out', 1]);
    await api.delete(`${PATH}/${id}`);
    const rows = await sql('SELECT * FROM suppressions');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain('4694652751');
  });

  it('wins every race with deleting and recreating the profile', async () => {
    for (let round = 0; round < 5; round++) {
      const [said] = await Promise.all([
        // Stated now: an opt-out older than the opt-in of the previous round would rightly change nothing.
        api.post(`${PATH}/${id}/opt-out`, {}),
        api.delete(`${PATH}/${id}`).then(() => api.post(PATH, { phoneNumber: PHONE })),
      ]);
      const { body } = await api.get(`${PATH}?search=4694652751`);
      const { id: now, subscription } = body.data[0];
      if (said.status === 200) expect(subscription).toBe('unsubscribed');
      await api.post(`${PATH}/${now}/opt-in`, {});
      id = now;
    }
  });
});
