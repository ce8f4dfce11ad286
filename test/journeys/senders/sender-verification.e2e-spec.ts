import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SenderVerification } from '../../../src/senders/health/sender-verification.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { ReopenedEvents } from '../../../src/webhooks/inbox/reopened-events.service.js';
import type { ApiClient } from '../../support/api-client.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { change, messaging, textMessage } from '../../support/signed-webhooks.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';
import { until } from '../../support/until.js';

const SENDERS = '/api/whatsapp/senders';
/** One Meta app for several tenants: its secret is the operator's and signs the events of all of them. */
const OPERATORS_SECRET = 'simulator-secret';

let meta: TestMeta;
let app: TestApp;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, CLOCK: '2025-03-10T10:00:00Z' } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

let next = 600_000_000_000_000;
const id = (): string => String(next++);

interface Shop {
  api: ApiClient;
  id: string;
  token: string;
  phoneNumberId: string;
  businessAccountId: string;
}

/** An organization with a number of its own at Meta, not connected yet. */
async function shop(): Promise<Shop> {
  const about = { token: `token-of-${next}`, phoneNumberId: id(), businessAccountId: id() };
  meta.knows(about.token, about);
  return { ...(await newOrganization(app.api)), ...about };
}
const claim = ({ token, phoneNumberId, businessAccountId }: Shop, more: object = {}): object => ({
  name: 'Shop',
  accessToken: token,
  phoneNumberId,
  businessAccountId,
  ...more,
});
const connect = (to: Shop, more: object = {}) => to.api.post(SENDERS, claim(to, more));
const tell = (entry: object) => tellWebhook(app, entry, OPERATORS_SECRET);
const customers = async ({ api }: Shop): Promise<string[]> => {
  const { body } = await api.get('/api/whatsapp/customers');
  return body.data.map(({ name }: { name: string }) => name);
};
const writes = (name: string, about: { phoneNumberId: string; businessAccountId: string }): object => {
  const from = `4479111${String(next++).slice(-6)}`;
  const contacts = [{ profile: { name }, wa_id: from }];
  return messaging(
    { contacts, messages: [textMessage(`wamid.${from}`, 'my card is 1234', { from })] },
    about,
  );
};
const whileMetaIsDown = async <T>(work: () => Promise<T>): Promise<T> => {
  meta.intercept = () => ({ status: 503, body: '<html>Service Unavailable</html>' });
  try {
    return await work();
  } finally {
    meta.intercept = undefined;
  }
};
const withoutIds = (body: object, { phoneNumberId }: Shop): string =>
  JSON.stringify(body)
    .replaceAll(phoneNumberId, 'NUMBER')
    .replaceAll(/fbtrace id [\w-]+/g, 'TRACE')
    .replaceAll(/"requestId":"[^"]+"/g, '');

describe('what a number was told before Meta confirmed it', () => {
  it('takes effect afterwards: a STOP is not lost', async () => {
    const owner = await shop();
    const { body: sender } = await whileMetaIsDown(() => connect(owner));
    expect(sender.verifiedAt).toBeNull();
    const from = `4479111${String(next++).slice(-6)}`;
    const contacts = [{ profile: { name: 'Ben' }, wa_id: from }];
    const message = textMessage(`wamid.${from}`, 'STOP', { from });
    const stop = await tell(messaging({ contacts, messages: [message] }, owner));
    const other = await tell(writes('Stranger', await shop()));
    expect([stop.status, other.status]).toEqual(['unhandled', 'unhandled']);
    await app.app.get(SenderVerification).verify(owner.id, sender.id);
    await app.app.get(ReopenedEvents).reopen();
    const [customer] = await until(
      async () => (await owner.api.get('/api/whatsapp/customers')).body.data,
      (rows) => rows.length === 1 && rows[0].subscription === 'unsubscribed',
    );
    expect(customer).toMatchObject({ name: 'Ben' });
    const statuses: { status: string }[] = await app.app
      .get(Database)
      .manager.query('SELECT status FROM webhook_events WHERE id = ANY($1) ORDER BY id', [
        [stop.id, other.id],
      ]);
    expect(statuses.map(({ status }) => status)).toEqual(['processed', 'unhandled']);
  });
});

