import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PaymentGateways } from '../../../src/orders/gateways/payment-gateways.service.js';
import { PaymentReminders } from '../../../src/orders/payments/payment-reminders.service.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import { PayStage } from '../../support/pay-stage.js';
import { brokenInvariants } from '../../support/shop.js';

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
