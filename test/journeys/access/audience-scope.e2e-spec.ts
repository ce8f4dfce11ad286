import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let admin: ApiClient;
/** May write campaigns, but not read customers. */
let narrow: ApiClient;
let wide: ApiClient;
beforeAll(async () => {
  app = await startTestApp();
  ({ api: admin } = await newOrganization(app.api));
  await admin.post('/api/whatsapp/senders', { name: 'n', phoneNumberId: '4711', accessToken: 't' });
  const key = async (scopes: string[]): Promise<ApiClient> =>
    admin.withKey((await admin.post('/api/keys', { name: 'k', scopes })).body.key);
  narrow = await key(['campaigns:*']);
  wide = await key(['campaigns:*', 'customers:read']);
});
afterAll(async () => {
  await app.close();
});

const WHATSAPP = '/api/whatsapp/campaigns';
const MARKETING = '/api/marketing/campaigns';
const campaign = (more: object): object => ({ name: 'n', templateName: 't', ...more });
const pins = { logic: 'AND', conditions: [{ field: 'attributes.pin', operator: 'starts_with', value: '1' }] };

describe('a campaign for customers chosen by their data', () => {
  it.each<[string, object]>([
    ['a segment', { targetType: 'segment', segmentQuery: pins }],
    ['a segment without its type', { segmentQuery: pins }],
    ['all customers', { targetType: 'all' }],
  ])('of %s needs customers:read', async (_, more) => {
    const refused = await narrow.post(WHATSAPP, campaign(more));
    expect([refused.status, refused.body.type]).toEqual([403, 'urn:drumbeat:problem:scope_missing']);
    expect(refused.body.detail).toContain('customers:read');
    const plain = await narrow.post(WHATSAPP, campaign({}));
    expect(plain.status).toBe(201);
    expect((await narrow.put(`${WHATSAPP}/${plain.body.id}`, more)).status).toBe(403);
    expect((await wide.put(`${WHATSAPP}/${plain.body.id}`, more)).status).not.toBe(403);
  });

  it('of an audience needs it too', async () => {
    const wanted = { name: 'n', template_name: 't', target_audience: { customer_tier: 'premium' } };
    expect((await narrow.post(MARKETING, wanted)).status).toBe(403);
    expect((await wide.post(MARKETING, wanted)).status).toBe(201);
    expect((await narrow.post(MARKETING, { ...wanted, target_audience: null })).status).toBe(201);
  });

  it('that exists can be sent and read with campaigns:* alone, and takes numbers', async () => {
    const { body } = await wide.post(WHATSAPP, campaign({ targetType: 'all' }));
    expect((await narrow.get(`${WHATSAPP}/${body.id}`)).status).toBe(200);
    const recipients = [{ phoneNumber: '+4915112345678' }];
    expect((await narrow.post(WHATSAPP, campaign({ recipients }))).status).toBe(201);
  });
});
