import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Engine, numbers, PROMPT, startEngine, WHATSAPP } from '../../support/engine.js';
import { newOrganization } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2025-03-03T10:00:00Z');
});
afterAll(async () => {
  await engine.close();
});
beforeEach(async () => {
  await engine.scenario({
    ...PROMPT,
    errors: [],
    dropConnection: null,
    dropBeforeAccepting: null,
    held: null,
  });
});

async function draft(more: object = {}): Promise<string> {
  const { status, body } = await engine.app.api.post(WHATSAPP, {
    name: 'Tours',
    templateName: 'new_year_promo',
    ...more,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.id;
}
const test = (id: string, phoneNumbers: readonly string[], more: object = {}, api = engine.app.api) =>
  api.post(`${WHATSAPP}/${id}/test`, { phoneNumbers, ...more });

interface Simulated {
  to: string;
  callback: string;
  body: { template: { components?: { parameters: { text: string }[] }[] } };
}
async function arrivedAt(phone: string): Promise<Simulated[]> {
  const found = await fetch(`${engine.meta.url}/simulator/messages?to=${encodeURIComponent(phone)}&limit=50`);
  return ((await found.json()) as { data: Simulated[] }).data;
}
const logged = (id: string) =>
  engine.sql<Record<string, unknown>>(
    `SELECT id, phone_number, status, purpose, recipient_id, category, whatsapp_message_id, error_code
       FROM whatsapp_messages WHERE campaign_id = $1 ORDER BY id`,
    [id],
  );

describe('a test of a draft', () => {
  it('goes out at once, is recorded, and adds no recipients', async () => {
    const [first = '', second = ''] = numbers(2);
    const id = await draft();
    const { status, body } = await test(id, [first, second]);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        campaignId: id,
        results: [
          { phoneNumber: first, status: 'sent', error: null },
          { phoneNumber: second, status: 'sent', error: null },
        ],
      },
    });
    const [arrived] = await arrivedAt(first);
    expect(arrived?.callback).toBe(`message:${body.results[0].messageId}`);
    const rows = await logged(id);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      id: body.results[0].messageId,
      phone_number: first,
      purpose: 'test',
      recipient_id: null,
      category: 'MARKETING',
    });
    const campaign = await engine.app.api.get(`${WHATSAPP}/${id}`);
    expect(campaign.body).toMatchObject({ status: 'draft', totalRecipients: 0, sentCount: 0 });
  });

  it('accepts numbers in any spelling, sends to each person once, and reports invalid numbers', async () => {
    const [number = ''] = numbers(1);
    const { body } = await test(await draft(), [`00${number.slice(1)}`, number, '9978783238']);
    expect(body.results).toMatchObject([
      { phoneNumber: number, status: 'sent' },
      { phoneNumber: number, status: 'skipped', messageId: null, error: { title: 'Given twice' } },
      { phoneNumber: '9978783238', status: 'skipped', error: { code: null } },
    ]);
    expect(await arrivedAt(number)).toHaveLength(1);
  });

  it('skips customers who opted out and US numbers', async () => {
    const [gone = ''] = numbers(1);
    const { body: customer } = await engine.app.api.post('/api/whatsapp/customers', { phoneNumber: gone });
    await engine.app.api.post(`/api/whatsapp/customers/${customer.id}/opt-out`, {});
    const { body } = await test(await draft(), [gone, '+14694652751']);
    expect(body.results).toMatchObject([
      { status: 'skipped', error: { title: 'User unsubscribed' } },
      { status: 'skipped', error: { title: expect.stringContaining('United States') } },
    ]);
    expect(await arrivedAt(gone)).toEqual([]);
  });

  it('is filled like the first recipient’s message, or with the given values', async () => {
    const [recipient = '', tester = ''] = numbers(2);
    const id = await draft({
      templateName: 'tour_package_marketing',
      recipients: [{ phoneNumber: recipient, variables: { 1: 'Bali', 2: '45,000', 3: 'June' } }],
    });
    const filled = await test(id, [tester]);
    expect(filled.body.results).toMatchObject([{ status: 'sent' }]);
    await test(id, [tester], { variables: { 1: 'Goa', 2: '9,000', 3: 'May' } });
    const texts = (await arrivedAt(tester)).map(({ body }) => JSON.stringify(body));
    expect(texts.filter((text) => text.includes('Bali'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('Goa'))).toHaveLength(1);
  });

  it('rejects the whole send and lists missing values', async () => {
    const [number = ''] = numbers(1);
    const { status, body } = await test(await draft({ templateName: 'tour_package_marketing' }), [number]);
    expect([status, body.type]).toEqual([422, expect.stringContaining('variables_missing')]);
    expect(body.errors[0].field).toMatch(/^variables\./);
    expect(await arrivedAt(number)).toEqual([]);
  });
});

