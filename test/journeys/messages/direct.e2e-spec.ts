import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Outbox } from '../../../src/messages/outbox/outbox.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { QuotaLedger } from '../../../src/senders/quota/quota-ledger.service.js';
import { templateMessage, textMessage } from '../../../src/whatsapp/payloads/message-payload.js';
import { type Engine, numbers, startEngine } from '../../support/engine.js';
import { newOrganization } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const PATH = '/api/whatsapp/messages';
const MARKETING = { name: 'new_year_promo', language: 'en_US' };
const UTILITY = { name: 'hello_world', language: 'en_US' };

let engine: Engine;
let sender: { id: string; organizationId: string };
beforeAll(async () => {
  engine = await startEngine('2025-03-03T10:00:00Z');
  [sender = { id: '', organizationId: '' }] = await engine.sql<{ id: string; organizationId: string }>(
    'SELECT id, organization_id AS "organizationId" FROM senders',
  );
});
afterAll(() => engine.close());
beforeEach(async () => {
  await engine.app.api.put(`/api/whatsapp/senders/${sender.id}`, {
    status: 'active',
    throughputPerSecond: 1_000,
  });
  await engine.scenario({ errors: [], closedWindow: 'answer' });
  await engine.sql('UPDATE organizations SET frequency_cap_messages = NULL, frequency_cap_days = NULL');
  await engine.sql(
    'UPDATE portfolios SET is_unlimited = true, messaging_limit = NULL, direct_reserve = 0, counted_since = NULL',
  );
  await engine.sql('DELETE FROM portfolio_reach');
});

const one = (): string => numbers(1)[0] ?? '';
/** Somebody who agreed to marketing. */
async function customer(more: object = {}): Promise<{ id: string; phone: string }> {
  const phone = one();
  const wanted = { phoneNumber: phone, name: 'Meera', marketingOptIn: true, ...more };
  const { status, body } = await engine.app.api.post('/api/whatsapp/customers', wanted);
  expect({ status, body }).toMatchObject({ status: 201 });
  return { id: body.id, phone };
}
const post = (body: object, headers: Record<string, string> = {}) =>
  engine.app.api.post(PATH, body, { headers });
async function send(body: object): Promise<string> {
  const answer = await post(body);
  expect(answer).toMatchObject({ status: 202, body: { status: 'queued' } });
  return answer.body.id;
}
const read = async (id: string) => (await engine.app.api.get(`${PATH}/${id}`)).body;
const become = (id: string, ...statuses: string[]) =>
  until(
    () => read(id),
    ({ status }) => statuses.includes(status),
  );
async function arrived(phone: string): Promise<any[]> {
  const found = await fetch(`${engine.meta.url}/simulator/messages?to=${encodeURIComponent(phone)}&limit=50`);
  return ((await found.json()) as { data: any[] }).data;
}
/** They have written to us that many hours ago. */
const wrote = (phone: string, hoursAgo = 0) =>
  engine.sql(
    `INSERT INTO whatsapp_conversations (organization_id, sender_id, contact, last_inbound_at)
     VALUES ($1, $2, $3, $4) ON CONFLICT (sender_id, contact) DO UPDATE SET last_inbound_at = excluded.last_inbound_at`,
    [sender.organizationId, sender.id, phone, new Date(engine.now().getTime() - hoursAgo * 3_600_000)],
  );

