import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let meta: TestMeta;
let app: TestApp;
let id: string;
let recipientId: string;
// Only the API runs; the test plays the engine.
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, ROLE: 'api', CLOCK: '2025-01-10T10:00:00Z' } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

const WHATSAPP = '/api/whatsapp/campaigns';
const MARKETING = '/api/marketing/campaigns';
const query = <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  app.app.get(Database).manager.query<T[]>(text, values);
const events = (body: { explanation: { event: string }[] }): string[] =>
  body.explanation.map(({ event }) => event);
const read = async () => (await app.api.get(`${WHATSAPP}/${id}/recipients/${recipientId}`)).body;

beforeEach(async () => {
  const { body } = await app.api.post(WHATSAPP, {
    name: 'Sale',
    templateName: 'sale_template',
    rateLimit: null,
    recipients: [{ phoneNumber: '+919978783238' }],
  });
  id = body.id;
  const { body: page } = await app.api.get(`${WHATSAPP}/${id}/recipients`);
  recipientId = page.data[0].id;
});

async function message(attempt: number, columns: Record<string, unknown>): Promise<void> {
  const [{ organization_id: organizationId } = { organization_id: '' }] = await query<{
    organization_id: string;
  }>('SELECT organization_id FROM marketing_campaigns WHERE id = $1', [id]);
  const row: Record<string, unknown> = {
    organization_id: organizationId,
    direction: 'out',
    purpose: 'campaign',
    phone_number: '+919978783238',
    campaign_id: id,
    recipient_id: recipientId,
    attempt,
    type: 'template',
    template_name: 'sale_template',
    created_at: '2025-01-10T10:00:01Z',
    ...columns,
  };
  const names = Object.keys(row);
  await query(
    `INSERT INTO whatsapp_messages (${names.join(', ')}) VALUES (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
    Object.values(row),
  );
}

describe('before anything is sent', () => {
  it('a draft reports that it has not been started', async () => {
    const body = await read();
    expect(body).toMatchObject({ id: recipientId, campaignId: id, status: 'pending' });
    expect(events(body)).toEqual(['added', 'waiting']);
    expect(body.explanation[1].detail).toBe('The campaign has not been started.');
    expect((await app.api.get(`${WHATSAPP}/${id}`)).body.waitingFor).toBeNull();
  });

  it('a planned recipient shows its day', async () => {
    await app.api.post(`${MARKETING}/${id}/activate?start_date=2025-01-15`);
    const body = await read();
    expect(events(body)).toEqual(['added', 'planned', 'waiting']);
    expect(body.explanation[2].detail).toBe('Planned for 2025-01-15.');
    const { body: campaign } = await app.api.get(`${WHATSAPP}/${id}`);
    expect(campaign.waitingFor).toBe('The next recipients are planned for 2025-01-15.');
  });

  it('a paused campaign shows who paused it', async () => {
    await app.api.post(`${WHATSAPP}/${id}/send`);
    await app.api.post(`${WHATSAPP}/${id}/pause`);
    expect((await read()).explanation.at(-1).detail).toBe('The campaign is paused: paused by request.');
    expect((await app.api.get(`${WHATSAPP}/${id}`)).body.waitingFor).toContain('paused by request');
  });

  it('a paused sender shows why', async () => {
    await app.api.post(`${WHATSAPP}/${id}/send`);
    const { body: senders } = await app.api.get('/api/whatsapp/senders');
    await app.api.put(`/api/whatsapp/senders/${senders.data[0].id}`, { status: 'paused' });
    const { body: campaign } = await app.api.get(`${WHATSAPP}/${id}`);
    await app.api.put(`/api/whatsapp/senders/${senders.data[0].id}`, { status: 'active' });
    expect(campaign.waitingFor).toMatch(/^The sender ".+" is paused: Paused by an operator\.$/);
  });

  it('a portfolio at its limit shows when the next unit is free', async () => {
    await app.api.post(`${WHATSAPP}/${id}/send`);
    const [limited] = await query<{ portfolio_id: string }>(
      `UPDATE portfolios SET messaging_limit = 2 WHERE id IN
         (SELECT s.portfolio_id FROM marketing_campaigns c JOIN senders s ON s.id = c.sender_id WHERE c.id = '${id}')
       RETURNING id AS portfolio_id`,
    ).then(([rows]) => rows as unknown as { portfolio_id: string }[]);
    await query(
      `INSERT INTO portfolio_reach (portfolio_id, phone_number, counted_at)
       VALUES ($1, '+4915110000001', '2025-01-10T08:00:00Z'), ($1, '+4915110000002', '2025-01-10T09:00:00Z'),
              ($1, '+4915110000003', '2025-01-09T09:00:00Z')`,
      [limited?.portfolio_id],
    );
    const { body: campaign } = await app.api.get(`${WHATSAPP}/${id}`);
    await query('DELETE FROM portfolio_reach');
    await query('UPDATE portfolios SET messaging_limit = NULL');
    expect(campaign.waitingFor).toContain('the 2 people that Meta allows in 24 hours');
    expect(campaign.waitingFor).toContain('2025-01-11T08:00:00.000Z');
  });
});

describe('after attempts', () => {
  it('each is shown with what Meta reported about it', async () => {
    await app.api.post(`${WHATSAPP}/${id}/send`);
    await message(1, {
      status: 'failed',
      whatsapp_message_id: `wamid.${randomUUID()}`,
      accepted_at: '2025-01-10T10:00:02Z',
      failed_at: '2025-01-10T10:00:03Z',
      error_code: 131026,
      error_title: 'Message undeliverable',
      error_details: 'Not on WhatsApp',
      fbtrace_id: 'Trace1',
    });
    await message(2, {
      status: 'failed',
      created_at: '2025-01-10T10:01:03Z',
      failed_at: '2025-01-10T10:01:03.500Z',
      error_code: 100,
      error_title: 'Invalid parameter',
      http_status: 400,
    });
    await query(
      `UPDATE campaign_recipients SET created_at = '2025-01-10T09:59:00Z', status = 'failed', failed_at = '2025-01-10T10:01:03.500Z', error_code = 100,
              failure_reason = 'Invalid parameter', attempts = 2 WHERE id = $1`,
      [recipientId],
    );
    const body = await read();
    expect(events(body)).toEqual([
      ...['added', 'planned', 'attempt', 'accepted', 'attempt_failed', 'attempt', 'attempt_failed', 'failed'],
    ]);
    expect(body.explanation[4]).toMatchObject({
      at: '2025-01-10T10:00:03.000Z',
      attempt: 1,
      code: 131026,
      title: 'Message undeliverable',
      details: 'Not on WhatsApp',
      fbtraceId: 'Trace1',
      action: 'retry',
    });
    expect(body.explanation[6]).toMatchObject({ attempt: 2, code: 100, httpStatus: 400, action: 'fail' });
    expect(body.explanation[7]).toMatchObject({ detail: 'Invalid parameter', code: 100 });
  });
});

describe('reading a recipient', () => {
  it('rejects an unknown id, a recipient of another campaign and a bad id', async () => {
    expect((await app.api.get(`${WHATSAPP}/${id}/recipients/${randomUUID()}`)).status).toBe(404);
    const other = await app.api.post(WHATSAPP, { name: 'Other', templateName: 'sale_template' });
    expect((await app.api.get(`${WHATSAPP}/${other.body.id}/recipients/${recipientId}`)).status).toBe(404);
    expect((await app.api.get(`${WHATSAPP}/${id}/recipients/no-id`)).status).toBe(400);
  });

  it('finds nothing for another organization, and needs the scope', async () => {
    const path = `${WHATSAPP}/${id}/recipients/${recipientId}`;
    expect((await (await newOrganization(app.api)).api.get(path)).status).toBe(404);
    expect((await (await newOrganization(app.api, ['customers:read'])).api.get(path)).status).toBe(403);
  });

  it('is written to the audit log', async () => {
    await read();
    const { body } = await app.api.get('/api/audit');
    expect(body.data[0].action).toContain(`/recipients/`);
  });
});