describe('Meta’s answer to a test', () => {
  it('reports a refusal with its code and leaves the campaign unchanged', async () => {
    await engine.scenario({ errors: [{ code: 131047, when: 'answer', details: 'Window closed' }] });
    const [number = ''] = numbers(1);
    const id = await draft();
    const { body } = await test(id, [number]);
    expect(body.results[0]).toMatchObject({ status: 'failed', error: { code: 131047 } });
    expect(body.results[0].error.fbtraceId).toBeTruthy();
    expect(await logged(id)).toMatchObject([{ status: 'failed', error_code: 131047 }]);
    expect((await engine.app.api.get(`${WHATSAPP}/${id}`)).body.status).toBe('draft');
  });

  it('leaves a test without an answer in doubt and does not resend it', async () => {
    await engine.scenario({ dropConnection: { share: 1 } });
    const [number = ''] = numbers(1);
    const id = await draft();
    const { body } = await test(id, [number]);
    expect(body.results[0]).toMatchObject({ status: 'in_doubt', error: { code: null } });
    expect(await arrivedAt(number)).toHaveLength(1);
    expect(await logged(id)).toHaveLength(1);
  });

  it('reports a message that Meta holds back as held', async () => {
    await engine.scenario({ held: { share: 1, outcome: 'wait' } });
    const { body } = await test(await draft(), numbers(1));
    expect(body.results[0]).toMatchObject({ status: 'held', error: null });
  });
});

describe('the limit of the portfolio', () => {
  it('counts a test like any message, and returns the unit of a refused one', async () => {
    const limited = await startEngine('2025-03-03T10:00:00Z');
    try {
      await limited.sql('UPDATE portfolios SET messaging_limit = 2, is_unlimited = false');
      const { body } = await limited.app.api.post(WHATSAPP, {
        name: 'Tours',
        templateName: 'new_year_promo',
      });
      const path = `${WHATSAPP}/${body.id}/test`;
      const [a = '', b = '', c = ''] = numbers(3);
      await limited.scenario({ errors: [{ code: 131047, when: 'answer', numbers: [a] }] });
      const first = await limited.app.api.post(path, { phoneNumbers: [a, b] });
      expect(first.body.results).toMatchObject([{ status: 'failed' }, { status: 'sent' }]);
      await limited.scenario({ errors: [] });
      const second = await limited.app.api.post(path, { phoneNumbers: [b, c, a] });
      expect(second.body.results).toMatchObject([
        { phoneNumber: b, status: 'sent' },
        { phoneNumber: c, status: 'sent' },
        { phoneNumber: a, status: 'skipped', error: { title: expect.stringContaining('24 hours') } },
      ]);
    } finally {
      await limited.close();
    }
  });
});

describe('a test is rejected', () => {
  it('when the campaign has ended', async () => {
    const id = await draft({ recipients: numbers(1).map((phoneNumber) => ({ phoneNumber })) });
    await engine.app.api.post(`${WHATSAPP}/${id}/send`);
    await until(
      async () => (await engine.app.api.get(`${WHATSAPP}/${id}`)).body.status as string,
      (status) => status === 'completed',
    );
    expect((await test(id, numbers(1))).status).toBe(409);
    const cancelled = await draft();
    await engine.app.api.post(`${WHATSAPP}/${cancelled}/cancel`);
    expect((await test(cancelled, numbers(1))).status).toBe(409);
  });

  it('while the sender is paused', async () => {
    const { body } = await engine.app.api.get('/api/whatsapp/senders');
    const sender = `/api/whatsapp/senders/${body.data[0].id}`;
    const id = await draft();
    await engine.app.api.put(sender, { status: 'paused' });
    const refused = await test(id, numbers(1));
    await engine.app.api.put(sender, { status: 'active' });
    expect([refused.status, refused.body.type]).toEqual([409, expect.stringContaining('sender_paused')]);
  });

  it.each([
    { phoneNumbers: [] },
    { phoneNumbers: Array.from({ length: 11 }, () => '+919978783238') },
    { phoneNumbers: '+919978783238' },
    { phoneNumbers: ['+919978783238'], variables: 'Bali' },
    {},
  ])('when the request is invalid: %#', async (body) => {
    const id = await draft();
    expect((await engine.app.api.post(`${WHATSAPP}/${id}/test`, body)).status).toBe(400);
  });

  it('for another organization’s campaign, and for a key with read access only', async () => {
    const id = await draft();
    const { api } = await newOrganization(engine.app.api);
    const reader = await newOrganization(engine.app.api, ['campaigns:read']);
    expect((await test(id, numbers(1), {}, api)).status).toBe(404);
    expect((await test(id, numbers(1), {}, reader.api)).status).toBe(403);
  });
});
