import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BUSINESS_ACCOUNT_ID,
  change,
  messaging,
  PHONE_NUMBER_ID,
  signatureOf,
  textMessage,
  webhook,
  WEBHOOK_ENV,
} from '../../support/signed-webhooks.js';
import { Database } from '../../../src/platform/database/database.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let meta: TestMeta;
let app: TestApp;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...WEBHOOK_ENV, WHATSAPP_API_URL: meta.url } });
  // Meta does not know the token of this sender: the reply to a STOP would be refused, and that pauses the sender.
  await app.api.put('/api/organization', { stopConfirmation: '', startConfirmation: '' });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

/** Posts an event and waits until it has taken effect. */
async function tell(entry: object, secret?: string): Promise<any> {
  const raw = webhook(entry);
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signatureOf(raw, secret) };
  // The secret of a new sender is known half a second later. Meta would retry, too.
  await until(
    () => app.api.withKey(undefined).post('/api/webhooks/whatsapp', undefined, { raw, headers }),
    ({ status }) => status === 200,
  );
  const db = app.app.get(Database).manager;
  const [event] = await until(
    () =>
      db.query(
        `SELECT id, status, failure_reason, body = $1 AS mine FROM webhook_events ORDER BY id DESC LIMIT 1`,
        [Buffer.from(raw)],
      ),
    ([row]) => row?.mine && row.status !== 'received',
  );
  return event;
}

let next = 1;
/** A person who is not known yet. */
const somebody = (): { from: string; wamid: () => string } => {
  const from = `5511999${String(next++).padStart(6, '0')}`;
  return { from, wamid: () => `wamid.${from}.${next++}` };
};
async function customer(waId: string, api = app.api): Promise<any> {
  const { body } = await api.get(`/api/whatsapp/customers?search=${waId}`);
  return body.data[0];
}
const says = (from: string, text: string, at: number, more: object = {}): object =>
  messaging({
    messages: [textMessage(`wamid.${from}.${next++}`, text, { from, timestamp: String(at), ...more })],
  });

