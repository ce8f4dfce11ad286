import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Engine, numbers, startEngine, WHATSAPP } from '../../support/engine.js';
import { until } from '../../support/until.js';

const CUSTOMERS = '/api/whatsapp/customers';
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2025-03-03T10:00:00Z');
});
afterAll(async () => {
  await engine.close();
});

interface Recipient {
  phone_number: string;
  status: string;
  failure_reason: string | null;
}

const phone = (): string => numbers(1)[0] ?? '';
async function customer(phoneNumber: string, more: object = {}): Promise<string> {
  const { status, body } = await engine.app.api.post(CUSTOMERS, { phoneNumber, ...more });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.id;
}
async function campaignTo(...phones: string[]): Promise<string> {
  const { status, body } = await engine.app.api.post(WHATSAPP, {
    ...{ name: 'Tours', templateName: 'new_year_promo', templateLanguage: 'en_US' },
    ...{ dailySendLimit: null, rateLimit: 60_000, recipients: phones.map((one) => ({ phoneNumber: one })) },
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.id;
}
/** What became of its recipients, in the order in which they were added. */
async function outcomeOf(campaign: string): Promise<Recipient[]> {
  expect(await engine.app.api.post(`${WHATSAPP}/${campaign}/send`)).toMatchObject({ status: 200 });
  const recipients = await until(
    () =>
      engine.sql<Recipient>('SELECT * FROM campaign_recipients WHERE campaign_id = $1 ORDER BY id', [
        campaign,
      ]),
    (rows) => rows.every(({ status }) => ['skipped', 'read'].includes(status)),
  );
  return recipients;
}
const DELETED = { status: 'skipped', failure_reason: 'Customer was deleted' };
const UNSUBSCRIBED = { status: 'skipped', failure_reason: 'User unsubscribed' };

describe('a customer who is deleted while a campaign is to write to them', () => {
  it('is skipped, whatever their profile said and however it was deleted', async () => {
    const [active, inactive, refusing, bySql, kept] = [phone(), phone(), phone(), phone(), phone()];
    const ids = [
      await customer(active),
      await customer(inactive),
      await customer(refusing),
      await customer(bySql),
    ];
    await customer(kept);
    const campaign = await campaignTo(active, inactive, refusing, bySql, kept);
    await engine.app.api.put(`${CUSTOMERS}/${ids[1] ?? ''}`, { isActive: false });
    await engine.app.api.post(`${CUSTOMERS}/${ids[2] ?? ''}/opt-out`, {});
    for (const id of ids.slice(0, 3)) {
      expect(await engine.app.api.delete(`${CUSTOMERS}/${id}`)).toMatchObject({ status: 204 });
    }
    await engine.sql('DELETE FROM user_profiles WHERE id = $1', [ids[3]]);
    expect(await outcomeOf(campaign)).toMatchObject([
      DELETED,
      UNSUBSCRIBED,
      UNSUBSCRIBED,
      DELETED,
      { status: 'read' },
    ]);
  });

  it('and comes back is judged by the new profile, in either spelling of the number', async () => {
    const [back, resting] = [phone(), '+5491123456789'];
    const ids = [await customer(back), await customer(resting)];
    const campaign = await campaignTo(back, resting);
    for (const id of ids) await engine.app.api.delete(`${CUSTOMERS}/${id}`);
    await customer(back);
    await customer('+541123456789', { isActive: false });
    expect(await outcomeOf(campaign)).toMatchObject([
      { status: 'read' },
      { status: 'skipped', failure_reason: 'Customer is not active' },
    ]);
  });

  it('stays protected in later campaigns if they were not active', async () => {
    const inactive = phone();
    const id = await customer(inactive, { isActive: false });
    await engine.app.api.delete(`${CUSTOMERS}/${id}`);
    const other = phone();
    const campaign = await campaignTo(other);
    const { body } = await engine.app.api.post(`/api/marketing/campaigns/${campaign}/recipients`, {
      phone_numbers: [inactive],
    });
    expect(body).toMatchObject({ warnings: [{ code: 'unsubscribed', count: 1 }] });
    expect((await engine.app.api.post(CUSTOMERS, { phoneNumber: inactive })).body).toMatchObject({
      subscription: 'unsubscribed',
    });
  });
});
