import { createHash, createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HOOK_SECRET, PayStage } from '../../support/pay-stage.js';
import { brokenInvariants } from '../../support/shop.js';
import { newOrganization } from '../../support/test-app.js';

const ACCOUNTS = '/api/whatsapp/payment-accounts';
let stage: PayStage;
let razorpay: any;
let payu: any;
beforeAll(async () => {
  stage = await PayStage.open();
  razorpay = await stage.account('razorpay');
  payu = await stage.account('payu');
});
afterEach(async () => {
  expect(await brokenInvariants(stage.app)).toEqual({});
});
afterAll(async () => {
  await stage.close();
});

const last = (order: any): any => order.payments.at(-1);
const stored = async (): Promise<number> => {
  const [row] = await stage.sql<{ n: number }>('SELECT count(*)::int AS n FROM payment_events');
  return row?.n ?? 0;
};
const post = (path: string, raw: string | Buffer, headers: Record<string, string> = {}) =>
  stage.app.api.withKey(undefined).post(`/api/webhooks/${path}`, undefined, {
    raw,
    headers: { 'content-type': 'application/json', ...headers },
  });
const signed = (raw: string, secret: string) => ({
  'x-razorpay-signature': createHmac('sha256', secret).update(raw).digest('hex'),
});

describe('a payment account', () => {
  it('never shows its secrets, and seals them', async () => {
    const shown = [
      razorpay,
      payu,
      (await stage.app.api.get(`${ACCOUNTS}/${razorpay.id}`)).body,
      (await stage.app.api.get(ACCOUNTS)).body,
    ];
    const kept = await stage.sql('SELECT row_to_json(a)::text AS text FROM payment_accounts a');
    expect(JSON.stringify([shown, kept])).not.toMatch(/key-secret-1|salt-secret-1|whsec-1/);
    expect(razorpay).toMatchObject({
      isDefault: true,
      hasKeySecret: true,
      hasWebhookSecret: true,
      hasSalt: false,
    });
    expect(payu).toMatchObject({ isDefault: false, hasSalt: true });
    expect(stage.app.logs.join('')).not.toMatch(/key-secret-1|salt-secret-1|whsec-1/);
  });

  it('needs what its provider needs, and belongs to its organization alone', async () => {
    const bad = await stage.app.api.post(ACCOUNTS, { provider: 'payu', name: 'x', merchantKey: 'k' });
    expect([bad.status, bad.body.errors]).toEqual([400, [{ field: 'salt', message: expect.any(String) }]]);
    expect((await stage.app.api.post(ACCOUNTS, { provider: 'stripe', name: 'x' })).status).toBe(400);
    expect((await stage.app.api.put(`${ACCOUNTS}/${razorpay.id}`, { keySecret: null })).status).toBe(400);
    const other = await newOrganization(stage.app.api);
    for (const call of ['get', 'delete'] as const)
      expect((await other.api[call](`${ACCOUNTS}/${razorpay.id}`)).status).toBe(404);
    expect((await other.api.put(`${ACCOUNTS}/${razorpay.id}`, { name: 'mine' })).status).toBe(404);
    expect((await other.api.get(ACCOUNTS)).body).toMatchObject({ data: [], total: 0 });
    const reader = await newOrganization(stage.app.api, ['orders:write']);
    expect((await reader.api.get(ACCOUNTS)).status).toBe(403);
  });

  it('is deleted only while nobody is asked to pay over it', async () => {
    const { id } = await stage.account('upi', { name: 'Counter' });
    const order = await stage.order();
    expect((await stage.request(order.id, { accountId: id })).status).toBe(202);
    expect((await stage.app.api.delete(`${ACCOUNTS}/${id}`)).body.type).toMatch(/account_in_use$/);
    await stage.shop.move(order.id, 'cancelled');
    expect((await stage.app.api.delete(`${ACCOUNTS}/${id}`)).status).toBe(204);
    expect(last(await stage.shop.order(order.id))).toMatchObject({ provider: 'upi', state: 'cancelled' });
  });
});

