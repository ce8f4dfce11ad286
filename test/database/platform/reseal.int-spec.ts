import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { PaymentAccounts } from '../../../src/orders/payment-accounts/payment-accounts.service.js';
import { Cipher } from '../../../src/platform/encryption/cipher.js';
import { resealColumn, type SealedColumn } from '../../../src/platform/encryption/reseal.service.js';
import { resealInstallation, SEALED_COLUMNS } from '../../../src/reseal-installation.service.js';
import { SenderDirectory } from '../../../src/senders/directory/sender-directory.service.js';
import { Senders } from '../../../src/senders/directory/senders.service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const [OLD, NEW, WRONG] = [randomBytes(32), randomBytes(32), randomBytes(32)] as const;
const settings = (key: Buffer, previous?: Buffer): Record<string, string> => ({
  ENCRYPTION_KEY: key.toString('base64'),
  ...(previous === undefined ? {} : { ENCRYPTION_KEY_PREVIOUS: previous.toString('base64') }),
});
const DELETED = '+447911120001';
const PATH = '/api/whatsapp/senders';

let meta: TestMeta;
let database: TestDatabase;
let app: TestApp | undefined;
/** Senders 1 to 5, an answer kept under a key, and a refusal that has outlived its customer. */
let senders: { id: string; token: string }[];
let organizationId: string;
let accountId: string;
let answer: unknown;

beforeAll(async () => {
  meta = await startMeta();
});
afterAll(async () => {
  await meta.close();
});

const start = async (env: Record<string, string>): Promise<TestApp> => {
  await stop();
  app = await startTestApp({ database, env: { WHATSAPP_API_URL: meta.url, ...env } });
  return app;
};
const stop = async (): Promise<void> => {
  await app?.close();
  app = undefined;
};
const keyedPost = (to: TestApp) =>
  to.api.post('/api/keys', { name: 'once', scopes: [] }, { headers: { 'idempotency-key': 'key-1' } });

beforeEach(async () => {
  database = await createTestDatabase();
  const first = await start(settings(OLD));
  senders = [];
  for (let n = 1; n <= 5; n++) {
    const token = `token-${n}`;
    meta.knows(token, { phoneNumberId: `99000${n}` });
    const wanted = { name: 'x', phoneNumberId: `99000${n}`, accessToken: token, appSecret: `secret-${n}` };
    const { body } = await first.api.post(PATH, wanted);
    senders.push({ id: body.id, token });
  }
  const account = { provider: 'razorpay', name: 'x', keyId: 'k', keySecret: 'ks', webhookSecret: 'w1' };
  const { body: made } = await first.api.post('/api/whatsapp/payment-accounts', account);
  await first.api.put(`/api/whatsapp/payment-accounts/${made.id}`, { webhookSecret: 'w2' });
  accountId = made.id;
  answer = (await keyedPost(first)).body;
  const { body } = await first.api.post('/api/whatsapp/customers', { phoneNumber: DELETED });
  await first.api.put(`/api/whatsapp/customers/${body.id}`, { marketingOptIn: false });
  await first.api.delete(`/api/whatsapp/customers/${body.id}`);
  const [row] = await first.app
    .get(Database)
    .manager.query('SELECT default_organization_id AS id FROM installation');
  organizationId = row.id;
});
afterEach(async () => {
  await stop();
  await database.drop();
});

async function tokensIn(running: TestApp): Promise<string[]> {
  const all = running.app.get(Senders);
  const tokens: string[] = [];
  for (const { id } of senders) tokens.push((await all.credentialsOf(organizationId, id)).accessToken);
  return tokens;
}
async function expectEverythingReadable(running: TestApp): Promise<void> {
  const opened = await running.app.get(PaymentAccounts, { strict: false }).open(organizationId, accountId);
  expect(opened?.secrets).toEqual({
    ...{ keySecret: 'ks', webhookSecret: 'w2', previousWebhookSecret: 'w1', salt: null },
  });
  expect(await tokensIn(running)).toEqual(senders.map(({ token }) => token));
  expect((await running.app.get(SenderDirectory).appSecrets()).sort()).toEqual(
    senders.map((_, index) => `secret-${index + 1}`),
  );
  expect((await keyedPost(running)).body).toEqual(answer);
  const { body } = await running.api.post('/api/whatsapp/customers', { phoneNumber: DELETED });
  expect(body.subscription).toBe('unsubscribed');
  await running.api.delete(`/api/whatsapp/customers/${body.id}`);
}
const sourceOf = (running: TestApp) => running.app.get(Database).dataSource;
const isRefused = (env: Record<string, string>) =>
  expect(start(env)).rejects.toThrow(/^ENCRYPTION_KEY: is not the key this database was set up with/);

