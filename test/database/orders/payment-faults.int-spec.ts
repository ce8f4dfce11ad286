import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PaymentGateways } from '../../../src/orders/gateways/payment-gateways.service.js';
import { claimDue } from '../../../src/orders/payments/payment-rows.queries.js';
import { PaymentReminders } from '../../../src/orders/payments/payment-reminders.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import { PayStage } from '../../support/pay-stage.js';
import { RefundStage } from '../../support/refund-stage.js';
import { brokenInvariants } from '../../support/shop.js';
import { until } from '../../support/until.js';

let stage: PayStage;
let link: any;
let inside: any;
let organizationId: string;
let senderId: string;
beforeAll(async () => {
  stage = await PayStage.open();
  link = await stage.account('razorpay');
  inside = await stage.account('whatsapp');
  const [sender] = await stage.sql(`SELECT id, organization_id FROM senders WHERE is_default`);
  organizationId = sender?.['organization_id'];
  senderId = sender?.['id'];
});
afterEach(async () => {
  await stage.shop.settings({ paymentRequestOn: 'never', paymentReminders: [], autoConfirm: false });
  expect(await brokenInvariants(stage.app)).toEqual({});
});
afterAll(async () => {
  await stage.close();
});

const codeOf = ({ body }: { body: any }): string => body.type.split(':').at(-1);
const refusalOf = ({ history }: any): string | undefined =>
  history.find(({ kind, to }: any) => kind === 'payment_request' && to === 'refused')?.data?.code ??
  history.find(({ kind, to }: any) => kind === 'payment_request' && to === 'refused')?.code;
const messageOf = async (orderId: string, key: string): Promise<any> => {
  const text = `SELECT state, skip_reason, sender_id, expires_at FROM message_outbox WHERE dedupe_key = $1`;
  return (await stage.sql(text, [`order:${orderId}:${key}`]))[0];
};

describe('paymentRequestOn', () => {
  it('asks for money when an order has come, once, and notes why it does not', async () => {
    await stage.shop.settings({ paymentRequestOn: 'received' });
    const order = await stage.order();
    const asked = await stage.until(order.id, ({ payments }) => payments[0]?.state === 'requested');
    expect(asked.payments).toHaveLength(1);
    const flagged = await stage.order({ lines: [{ sku: 'NO-SUCH-SKU' }] });
    const { payments, history, status } = await stage.until(
      flagged.id,
      (now) => refusalOf(now) !== undefined,
    );
    expect([refusalOf({ history }), payments, status]).toEqual(['needs_review', [], 'pending']);
    expect(await stage.sql('SELECT 1 FROM due_payment_requests')).toEqual([]);
  });

  it('asks at the confirmation, by a person or by itself, and not for what is paid', async () => {
    await stage.shop.settings({ paymentRequestOn: 'confirmed' });
    const order = await stage.order();
    await stage.shop.move(order.id, 'confirmed');
    await stage.until(order.id, ({ payments }) => payments[0]?.state === 'requested');
    const paid = await stage.order();
    await stage.shop.post(paid.id, 'payments', { amount: 100, method: 'cash' });
    expect(await stage.sql('SELECT 1 FROM due_payment_requests WHERE order_id = $1', [paid.id])).toEqual([]);
    await stage.shop.settings({ autoConfirm: true });
    const sure = await stage.order();
    expect(sure.status).toBe('confirmed');
    await stage.until(sure.id, ({ payments }) => payments[0]?.state === 'requested');
  });
});

const last = (order: any): any => order.payments.at(-1);
/** As if it still waited. */
const hold = async (orderId: string, key: string): Promise<void> => {
  const text = `UPDATE message_outbox SET state = 'waiting', due_at = due_at + interval '1 hour'
                 WHERE dedupe_key = $1 AND state = 'done' RETURNING id`;
  await until(
    () => stage.sql(text, [`order:${orderId}:${key}`]),
    ([rows]: any) => rows.length === 1,
  );
};
/** As a webhook does. */
const look = async (paymentId: string): Promise<void> => {
  await stage.sql('UPDATE whatsapp_payments SET next_lookup_at = $1 WHERE id = $2', [
    await stage.now(),
    paymentId,
  ]);
};
const remind = async (paymentId: string): Promise<void> => {
  await stage.sql('UPDATE whatsapp_payments SET next_reminder_at = $1 WHERE id = $2', [
    await stage.now(),
    paymentId,
  ]);
  await stage.app.app.get(PaymentReminders, { strict: false }).remindDue();
};

