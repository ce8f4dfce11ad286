import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import type { ApiClient } from '../../support/api-client.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let meta: TestMeta;
let app: TestApp;
let api: ApiClient;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, CLOCK: '2025-01-10T10:00:00Z' } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

const MARKETING = '/api/marketing/campaigns';
const WHATSAPP = '/api/whatsapp/campaigns';
const CUSTOMERS = '/api/whatsapp/customers';
const ASHA = '+919978783238';
const BOB = '+447911123456';
const CARO = '+4915112345678';
const DAN = '+33612345678';
let senders = 0;

/** Its own shop: Asha and Bob are premium, Bob bought Bali, Caro is standard, Dan is premium and has sent STOP. */
beforeEach(async () => {
  api = (await newOrganization(app.api)).api;
  const sender = {
    name: 'Shop',
    phoneNumberId: `7000000000000${String(senders++).padStart(2, '0')}`,
    accessToken: 'EAAG',
  };
  meta.knows(sender.accessToken, sender);
  await api.post('/api/whatsapp/senders', sender);
  const bali = { saleDetails: [{ destination: 'Bali', amount: 60_000 }] };
  await api.post(CUSTOMERS, {
    phoneNumber: ASHA,
    name: 'Asha',
    customerTier: 'premium',
    city: 'Pune',
    tags: ['fashion'],
  });
  await api.post(CUSTOMERS, {
    phoneNumber: BOB,
    name: 'Bob',
    customerTier: 'premium',
    city: 'Leeds',
    attributes: bali,
  });
  await api.post(CUSTOMERS, { phoneNumber: CARO, name: 'Caro', customerTier: 'standard' });
  const { body } = await api.post(CUSTOMERS, { phoneNumber: DAN, name: 'Dan', customerTier: 'premium' });
  await api.post(`${CUSTOMERS}/${body.id}/opt-out`, {});
});

async function peopleIn(id: string): Promise<string[]> {
  const { body } = await api.get(`${WHATSAPP}/${id}/recipients?limit=200`);
  return body.data.map((row: { phoneNumber: string }) => row.phoneNumber).sort();
}
const BALI = {
  logic: 'AND',
  conditions: [{ field: 'saleDetails.destination', operator: 'contains', value: 'Bali' }],
};

describe('the target audience of the Marketing API', () => {
  it.each([
    [{ customer_tier: 'premium' }, [ASHA, BOB]],
    [{ customer_tier: 'premium', city: 'Pune' }, [ASHA]],
    [{ tags: ['fashion', 'accessories'] }, [ASHA]],
    [{ customer_tier: 'premium', segment: BALI }, [BOB]],
    [{}, [ASHA, BOB, CARO]],
    [{ city: 'Nowhere' }, []],
  ])('selects the matching customers: %j', async (target_audience, expected) => {
    const made = await api.post(MARKETING, {
      name: 'Sale',
      template_name: 'new_year_promo',
      target_audience,
    });
    const { id } = made.body;
    const added = await api.post(`${MARKETING}/${id}/recipients?use_target_audience=true`);
    expect(added.body).toMatchObject({
      recipients_added: expected.length,
      total_recipients: expected.length,
    });
    expect(await peopleIn(id)).toEqual([...expected].sort());
    const again = await api.post(`${MARKETING}/${id}/recipients?use_target_audience=true`);
    expect(again.body).toMatchObject({ recipients_added: 0, total_recipients: expected.length });
  });

  it.each([
    [{ shoe_size: 42 }, 'target_audience.shoe_size'],
    [{ segment: { logic: 'AND', conditions: [] } }, 'target_audience.segment.conditions'],
  ])('rejects %j when the campaign is created', async (target_audience, field) => {
    const { status, body } = await api.post(MARKETING, {
      name: 'Sale',
      template_name: 'new_year_promo',
      target_audience,
    });
    expect(status).toBe(400);
    expect(body.errors[0].field).toBe(field);
  });

  it('must be set before it can be added', async () => {
    const { body } = await api.post(MARKETING, { name: 'Sale', template_name: 'new_year_promo' });
    expect((await api.post(`${MARKETING}/${body.id}/recipients?use_target_audience=true`)).status).toBe(422);
    expect((await api.post(`${MARKETING}/${body.id}/recipients`)).status).toBe(400);
  });
});

