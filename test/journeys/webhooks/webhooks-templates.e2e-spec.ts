import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { execute, rowsOf, sql } from '../../../src/platform/database/sql.js';
import { SenderHealth } from '../../../src/senders/health/sender-health.service.js';
import { runningCampaign, type SendingShop, shopOf } from '../../support/sent-campaign.js';
import { BUSINESS_ACCOUNT_ID, change, PHONE_NUMBER_ID, WEBHOOK_ENV } from '../../support/signed-webhooks.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';

const AT = new Date('2026-03-01T12:00:00Z');

let meta: TestMeta;
let app: TestApp;
let shop: SendingShop;
const db = () => app.app.get(Database).manager;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...WEBHOOK_ENV, WHATSAPP_API_URL: meta.url, CLOCK: AT.toISOString() } });
  shop = await shopOf(db(), PHONE_NUMBER_ID);
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

let next = 1_689_556;
async function newTemplate(language = 'pt_BR', name = `sale_${next}`): Promise<{ name: string; id: number }> {
  const id = next++;
  await rowsOf(
    db(),
    sql`INSERT INTO whatsapp_templates (organization_id, business_account_id, meta_template_id, name, language, category,
                                        status, components, synced_at, created_at, updated_at)
        VALUES (${shop.organizationId}, ${BUSINESS_ACCOUNT_ID}, ${String(id)}, ${name}, ${language}, 'MARKETING',
                'APPROVED', '[]', ${AT}, ${AT}, ${AT})`,
  );
  return { name, id };
}
const happens = (template: { name: string; id: number }, event: string, more: object = {}) =>
  tellWebhook(
    app,
    change('message_template_status_update', {
      ...{ message_template_id: template.id, message_template_name: template.name },
      ...{ message_template_language: 'pt-BR', event, reason: 'NONE', ...more },
    }),
  );
const campaign = (template: string, language = 'pt_BR'): Promise<string> =>
  runningCampaign(db(), shop, { at: AT, template, language });
const look = async (id: string): Promise<{ status: string; reason: string | null }> => {
  const [row] = await rowsOf<{ status: string; reason: string | null }>(
    db(),
    sql`SELECT status, status_reason AS reason FROM marketing_campaigns WHERE id = ${id}`,
  );
  if (row === undefined) throw new Error('the campaign is gone');
  return row;
};

it('pauses the campaigns that send a lost template, and only those', async () => {
  const template = await newTemplate();
  const [mine, english, other] = [
    await campaign(template.name),
    await campaign(template.name, 'en_US'),
    await campaign((await newTemplate()).name),
  ];
  await happens(template, 'PAUSED', { other_info: { title: 'FIRST_PAUSE', description: 'Low quality' } });
  const paused = await look(mine);
  expect(paused.status).toBe('paused');
  expect(paused.reason).toContain(
    `The template ${template.name} (pt_BR) was paused by Meta (FIRST_PAUSE: Low quality).`,
  );
  expect(await look(english)).toMatchObject({ status: 'active' });
  expect(await look(other)).toMatchObject({ status: 'active' });
  expect((await app.api.get(`/api/whatsapp/campaigns/${mine}`)).body).toMatchObject({ status: 'paused' });
});

it('resumes nothing when the template is approved again', async () => {
  const template = await newTemplate();
  const id = await campaign(template.name);
  await happens(template, 'PAUSED');
  await happens(template, 'APPROVED', { other_info: { title: 'UNPAUSE' } });
  expect(await look(id)).toMatchObject({ status: 'paused' });
});

it.each(['DISABLED', 'REJECTED', 'PENDING_DELETION', 'DELETED', 'ARCHIVED'])(
  'pauses the campaigns of a template that becomes %s',
  async (event) => {
    const template = await newTemplate();
    const id = await campaign(template.name);
    await happens(template, event);
    expect(await look(id)).toMatchObject({ status: 'paused' });
  },
);

it.each(['FLAGGED', 'PENDING', 'REINSTATED'])('pauses nothing when a template becomes %s', async (event) => {
  const template = await newTemplate();
  const id = await campaign(template.name);
  await happens(template, event);
  expect(await look(id)).toMatchObject({ status: 'active' });
});

it('does not touch campaigns of other accounts with a template of the same name', async () => {
  const template = await newTemplate();
  const about = { name: 'x', accessToken: 't', phoneNumberId: '600400', businessAccountId: '604' };
  meta.knows('t', about);
  const { body } = await app.api.post('/api/whatsapp/senders', about);
  const id = await campaign(template.name);
  await execute(db(), sql`UPDATE marketing_campaigns SET sender_id = ${body.id} WHERE id = ${id}`);
  await happens(template, 'DISABLED');
  expect(await look(id)).toMatchObject({ status: 'active' });
});

it('stops nothing when the category changes', async () => {
  const template = await newTemplate();
  const id = await campaign(template.name);
  await tellWebhook(
    app,
    change('template_category_update', {
      ...{ message_template_id: template.id, message_template_name: template.name },
      ...{ message_template_language: 'pt-BR', previous_category: 'UTILITY', new_category: 'MARKETING' },
    }),
  );
  expect(await look(id)).toMatchObject({ status: 'active' });
});

it('pauses the numbers of a restricted account until the restriction ends', async () => {
  const restriction_info = [
    { restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: 1_772_500_000 },
  ];
  const sender = async (): Promise<any> =>
    (
      await rowsOf(db(), sql`SELECT status, paused_by, paused_until FROM senders WHERE id = ${shop.senderId}`)
    )[0];
  await tellWebhook(app, change('account_update', { event: 'ACCOUNT_RESTRICTION', restriction_info }));
  expect(await sender()).toEqual({
    ...{ status: 'paused', paused_by: 'account', paused_until: new Date(1_772_500_000_000) },
  });
  const restricted = await sender();
  const ban_info = { waba_ban_state: 'REINSTATE' };
  await tellWebhook(app, change('account_update', { event: 'DISABLED_UPDATE', ban_info }));
  expect(await sender()).toEqual(restricted);
  await execute(
    db(),
    sql`UPDATE senders SET paused_until = '2000-01-01' WHERE id = ${shop.senderId} AND paused_until IS NOT NULL`,
  );
  await app.app.get(SenderHealth).resumeDue();
  expect(await sender()).toEqual({ status: 'active', paused_by: null, paused_until: null });
});