describe('a request for money', () => {
  it('is over when the order is paid otherwise: its messages, its reminders and its link', async () => {
    await stage.shop.settings({ paymentReminders: [{ afterMinutes: 1_000, text: 'Pay {{amount}}' }] });
    const order = await stage.order();
    const payment = await stage.requested(order.id, { accountId: link.id, expiresInMinutes: 60 });
    const { expires_at: expiresAt } = await messageOf(order.id, 'payment:1:request');
    expect(expiresAt.getTime()).toBeLessThanOrEqual(Date.parse(payment.expiresAt));
    await remind(payment.id);
    await hold(order.id, 'payment:1:request');
    await hold(order.id, 'payment:1:reminder:1');
    await stage.shop.post(order.id, 'payments', { amount: 100, method: 'cash' });
    for (const key of ['payment:1:request', 'payment:1:reminder:1']) {
      expect(await messageOf(order.id, key)).toMatchObject({ state: 'skipped', skip_reason: 'paid' });
    }
    expect((await stage.shop.order(order.id)).payments[0].state).toBe('cancelled');
    await until(
      () => stage.control('GET', `payments/${payment.reference}`),
      ({ status }) => status === 'cancelled',
    );
  });

  it('of more than is due is not reminded of', async () => {
    await stage.shop.settings({ paymentReminders: [{ afterMinutes: 1_000, text: 'Pay {{amount}}' }] });
    const order = await stage.order();
    const { id } = await stage.requested(order.id, { accountId: link.id });
    await stage.shop.post(order.id, 'payments', { amount: 30, method: 'cash' });
    await remind(id);
    expect(await messageOf(order.id, 'payment:1:reminder:1')).toBeUndefined();
  });

  it('is withdrawn with its order, and another replaces its message', async () => {
    const order = await stage.order();
    await stage.requested(order.id, { accountId: link.id });
    await hold(order.id, 'payment:1:request');
    await stage.requested(order.id, { accountId: link.id, replace: true });
    expect(await messageOf(order.id, 'payment:1:request')).toMatchObject({ skip_reason: 'replaced' });
    await hold(order.id, 'payment:2:request');
    await stage.shop.move(order.id, 'cancelled');
    expect(await messageOf(order.id, 'payment:2:request')).toMatchObject({ skip_reason: 'cancelled' });
  });

  it('does not remind a person who has said STOP', async () => {
    await stage.shop.settings({ paymentReminders: [{ afterMinutes: 1_000, text: 'Pay {{amount}}' }] });
    const order = await stage.order();
    const { id } = await stage.requested(order.id, { accountId: link.id });
    await stage.sql(`UPDATE user_profiles SET subscription = 'unsubscribed' WHERE whatsapp_phone = $1`, [
      order.phoneNumber,
    ]);
    await remind(id);
    const reminder = await until(
      () => messageOf(order.id, 'payment:1:reminder:1'),
      ({ state }) => state === 'skipped' || state === 'done',
    );
    expect(reminder).toMatchObject({ state: 'skipped', skip_reason: 'User unsubscribed' });
  });
});