describe('a webhook of Razorpay', () => {
  const raw = JSON.stringify({ event: 'payment_link.paid', payload: {} });

  it('is refused and leaves no trace when it is forged, of an unknown account, or too large', async () => {
    const before = await stored();
    const path = `razorpay/${razorpay.id}`;
    const refused = [
      await post(path, raw),
      await post(path, raw, signed(raw, 'guessed')),
      await post(path, `${raw} `, signed(raw, HOOK_SECRET)),
      await post(path, raw, { 'x-razorpay-signature': 'zz' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    const strangers = [payu.id, '00000000-0000-7000-8000-000000000000', 'nobody'];
    for (const id of strangers)
      expect((await post(`razorpay/${id}`, raw, signed(raw, HOOK_SECRET))).status).toBe(404);
    const large = JSON.stringify({ x: 'x'.repeat(300 * 1_024) });
    expect((await post(path, large, signed(large, HOOK_SECRET))).status).toBe(413);
    expect(await stored()).toBe(before);
  });

  it('that claims a payment which the gateway does not know changes nothing', async () => {
    const order = await stage.order();
    const { reference } = await stage.requested(order.id);
    const entity = { id: 'plink_x', reference_id: reference, status: 'paid', amount_paid: 10_000 };
    const claim = JSON.stringify({ event: 'payment_link.paid', payload: { payment_link: { entity } } });
    const before = Number((await stage.control('GET', 'payment-calls'))['razorpay.look'] ?? 0);
    expect((await post(`razorpay/${razorpay.id}`, claim, signed(claim, HOOK_SECRET))).status).toBe(200);
    await stage.untilCalls('razorpay.look', before + 1);
    expect(await stage.shop.order(order.id)).toMatchObject({ paymentStatus: 'unpaid', status: 'pending' });
  });

  it('may be signed with the secret of yesterday, and with no older one', async () => {
    const { body } = await stage.app.api.put(`${ACCOUNTS}/${razorpay.id}`, { webhookSecret: 'whsec-2' });
    expect(body.previousWebhookSecretUntil).not.toBeNull();
    const path = `razorpay/${razorpay.id}`;
    const withSecret = async (secret: string, n: number): Promise<number> => {
      const event = JSON.stringify({ event: 'ping', n });
      return (await post(path, event, signed(event, secret))).status;
    };
    expect([await withSecret(HOOK_SECRET, 1), await withSecret('whsec-2', 2)]).toEqual([200, 200]);
    await stage.advance('PT24H1S');
    expect([await withSecret(HOOK_SECRET, 3), await withSecret('whsec-2', 4)]).toEqual([401, 200]);
    await stage.app.api.put(`${ACCOUNTS}/${razorpay.id}`, { webhookSecret: HOOK_SECRET });
  });
});

describe('PayU', () => {
  it('pays over its hosted link, and its webhook wakes the look-up', async () => {
    const order = await stage.order();
    const payment = await stage.requested(order.id, { accountId: payu.id });
    expect(payment).toMatchObject({ provider: 'payu', url: expect.stringMatching(/payu/) });
    const { webhooks } = await stage.pay(payment.reference, { webhooks: 2 });
    expect(webhooks).toEqual([200, 200]);
    const paid = await stage.until(order.id, ({ paymentStatus }) => paymentStatus === 'paid');
    expect(last(paid).transactionId).toMatch(/^pay_/);
  });

  it('is refused with a hash of other fields, or a doubled one', async () => {
    const before = await stored();
    const form = {
      status: 'success',
      txnid: 'x',
      amount: '1.00',
      productinfo: 'o',
      firstname: 'a',
      email: '',
      key: 'mk1',
    };
    const text = `salt-secret-1|success||||||||||||a|o|1.00|x|mk1`;
    const hash = createHash('sha512').update(text).digest('hex');
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const send = async (fields: Record<string, string>, more = ''): Promise<number> =>
      (await post(`payu/${payu.id}`, new URLSearchParams(fields).toString() + more, type)).status;
    expect(await send({ ...form, hash, amount: '100.00' })).toBe(401);
    expect(await send(form)).toBe(401);
    expect(await send({ ...form, hash }, '&amount=100.00')).toBe(401);
    expect(await stored()).toBe(before);
    expect(await send({ ...form, hash })).toBe(200);
    expect(await send({ ...form, hash })).toBe(200);
    expect(await stored()).toBe(before + 1);
  });

  it('takes rupees alone', async () => {
    const dollars = await stage.dollarOrder();
    const { body } = await stage.request(dollars.id, { accountId: payu.id });
    expect(body.type).toMatch(/payments_unsupported$/);
  });
});

describe('a request over UPI', () => {
  it('is an address for the customer’s own app, confirmed by hand', async () => {
    const upi = await stage.account('upi', { name: 'Asha & Sons' });
    const order = await stage.order();
    const { body } = await stage.request(order.id, { accountId: upi.id, expiresInMinutes: 30 });
    const { url, reference, state } = last(body);
    expect(state).toBe('requested');
    expect(url).toBe(
      `upi://pay?pa=shop%40bank&pn=Asha%20%26%20Sons&tr=${reference}&tn=${order.orderNumber}&am=100.00&cu=INR`,
    );
    await stage.advance('PT31M');
    await stage.until(order.id, (now) => last(now).state === 'expired');
  });
});

describe('reminders', () => {
  it('go out as often as the shop says, each once, and none after the payment', async () => {
    await stage.shop.settings({
      paymentReminders: [{ afterMinutes: 10 }, { afterMinutes: 20 }, { afterMinutes: 60 }],
    });
    const order = await stage.order();
    const { reference } = await stage.requested(order.id, { accountId: razorpay.id });
    const reminders = ({ messages }: any): number =>
      messages.filter(({ event }: any) => event === 'paymentRequest').length - 1;
    await stage.advance('PT11M');
    await stage.until(order.id, (now) => reminders(now) === 1);
    await stage.advance('PT10M');
    await stage.until(order.id, (now) => reminders(now) === 2);
    await stage.pay(reference);
    await stage.until(order.id, ({ paymentStatus }) => paymentStatus === 'paid');
    await stage.advance('PT1H');
    const due = await stage.sql(
      'SELECT id FROM whatsapp_payments WHERE reference = $1 AND next_reminder_at IS NULL',
      [reference],
    );
    expect(due).toHaveLength(1);
    expect(reminders(await stage.shop.order(order.id))).toBe(2);
    await stage.shop.settings({ paymentReminders: [] });
  });
});
