import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Engine, numbers, startEngine, WHATSAPP } from '../../support/engine.js';
import { until } from '../../support/until.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2025-03-03T10:05:00Z');
});
afterAll(async () => {
  await engine.close();
});

it('switches to the other endpoint when the one in use rejects the message, and fails no recipient before that', async () => {
  const { api } = engine.app;
  const senders = await api.get('/api/whatsapp/senders');
  const sender = `/api/whatsapp/senders/${senders.body.data[0].id}`;
  await api.put(sender, { usesMarketingApi: true });
  await until(
    () => api.post('/api/whatsapp/templates/sync'),
    ({ status }) => status === 200,
  );
  // Meta has moved it to another category, and we do not know yet.
  await engine.sql(`UPDATE whatsapp_templates SET category = 'MARKETING' WHERE name = 'hello_world'`);
  const { body: campaign } = await api.post(WHATSAPP, {
    name: 'Tours',
    templateName: 'hello_world',
    rateLimit: null,
    recipients: numbers(3).map((phoneNumber) => ({ phoneNumber })),
  });
  await api.post(`${WHATSAPP}/${campaign.id}/send`);
  await until(
    () => api.get<{ usesMarketingApi: boolean }>(sender),
    ({ body }) => !body.usesMarketingApi,
  );
  const { body } = await until(
    () => api.get(`${WHATSAPP}/${campaign.id}`),
    ({ body: seen }) => seen.status === 'completed',
    { within: 25_000 },
  );
  expect(body).toMatchObject({ sentCount: 3, failedCount: 0 });
});