describe('a payment', () => {
  it('that failed and is tried again stays failed beside a new request, and holds up a cancellation', async () => {
    const order = await stage.order();
    const first = await stage.requested(order.id, { accountId: link.id });
    await stage.pay(first.reference, { status: 'failed', webhooks: 0 });
    await look(first.id);
    await stage.until(order.id, (now) => last(now).state === 'failed');
    await stage.requested(order.id, { accountId: link.id });
    await stage.pay(first.reference, { status: 'pending', webhooks: 0 });
    await look(first.id);
    await stage.until(order.id, ({ payments }) => payments[0].error?.code === 'trying_again');
    expect((await stage.shop.order(order.id)).payments.map(({ state }: any) => state)).toEqual([
      'failed',
      'requested',
    ]);
    expect(codeOf(await stage.shop.move(order.id, 'cancelled'))).toBe('payment_pending');
    await stage.pay(first.reference, { webhooks: 0 });
    await look(first.id);
    await stage.until(order.id, ({ paymentStatus }) => paymentStatus === 'paid');
  });

  it('of another amount is accepted on an order that is confirmed', async () => {
    const order = await stage.order();
    const { id, reference } = await stage.requested(order.id, { accountId: link.id });
    await stage.shop.move(order.id, 'confirmed');
    await stage.pay(reference, { amount: 5_000, webhooks: 0 });
    await look(id);
    await stage.until(order.id, ({ flags }) => flags.includes('payment_mismatch'));
    expect((await stage.shop.move(order.id, 'confirmed')).body.flags).toEqual(['payment_mismatch']);
    const { status, body } = await stage.shop.move(order.id, 'confirmed', { acceptFlags: true });
    expect([status, body.flags, body.needsReview]).toEqual([200, [], false]);
  });

  it('is looked up with few others of its account at a time', async () => {
    const order = await stage.order();
    const accountId = uuidV7();
    const at = new Date('2090-01-01T00:00:00Z');
    const { manager } = stage.app.app.get(Database);
    const claimed = manager.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO whatsapp_payments (organization_id, order_id, account_id, provider, method, attempt, reference, state,
                amount, currency, next_lookup_at, created_at, updated_at)
         SELECT $1, $2, $3, 'razorpay', 'razorpay', 100 + n, 'R' || n, 'expired', 1, 'INR', $4, $4, $4
           FROM generate_series(1, 12) AS n`,
        [organizationId, order.id, accountId, at],
      );
      const now = new Date('2091-01-01T00:00:00Z');
      const asked = { now, until: now, limit: 100, ofAccount: 5, without: [] };
      const taken = (await claimDue(tx, asked)).filter((one) => one.accountId === accountId);
      throw new Error(`taken ${taken.length}`);
    });
    await expect(claimed).rejects.toThrow('taken 5');
  });
});

describe('an account', () => {
  it('is not deleted while money may still come over it, and payments keep its id', async () => {
    const account = await stage.account('razorpay');
    const order = await stage.order();
    const { id } = await stage.requested(order.id, { accountId: account.id });
    await stage.shop.move(order.id, 'cancelled');
    const remove = () => stage.app.api.delete(`/api/whatsapp/payment-accounts/${account.id}`);
    expect(codeOf(await remove())).toBe('account_in_use');
    const over = `UPDATE whatsapp_payments SET next_lookup_at = NULL WHERE id = $1`;
    await until(
      async () => {
        await stage.sql(over, [id]);
        return remove();
      },
      ({ status }) => status === 204,
    );
    const [kept] = await stage.sql('SELECT account_id FROM whatsapp_payments WHERE id = $1', [id]);
    expect(kept?.['account_id']).toBe(account.id);
  });
});

describe('a refund', () => {
  it('that has certainly not been sent is sent again', async () => {
    const refunds = await RefundStage.open(stage.app, stage.shop);
    const order = await stage.order();
    await refunds.paid(order.id, '100.00');
    const { gateway } = refunds;
    const error = { code: 'no_route', message: 'Meta cannot be reached.' };
    gateway.answer = () => ({ outcome: 'not_sent', error });
    expect((await stage.shop.post(order.id, 'refunds', { amount: 100 })).status).toBe(202);
    const { sender } = refunds.worker();
    await sender.sendDue();
    const state = async (): Promise<string> => (await stage.shop.order(order.id)).refunds[0].state;
    expect([await state(), gateway.asked.length]).toEqual(['requested', 1]);
    await stage.sql('UPDATE whatsapp_refunds SET next_try_at = $1 WHERE order_id = $2', [
      await stage.now(),
      order.id,
    ]);
    gateway.answer = () => ({ outcome: 'accepted', gatewayId: 'rfnd_1', state: 'pending' });
    await sender.sendDue();
    expect([await state(), gateway.asked.length]).toEqual(['pending', 2]);
  });
});

describe('a sender', () => {
  it('that is gone leaves its account without a gateway, and its messages to the default one', async () => {
    const gateways = stage.app.app.get(PaymentGateways, { strict: false });
    expect(await gateways.open(organizationId, inside.id, uuidV7())).toBeNull();
    await stage.shop.settings({ paymentReminders: [{ afterMinutes: 1, text: 'Pay {{amount}}' }] });
    const order = await stage.order();
    const { id } = await stage.requested(order.id, { accountId: link.id });
    await stage.sql('UPDATE whatsapp_payments SET sender_id = $1, next_reminder_at = $2 WHERE id = $3', [
      uuidV7(),
      await stage.now(),
      id,
    ]);
    await stage.app.app.get(PaymentReminders, { strict: false }).remindDue();
    expect((await messageOf(order.id, 'payment:1:reminder:1'))?.sender_id).toBe(senderId);
  });

  it('that asks inside WhatsApp is known from the request on, and is not deleted', async () => {
    const order = await stage.order();
    await stage.sql('UPDATE whatsapp_orders SET sender_id = NULL WHERE id = $1', [order.id]);
    const { id } = await stage.requested(order.id, { accountId: inside.id });
    const [payment] = await stage.sql('SELECT sender_id FROM whatsapp_payments WHERE id = $1', [id]);
    expect(payment?.['sender_id']).toBe(senderId);
    const [other] = await stage.sql(
      `INSERT INTO senders SELECT (jsonb_populate_record(s, jsonb_build_object('id', $1::uuid, 'is_default', false,
              'phone_number_id', '990001', 'is_from_environment', false))).* FROM senders s WHERE id = $2 RETURNING id`,
      [uuidV7(), senderId],
    );
    await stage.sql('UPDATE whatsapp_payments SET sender_id = $1 WHERE id = $2', [other?.['id'], id]);
    const remove = () => stage.app.api.delete(`/api/whatsapp/senders/${other?.['id']}`);
    const refused = await remove();
    expect([refused.status, codeOf(refused)]).toEqual([409, 'sender_in_use']);
    await stage.sql(`UPDATE whatsapp_payments SET sender_id = NULL WHERE id = $1`, [id]);
    expect((await remove()).status).toBe(204);
  });
});