describe('a change of the encryption key', () => {
  it('loses nothing: reads with the previous key, seals everything again, and then does without it', async () => {
    await isRefused(settings(NEW));
    await isRefused(settings(NEW, WRONG));
    const changing = await start(settings(NEW, OLD));
    expect(changing.logs.join('')).toContain('run npm run keys:reseal');
    await expectEverythingReadable(changing);
    await isRefused(settings(NEW));

    const again = await start(settings(NEW, OLD));
    const results = await resealInstallation(sourceOf(again), new Cipher(NEW, OLD));
    expect(results).toEqual([
      { name: 'senders.access_token_encrypted', resealed: 5, unreadable: [] },
      { name: 'senders.app_secret_encrypted', resealed: 5, unreadable: [] },
      { name: 'webhook_endpoints.secret_encrypted', resealed: 0, unreadable: [] },
      { name: 'webhook_endpoints.previous_secret_encrypted', resealed: 0, unreadable: [] },
      { name: 'payment_accounts.key_secret_encrypted', resealed: 1, unreadable: [] },
      { name: 'payment_accounts.webhook_secret_encrypted', resealed: 1, unreadable: [] },
      { name: 'payment_accounts.previous_webhook_secret_encrypted', resealed: 1, unreadable: [] },
      { name: 'payment_accounts.salt_encrypted', resealed: 0, unreadable: [] },
      { name: 'idempotency_keys.body', resealed: expect.any(Number), unreadable: [] },
    ]);
    await expectEverythingReadable(again);
    await expectEverythingReadable(await start(settings(NEW)));
    await isRefused(settings(OLD));

    // And once more: the hashes are still those of the first key.
    const third = await start(settings(WRONG, NEW));
    await resealInstallation(sourceOf(third), new Cipher(WRONG, NEW));
    await expectEverythingReadable(await start(settings(WRONG)));
  });

  it('does not begin with a wrong previous key', async () => {
    const running = await start(settings(OLD));
    await expect(resealInstallation(sourceOf(running), new Cipher(NEW, WRONG))).rejects.toThrow(
      /^ENCRYPTION_KEY/,
    );
    expect(await tokensIn(running)).toEqual(senders.map(({ token }) => token));
  });

  it('continues where an interrupted run stopped', async () => {
    const running = await start(settings(NEW, OLD));
    const [column] = SEALED_COLUMNS as [SealedColumn];
    let bites = 0;
    const dying: SealedColumn = {
      ...column,
      store: async (tx, values) => {
        await column.store(tx, values);
        if (++bites === 2) throw new Error('killed');
      },
    };
    const cipher = new Cipher(NEW, OLD);
    await expect(resealColumn(sourceOf(running), cipher, dying, 2)).rejects.toThrow('killed');
    expect(await tokensIn(running)).toEqual(senders.map(({ token }) => token));
    expect(await resealColumn(sourceOf(running), cipher, column, 2)).toMatchObject({ resealed: 3 });
    expect(await resealColumn(sourceOf(running), cipher, column, 2)).toMatchObject({ resealed: 0 });
  });

  it('names what neither key opens, and seals the rest', async () => {
    const running = await start(settings(NEW, OLD));
    const [lost] = senders as [{ id: string; token: string }];
    await running.app
      .get(Database)
      .manager.query(`UPDATE senders SET access_token_encrypted = 'v1:AAAA' WHERE id = $1`, [lost.id]);
    const [tokens] = await resealInstallation(sourceOf(running), new Cipher(NEW, OLD));
    expect(tokens).toMatchObject({ resealed: 4, unreadable: [lost.id] });
    // Not concluded: what is unreadable may have been sealed with a third key.
    await isRefused(settings(NEW));
    const again = await start(settings(NEW, OLD));
    meta.knows('entered-again', { phoneNumberId: '990001' });
    expect((await again.api.put(`${PATH}/${lost.id}`, { accessToken: 'entered-again' })).status).toBe(200);
    const [mended] = await resealInstallation(sourceOf(again), new Cipher(NEW, OLD));
    expect(mended).toMatchObject({ unreadable: [] });
    await start(settings(NEW));
  });

  it('never undoes a token that is changed at the same time', async () => {
    const running = await start(settings(NEW, OLD));
    const [first] = senders as [{ id: string; token: string }];
    for (let round = 0; round < 5; round++) {
      const token = `changed-${round}`;
      meta.knows(token, { phoneNumberId: '990001' });
      await sourceOf(running).query(`UPDATE senders SET access_token_encrypted = $2 WHERE id = $1`, [
        first.id,
        new Cipher(OLD).encrypt(first.token, `sender:${first.id}:access_token`),
      ]);
      const [column] = SEALED_COLUMNS as [SealedColumn];
      const [{ status }] = await Promise.all([
        running.api.put(`${PATH}/${first.id}`, { accessToken: token }),
        resealColumn(sourceOf(running), new Cipher(NEW, OLD), column),
      ]);
      // 409: the sealed token changed between Meta's answer and the change.
      expect([200, 409]).toContain(status);
      const { accessToken } = await running.app.get(Senders).credentialsOf(organizationId, first.id);
      expect(accessToken).toBe(status === 200 ? token : first.token);
    }
  });
});
