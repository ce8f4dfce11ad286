import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { execute, rowsOf, sql } from '../../../src/platform/database/sql.js';
import { runningCampaign, type SendingShop, shopOf } from '../../support/sent-campaign.js';
import { BUSINESS_ACCOUNT_ID, change, PHONE_NUMBER_ID, WEBHOOK_ENV } from '../../support/signed-webhooks.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';
import { until } from '../../support/until.js';

const AT = new Date('2026-03-01T12:00:00Z');
const HOUR = 3_600;
const ago = (seconds: number): Date => new Date(AT.getTime() - seconds * 1_000);

let meta: TestMeta;
let app: TestApp;
let shop: SendingShop;
const db = () => app.app.get(Database).manager;
beforeAll(async () => {
  meta = await startMeta();
  const { WHATSAPP_APP_SECRET } = WEBHOOK_ENV;
  const env = { ...WEBHOOK_ENV, ...meta.env, WHATSAPP_APP_SECRET, CLOCK: AT.toISOString() };
  app = await startTestApp({ env });
  shop = await shopOf(db(), PHONE_NUMBER_ID);
  // The listing of the start may still be under way; one that ends later would find no trace of these templates.
  await until(
    () => app.api.post('/api/whatsapp/templates/sync'),
    ({ status }) => status === 200,
  );
});
afterAll(async () => {
  await app.close();
  await meta.close();
});
beforeEach(async () => {
  await execute(
    db(),
    sql`UPDATE senders SET status = 'active', status_reason = NULL, paused_by = NULL, paused_until = NULL,
               last_events = '{}', account_blocks = '{}'
         WHERE id = ${shop.senderId}`,
  );
  await execute(db(), sql`UPDATE portfolios SET limit_last_event = NULL`);
});

const happens = (field: string, value: object, time: Date) =>
  tellWebhook(app, change(field, value, { time }));
const sender = async (): Promise<any> => (await app.api.get(`/api/whatsapp/senders/${shop.senderId}`)).body;

describe('a template', () => {
  let next = 1_789_556;
  async function newTemplate(): Promise<{ id: number; name: string; campaignId: string }> {
    const id = next++;
    const name = `sale_${id}`;
    await rowsOf(
      db(),
      sql`INSERT INTO whatsapp_templates (organization_id, business_account_id, meta_template_id, name, language,
                                          category, status, components, synced_at, created_at, updated_at)
          VALUES (${shop.organizationId}, ${BUSINESS_ACCOUNT_ID}, ${String(id)}, ${name}, 'pt_BR', 'MARKETING',
                  'APPROVED', '[]', ${AT}, ${AT}, ${AT})`,
    );
    return {
      id,
      name,
      campaignId: await runningCampaign(db(), shop, { at: AT, template: name, language: 'pt_BR' }),
    };
  }
  const becomes = (template: { id: number; name: string }, event: string, time: Date) =>
    happens(
      'message_template_status_update',
      {
        ...{ message_template_id: template.id, message_template_name: template.name },
        ...{ message_template_language: 'pt-BR', event, reason: 'NONE' },
      },
      time,
    );
  const look = async ({ id, campaignId }: { id: number; campaignId: string }): Promise<[string, string]> => {
    const [row] = await rowsOf<{ template: string; campaign: string }>(
      db(),
      sql`SELECT t.status AS template, c.status AS campaign FROM whatsapp_templates t, marketing_campaigns c
           WHERE t.meta_template_id = ${String(id)} AND c.id = ${campaignId}`,
    );
    return [row?.template ?? '', row?.campaign ?? ''];
  };
  const resume = (id: string) =>
    execute(db(), sql`UPDATE marketing_campaigns SET status = 'active' WHERE id = ${id}`);

  it('that Meta has approved again stays approved when the pause from before is repeated', async () => {
    const template = await newTemplate();
    await becomes(template, 'PAUSED', ago(2 * HOUR));
    await becomes(template, 'APPROVED', ago(60));
    await resume(template.campaignId);
    await becomes(template, 'PAUSED', ago(2 * HOUR));
    expect(await look(template)).toEqual(['APPROVED', 'active']);
    await becomes(template, 'PAUSED', ago(30));
    expect(await look(template)).toEqual(['PAUSED', 'paused']);
  });

  it('whose campaign was resumed in spite of a pause is not stopped by a repetition', async () => {
    const template = await newTemplate();
    await becomes(template, 'PAUSED', ago(60));
    await resume(template.campaignId);
    await becomes(template, 'PAUSED', ago(60));
    expect(await look(template)).toEqual(['PAUSED', 'active']);
  });

  it('takes both of two events of the same second', async () => {
    const template = await newTemplate();
    await becomes(template, 'PAUSED', ago(60));
    await becomes(template, 'APPROVED', ago(60));
    expect(await look(template)).toEqual(['APPROVED', 'paused']);
  });

  it('keeps the order of each kind of event apart', async () => {
    const template = await newTemplate();
    await happens(
      'message_template_quality_update',
      {
        ...{ message_template_id: template.id, message_template_name: template.name },
        ...{ message_template_language: 'pt-BR', previous_quality_score: 'GREEN', new_quality_score: 'RED' },
      },
      ago(60),
    );
    await becomes(template, 'PAUSED', ago(HOUR));
    expect(await look(template)).toEqual(['PAUSED', 'paused']);
  });

  it('is as the last listing has it when an event from before it arrives late', async () => {
    const template = await newTemplate();
    await execute(
      db(),
      sql`UPDATE whatsapp_templates SET listed_at = ${ago(HOUR)} WHERE meta_template_id = ${String(template.id)}`,
    );
    await becomes(template, 'PAUSED', ago(2 * HOUR));
    expect(await look(template)).toEqual(['APPROVED', 'active']);
  });
});

