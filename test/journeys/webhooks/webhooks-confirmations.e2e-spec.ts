import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { messaging, textMessage } from '../../support/signed-webhooks.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { Database } from '../../../src/platform/database/database.js';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';
import { until } from '../../support/until.js';

const SECRET = 'simulator-secret';
const NOON = new Date('2026-03-01T12:00:00Z');

let meta: TestMeta;
let app: TestApp;
beforeAll(async () => {
  meta = await startMeta();
  await fetch(`${meta.url}/simulator/scenario`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ closedWindow: 'allow' }),
  });
  app = await startTestApp({ env: { ...meta.env, CLOCK: NOON.toISOString() } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});
beforeEach(async () => {
  await app.api.put('/api/organization', {
    ...{ stopConfirmation: null, startConfirmation: null, consentPolicy: 'assume' },
  });
});

let next = 1;
const somebody = (): string => `+4915300${String(next++).padStart(6, '0')}`;
const says = (from: string, body: string, minutes = 0, id = `wamid.in.${next++}`): object =>
  textMessage(id, body, {
    ...{ from: from.slice(1), timestamp: String(NOON.getTime() / 1_000 + minutes * 60) },
  });
const tell = (...messages: object[]) => tellWebhook(app, messaging({ messages }), SECRET);

interface Sent {
  to: string;
  input: string;
  body: any;
}
/** What has reached Meta once the outbox is empty, oldest first. */
async function sentTo(phone: string): Promise<Sent[]> {
  await until(
    () =>
      rowsOf(
        app.app.get(Database).manager,
        sql`SELECT state FROM message_outbox WHERE state IN ('waiting', 'sending')`,
      ),
    (open) => open.length === 0,
  );
  const query = new URLSearchParams({ to: phone, order: 'oldest' });
  const answer = await fetch(`${meta.url}/simulator/messages?${query.toString()}`);
  return ((await answer.json()) as { data: Sent[] }).data;
}
const subscription = async (phone: string): Promise<string> =>
  (await app.api.get(`/api/whatsapp/customers?search=${phone.slice(1)}`)).body.data[0].subscription;

it('unsubscribes on STOP and confirms it once, however often Meta repeats it', async () => {
  const ana = somebody();
  const stop = says(ana, 'STOP', 0, 'wamid.stop.ana');
  await tell(stop, stop);
  await tell(stop);
  await tell(stop);
  expect(await subscription(ana)).toBe('unsubscribed');
  const sent = await sentTo(ana);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.body).toMatchObject({
    type: 'text',
    context: { message_id: 'wamid.stop.ana' },
    text: { body: expect.stringContaining('unsubscribed') },
    biz_opaque_callback_data: expect.stringMatching(/^message:/),
  });
  const [message] = await rowsOf<any>(
    app.app.get(Database).manager,
    sql`SELECT * FROM whatsapp_messages WHERE phone_number = ${ana} AND direction = 'out'`,
  );
  expect(message).toMatchObject({
    ...{ purpose: 'consent', status: 'accepted', context_message_id: 'wamid.stop.ana' },
    whatsapp_message_id: expect.stringMatching(/^wamid\./),
  });
});

it('answers only the first of three STOPs, and the next START', async () => {
  const ben = somebody();
  await tell(says(ben, 'stop', 1), says(ben, 'STOP!', 2), says(ben, 'Unsubscribe', 3));
  expect(await sentTo(ben)).toHaveLength(1);
  await tell(says(ben, 'START', 4));
  expect(await subscription(ben)).toBe('subscribed');
  const sent = await sentTo(ben);
  expect(sent).toHaveLength(2);
  expect(sent[1]?.body.text.body).toContain('You are subscribed');
  // They are already subscribed, so there is nothing to confirm.
  await tell(says(ben, 'START', 5));
  expect(await sentTo(ben)).toHaveLength(2);
});

it('confirms the first START under the explicit policy', async () => {
  const cem = somebody();
  await app.api.put('/api/organization', { consentPolicy: 'explicit' });
  await tell(says(cem, 'hello'), says(cem, 'start', 1));
  expect(await sentTo(cem)).toHaveLength(1);
});

it('uses the text of the organization, or sends nothing if it is empty', async () => {
  const [dee, eli] = [somebody(), somebody()];
  await app.api.put('/api/organization', { stopConfirmation: 'Schade! START bringt alles zurück.' });
  await tell(says(dee, 'STOP'));
  expect((await sentTo(dee))[0]?.body.text.body).toBe('Schade! START bringt alles zurück.');
  const { body } = await app.api.put('/api/organization', { stopConfirmation: '' });
  expect(body).toMatchObject({ stopConfirmation: '', startConfirmation: null });
  await tell(says(eli, 'STOP'));
  expect(await subscription(eli)).toBe('unsubscribed');
  expect(await sentTo(eli)).toEqual([]);
});

it("answers neither WhatsApp's own setting nor a STOP from yesterday", async () => {
  const [fay, gus] = [somebody(), somebody()];
  const preference = { category: 'marketing_messages', value: 'stop', timestamp: NOON.getTime() / 1_000 };
  await tellWebhook(
    app,
    messaging({ user_preferences: [{ wa_id: fay.slice(1), detail: 'User requested', ...preference }] }),
    SECRET,
  );
  await tell(says(gus, 'STOP', -24 * 60));
  expect(await subscription(fay)).toBe('unsubscribed');
  expect(await subscription(gus)).toBe('unsubscribed');
  expect([...(await sentTo(fay)), ...(await sentTo(gus))]).toEqual([]);
});

it('reaches people who are known by user id only', async () => {
  const userId = 'DE.13491208655302741918';
  const id = 'wamid.hidden';
  await tell({
    ...{ from_user_id: userId, id, timestamp: String(NOON.getTime() / 1_000), type: 'text' },
    text: { body: 'stop' },
  });
  await sentTo('+4900');
  const answer = await fetch(`${meta.url}/simulator/messages?limit=1000`);
  const { data } = (await answer.json()) as { data: Sent[] };
  expect(data.filter(({ body }) => body?.recipient === userId)).toHaveLength(1);
});

it('confirms a STOP whose id is as long as Meta can make it, and others with it', async () => {
  const [fay, gus] = [somebody(), somebody()];
  // Meta's ids contain the id of the person, which alone may have 128 characters.
  const id = `wamid.${'H'.repeat(232)}`;
  await tell(says(fay, 'STOP', 0, id), says(gus, 'STOP'));
  const sent = await sentTo(fay);
  expect(sent.map(({ body }) => body.context)).toEqual([{ message_id: id }]);
  expect(await sentTo(gus)).toHaveLength(1);
  const stored = await rowsOf<any>(
    app.app.get(Database).manager,
    sql`SELECT direction, whatsapp_message_id AS id, context_message_id AS context FROM whatsapp_messages
         WHERE phone_number = ${fay} ORDER BY direction`,
  );
  expect(stored).toMatchObject([
    { direction: 'in', id },
    { direction: 'out', context: id },
  ]);
});
