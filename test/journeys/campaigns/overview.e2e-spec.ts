import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Engine, numbers, startEngine, WHATSAPP } from '../../support/engine.js';
import { newOrganization } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const PATH = '/api/whatsapp/overview';
let engine: Engine;
beforeEach(async () => {
  engine = await startEngine('2025-01-15T10:00:00Z');
});
afterEach(async () => {
  await engine.close();
});

const overview = async (api = engine.app.api) => {
  const { status, body } = await api.get(PATH);
  expect(status).toBe(200);
  return body;
};

describe('the overview', () => {
  it('of a new organization names what there is still to do', async () => {
    const { api } = await newOrganization(engine.app.api);
    expect(await overview(api)).toMatchObject({
      ...{ running: [], runningCount: 0, needs: [], last: null, next: null },
      today: { date: '2025-01-15', sent: 0, planned: 0, until: null },
      onboarding: { hasSender: false, hasCustomers: false, hasTest: false, hasCampaign: false },
      yesterday: { date: '2025-01-14', orders: [] },
    });
    const { api: reader } = await newOrganization(engine.app.api, ['campaigns:read']);
    expect((await overview(reader)).yesterday.orders).toBeNull();
    const { api: other } = await newOrganization(engine.app.api, ['customers:*']);
    expect((await other.get(PATH)).status).toBe(403);
  });

  it('follows a campaign from its first day to the next', async () => {
    const { api } = engine.app;
    const { body } = await api.post(WHATSAPP, {
      ...{ name: 'Sale', templateName: 'new_year_promo', dailySendLimit: 20, rateLimit: 60_000 },
      recipients: numbers(30).map((phoneNumber) => ({ phoneNumber })),
    });
    expect((await overview()).onboarding.hasCampaign).toBe(false);
    expect((await api.post(`${WHATSAPP}/${body.id}/send`)).status).toBe(200);
    const first = await until(overview, ({ today }) => today.sent === 20 && today.read === 20);
    expect(first).toMatchObject({
      ...{ runningCount: 1, timeZone: 'UTC' },
      running: [{ id: body.id, name: 'Sale', total: 30, sent: 20, plannedToday: 20, leftToday: 0 }],
      today: { date: '2025-01-15', planned: 20, sent: 20, arrived: 20, read: 20, replied: 0, until: null },
      onboarding: { hasSender: true, hasTemplate: true, hasCampaign: true },
    });
    expect(first.nextDays).toHaveLength(7);
    expect(first.nextDays[0]).toEqual({ date: '2025-01-16', planned: 10, campaigns: 1 });

    await engine.advance('PT24H');
    const second = await until(overview, ({ today }) => today.sent === 10 && today.read === 10);
    expect(second).toMatchObject({
      today: { date: '2025-01-16', planned: 10, sent: 10 },
      yesterday: { date: '2025-01-15', sent: 20, arrived: 20, read: 20 },
      dayBefore: { date: '2025-01-14', sent: 0 },
    });
    const finished = await until(overview, ({ runningCount }) => runningCount === 0);
    expect(finished.last).toMatchObject({ id: body.id, sent: 30 });
  });

  it('says what waits for a person, and what starts next', async () => {
    const { api } = engine.app;
    const draft = async (name: string, more: object = {}): Promise<string> => {
      const { body } = await api.post(WHATSAPP, {
        ...{ name, templateName: 'new_year_promo', recipients: [{ phoneNumber: '+919978783238' }], ...more },
      });
      return body.id;
    };
    const paused = await draft('Paused', {
      sendWindowStart: '01:00',
      sendWindowEnd: '01:01',
      timeZone: 'UTC',
    });
    expect((await api.post(`${WHATSAPP}/${paused}/send`)).status).toBe(200);
    expect((await api.post(`${WHATSAPP}/${paused}/pause`)).status).toBe(200);
    const later = await draft('Later', { scheduledFor: '2025-02-01T10:00:00Z' });
    expect((await api.post(`${WHATSAPP}/${later}/send`)).status).toBe(200);
    const { needs, next } = await overview();
    expect(needs).toMatchObject([{ kind: 'campaign_paused', severity: 'warning', objectId: paused }]);
    expect(needs[0].text).toContain('The campaign "Paused" is paused');
    expect(next).toMatchObject({ id: later, scheduledFor: '2025-02-01T10:00:00.000Z' });
    await engine.sql(
      `UPDATE marketing_campaigns SET status = 'failed', status_changed_at = $2 WHERE id = $1`,
      [...[paused, engine.now()]],
    );
    expect((await overview()).needs).toMatchObject([{ kind: 'campaign_failed', objectId: paused }]);
    expect((await api.post(`${WHATSAPP}/${paused}/archive`)).status).toBe(200);
    expect((await overview()).needs).toEqual([]);
    const { api: other } = await newOrganization(api);
    expect(await overview(other)).toMatchObject({ needs: [], next: null, last: null });
  });
});
