import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Clock } from '../../../src/platform/clock/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { execute, firstOf, sql } from '../../../src/platform/database/sql.js';
import { type NewOutboxMessage, Outbox } from '../../../src/messages/outbox/outbox.service.js';
import { settle } from '../../../src/messages/outbox/outbox.queries.js';
import { templateMessage, textMessage } from '../../../src/whatsapp/payloads/message-payload.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { type SendingShop, shopOf } from '../../support/sent-campaign.js';
import { messaging, status } from '../../support/signed-webhooks.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';
import { until } from '../../support/until.js';

let meta: TestMeta;
let app: TestApp;
let shop: SendingShop;
const db = () => app.app.get(Database).manager;
const now = (): Date => app.app.get(Clock).now();

const control = async (method: string, path: string, body?: object): Promise<any> => {
  const answer = await fetch(`${meta.url}/simulator/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return answer.status === 204 ? undefined : answer.json();
};
const scenario = (more: object = {}): Promise<unknown> =>
  control('PUT', 'scenario', { closedWindow: 'allow', ...more });

beforeAll(async () => {
  meta = await startMeta();
  await scenario();
  app = await startTestApp({ env: { ...meta.env, CLOCK: '2026-03-01T12:00:00Z' } });
  shop = await shopOf(db(), meta.env['WHATSAPP_PHONE_NUMBER_ID'] ?? '');
});
afterAll(async () => {
  await app.close();
  await meta.close();
});
afterEach(() => scenario());

let next = 1;
const somebody = (): string => `+4915400${String(next++).padStart(6, '0')}`;
const advance = (duration: string) => app.api.post('/api/dev/clock', { advance: duration });

/** Gives the id of the message. */
async function say(
  phone: string,
  { hours = 24, ...more }: { hours?: number } & Partial<NewOutboxMessage> = {},
): Promise<string> {
  const dedupeKey = `test:${phone}`;
  await app.app.get(Database).transaction((tx) =>
    app.app.get(Outbox).add(tx, [
      {
        ...{ ...shop, purpose: 'product', dedupeKey, phoneNumber: phone },
        ...{ whatsappUserId: null, customerId: null },
        payload: textMessage({ to: { phone } }, 'Hello'),
        ...more,
        expiresAt: new Date(now().getTime() + hours * 60 * 60 * 1_000),
      },
    ]),
  );
  const row = await firstOf<{ id: string }>(
    db(),
    sql`SELECT id FROM message_outbox WHERE dedupe_key = ${dedupeKey}`,
  );
  return row?.id ?? '';
}
interface Now {
  state: string;
  attempts: number;
  message: string | null;
  code: number | null;
  wamid: string | null;
}
const look = async (id: string): Promise<Now> => {
  const row = await firstOf<Now>(
    db(),
    sql`SELECT o.state, o.attempts, m.status AS message, m.error_code AS code, m.whatsapp_message_id AS wamid
          FROM message_outbox o LEFT JOIN whatsapp_messages m ON m.id = o.id WHERE o.id = ${id}`,
  );
  if (row === undefined) throw new Error('it is gone');
  return row;
};
const become = (id: string, isIt: (now: Now) => boolean): Promise<Now> => until(() => look(id), isIt);
const reached = async (phone: string): Promise<number> => {
  const query = new URLSearchParams({ to: phone });
  return (await control('GET', `messages?${query.toString()}`)).data.length;
};

describe('a message of the outbox', () => {
  it('is sent once, with its id as callback data, and is followed by statuses', async () => {
    const phone = somebody();
    const id = await say(phone);
    const { message, wamid } = await become(id, ({ state }) => state === 'done');
    expect(message).toBe('accepted');
    const statuses = [status(wamid ?? '', 'delivered', { biz_opaque_callback_data: `message:${id}` })];
    await tellWebhook(app, messaging({ statuses }), 'simulator-secret');
    expect(await look(id)).toMatchObject({ state: 'done', message: 'delivered', attempts: 1 });
    expect(await reached(phone)).toBe(1);
  });

  it('waits and is retried when Meta has no room', async () => {
    const phone = somebody();
    await scenario({ errors: [{ code: 131_056, numbers: [phone], timesPerNumber: 2 }] });
    const id = await say(phone);
    expect(await become(id, ({ code }) => code !== null)).toMatchObject({
      state: 'waiting',
      message: 'failed',
    });
    await advance('PT6S');
    await become(id, ({ attempts, state }) => attempts === 2 && state === 'waiting');
    await advance('PT11S');
    expect(await become(id, ({ state }) => state === 'done')).toMatchObject({
      ...{ attempts: 3, message: 'accepted', code: null },
    });
    expect(await reached(phone)).toBe(1);
  });

  it('fails when Meta rejects the message itself', async () => {
    const phone = somebody();
    await scenario({ closedWindow: 'answer' });
    const id = await say(phone);
    expect(await become(id, ({ state }) => state === 'failed')).toMatchObject({
      ...{ attempts: 1, message: 'failed', code: 131_047 },
    });
  });

  it('is never sent again while its outcome is unknown; a status settles it', async () => {
    const phone = somebody();
    await scenario({ errors: [{ code: 131_000, when: 'answer-after-accepting', numbers: [phone] }] });
    const id = await say(phone);
    expect(await become(id, ({ state }) => state === 'failed')).toMatchObject({ message: 'unknown' });
    await advance('PT1H');
    const statuses = [status('wamid.in.doubt', 'sent', { biz_opaque_callback_data: `message:${id}` })];
    await tellWebhook(app, messaging({ statuses }), 'simulator-secret');
    expect(await look(id)).toMatchObject({ attempts: 1, message: 'sent', wamid: 'wamid.in.doubt' });
    expect(await reached(phone)).toBe(1);
  });

  it('gives way to its fallback, once, when Meta reports the closed window after accepting it', async () => {
    const phone = somebody();
    const payload = templateMessage({ to: { phone } }, { name: 'hello_world', language: 'en_US' });
    const fallback = { payload, category: 'UTILITY' as const, isMarketing: false };
    const id = await say(phone, { fallback, needsOpenWindow: false });
    const { wamid } = await become(id, ({ state }) => state === 'done');
    const errors = [{ code: 131_047, title: 'Re-engagement message' }];
    const statuses = [status(wamid ?? '', 'failed', { errors, biz_opaque_callback_data: `message:${id}` })];
    await tellWebhook(app, messaging({ statuses }), 'simulator-secret');
    expect(await become(id, ({ state, attempts }) => state === 'done' && attempts === 2)).toMatchObject({
      ...{ message: 'accepted', code: null },
    });
    // Meta repeats itself; it is about the message that has given way.
    const again = [...statuses, status(wamid ?? '', 'failed', { errors, conversation: { id: 'again' } })];
    await tellWebhook(app, messaging({ statuses: again }), 'simulator-secret');
    expect(await look(id)).toMatchObject({ state: 'done', message: 'accepted', attempts: 2 });
    expect(await reached(phone)).toBe(2);
  });

  it('stops its account as a campaign would, and goes once an operator has resumed it', async () => {
    const phone = somebody();
    await scenario({ errors: [{ code: 131_031, numbers: [phone], timesPerNumber: 1 }] });
    const id = await say(phone);
    const path = `/api/whatsapp/senders/${shop.senderId}`;
    const sender = await until(
      async () => (await app.api.get(path)).body,
      (body) => body.status === 'paused',
    );
    expect(sender.statusReason).toContain('131031');
    await app.api.put(path, { status: 'active' });
    await advance('PT61S');
    expect(await become(id, ({ state }) => state === 'done')).toMatchObject({ attempts: 2 });
  });

  it('waits again when the refusal of its last attempt comes after it was given up', async () => {
    const id = await say(somebody());
    await become(id, ({ state }) => state === 'done');
    await execute(db(), sql`UPDATE message_outbox SET state = 'failed', attempts = 2 WHERE id = ${id}`);
    const late = (attempts: number) =>
      settle(db(), [{ id, attempts, state: 'waiting', dueAt: new Date('2099-01-01'), fallsBack: false }]);
    await late(1);
    expect(await look(id)).toMatchObject({ state: 'failed' });
    await late(2);
    expect(await look(id)).toMatchObject({ state: 'waiting' });
  });

  it('is given up and not sent again when its process died while sending it', async () => {
    const phone = somebody();
    const id = await say(phone, { hours: 48 });
    await become(id, ({ state }) => state === 'done');
    const claimed = new Date(now().getTime() - 61_000);
    await execute(db(), sql`UPDATE whatsapp_messages SET status = 'sending' WHERE id = ${id}`);
    await execute(
      db(),
      sql`UPDATE message_outbox SET state = 'sending', due_at = ${claimed} WHERE id = ${id}`,
    );
    expect(await become(id, ({ state }) => state !== 'sending')).toMatchObject({
      ...{ state: 'failed', message: 'unknown', attempts: 1 },
    });
    expect(await reached(phone)).toBe(1);
  });

  it('is not sent again when a status contradicts the refusal, and holds up no other', async () => {
    const [phone, other] = [somebody(), somebody()];
    await scenario({ errors: [{ code: 131_056, numbers: [phone], timesPerNumber: 1 }] });
    const id = await say(phone);
    await become(id, ({ state, code }) => state === 'waiting' && code !== null);
    const statuses = [status('wamid.after.all', 'delivered', { biz_opaque_callback_data: `message:${id}` })];
    await tellWebhook(app, messaging({ statuses }), 'simulator-secret');
    await advance('PT6S');
    const next = await say(other);
    expect(await become(id, ({ state }) => state !== 'waiting')).toMatchObject({
      ...{ state: 'done', message: 'delivered', wamid: 'wamid.after.all' },
    });
    await become(next, ({ state }) => state === 'done');
    expect([await reached(phone), await reached(other)]).toEqual([0, 1]);
  });

  it('that cannot be sent at all fails, and holds up no other', async () => {
    const [bad, good] = [somebody(), somebody()];
    await execute(
      db(),
      sql`INSERT INTO message_outbox (id, organization_id, sender_id, purpose, dedupe_key, phone_number, payload,
                                      due_at, expires_at, created_at)
          VALUES (new_id(), ${shop.organizationId}, ${shop.senderId}, 'product', 'test:bad', ${bad}, 'null',
                  ${now()}, ${new Date(now().getTime() + 3_600_000)}, ${now()})`,
    );
    const id = await say(good);
    expect(await become(id, ({ state }) => state !== 'waiting' && state !== 'sending')).toMatchObject({
      state: 'done',
    });
    const row = await firstOf<{ id: string }>(
      db(),
      sql`SELECT id FROM message_outbox WHERE dedupe_key = 'test:bad'`,
    );
    expect(await look(row?.id ?? '')).toMatchObject({ state: 'failed', message: null });
    expect(await reached(bad)).toBe(0);
  });

  it('waits while its sender is paused, and expires when it takes too long', async () => {
    const path = `/api/whatsapp/senders/${shop.senderId}`;
    await app.api.put(path, { status: 'paused' });
    const [short, long] = [await say(somebody(), { hours: 1 }), await say(somebody(), { hours: 48 })];
    await advance('PT2H');
    expect(await become(short, ({ state }) => state !== 'waiting')).toMatchObject({
      ...{ state: 'expired', message: null },
    });
    expect(await look(long)).toMatchObject({ state: 'waiting', attempts: 0 });
    await app.api.put(path, { status: 'active' });
    await advance('PT6S');
    expect(await become(long, ({ state }) => state === 'done')).toMatchObject({ message: 'accepted' });
  });

  it('is sent once when two workers look at the same time', async () => {
    const other = await startTestApp({
      env: { ...meta.env, CLOCK: '2026-03-01T12:00:00Z', ROLE: 'worker' },
      database: { url: app.config.databaseUrl ?? '', drop: () => Promise.resolve() },
    });
    try {
      const phones = Array.from({ length: 60 }, somebody);
      const ids = await Promise.all(phones.map((phone) => say(phone)));
      await Promise.all(ids.map((id) => become(id, ({ state }) => state === 'done')));
      expect(await Promise.all(phones.map(reached))).toEqual(phones.map(() => 1));
    } finally {
      await other.close();
    }
  });
});