describe('a person who writes', () => {
  it('becomes a customer once, with the name and id that Meta gives', async () => {
    const { from } = somebody();
    const contacts = [{ profile: { name: 'Ana 🎉', username: 'ana' }, wa_id: from, user_id: `BR.1${from}` }];
    const messages = [textMessage(`wamid.${from}`, 'hello', { from, from_user_id: `BR.1${from}` })];
    const hello = messaging({ contacts, messages });
    expect(await tell(hello)).toMatchObject({ status: 'processed' });
    expect(await tell(hello)).toMatchObject({ status: 'processed' });
    expect(await customer(from)).toMatchObject({
      name: 'Ana 🎉',
      username: 'ana',
      whatsappUserId: `BR.1${from}`,
      phoneNumber: `+${from}`,
      lastInboundAt: '2026-11-06T21:21:40.000Z',
      subscription: 'subscribed',
    });
    expect((await app.api.get(`/api/whatsapp/customers?search=${from}`)).body.total).toBe(1);
  });

  it.each([
    ['STOP', { text: { body: ' Stop! ' } }],
    ['a word in another language', { text: { body: 'Descadastrar' } }],
    ['a button', { type: 'button', text: undefined, button: { payload: 'x', text: 'Unsubscribe' } }],
    [
      'an interactive reply',
      {
        type: 'interactive',
        text: undefined,
        interactive: { type: 'button_reply', button_reply: { id: 'stop', title: 'No more' } },
      },
    ],
  ])('is unsubscribed by %s, and subscribed again by START', async (_, more) => {
    const { from } = somebody();
    await tell(says(from, '', 1_794_000_100, more));
    expect(await customer(from)).toMatchObject({ subscription: 'unsubscribed' });
    await tell(says(from, 'START', 1_794_000_200));
    expect(await customer(from)).toMatchObject({ subscription: 'subscribed' });
    // Meta repeats an event from days ago: the later statement stands.
    await tell(says(from, '', 1_794_000_100, more));
    const known = await customer(from);
    expect(known).toMatchObject({ subscription: 'subscribed' });
    const history = (await app.api.get(`/api/whatsapp/customers/${known.id}/consent`)).body.data;
    expect(history.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['start', 'stop']);
  });

  it('cannot outdate a STOP by a START from the future, however often Meta repeats it', async () => {
    const { from } = somebody();
    const before = Date.now();
    const start = says(from, 'START', Date.parse('2100-01-01T00:00:00Z') / 1_000);
    await tell(start);
    const started = await customer(from);
    expect(started).toMatchObject({ subscription: 'subscribed', marketingOptInAt: expect.any(String) });
    const { id, marketingOptInAt, lastInboundAt } = started;
    for (const heard of [marketingOptInAt, lastInboundAt]) {
      expect(Date.parse(heard)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(heard)).toBeLessThanOrEqual(Date.now());
    }
    const { serviceWindowExpiresAt } = (await app.api.get(`/api/whatsapp/customers/${id}`)).body;
    expect(Date.parse(serviceWindowExpiresAt)).toBe(Date.parse(lastInboundAt) + 24 * 60 * 60 * 1_000);
    await tell(says(from, 'STOP', Math.ceil(Date.now() / 1_000)));
    await tell(start);
    expect(await customer(from)).toMatchObject({ subscription: 'unsubscribed', marketingOptIn: false });
  });

  it('is not unsubscribed by a sentence that contains the word', async () => {
    const { from } = somebody();
    await tell(says(from, 'please do not stop writing', 1_794_000_100));
    expect(await customer(from)).toMatchObject({ subscription: 'subscribed' });
  });

  it('may use the stop words of the organization', async () => {
    const { from } = somebody();
    await app.api.put('/api/organization', { stopWords: ['genug'] });
    await tell(says(from, 'GENUG', 1_794_000_100));
    expect(await customer(from)).toMatchObject({ subscription: 'unsubscribed' });
  });

  it("may use WhatsApp's own setting", async () => {
    const { from } = somebody();
    const prefers = (value: string, timestamp: number, category = 'marketing_messages'): object =>
      messaging({
        user_preferences: [{ wa_id: from, detail: 'User requested', category, value, timestamp }],
      });
    await tell(prefers('stop', 1_794_000_000));
    expect(await customer(from)).toMatchObject({ subscription: 'unsubscribed' });
    await tell(prefers('resume', 1_794_000_100));
    expect(await customer(from)).toMatchObject({ subscription: 'subscribed' });
    await tell(prefers('stop', 1_794_000_200, 'another_category'));
    expect(await customer(from)).toMatchObject({ subscription: 'subscribed' });
  });

  it('keeps profile and opt-out under a new number', async () => {
    const [old, fresh] = [somebody().from, somebody().from];
    const userIds = { previous_user_id: `BR.1${old}`, user_id: `BR.1${fresh}` };
    await tell(says(old, 'stop', 1_794_000_000, { from_user_id: userIds.previous_user_id }));
    const before = await customer(old);
    const system = { type: 'user_changed_number', body: 'changed', wa_id: fresh, ...userIds };
    await tell(
      messaging({
        messages: [{ from: old, id: `wamid.${old}`, timestamp: '1794000300', type: 'system', system }],
      }),
    );
    expect(await customer(fresh)).toMatchObject({
      id: before.id,
      whatsappUserId: userIds.user_id,
      subscription: 'unsubscribed',
    });
  });

  it('stays unsubscribed under a new number when only the numbers are known', async () => {
    const [old, fresh] = [somebody().from, somebody().from];
    await tell(says(old, 'stop', 1_794_000_000));
    const system = { type: 'user_changed_number', body: 'changed', wa_id: fresh };
    const message = { from: old, id: `wamid.${old}`, timestamp: '1794000300', type: 'system', system };
    await tell(messaging({ messages: [message] }));
    expect(await customer(fresh)).toMatchObject({ subscription: 'unsubscribed' });
  });

  it('is known only to the organization of that number', async () => {
    const { from } = somebody();
    const other = await newOrganization(app.api);
    const about = { phoneNumberId: '600100', businessAccountId: '600' };
    meta.knows('t', about);
    await other.api.post('/api/whatsapp/senders', {
      name: 'x',
      accessToken: 't',
      appSecret: 'theirs',
      ...about,
    });
    const message = textMessage(`wamid.${from}`, 'stop', { from });
    await tell(messaging({ messages: [message] }, about), 'theirs');
    expect(await customer(from, other.api)).toMatchObject({ subscription: 'unsubscribed' });
    expect(await customer(from)).toBeUndefined();
  });
});