describe('the targets of the WhatsApp API', () => {
  it.each([
    [{ targetType: 'all' }, [ASHA, BOB, CARO]],
    [{ targetType: 'segment', segmentQuery: BALI }, [BOB]],
  ])('fill the campaign when it is sent: %j', async (target, expected) => {
    const { body } = await api.post(WHATSAPP, { name: 'Sale', templateName: 'new_year_promo', ...target });
    expect(await peopleIn(body.id)).toEqual([]);
    const sent = await api.post(`${WHATSAPP}/${body.id}/send`);
    expect(sent.body).toMatchObject({ status: 'sending', recipientsScheduled: expected.length });
    expect(await peopleIn(body.id)).toEqual([...expected].sort());
  });

  it('can be the recipients that replied to an earlier campaign', async () => {
    const recipients = [{ phoneNumber: ASHA }, { phoneNumber: CARO }, { phoneNumber: DAN }];
    const first = await api.post(WHATSAPP, { name: 'First', templateName: 'new_year_promo', recipients });
    await app.app
      .get(Database)
      .manager.query(
        `UPDATE campaign_recipients SET status = 'responded', responded_at = created_at WHERE campaign_id = $1 AND phone_number = ANY($2)`,
        [first.body.id, [ASHA, DAN]],
      );
    const second = await api.post(WHATSAPP, {
      name: 'Second',
      templateName: 'new_year_promo',
      targetType: 'responders',
      sourceCampaignId: first.body.id,
    });
    await api.post(`${WHATSAPP}/${second.body.id}/send`);
    expect(await peopleIn(second.body.id)).toEqual([ASHA]);
  });

  it.each([
    [{ targetType: 'segment' }, 422],
    [{ targetType: 'responders' }, 422],
    [{ targetType: 'responders', sourceCampaignId: '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d' }, 404],
    [
      {
        targetType: 'segment',
        segmentQuery: { logic: 'AND', conditions: [{ field: 'x', operator: 'like', value: 1 }] },
      },
      400,
    ],
    [{ scheduledFor: '2020-01-01T10:00:00Z' }, 422],
    [{ sendWindowStart: '09:00' }, 422],
    [{ timeZone: 'Mars/Olympus' }, 422],
    [{ rateLimit: 0 }, 400],
    [{ senderId: '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d' }, 404],
  ])('reject %j with %d', async (more, status) => {
    const answer = await api.post(WHATSAPP, { name: 'Sale', templateName: 'new_year_promo', ...more });
    expect(answer.status).toBe(status);
  });

  it('do not reach campaigns of another organization', async () => {
    const { body } = await api.post(WHATSAPP, { name: 'Mine', templateName: 'new_year_promo' });
    const other = (await newOrganization(app.api)).api;
    for (const path of [
      `${WHATSAPP}/${body.id}`,
      `${MARKETING}/${body.id}`,
      `${WHATSAPP}/${body.id}/recipients`,
    ]) {
      expect((await other.get(path)).status).toBe(404);
    }
    for (const command of ['send', 'pause', 'cancel']) {
      expect((await other.post(`${WHATSAPP}/${body.id}/${command}`)).status).toBe(404);
    }
    const wanted = {
      name: 'x',
      templateName: 'new_year_promo',
      targetType: 'responders',
      sourceCampaignId: body.id,
    };
    expect((await other.post(WHATSAPP, wanted)).status).toBe(404);
    expect((await api.delete(`${WHATSAPP}/${body.id}`)).body).toEqual({ result: 'deleted' });
  });

  it('keep a scheduled campaign editable until its time comes', async () => {
    const { body } = await api.post(WHATSAPP, {
      name: 'Later',
      templateName: 'new_year_promo',
      scheduledFor: '2025-06-01T10:00:00Z',
      recipients: [{ phoneNumber: ASHA }],
    });
    const sent = await api.post(`${WHATSAPP}/${body.id}/send`);
    expect(sent.body).toMatchObject({ status: 'scheduled', firstDay: '2025-06-01' });
    const moved = await api.put(`${WHATSAPP}/${body.id}`, { scheduledFor: '2025-07-01T10:00:00Z' });
    expect(moved.body).toMatchObject({ status: 'scheduled', estimatedCompletionDate: '2025-07-01' });
    expect((await api.delete(`${WHATSAPP}/${body.id}`)).body).toEqual({ result: 'cancelled' });
    expect((await api.put(`${WHATSAPP}/${body.id}`, { name: 'x' })).status).toBe(409);
  });
});
