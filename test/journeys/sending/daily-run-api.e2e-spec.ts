import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Engine, MARKETING, numbers, startEngine } from '../../support/engine.js';
import { newOrganization } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const RUN = '/api/marketing/process-daily';
let engine: Engine;
beforeAll(async () => {
  // The internal run has an hour that never comes, so only the calls start a day here.
  engine = await startEngine('2025-03-03T06:00:00Z', { env: { DAILY_RUN_AT: '0 23 31 12 *' } });
});
afterAll(async () => {
  await engine.close();
});

it('reports what it released, which window is closed, and that nothing is due', async () => {
  const { api } = engine.app;
  expect((await api.post(RUN)).body).toEqual({
    date: '2025-03-03',
    campaigns_processed: 0,
    messages_sent: 0,
    message: 'Nothing is due on 2025-03-03',
  });

  const { body } = await api.post(MARKETING, {
    name: 'Sale',
    template_name: 'new_year_promo',
    daily_send_limit: 2,
  });
  await api.post(`${MARKETING}/${body.id}/recipients`, { phone_numbers: numbers(3) });
  await api.post(`${MARKETING}/${body.id}/activate?start_date=2025-03-03`);
  expect((await api.post(RUN)).body).toMatchObject({
    campaigns_processed: 0,
    messages_sent: 0,
    message: 'Nothing was sent: the send window is closed until 2025-03-03T09:00:00.000Z',
  });

  // Once requested, the day continues by itself when the window opens.
  await engine.moveTo('2025-03-03T09:30:00Z');
  await until(engine.received, ({ accepted }) => accepted === 2);
  await until(
    async () => (await api.get(`/api/whatsapp/campaigns/${body.id}`)).body.waitingFor as string | null,
    (waitingFor) => waitingFor === 'The next recipients are planned for 2025-03-04.',
  );

  await engine.moveTo('2025-03-04T09:30:00Z');
  const waiting = await api.get(`/api/whatsapp/campaigns/${body.id}`);
  expect(waiting.body.waitingFor).toContain('daily run');
  const calls = await Promise.all([api.post(RUN), api.post(RUN), api.post(RUN)]);
  expect(calls.map(({ body: run }) => run.messages_sent).sort()).toEqual([0, 0, 1]);
  expect(calls.map(({ body: run }) => run.message)).toContain('Processed 1 campaign, sent 1 message');
  await until(engine.received, ({ accepted }) => accepted === 3);
});

it('requires the campaigns:write scope and stays within the organization', async () => {
  const reader = await newOrganization(engine.app.api, ['campaigns:read']);
  expect((await reader.api.post(RUN)).status).toBe(403);
  const other = await newOrganization(engine.app.api, ['campaigns:write']);
  expect((await other.api.post(RUN)).body).toMatchObject({ campaigns_processed: 0, messages_sent: 0 });
  expect((await engine.app.api.withKey(undefined).post(RUN)).status).toBe(401);
});
