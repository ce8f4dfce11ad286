import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let api: ApiClient;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  ({ api } = await newOrganization(app.api));
});

const MARKETING = '/api/marketing/campaigns';
const WHATSAPP = '/api/whatsapp/campaigns';

describe('the breaker of a campaign', () => {
  it('has its defaults in both APIs', async () => {
    const { body } = await api.post(WHATSAPP, { name: 'Sale', templateName: 'sale_template' });
    expect(body).toMatchObject({
      breakerFirstFailures: 10,
      breakerFailurePercent: 50,
      breakerMinAttempts: 50,
    });
    const other = await api.get(`${MARKETING}/${body.id}`);
    expect(other.body).toMatchObject({
      breaker_first_failures: 10,
      breaker_failure_percent: 50,
      breaker_min_attempts: 50,
    });
  });

  it('is set through the Marketing API, and changed and turned off through the WhatsApp API', async () => {
    const { body } = await api.post(MARKETING, {
      name: 'Sale',
      template_name: 'sale_template',
      breaker_first_failures: 3,
      breaker_failure_percent: null,
      breaker_min_attempts: 20,
    });
    const read = await api.get(`${WHATSAPP}/${body.id}`);
    expect(read.body).toMatchObject({
      breakerFirstFailures: 3,
      breakerFailurePercent: null,
      breakerMinAttempts: 20,
    });
    const changed = await api.put(`${WHATSAPP}/${body.id}`, {
      breakerFirstFailures: null,
      breakerFailurePercent: 5,
    });
    expect(changed.body).toMatchObject({
      breakerFirstFailures: null,
      breakerFailurePercent: 5,
      breakerMinAttempts: 20,
    });
  });

  it.each([
    { breakerFirstFailures: 0 },
    { breakerFirstFailures: 1_001 },
    { breakerFailurePercent: 101 },
    { breakerFailurePercent: 0.5 },
    { breakerMinAttempts: null },
    { breakerMinAttempts: 0 },
  ])('rejects %p', async (setting) => {
    const { status, body } = await api.post(WHATSAPP, {
      name: 'S',
      templateName: 'sale_template',
      ...setting,
    });
    expect(status).toBe(400);
    expect(body.errors[0].field).toBe(Object.keys(setting)[0]);
  });
});

describe('the days and hours of an organization', () => {
  it('are shown with its settings, and not set with them', async () => {
    const hours = { timeZone: 'UTC', sendWindow: { start: '09:00', end: '21:00' }, dailyRunAt: '0 9 * * *' };
    expect((await api.get('/api/organization')).body).toMatchObject(hours);
    expect((await api.put('/api/organization', { name: 'Bali' })).body).toMatchObject(hours);
    expect((await api.put('/api/organization', { timeZone: 'Asia/Tokyo' })).status).toBe(400);
  });
});

describe('the frequency cap of an organization', () => {
  it('is off by default, survives changes of other settings, and can be removed', async () => {
    expect((await api.get('/api/organization')).body.frequencyCap).toBeNull();
    const set = await api.put('/api/organization', { frequencyCap: { messages: 2, days: 7 } });
    expect(set.body.frequencyCap).toEqual({ messages: 2, days: 7 });
    await api.put('/api/organization', { stopWords: ['enough'] });
    expect((await api.get('/api/organization')).body.frequencyCap).toEqual({ messages: 2, days: 7 });
    const off = await api.put('/api/organization', { frequencyCap: null });
    expect(off.body).toMatchObject({ frequencyCap: null, stopWords: ['enough'] });
  });

  it('belongs to one organization only', async () => {
    await api.put('/api/organization', { frequencyCap: { messages: 1, days: 1 } });
    const other = await newOrganization(app.api);
    expect((await other.api.get('/api/organization')).body.frequencyCap).toBeNull();
  });

  it.each([
    { messages: 0, days: 7 },
    { messages: 2, days: 366 },
    { messages: 2 },
    { messages: 2, days: 7, hours: 1 },
    'often',
    [{ messages: 2, days: 7 }],
  ])('rejects %p', async (frequencyCap) => {
    const { status, body } = await api.put('/api/organization', { frequencyCap });
    expect(status).toBe(400);
    expect(body.errors[0].field).toMatch(/^frequencyCap/);
  });
});
