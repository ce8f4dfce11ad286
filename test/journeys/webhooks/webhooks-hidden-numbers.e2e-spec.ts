import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Consents } from '../../../src/customers/consent/consent.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { runningCampaign, type SendingShop, sentTo, shopOf } from '../../support/sent-campaign.js';
import { messaging, PHONE_NUMBER_ID, status, WEBHOOK_ENV } from '../../support/signed-webhooks.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';

const NOON = new Date('2026-03-01T12:00:00Z');
const SECONDS = String(NOON.getTime() / 1_000);
let app: TestApp;
let shop: SendingShop;
let next = 1;
const db = () => app.app.get(Database).manager;
beforeAll(async () => {
  app = await startTestApp({ env: { ...WEBHOOK_ENV, CLOCK: NOON.toISOString() } });
  shop = await shopOf(db(), PHONE_NUMBER_ID);
});
afterAll(async () => {
  await app.close();
});

interface Met {
  phone: string;
  userId: string;
  wamid: string;
}
/** A person with a hidden number who has received a campaign message. */
async function met(): Promise<Met> {
  const phone = `+4915400${String(next++).padStart(6, '0')}`;
  const wamid = `wamid.out.${next++}`;
  const campaign = await runningCampaign(db(), shop, { at: NOON });
  await sentTo(db(), shop, campaign, { phone, wamid, at: NOON });
  return { phone, userId: `DE.${phone.slice(1)}`, wamid };
}
const customer = async (phoneNumber: string): Promise<void> => {
  expect(await app.api.post('/api/whatsapp/customers', { phoneNumber })).toMatchObject({ status: 201 });
};
const stop = ({ userId }: Met, context?: string) =>
  tellWebhook(
    app,
    messaging({
      messages: [
        {
          ...{ from_user_id: userId, id: `wamid.in.${next++}`, timestamp: SECONDS, type: 'text' },
          ...{ text: { body: 'STOP' }, ...(context === undefined ? {} : { context: { id: context } }) },
        },
      ],
    }),
  );
const delivered = ({ phone, userId, wamid }: Met) => {
  const person = { recipient_id: phone.slice(1), recipient_user_id: userId, timestamp: SECONDS };
  return tellWebhook(app, messaging({ statuses: [status(wamid, 'delivered', person)] }));
};
const isRefused = async ({ phone }: Met): Promise<boolean> =>
  (await app.app.get(Consents, { strict: false }).suppressedAmong(db(), shop.organizationId, [phone]))
    .size === 1;
/** What the next campaign says about the number. */
async function warningsFor({ phone }: Met): Promise<unknown> {
  const id = await runningCampaign(db(), shop, { at: NOON });
  const path = `/api/marketing/campaigns/${id}/recipients`;
  return (await app.api.post(path, { phone_numbers: [phone] })).body.warnings;
}
const UNSUBSCRIBED = [expect.objectContaining({ code: 'unsubscribed', count: 1 })];

describe('STOP from a customer with a hidden number reaches the number', () => {
  it.each([true, false])('when it quotes our message (a customer: %s)', async (isCustomer) => {
    const ana = await met();
    if (isCustomer) await customer(ana.phone);
    await stop(ana, ana.wamid);
    expect(await isRefused(ana)).toBe(true);
    expect(await warningsFor(ana)).toEqual(UNSUBSCRIBED);
  });

  it('when it quotes nothing, once a status has reported the user id', async () => {
    const ben = await met();
    await customer(ben.phone);
    await delivered(ben);
    await stop(ben);
    expect(await isRefused(ben)).toBe(true);
    expect(await warningsFor(ben)).toEqual(UNSUBSCRIBED);
  });

  it.each([true, false])('when a status tells the user id later (a customer: %s)', async (isCustomer) => {
    const cem = await met();
    if (isCustomer) await customer(cem.phone);
    await stop(cem);
    expect(await isRefused(cem)).toBe(false);
    await delivered(cem);
    expect(await isRefused(cem)).toBe(true);
    expect(await warningsFor(cem)).toEqual(UNSUBSCRIBED);
  });

  it('but a recipient who only got a message does not become a customer', async () => {
    const dee = await met();
    await delivered(dee);
    const { body } = await app.api.get(`/api/whatsapp/customers?search=${dee.phone.slice(1)}`);
    expect(body.data).toEqual([]);
  });
});
