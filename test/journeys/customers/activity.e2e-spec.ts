import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

const CUSTOMERS = '/api/whatsapp/customers';
const REPLIES = '/api/whatsapp/replies';
const PHONE = '+919978783238';
const AT = '2025-06-01T10:00:00Z';
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});

const sql = (text: string, values: unknown[] = []) => app.app.get(Database).manager.query(text, values);

interface Shop {
  id: string;
  api: ApiClient;
  customer: string;
  campaign: string;
}

/** Asha was sent a campaign, answered, ordered, and stopped. */
async function shopWithAsha(): Promise<Shop> {
  const { id, api } = await newOrganization(app.api);
  const { body } = await api.post(CUSTOMERS, { phoneNumber: PHONE, name: 'Asha' });
  const [campaign, recipient] = [uuidV7(), uuidV7()];
  await sql(
    `INSERT INTO marketing_campaigns (id, organization_id, name, template_name, status, status_changed_at, created_at, updated_at)
     VALUES ($1, $2, 'Sale', 't', 'active', $3, $3, $3)`,
    [campaign, id, AT],
  );
  await sql(
    `INSERT INTO campaign_recipients (id, campaign_id, phone_number, customer_id, status, sent_at, delivered_at, read_at,
                                      responded_at, response_message, created_at, updated_at)
     VALUES ($1, $2, $3, $4, 'responded', $5, $5, $5, $5, 'Yes please', $5, $5)`,
    [recipient, campaign, PHONE, body.id, AT],
  );
  const message = (direction: string, purpose: string, text: string, recipientId: string | null) =>
    sql(
      `INSERT INTO whatsapp_messages (id, organization_id, direction, purpose, phone_number, customer_id, recipient_id,
                                      attempt, type, content, status, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'text', $9, $10, $11)`,
      [
        uuidV7(),
        id,
        direction,
        purpose,
        PHONE,
        body.id,
        recipientId,
        recipientId === null ? null : 1,
        JSON.stringify({ kind: 'text', text }),
        direction === 'in' ? 'received' : 'sent',
        AT,
      ],
    );
  await message('out', 'campaign', 'attempt', recipient);
  await message('in', 'chat', 'Yes please', null);
  await message('out', 'direct', 'Here it is', null);
  await sql(
    `INSERT INTO whatsapp_orders (id, organization_id, order_number, phone_number, customer_id, customer_name, subtotal,
                                  total, created_at, updated_at)
     VALUES ($1, $2, 'ORD-1', $3, $4, 'Asha', 100, 100, $5, $5)`,
    [uuidV7(), id, PHONE, body.id, AT],
  );
  expect((await api.post(`${CUSTOMERS}/${body.id}/opt-out`, { source: 'call' })).status).toBe(200);
  return { id, api, customer: body.id, campaign };
}

describe('the activity of a customer', () => {
  it('is messages, campaigns, orders and consent in one list, page by page', async () => {
    const { api, customer, campaign } = await shopWithAsha();
    const { status, body } = await api.get(`${CUSTOMERS}/${customer}/activity`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ total: 5, hidden: [], nextCursor: null });
    expect(body.data).toMatchObject([
      { kind: 'consent', facts: { kind: 'opt_out', source: 'call' } },
      {
        kind: 'orders',
        facts: { orderNumber: 'ORD-1', total: '100.00', currency: 'INR', status: 'pending' },
      },
      { kind: 'messages', facts: { direction: 'out', purpose: 'direct' } },
      { kind: 'messages', facts: { direction: 'in', content: { text: 'Yes please' } } },
      {
        kind: 'campaigns',
        facts: { campaignId: campaign, name: 'Sale', status: 'responded', reply: 'Yes please' },
      },
    ]);
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const page = (await api.get(`${CUSTOMERS}/${customer}/activity?limit=2&cursor=${cursor}`)).body;
      seen.push(...page.data.map(({ id }: { id: string }) => id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(body.data.map(({ id }: { id: string }) => id));
    const second = await api.get(`${CUSTOMERS}/${customer}/activity?limit=2&page=2`);
    expect(second.body.data.map(({ id }: { id: string }) => id)).toEqual(seen.slice(2, 4));
  });

  it('shows each caller what it may see, and nothing of another organization', async () => {
    const { id, api, customer } = await shopWithAsha();
    const keyWith = async (scopes: string[]) =>
      api.withKey((await app.api.post('/api/keys', { name: 'k', scopes, organizationId: id })).body.key);
    const some = await keyWith(['customers:read', 'orders:read']);
    const { body } = await some.get(`${CUSTOMERS}/${customer}/activity`);
    expect(body).toMatchObject({ total: 2, hidden: ['messages', 'campaigns'] });
    expect(body.data.map(({ kind }: { kind: string }) => kind)).toEqual(['consent', 'orders']);
    const none = await keyWith(['orders:read']);
    expect((await none.get(`${CUSTOMERS}/${customer}/activity`)).status).toBe(403);
    const { api: other } = await newOrganization(app.api);
    expect((await other.get(`${CUSTOMERS}/${customer}/activity`)).status).toBe(404);
    // The same number in another shop has a history of its own.
    const { body: same } = await other.post(CUSTOMERS, { phoneNumber: PHONE });
    expect((await other.get(`${CUSTOMERS}/${same.id}/activity`)).body.data).toEqual([]);
    for (const path of ['x/activity', `${customer}/activity?cursor=x`, `${customer}/activity?limit=201`])
      expect((await api.get(`${CUSTOMERS}/${path}`)).status).toBe(400);
  });
});

describe('the replies to a campaign', () => {
  it('are as many as are listed, also when one who answered was then counted as something else', async () => {
    const { api, campaign } = await shopWithAsha();
    await sql(
      `UPDATE campaign_recipients SET status = 'failed', failed_at = responded_at WHERE campaign_id = $1`,
      [campaign],
    );
    const { body } = await api.get(`${REPLIES}?campaignId=${campaign}`);
    expect([body.total, body.data.length]).toEqual([1, 1]);
  });

  it('are listed with who gave them', async () => {
    const { api, campaign, customer } = await shopWithAsha();
    const { status, body } = await api.get(`${REPLIES}?campaignId=${campaign}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ total: 1, nextCursor: null },
      data: [
        {
          customerId: customer,
          phoneNumber: PHONE,
          text: 'Yes please',
          repliedAt: '2025-06-01T10:00:00.000Z',
        },
      ],
    });
    const { api: other } = await newOrganization(app.api);
    expect((await other.get(`${REPLIES}?campaignId=${campaign}`)).status).toBe(404);
    expect((await api.get(REPLIES)).status).toBe(400);
    const { api: reader } = await newOrganization(app.api, ['customers:*']);
    expect((await reader.get(`${REPLIES}?campaignId=${campaign}`)).status).toBe(403);
  });
});