describe('an account', () => {
  const ban = (waba_ban_state: string, time: Date) =>
    happens('account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state } }, time);

  it('that Meta has reinstated stays so when the ban from before is repeated', async () => {
    await ban('DISABLE', ago(HOUR));
    expect(await sender()).toMatchObject({ status: 'paused', pausedBy: 'account' });
    await ban('REINSTATE', ago(10));
    await ban('DISABLE', ago(HOUR));
    expect(await sender()).toMatchObject({ status: 'active' });
    await ban('DISABLE', ago(5));
    expect(await sender()).toMatchObject({ status: 'paused' });
  });

  const restrict = (expiration: Date, time: Date) =>
    happens(
      'account_update',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [
          {
            restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING',
            expiration: expiration.getTime() / 1_000,
          },
        ],
      },
      time,
    );

  it('that is banned stays so without an end when a restriction with an end follows', async () => {
    await ban('DISABLE', ago(HOUR));
    await restrict(ago(-HOUR), ago(30));
    expect(await sender()).toMatchObject({ status: 'paused', pausedUntil: null });
    await ban('REINSTATE', ago(20));
    expect(await sender()).toMatchObject({ status: 'paused', pausedUntil: ago(-HOUR).toISOString() });
  });

  it('that reconnects stays restricted', async () => {
    await restrict(ago(-7 * 24 * HOUR), ago(HOUR));
    await happens('account_update', { event: 'ACCOUNT_OFFBOARDED' }, ago(40));
    expect(await sender()).toMatchObject({ status: 'paused', pausedUntil: null });
    await happens('account_update', { event: 'ACCOUNT_RECONNECTED' }, ago(30));
    expect(await sender()).toMatchObject({
      status: 'paused',
      pausedUntil: ago(-7 * 24 * HOUR).toISOString(),
    });
  });

  it('whose ban is announced goes on sending, with a warning', async () => {
    await happens(
      'account_update',
      {
        event: 'DISABLED_UPDATE',
        ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE', waba_ban_date: 'April 17, 2026' },
      },
      ago(30),
    );
    expect(await sender()).toMatchObject({
      status: 'active',
      statusReason:
        'Meta reports DISABLED_UPDATE for the account, to take effect at 2026-04-17T00:00:00.000Z. Sending goes on.',
    });
  });

  it('that Meta rejects is paused until Meta approves it', async () => {
    await happens('account_review_update', { decision: 'REJECTED' }, ago(30));
    expect(await sender()).toMatchObject({ status: 'paused', pausedBy: 'account' });
    await happens('account_review_update', { decision: 'APPROVED' }, ago(20));
    expect(await sender()).toMatchObject({ status: 'active' });
  });

  it('that an operator has resumed is not paused by a repetition', async () => {
    await ban('DISABLE', ago(HOUR));
    await app.api.put(`/api/whatsapp/senders/${shop.senderId}`, { status: 'active' });
    await ban('DISABLE', ago(HOUR));
    expect(await sender()).toMatchObject({ status: 'active' });
  });
});

describe('the messaging limit', () => {
  const limit = (tier: string, time: Date) =>
    happens('business_capability_update', { max_daily_conversations_per_business: tier }, time);
  const stored = async (): Promise<number> => (await sender()).portfolio.messagingLimit;

  it('is not lowered by an event of yesterday', async () => {
    await limit('TIER_10K', ago(10));
    await limit('TIER_250', ago(24 * HOUR));
    expect(await stored()).toBe(10_000);
    await limit('TIER_2K', ago(5));
    expect(await stored()).toBe(2_000);
  });

  it('is what Meta answered last when an event from before our question arrives late', async () => {
    expect((await app.api.post(`/api/whatsapp/senders/${shop.senderId}/sync`)).status).toBe(200);
    const answered = await stored();
    await limit('TIER_250', ago(2));
    expect(await stored()).toBe(answered);
  });
});