describe('a single message', () => {
  it('goes out, is followed by its statuses, and is listed', async () => {
    const { id: customerId, phone } = await customer();
    const id = await send({ to: { customerId }, template: MARKETING });
    expect(await become(id, 'delivered', 'read')).toMatchObject({
      ...{ id, purpose: 'direct', category: 'MARKETING', attempts: 1, customerId, phoneNumber: phone },
      ...{ templateName: 'new_year_promo', error: null },
    });
    const [message, more] = await arrived(phone);
    expect(more).toBeUndefined();
    expect(message.callback).toBe(`message:${id}`);
    await engine.toldAll();
    const waiting = await send({ to: { customerId }, template: UTILITY, notBefore: '2099-01-01T00:00:00Z' });
    const list = async (query: string) =>
      (await engine.app.api.get(`${PATH}?customerId=${customerId}${query}`)).body;
    const all = await list('');
    expect(all).toMatchObject({
      total: 2,
      page: 1,
      data: [
        { id: waiting, status: 'queued' },
        { id, status: 'read' },
      ],
    });
    expect((await list('&status=queued')).data).toMatchObject([{ id: waiting }]);
    expect((await list('&purpose=direct&status=read')).data).toMatchObject([{ id }]);
    expect((await list('&purpose=order')).data).toEqual([]);
    const first = await list('&limit=1');
    expect(first.data).toMatchObject([{ id: waiting }]);
    const second = await list(`&limit=1&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ data: [{ id }], nextCursor: null });
  });

  it('can be a text, a file or an interactive message inside the service window, and answer a message', async () => {
    const phone = one();
    await wrote(phone);
    // The simulator has not heard of the window.
    await engine.scenario({ closedWindow: 'allow' });
    const to = { phoneNumber: phone };
    const text = await send({ to, text: { body: 'Your table is ready.' } });
    const { whatsappMessageId } = await become(text, 'accepted', 'sent', 'delivered', 'read');
    const answer = await send({ to, replyTo: text, text: { body: 'Bring a friend.' } });
    const file = await send({
      to,
      media: { type: 'document', link: 'https://shop.example/a.pdf', filename: 'a.pdf', caption: 'Bill' },
    });
    const button = { type: 'reply', reply: { id: 'yes', title: 'Yes' } };
    const asked = await send({
      to,
      interactive: { type: 'button', body: { text: 'Today?' }, action: { buttons: [button] } },
    });
    for (const id of [answer, file, asked]) await become(id, 'delivered', 'read');
    const bodies = (await arrived(phone)).map(({ body }) => body);
    expect(bodies.find(({ text }) => text?.body === 'Bring a friend.')).toMatchObject({
      context: { message_id: whatsappMessageId },
    });
    expect(bodies.find(({ type }) => type === 'document').document).toEqual({
      ...{ link: 'https://shop.example/a.pdf', filename: 'a.pdf', caption: 'Bill' },
    });
    expect(bodies.map(({ type }) => type)).toContain('interactive');
  });

  it.each([
    [422, 'window_closed', { text: { body: 'Hello' } }],
    [422, 'variables_missing', { template: { name: 'order_confirmation', language: 'en_US' } }],
    [422, 'template_unknown', { template: { name: 'nobody_knows_it', language: 'en_US' } }],
    [
      422,
      'link_button_not_ours',
      { template: { ...UTILITY, links: { 'button.0': { url: 'https://shop.example' } } } },
    ],
    [400, 'invalid_request', {}],
    [400, 'invalid_request', { template: UTILITY, text: { body: 'Hello' } }],
    [400, 'invalid_request', { template: UTILITY, expiresIn: 'soon' }],
    [400, 'invalid_request', { template: UTILITY, expiresIn: 'P31D' }],
    [400, 'invalid_request', { template: UTILITY, category: 'UTILITY' }],
    [400, 'invalid_request', { media: { type: 'audio', link: 'https://x.example/a.ogg', caption: 'A' } }],
    [400, 'invalid_request', { template: UTILITY, to: { phoneNumber: '123' } }],
    [400, 'invalid_request', { template: UTILITY, to: {} }],
    [
      404,
      'customer_not_found',
      { template: UTILITY, to: { customerId: '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d' } },
    ],
    [404, 'message_not_found', { template: UTILITY, replyTo: '0193d2a0-6c1e-7bb2-9d0c-3f6a8e1b2c4d' }],
  ])('is refused with %i %s: %j', async (status, code, body) => {
    const answer = await post({ to: { phoneNumber: one() }, ...body });
    expect(answer).toMatchObject({ status, body: { type: expect.stringContaining(code) } });
  });

  it('may be a text when the person wrote without showing their number', async () => {
    const whatsappUserId = 'US.13491208655302741918';
    const { phone } = await customer({ whatsappUserId });
    await wrote(whatsappUserId);
    await engine.scenario({ closedWindow: 'allow' });
    await become(await send({ to: { phoneNumber: phone }, text: { body: 'Hi' } }), 'delivered', 'read');
  });

  it('is refused when its template shows products', async () => {
    const { templates } = engine.meta.simulator.state;
    templates.put({
      ...{ id: templates.newId(), name: 'our_mugs', language: 'en_US', category: 'MARKETING' },
      ...{ status: 'APPROVED', parameterFormat: 'POSITIONAL', quality: 'GREEN', rejectedReason: 'NONE' },
      components: [
        { type: 'BODY', text: 'Hello' },
        { type: 'BUTTONS', buttons: [{ type: 'MPM', text: 'View items' }] },
      ],
      messageSendTtlSeconds: undefined,
    });
    await engine.app.api.post('/api/whatsapp/templates/sync');
    const variables = { 'button.0': { sections: [{ productIds: ['MUG'] }] } };
    const answer = await post({
      to: { phoneNumber: one() },
      template: { name: 'our_mugs', language: 'en_US', variables },
    });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        type: expect.stringContaining('product_not_sendable'),
        errors: [{ field: 'template.variables.button.0' }],
      },
    });
  });

  it('is refused while its template is not approved', async () => {
    await engine.sql(`UPDATE whatsapp_templates SET status = 'PAUSED' WHERE name = 'sale_template'`);
    const answer = await post({
      to: { phoneNumber: one() },
      template: { ...UTILITY, name: 'sale_template' },
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { type: expect.stringContaining('template_not_approved') },
    });
  });

  it('belongs to its organization', async () => {
    const id = await send({ to: { phoneNumber: one() }, template: UTILITY });
    const { api } = await newOrganization(engine.app.api);
    expect((await api.get(`${PATH}/${id}`)).status).toBe(404);
    expect((await api.get(PATH)).body.total).toBe(0);
  });

  it('is one message for 20 requests with one Idempotency-Key', async () => {
    const phone = one();
    const key = { 'idempotency-key': `direct-${phone}` };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post({ to: { phoneNumber: phone }, template: UTILITY }, key)),
    );
    const ids = new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    expect(answers.filter(({ status }) => status !== 202 && status !== 409)).toEqual([]);
    await become([...ids][0], 'delivered', 'read');
    expect(await arrived(phone)).toHaveLength(1);
  });
});

describe('what has changed since the request', () => {
  const inAnHour = () => new Date(engine.now().getTime() + 3_600_000).toISOString();

  it('a STOP keeps marketing back, and not what the person asked for', async () => {
    const { id: customerId, phone } = await customer();
    const notBefore = inAnHour();
    const ad = await send({ to: { customerId }, template: MARKETING, notBefore });
    const order = await send({ to: { customerId }, template: UTILITY, notBefore });
    await engine.app.api.post(`/api/whatsapp/customers/${customerId}/opt-out`, {});
    await engine.advance('PT61M');
    expect(await become(ad, 'skipped', 'read')).toMatchObject({
      status: 'skipped',
      explanation: expect.stringContaining('User unsubscribed'),
    });
    await become(order, 'delivered', 'read');
    expect(await arrived(phone)).toHaveLength(1);
  });

  it('nothing goes to a customer who was deleted or is not active', async () => {
    const [gone, idle] = [await customer(), await customer()];
    const notBefore = inAnHour();
    const toGone = await send({ to: { customerId: gone.id }, template: UTILITY, notBefore });
    const byNumber = await send({ to: { phoneNumber: gone.phone }, template: UTILITY, notBefore });
    const toIdle = await send({ to: { customerId: idle.id }, template: UTILITY, notBefore });
    await engine.app.api.delete(`/api/whatsapp/customers/${gone.id}`);
    await engine.app.api.put(`/api/whatsapp/customers/${idle.id}`, { isActive: false });
    await engine.advance('PT61M');
    expect((await become(toGone, 'skipped', 'read')).explanation).toContain('Customer was deleted');
    expect((await become(byNumber, 'skipped', 'read')).explanation).toContain('Customer was deleted');
    expect((await become(toIdle, 'skipped', 'read')).explanation).toContain('Customer is not active');
  });

  it('the service window has closed: the text is skipped, or its fallback goes', async () => {
    const [alone, other] = [one(), one()];
    await Promise.all([wrote(alone, 23.5), wrote(other, 23.5)]);
    const text = await send({ to: { phoneNumber: alone }, text: { body: 'Hi' }, notBefore: inAnHour() });
    const about = { organizationId: sender.organizationId, senderId: sender.id, purpose: 'order' as const };
    const person = { phoneNumber: other, whatsappUserId: null, customerId: null };
    await engine.app.app.get(Database).transaction((tx) =>
      engine.app.app.get(Outbox).add(tx, [
        {
          ...{ ...about, ...person, dedupeKey: `fallback:${other}`, needsOpenWindow: true },
          payload: textMessage({ to: { phone: other } }, 'Paid'),
          fallback: {
            payload: templateMessage({ to: { phone: other } }, UTILITY),
            category: 'UTILITY',
            isMarketing: false,
          },
          notBefore: new Date(inAnHour()),
          expiresAt: new Date(engine.now().getTime() + 86_400_000),
        },
      ]),
    );
    await engine.advance('PT61M');
    expect((await become(text, 'skipped', 'read')).explanation).toContain('no open service window');
    const [template] = await until(
      () => arrived(other),
      ({ length }) => length > 0,
    );
    expect(template.body.type).toBe('template');
    expect(await arrived(alone)).toEqual([]);
  });

  it('Meta knows better that the window is closed: the fallback goes', async () => {
    const phone = one();
    const expiresAt = new Date(engine.now().getTime() + 86_400_000);
    await engine.app.app.get(Database).transaction((tx) =>
      engine.app.app.get(Outbox).add(tx, [
        {
          ...{ organizationId: sender.organizationId, senderId: sender.id, purpose: 'order' },
          ...{ phoneNumber: phone, whatsappUserId: null, customerId: null, dedupeKey: `wrong:${phone}` },
          payload: textMessage({ to: { phone } }, 'Paid'),
          fallback: {
            payload: templateMessage({ to: { phone } }, UTILITY),
            category: 'UTILITY',
            isMarketing: false,
          },
          expiresAt,
        },
      ]),
    );
    const [message] = await until(
      () => arrived(phone),
      ({ length }) => length > 0,
    );
    expect(message.body.type).toBe('template');
  });

  it('waits for its hours', async () => {
    const phone = one();
    const id = crypto.randomUUID();
    await engine.app.app.get(Database).transaction((tx) =>
      engine.app.app.get(Outbox).add(tx, [
        {
          ...{ id, organizationId: sender.organizationId, senderId: sender.id, purpose: 'cart' },
          ...{ phoneNumber: phone, whatsappUserId: null, customerId: null, dedupeKey: `hours:${phone}` },
          payload: templateMessage({ to: { phone } }, UTILITY),
          category: 'UTILITY',
          window: { start: '03:00', end: '03:30', zone: 'UTC' },
          expiresAt: new Date(engine.now().getTime() + 2 * 86_400_000),
        },
      ]),
    );
    const waiting = await until(
      () => read(id),
      ({ explanation }) => explanation.includes('outside the hours'),
    );
    expect(waiting.dueAt).toMatch(/T03:00:00/);
    await engine.moveTo(waiting.dueAt);
    await become(id, 'delivered', 'read');
  });
});

describe('limits', () => {
  it('the frequency cap counts marketing whatever its purpose, also of two messages at once', async () => {
    await engine.sql('UPDATE organizations SET frequency_cap_messages = 1, frequency_cap_days = 7');
    const [fresh, known] = [await customer(), await customer()];
    await engine.sql(
      `INSERT INTO whatsapp_messages (organization_id, sender_id, direction, purpose, phone_number, type, category,
                                      status, created_at)
       VALUES ($1, $2, 'out', 'campaign', $3, 'template', 'MARKETING', 'read', $4)`,
      [sender.organizationId, sender.id, known.phone, engine.now()],
    );
    const wanted = { to: { customerId: fresh.id }, template: MARKETING };
    const both = await Promise.all([send(wanted), send(wanted)]);
    const third = await send({ to: { customerId: known.id }, template: MARKETING });
    const order = await send({ to: { customerId: known.id }, template: UTILITY });
    const ended = await Promise.all(both.map((id) => become(id, 'skipped', 'delivered', 'read')));
    expect(ended.filter(({ status }) => status === 'skipped')).toHaveLength(1);
    expect((await become(third, 'skipped', 'read')).explanation).toContain(
      'Frequency cap: 1 marketing messages',
    );
    await become(order, 'delivered', 'read');
    expect(await arrived(fresh.phone)).toHaveLength(1);
  });

  it('a template without a unit of the messaging limit waits for the next one, or for a higher limit', async () => {
    await engine.sql('UPDATE portfolios SET is_unlimited = false, messaging_limit = 1, people_counted = 0');
    const first = await send({ to: { phoneNumber: one() }, template: UTILITY });
    await become(first, 'delivered', 'read');
    const second = await send({ to: { phoneNumber: one() }, template: UTILITY, expiresIn: 'P3D' });
    const waiting = await until(
      () => read(second),
      ({ explanation }) => explanation.includes('messaging limit'),
    );
    expect(waiting).toMatchObject({ status: 'queued', attempts: 0 });
    const hours = (new Date(waiting.dueAt).getTime() - engine.now().getTime()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
    await engine.sql('UPDATE portfolios SET messaging_limit = 2');
    await become(second, 'delivered', 'read');
  });

  it('a reserve is kept from campaigns, and returns to them nothing that messages used of it', async () => {
    const [portfolio = { id: '' }] = await engine.sql<{ id: string }>('SELECT id FROM portfolios');
    await engine.sql('UPDATE portfolios SET is_unlimited = false, messaging_limit = 5, people_counted = 0');
    const { status, body } = await engine.app.api.put(`/api/whatsapp/senders/${sender.id}`, {
      directReserve: 2,
    });
    expect({ status, body }).toMatchObject({ status: 200, body: { portfolio: { directReserve: 2 } } });
    const reserve = async (use: 'campaign' | 'direct', count: number): Promise<number> => {
      const { granted } = await engine.app.app.get(Database).transaction((tx) =>
        engine.app.app.get(QuotaLedger).reserve(tx, {
          ...{ portfolioId: portfolio.id, keepFree: 0, use, at: engine.now() },
          phones: numbers(count),
        }),
      );
      return granted.size;
    };
    expect(await reserve('campaign', 2)).toBe(2);
    expect(await reserve('direct', 1)).toBe(1);
    expect(await reserve('campaign', 5)).toBe(1);
    expect(await reserve('direct', 5)).toBe(1);
  });

  it('goes by priority, then what was asked for before marketing, then age', async () => {
    const path = `/api/whatsapp/senders/${sender.id}`;
    await engine.app.api.put(path, { status: 'paused', throughputPerSecond: 1 });
    const people = await Promise.all([customer(), customer(), customer(), customer()]);
    const [ad, order, later, urgent] = people.map(({ phone }) => phone);
    const add = (phone = '', template: typeof UTILITY, priority = 5) =>
      engine.app.app.get(Database).transaction((tx) =>
        engine.app.app.get(Outbox).add(tx, [
          {
            ...{ organizationId: sender.organizationId, senderId: sender.id, purpose: 'direct', priority },
            ...{ phoneNumber: phone, whatsappUserId: null, customerId: null, dedupeKey: `order:${phone}` },
            payload: templateMessage({ to: { phone } }, template),
            category: template === UTILITY ? 'UTILITY' : 'MARKETING',
            expiresAt: new Date(engine.now().getTime() + 86_400_000),
          },
        ]),
      );
    await add(ad, MARKETING);
    await add(order, UTILITY);
    await add(later, UTILITY);
    await add(urgent, MARKETING, 1);
    await engine.app.api.put(path, { status: 'active' });
    await engine.advance('PT61S');
    const sent = () =>
      engine.sql<{ phone: string }>(
        'SELECT phone_number AS phone FROM whatsapp_messages WHERE phone_number = ANY($1) ORDER BY created_at',
        [[ad, order, later, urgent]],
      );
    const rows = await until(sent, ({ length }) => length === 4);
    await engine.app.api.put(path, { throughputPerSecond: 1_000 });
    expect(rows.map(({ phone }) => phone)).toEqual([urgent, order, later, ad]);
  });
});