describe('news about the account', () => {
  const sender = async (api = app.api): Promise<any> => {
    const { body } = await api.get('/api/whatsapp/senders');
    return body.data.find((one: any) => one.businessAccountId === BUSINESS_ACCOUNT_ID);
  };
  const update = (value: object): object => change('account_update', value);

  it('pauses its numbers when Meta blocks it, and resumes them afterwards', async () => {
    const restriction_info = [
      { restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: 4_102_444_800 },
    ];
    await tell(update({ event: 'ACCOUNT_RESTRICTION', restriction_info }));
    expect(await sender()).toMatchObject({
      status: 'paused',
      statusReason: 'Meta has blocked the account until 2100-01-01T00:00:00.000Z (ACCOUNT_RESTRICTION).',
    });
    await tell(update({ event: 'ACCOUNT_VIOLATION', violation_info: { violation_type: 'SCAM' } }));
    expect(await sender()).toMatchObject({ status: 'paused' });
    const { id } = await sender();
    await app.api.put(`/api/whatsapp/senders/${id}`, { status: 'active' });
    await tell(update({ event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } }));
    expect(await sender()).toMatchObject({
      status: 'paused',
      statusReason: 'Meta has blocked the account (DISABLED_UPDATE).',
    });
    await tell(update({ event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } }));
    expect(await sender()).toMatchObject({ status: 'active', statusReason: null });
  });

  it('leaves a pause by an operator unchanged', async () => {
    const { id } = await sender();
    await app.api.put(`/api/whatsapp/senders/${id}`, { status: 'paused' });
    await tell(update({ event: 'ACCOUNT_DELETED' }));
    await tell(update({ event: 'ACCOUNT_RECONNECTED' }));
    expect(await sender()).toMatchObject({ status: 'paused', statusReason: 'Paused by an operator.' });
    await app.api.put(`/api/whatsapp/senders/${id}`, { status: 'active' });
  });

  it('sets the messaging limit', async () => {
    await tell(change('business_capability_update', { max_daily_conversations_per_business: 2_000 }));
    expect((await sender()).portfolio).toMatchObject({ messagingLimit: 2_000 });
    await tell(
      change('phone_number_quality_update', { max_daily_conversations_per_business: 'TIER_UNLIMITED' }),
    );
    expect((await sender()).portfolio).toMatchObject({ isUnlimited: true });
  });

  it('does not affect an organization that merely names the account of another', async () => {
    const intruder = await newOrganization(app.api);
    const about = { phoneNumberId: '666', businessAccountId: '667' };
    meta.knows('t6', about);
    const wanted = { name: 'x', accessToken: 't6', appSecret: 'intruder', ...about };
    const named = { ...wanted, businessAccountId: BUSINESS_ACCOUNT_ID };
    expect((await intruder.api.post('/api/whatsapp/senders', named)).status).toBe(422);
    expect((await intruder.api.post('/api/whatsapp/senders', wanted)).status).toBe(201);
    await tell(update({ event: 'ACCOUNT_DELETED' }), 'intruder');
    expect(await sender()).toMatchObject({ status: 'active', statusReason: null });
    await tell(change('account_update', { event: 'ACCOUNT_DELETED' }, about), 'intruder');
    expect(await sender()).toMatchObject({ status: 'active', statusReason: null });
    const { body } = await intruder.api.get('/api/whatsapp/senders');
    expect(body.data).toMatchObject([{ status: 'paused' }]);
  });

  it('changes the state of a template', async () => {
    const db = app.app.get(Database).manager;
    await db.query(
      `INSERT INTO whatsapp_templates (organization_id, business_account_id, meta_template_id, name, language, category,
                                       status, components, synced_at, created_at, updated_at)
       SELECT organization_id, business_account_id, '1689556908129832', 'spring_sale', 'pt_BR', 'MARKETING', 'APPROVED',
              '[]', now(), now(), now() FROM senders WHERE phone_number_id = $1`,
      [PHONE_NUMBER_ID],
    );
    const about = {
      message_template_id: 1_689_556_908_129_832,
      message_template_name: 'spring_sale',
      message_template_language: 'pt-BR',
    };
    const template = async (): Promise<any> =>
      (await db.query(`SELECT status, quality_score, next_category FROM whatsapp_templates`))[0];
    await tell(change('message_template_status_update', { ...about, event: 'PAUSED', reason: 'NONE' }));
    expect(await template()).toMatchObject({ status: 'PAUSED' });
    await tell(change('message_template_quality_update', { ...about, new_quality_score: 'RED' }));
    expect(await template()).toMatchObject({ quality_score: 'RED' });
    await tell(
      change('template_category_update', {
        ...about,
        new_category: 'MARKETING',
        correct_category: 'UTILITY',
      }),
    );
    expect(await template()).toMatchObject({ next_category: 'UTILITY' });
    expect(
      await tell(change('message_template_components_update', { ...about, message_template_element: 'new' })),
    ).toMatchObject({ status: 'processed' });
  });

  it('is logged when it is an error', async () => {
    await tell(messaging({ errors: [{ code: 130_429, title: 'Rate limit hit' }] }));
    expect(app.logs.some((line) => line.includes('Meta reports an error') && line.includes('130429'))).toBe(
      true,
    );
  });
});