describe('a sender whose token Meta confirms', () => {
  it('counts at once and gets the events of its number', async () => {
    const owner = await shop();
    const { status, body } = await connect(owner);
    expect([status, body.verifiedAt, body.verificationProblem]).toEqual([201, expect.any(String), null]);
    await tell(writes('Asha', owner));
    expect(await customers(owner)).toEqual(['Asha']);
  });

  it('may be in an account that was not given', async () => {
    const owner = await shop();
    const { body } = await connect(owner, { businessAccountId: undefined });
    expect(body).toMatchObject({ verifiedAt: expect.any(String), businessAccountId: null });
  });

  it('moves to another number or token only if Meta confirms that too', async () => {
    const [owner, victim] = [await shop(), await shop()];
    const { body: before } = await connect(owner);
    const path = `${SENDERS}/${before.id}`;
    for (const stolen of [
      { phoneNumberId: victim.phoneNumberId },
      { businessAccountId: victim.businessAccountId },
      { accessToken: victim.token },
      { accessToken: 'nonsense' },
    ]) {
      const { status, body } = await owner.api.put(path, stolen);
      expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:sender_unverified']);
    }
    expect((await owner.api.get(path)).body).toEqual(before);
    const unanswered = await whileMetaIsDown(() => owner.api.put(path, { accessToken: 'another' }));
    expect([unanswered.status, unanswered.body.type]).toEqual([503, 'urn:drumbeat:problem:meta_unavailable']);
    const second = id();
    meta.knows(owner.token, { phoneNumberId: second });
    const moved = await owner.api.put(path, { phoneNumberId: second });
    expect([moved.status, moved.body.phoneNumberId]).toEqual([200, second]);
    expect(moved.body.verifiedAt >= before.verifiedAt).toBe(true);
  });

  it('never combines what Meta confirmed in two concurrent changes', async () => {
    const owner = await shop();
    const { body } = await connect(owner);
    const [second, third] = [id(), id()];
    meta.knows(owner.token, { phoneNumberId: second });
    meta.knows('third-token', { phoneNumberId: third, businessAccountId: owner.businessAccountId });
    const answers = await Promise.all([
      owner.api.put(`${SENDERS}/${body.id}`, { phoneNumberId: second }),
      owner.api.put(`${SENDERS}/${body.id}`, { phoneNumberId: third, accessToken: 'third-token' }),
    ]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect(statuses.every((status) => status === 200 || status === 409 || status === 422)).toBe(true);
    const synced = await owner.api.post(`${SENDERS}/${body.id}/sync`);
    expect(synced.status).toBe(200);
  });
});

describe('an organization that names the number of another', () => {
  it('is refused, gets no event of it, and does not keep it from its owner', async () => {
    const [intruder, victim] = [await shop(), await shop()];
    const squat = { phoneNumberId: victim.phoneNumberId, businessAccountId: undefined };
    for (const accessToken of ['nonsense', intruder.token]) {
      const { status, body } = await connect(intruder, { ...squat, accessToken });
      expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:sender_unverified']);
    }
    // While Meta cannot be reached, the claim is stored.
    const stored = await whileMetaIsDown(() => connect(intruder, squat));
    expect(stored.body).toMatchObject({ verifiedAt: null, verificationProblem: null, status: 'active' });
    await tell(writes('Too early', victim));
    expect((await connect(victim)).status).toBe(201);
    await tell(writes('Victim', victim));
    expect([await customers(victim), await customers(intruder)]).toEqual([['Victim'], []]);
    expect((await intruder.api.get('/api/webhook-events')).body.total).toBe(0);

    await app.app.get(SenderVerification).verifyUndecided();
    const { body: refused } = await intruder.api.get(`${SENDERS}/${stored.body.id}`);
    expect(refused).toMatchObject({
      verifiedAt: null,
      verificationProblem: expect.stringContaining(
        'does not exist, cannot be loaded due to missing permissions',
      ),
    });
    expect((await intruder.api.post(`${SENDERS}/${stored.body.id}/sync`)).status).toBe(422);
  });

  it('learns nothing about who has it', async () => {
    const [intruder, victim, nobodys] = [await shop(), await shop(), await shop()];
    await connect(victim);
    const answers = [];
    for (const other of [victim, nobodys]) {
      const { phoneNumberId, businessAccountId } = other;
      const { status, body } = await connect(intruder, { phoneNumberId, businessAccountId });
      answers.push([status, withoutIds(body, other)]);
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});

describe('an organization that names the account of another', () => {
  it('gets no event of it', async () => {
    const [intruder, victim] = [await shop(), await shop()];
    await connect(victim);
    const named = { businessAccountId: victim.businessAccountId };
    const refused = await connect(intruder, named);
    expect([refused.status, refused.body.type]).toEqual([422, 'urn:drumbeat:problem:sender_unverified']);
    const stored = await whileMetaIsDown(() => connect(intruder, named));
    expect(stored.body.verifiedAt).toBeNull();

    const unconnected = { phoneNumberId: id(), businessAccountId: victim.businessAccountId };
    await tell(writes('Of the account', unconnected));
    await tell(change('account_update', { event: 'ACCOUNT_DELETED' }, unconnected));
    expect([await customers(victim), await customers(intruder)]).toEqual([['Of the account'], []]);
    expect((await intruder.api.get('/api/webhook-events')).body.total).toBe(0);
    expect((await intruder.api.get(`${SENDERS}/${stored.body.id}`)).body).toMatchObject({ status: 'active' });

    await app.app.get(SenderVerification).verifyUndecided();
    expect((await intruder.api.get(`${SENDERS}/${stored.body.id}`)).body.verificationProblem).toMatch(
      /does not exist|does not list/,
    );
  });

  it('is refused as well when its token reads the account but the number is not in it', async () => {
    const owner = await shop();
    meta.intercept = (url) =>
      url.includes('/phone_numbers') ? { status: 200, body: '{"data":[]}' } : undefined;
    const { status, body } = await connect(owner);
    meta.intercept = undefined;
    expect([status, body.detail]).toEqual([422, expect.stringContaining('does not list the number')]);
  });
});

it('events of an account that two organizations share make no one a customer of both', async () => {
  const owner = await shop();
  const partner = { ...(await shop()), businessAccountId: owner.businessAccountId, token: 'partner' };
  meta.knows(partner.token, partner);
  expect([(await connect(owner)).status, (await connect(partner)).status]).toEqual([201, 201]);
  const stop = { from: '447911120099' };
  await owner.api.post('/api/whatsapp/customers', { phoneNumber: '+447911120099', marketingOptIn: true });
  const unconnected = { phoneNumberId: id(), businessAccountId: owner.businessAccountId };
  await tell(writes('Passer-by', unconnected));
  await tell(messaging({ messages: [textMessage('wamid.stop', 'STOP', stop)] }, unconnected));
  expect(await customers(partner)).toEqual([]);
  const { body } = await owner.api.get('/api/whatsapp/customers');
  expect(body.data).toMatchObject([{ subscription: 'unsubscribed' }]);
});

describe('two organizations whose tokens both may use a number', () => {
  const partners = async (): Promise<[Shop, Shop]> => {
    const [one, other] = [await shop(), await shop()];
    meta.knows(other.token, { phoneNumberId: one.phoneNumberId });
    return [one, { ...other, phoneNumberId: one.phoneNumberId }];
  };

  it('race for it: one gets it, the other is refused', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = await partners();
      const answers = await Promise.all([connect(one), connect(other)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
      const loser = answers.find(({ status }) => status === 422);
      expect(loser?.body).toMatchObject({
        type: 'urn:drumbeat:problem:sender_unverified',
        detail: expect.stringContaining('another organization'),
      });
    }
  });

  it('race for it with senders that were stored before', async () => {
    for (let round = 0; round < 5; round++) {
      const pair = await partners();
      const stored = await whileMetaIsDown(() => Promise.all(pair.map((one) => connect(one))));
      expect(stored.map(({ status }) => status)).toEqual([201, 201]);
      const answers = await Promise.all(
        pair.map(({ api }, at) => api.post(`${SENDERS}/${stored[at]?.body.id as string}/sync`)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    }
  });
});

describe('while Meta cannot be reached', () => {
  it('a sender is stored, sends nothing, and is verified by its next sync', async () => {
    const owner = await shop();
    const { status, body } = await whileMetaIsDown(() => connect(owner));
    expect([status, body.verifiedAt]).toEqual([201, null]);
    const path = `${SENDERS}/${body.id}`;
    const unanswered = await whileMetaIsDown(() => owner.api.post(`${path}/sync`));
    expect(unanswered.status).toBe(503);

    const made = await owner.api.post('/api/whatsapp/campaigns', { name: 'n', templateName: 'hello_world' });
    const test = await owner.api.post(`/api/whatsapp/campaigns/${made.body.id}/test`, {
      phoneNumbers: ['+4915112345678'],
    });
    expect([test.status, test.body.type]).toEqual([422, 'urn:drumbeat:problem:sender_unverified']);

    const synced = await owner.api.post(`${path}/sync`);
    expect([synced.status, synced.body.verifiedAt]).toEqual([200, expect.any(String)]);
  });

  it('many senders wait, and are verified without a request', async () => {
    const owners = await Promise.all(Array.from({ length: 3 }, () => shop()));
    await whileMetaIsDown(() => Promise.all(owners.map((one) => connect(one))));
    const verification = app.app.get(SenderVerification);
    await whileMetaIsDown(() => verification.verifyUndecided());
    await verification.verifyUndecided();
    for (const { api } of owners)
      expect((await api.get(SENDERS)).body.data).toMatchObject([{ verifiedAt: expect.any(String) }]);
  });

  it('the timetable verifies them within a minute', async () => {
    const owner = await shop();
    await whileMetaIsDown(() => connect(owner));
    await app.api.post('/api/dev/clock', { advance: 'PT1M' });
    await until(
      () => owner.api.get(SENDERS),
      ({ body }) => body.data[0].verifiedAt !== null,
    );
  });

  it('a sender without an answer does not hold up the others, nor does one that is refused', async () => {
    const [stuck, refused, fine] = [await shop(), await shop(), await shop()];
    await whileMetaIsDown(() => Promise.all([stuck, refused, fine].map((one) => connect(one))));
    meta.simulator.state.businesses.remove(refused.token);
    meta.intercept = (url) =>
      url.includes(stuck.phoneNumberId) ? { status: 503, body: '<html>Busy</html>' } : undefined;
    const verification = app.app.get(SenderVerification);
    await until(
      async () => {
        await verification.verifyUndecided();
        return fine.api.get(SENDERS);
      },
      ({ body }) => body.data[0].verifiedAt !== null,
    );
    meta.intercept = undefined;
    expect((await stuck.api.get(SENDERS)).body.data).toMatchObject([
      { verifiedAt: null, verificationProblem: null },
    ]);
  });

  it('one organization cannot store a number twice', async () => {
    const owner = await shop();
    const answers = await whileMetaIsDown(() => Promise.all([connect(owner), connect(owner)]));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
});

it('campaigns of an unverified sender wait until it is verified', async () => {
  // In the account with the templates.
  const [owner, other] = (await Promise.all([shop(), shop()])).map((one) => ({
    ...one,
    token: 'simulator-token',
    businessAccountId: '102290129340398',
  })) as [Shop, Shop];
  for (const { token, phoneNumberId } of [owner, other]) meta.knows(token, { phoneNumberId });
  const { body: sender } = await whileMetaIsDown(() => connect(owner));
  await connect(other);
  const send = async ({ api }: Shop): Promise<string> => {
    const recipients = [{ phoneNumber: '+4915112345678' }];
    const wanted = { name: 'n', templateName: 'hello_world', templateLanguage: 'en_US', recipients };
    const { body } = await api.post('/api/whatsapp/campaigns', wanted);
    const path = `/api/whatsapp/campaigns/${body.id}`;
    const sent = await api.post(`${path}/send`);
    expect([sent.status, sent.body.status]).toEqual([200, 'sending']);
    return path;
  };
  const isDone = (api: ApiClient, path: string) =>
    until(
      () => api.get(path),
      ({ body }) => body.status === 'completed',
    );
  const waiting = await send(owner);
  // Sent after it and with the same priority: the workers have passed by the other one.
  await isDone(other.api, await send(other));
  expect((await owner.api.get(waiting)).body).toMatchObject({
    status: 'sending',
    waitingFor:
      'Meta has not confirmed the number of the sender "Shop". Sync the sender, or correct its token.',
  });
  expect((await owner.api.post(`${SENDERS}/${sender.id}/sync`)).status).toBe(200);
  await isDone(owner.api, waiting);
});
