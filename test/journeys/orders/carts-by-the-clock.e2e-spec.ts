import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Identities } from '../../../src/customers/people/identities.service.js';
import { EventWants } from '../../../src/events/event-wants.service.js';
import { CartUpkeep } from '../../../src/orders/reminders/cart-upkeep.service.js';
import { Clock } from '../../../src/platform/clock/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { brokenInvariants, Shop, somebody, sqlOf, startShopApp, tapOf, wordsOf } from '../../support/shop.js';
import { BUSINESS_ACCOUNT_ID } from '../../support/signed-webhooks.js';
import type { TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';
import { until } from '../../support/until.js';

const CARTS = '/api/whatsapp/carts';
const TEXT = 'Still there, {{customerName}}? {{items}} for {{total}}';

let app: TestApp;
let shop: Shop;
let sku: string;
beforeAll(async () => {
  app = await startShopApp({ CLOCK: '2026-03-01T10:00:00Z', SEND_WINDOW: '06:00-22:00' });
  shop = await Shop.open(app);
  ({ sku } = await shop.product({ name: 'Mug', price: '20.00' }));
  app.app.get(EventWants, { strict: false }).always(['cart.abandoned']);
  // Nothing is sent here: what is in the outbox stays there.
  await sqlOf(app)(`UPDATE senders SET status = 'paused', business_account_id = $1`, [BUSINESS_ACCOUNT_ID]);
});
afterEach(async () => {
  await shop.settings({ cartReminders: [] });
  expect(await brokenInvariants(app)).toEqual({});
});
afterAll(async () => {
  await app.close();
});

const now = (): Date => app.app.get(Clock).now();
const advance = async (advanced: string): Promise<void> => {
  const { status } = await app.api.post('/api/dev/clock', { advance: advanced });
  expect(status).toBe(200);
};
const upkeep = () => app.app.get(CartUpkeep, { strict: false }).run();
const cartOf = async (id: string): Promise<any> => (await app.api.get(`${CARTS}/${id}`)).body;
const becomes = (id: string, status: string): Promise<any> =>
  until(
    () => cartOf(id),
    (cart) => cart.status === status,
  );
const build = async (more: object = {}): Promise<any> => {
  const { catalogId } = shop;
  const body = { phoneNumber: somebody(), catalogId, items: [{ sku, quantity: 2 }], ...more };
  return (await app.api.post(CARTS, body)).body;
};
/** A cart whose person is known and has written a moment ago. */
const builtFor = async (from = somebody()): Promise<any> => {
  await tellWebhook(app, wordsOf(from, now()));
  return build({ phoneNumber: from });
};
const remindersOf = async (id: string): Promise<[number, string | null][]> =>
  (await cartOf(id)).messages
    .filter(({ kind }: any) => kind === 'reminder')
    .map(({ number, notSentReason }: any) => [number, notSentReason]);
const queued = (id: string) =>
  sqlOf(app)(
    `SELECT dedupe_key AS key, state, payload, category, is_marketing AS "isMarketing" FROM message_outbox
      WHERE dedupe_key LIKE $1 ORDER BY dedupe_key`,
    [`cart:${id}:reminder:%`],
  );
const remind = (...afterMinutes: number[]) =>
  shop.settings({ cartReminders: afterMinutes.map((minutes) => ({ afterMinutes: minutes, text: TEXT })) });
/** Abandoned, with its first reminder waiting in the outbox. */
const reminded = async (from?: string): Promise<any> => {
  await remind(10, 20, 30);
  const cart = await builtFor(from);
  await advance('PT71M');
  await until(
    () => remindersOf(cart.id),
    (found) => found.length === 1,
  );
  return cart;
};

describe('a cart that nobody touches', () => {
  it('is abandoned after an hour, told once, and expires after a week', async () => {
    const cart = await build();
    const fixed = await build({ expiresAt: new Date(now().getTime() + 90 * 60_000).toISOString() });
    await advance('PT30M');
    await app.api.put(`${CARTS}/${cart.id}`, { notes: 'still here' });
    await advance('PT45M');
    await becomes(fixed.id, 'abandoned');
    expect((await cartOf(cart.id)).status).toBe('active');
    await advance('PT16M');
    const idle = await becomes(cart.id, 'abandoned');
    expect(new Date(idle.abandonedAt).getTime() - new Date(idle.lastActivityAt).getTime()).toBe(3_600_000);
    expect((await becomes(fixed.id, 'expired')).orderId).toBeNull();
    await Promise.all([upkeep(), upkeep(), upkeep()]);
    const events = await sqlOf(app)(
      `SELECT data->>'status' AS status, data->>'total' AS total, data->'items'->0->>'sku' AS sku
         FROM domain_events WHERE kind = 'cart.abandoned' AND object_id = $1`,
      [cart.id],
    );
    expect(events).toEqual([{ status: 'abandoned', total: '40.00', sku }]);
    const touched = await app.api.post(`${CARTS}/${cart.id}/items`, { sku, quantity: 1 });
    expect(touched.body).toMatchObject({ status: 'active', abandonedAt: null });
    await advance('P8D');
    await becomes(cart.id, 'expired');
    const refused = await app.api.post(`${CARTS}/${cart.id}/checkout`, {});
    expect([refused.status, refused.body.type]).toEqual([409, 'urn:drumbeat:problem:cart_closed']);
  });

  it('is refused from its end on, also before the job has seen it', async () => {
    const cart = await build({ expiresAt: new Date(now().getTime() + 60_000).toISOString() });
    await sqlOf(app)(`UPDATE whatsapp_carts SET expires_at = $2 WHERE id = $1`, [cart.id, now()]);
    const answers = await Promise.all([
      app.api.post(`${CARTS}/${cart.id}/checkout`, {}),
      app.api.post(`${CARTS}/${cart.id}/items`, { sku, quantity: 1 }),
      upkeep(),
    ]);
    expect(answers.slice(0, 2).map((answer) => answer?.status)).toEqual([409, 409]);
    // A turn passes over what a caller holds at that moment.
    await upkeep();
    expect((await cartOf(cart.id)).status).toBe('expired');
  });
});

describe('reminders', () => {
  it('go up to three times, each once, by text while the service window is open', async () => {
    const cart = await reminded();
    for (const count of [2, 3]) {
      await advance('PT10M');
      await until(
        () => remindersOf(cart.id),
        (found) => found.length === count,
      );
    }
    await advance('PT2H');
    await Promise.all([upkeep(), upkeep(), upkeep()]);
    expect(await cartOf(cart.id)).toMatchObject({ status: 'abandoned', remindersSent: 3 });
    expect(await remindersOf(cart.id)).toEqual([
      [1, null],
      [2, null],
      [3, null],
    ]);
    const messages = await queued(cart.id);
    expect(messages.map(({ key }) => key)).toEqual([1, 2, 3].map((n) => `cart:${cart.id}:reminder:${n}`));
    expect(messages[0]).toMatchObject({
      ...{ isMarketing: true, category: null },
      payload: { type: 'text', text: { body: 'Still there, Asha Rao? 2 x Mug for INR 40.00' } },
    });
  });

  it('of a long time without a worker become one', async () => {
    await remind(10, 20, 1_000);
    const cart = await builtFor();
    await advance('PT100M');
    await until(
      () => remindersOf(cart.id),
      (found) => found.length === 2,
    );
    expect(await remindersOf(cart.id)).toEqual([
      [1, 'overtaken'],
      [2, null],
    ]);
  });

  it('go as a template when the window is closed, and otherwise not', async () => {
    const components = [{ type: 'BODY', text: 'Hello {{1}}', example: { body_text: [['a']] } }];
    await sqlOf(app)(
      `INSERT INTO whatsapp_templates (organization_id, business_account_id, meta_template_id, name, language, category,
                                       status, parameter_format, components, synced_at, created_at, updated_at)
       SELECT organization_id, $1, '78', 'your_cart', 'en', 'MARKETING', 'APPROVED', 'POSITIONAL', $2, now(), now(), now()
         FROM senders LIMIT 1`,
      [BUSINESS_ACCOUNT_ID, JSON.stringify(components)],
    );
    const templateVariables = { '1': '{{customerName}}' };
    const reminder = { afterMinutes: 10, text: TEXT };
    const named = { templateName: 'your_cart', templateLanguage: 'en', templateVariables };
    const settings = await shop.settings({
      cartReminders: [
        { ...reminder, ...named },
        { ...reminder, afterMinutes: 20 },
      ],
    });
    expect(settings.status).toBe(200);
    const cart = await build();
    await advance('PT71M');
    await until(
      () => remindersOf(cart.id),
      (found) => found.length === 1,
    );
    await advance('PT10M');
    await until(
      () => remindersOf(cart.id),
      (found) => found.length === 2,
    );
    expect(await remindersOf(cart.id)).toEqual([
      [1, null],
      [2, 'window_closed'],
    ]);
    expect(await queued(cart.id)).toMatchObject([
      { category: 'MARKETING', payload: { type: 'template', template: { name: 'your_cart' } } },
    ]);
    // The same template carries a cart that is sent while the window is closed.
    const sent = await app.api.post(`${CARTS}/${cart.id}/send`, {});
    expect([sent.status, sent.body.status]).toEqual([202, 'checkout']);
    expect(
      await sqlOf(app)(`SELECT payload->>'type' AS type FROM message_outbox WHERE dedupe_key LIKE $1`, [
        `cart:${cart.id}:summary:%`,
      ]),
    ).toEqual([{ type: 'template' }]);
  });

  it('do not go to people who refused, to the United States, or above the frequency cap', async () => {
    await remind(10);
    const [stopped, american, capped] = [somebody(), '+12125550123', somebody()];
    await tellWebhook(app, wordsOf(stopped, now(), 'STOP'));
    const carts = [await builtFor(stopped), await builtFor(american), await builtFor(capped)];
    await sqlOf(app)(`UPDATE organizations SET frequency_cap_messages = 1, frequency_cap_days = 7`);
    await sqlOf(app)(
      `INSERT INTO whatsapp_messages (id, organization_id, direction, purpose, type, phone_number, category, status,
                                      created_at)
       SELECT gen_random_uuid(), organization_id, 'out', 'direct', 'template', $1, 'MARKETING', 'sent', $2
         FROM senders LIMIT 1`,
      [capped, now()],
    );
    await advance('PT71M');
    const found: unknown[] = [];
    for (const { id } of carts)
      found.push(
        ...(await until(
          () => remindersOf(id),
          (reminders) => reminders.length === 1,
        )),
      );
    await sqlOf(app)(`UPDATE organizations SET frequency_cap_messages = NULL, frequency_cap_days = NULL`);
    expect(found).toEqual([
      [1, 'unsubscribed'],
      [1, 'us_number'],
      [1, 'frequency_cap'],
    ]);
    for (const { id } of carts) expect(await queued(id)).toEqual([]);
  });

  it('are taken back by a change, by an order of the cart, and by any other order of the person', async () => {
    const from = somebody();
    const [changed, other, bought] = [await reminded(), await reminded(from), await reminded()];
    await app.api.put(`${CARTS}/${changed.id}`, { notes: 'again' });
    await shop.receive({ from, lines: [{ sku, price: 20 }], at: now() });
    await app.api.post(`${CARTS}/${bought.id}/checkout`, {});
    for (const { id } of [changed, other, bought])
      expect((await queued(id)).filter(({ state }) => state === 'waiting')).toEqual([]);
    await advance('PT30M');
    await upkeep();
    expect((await remindersOf(other.id)).slice(-1)).toEqual([[3, 'ordered']]);
    expect(await remindersOf(bought.id)).toEqual([[1, 'ordered']]);
  });

  it('wait outside the hours for marketing', async () => {
    await advance(`PT${(24 + 21 - now().getUTCHours()) * 60 - now().getUTCMinutes()}M`);
    await remind(10);
    const cart = await builtFor();
    await advance('PT80M');
    await becomes(cart.id, 'abandoned');
    await upkeep();
    expect(await remindersOf(cart.id)).toEqual([]);
    await advance('PT8H');
    await until(
      () => remindersOf(cart.id),
      (found) => found.length === 1,
    );
  });
});

describe('at once', () => {
  it('a reminder meets an order, a change and a STOP: nobody is reminded of what is no more', async () => {
    await remind(10);
    const carts: any[] = [];
    for (let n = 0; n < 12; n++) carts.push(await builtFor());
    // Abandoned long enough for the reminder, without the clock of the timetable.
    await sqlOf(app)(
      `UPDATE whatsapp_carts SET status = 'abandoned', abandoned_at = $2::timestamptz - interval '11 minutes'
        WHERE id = ANY($1)`,
      [carts.map(({ id }) => id), now()],
    );
    const happens = ({ id, phoneNumber }: any, n: number): Promise<unknown> => {
      if (n % 4 === 0) return app.api.post(`${CARTS}/${id}/checkout`, {});
      if (n % 4 === 1) return app.api.put(`${CARTS}/${id}`, { notes: 'changed' });
      if (n % 4 === 2) return shop.flood([tapOf(phoneNumber, `cart:${id}:change`)]);
      return shop.flood([shop.message({ from: phoneNumber, lines: [{ sku, price: 20 }], at: now() }).raw]);
    };
    await Promise.all([...carts.map(happens), upkeep(), upkeep(), upkeep()]);
    await upkeep();
    for (const [n, { id }] of carts.entries()) {
      const waiting = (await queued(id)).filter(({ state }) => state === 'waiting');
      expect([n % 4, waiting]).toEqual([n % 4, []]);
    }
  });

  it('a STOP between writing and sending a reminder still counts', async () => {
    const from = somebody();
    const cart = await reminded(from);
    await tellWebhook(app, wordsOf(from, now(), 'STOP'));
    await advance('PT10M');
    await until(
      () => remindersOf(cart.id),
      (found) => found.length === 2,
    );
    expect((await remindersOf(cart.id))[1]).toEqual([2, 'unsubscribed']);
  });
});

describe('two profiles that turn out to be one person', () => {
  it('take their orders and carts along', async () => {
    const [phone, userId] = [somebody(), 'IN.1234567890123456'];
    const identities = app.app.get(Identities, { strict: false });
    const database = app.app.get(Database);
    const organizationId = (await sqlOf(app)(`SELECT organization_id AS id FROM senders`))[0]?.[
      'id'
    ] as string;
    const meet = (contact: object) =>
      database.transaction((tx) => identities.findOrCreateByContact(tx, organizationId, contact));
    const kept = (await meet({ phone })).profile.id;
    const gone = (await meet({ userId })).profile.id;
    const cart = await build({ phoneNumber: undefined, customerId: gone });
    const bought = await build({ phoneNumber: undefined, customerId: gone });
    const order = (await app.api.post(`${CARTS}/${bought.id}/checkout`, {})).body;
    expect([cart.customerId, order.customerId]).toEqual([gone, gone]);
    const merged = await meet({ phone, userId });
    expect([merged.profile.id, merged.mergedId]).toEqual([kept, gone]);
    expect((await cartOf(cart.id)).customerId).toBe(kept);
    expect((await shop.order(order.id)).customerId).toBe(kept);
  });
});
