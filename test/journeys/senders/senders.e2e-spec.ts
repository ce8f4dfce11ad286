import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { Senders } from '../../../src/senders/directory/senders.service.js';
import { Cipher } from '../../../src/platform/encryption/cipher.js';
import type { ApiClient } from '../../support/api-client.js';
import { createTestDatabase } from '../../support/database.js';
import { startMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});

let next = 100_000_000_000_000;
const wanted = (more: object = {}): object => ({
  name: 'Bali Tours',
  phoneNumberId: String(next++),
  accessToken: 'EAAG-token',
  ...more,
});
const draft = (api: ApiClient, name: string) =>
  api.post('/api/whatsapp/campaigns', { name, templateName: 'spring_sale' });
const WITH_PORTFOLIO = { metaBusinessId: '2729063490586005', appSecret: 'app-secret' };

describe('senders', () => {
  it('are created, read, changed, listed and deleted', async () => {
    const { api } = await newOrganization(app.api);
    const made = await api.post('/api/whatsapp/senders', wanted(WITH_PORTFOLIO));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      isDefault: true,
      hasAppSecret: true,
      status: 'active',
      throughputPerSecond: 80,
      portfolio: { metaBusinessId: '2729063490586005', messagingLimit: null },
    });
    const path = `/api/whatsapp/senders/${made.body.id}`;
    expect((await api.get(path)).body).toEqual(made.body);
    const changed = await api.put(path, { name: 'Renamed', throughputPerSecond: 1000 });
    expect(changed.body).toMatchObject({ name: 'Renamed', throughputPerSecond: 1000, hasAppSecret: true });
    expect((await api.get('/api/whatsapp/senders')).body).toMatchObject({ total: 1, data: [changed.body] });
    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
  });

  it('keep their secrets encrypted and out of every response', async () => {
    const { api } = await newOrganization(app.api);
    const { body } = await api.post(
      '/api/whatsapp/senders',
      wanted({ accessToken: 'EAAG-hidden', appSecret: 'hush' }),
    );
    expect(JSON.stringify(body)).not.toMatch(/EAAG-hidden|hush/);
    const [row] = await app.app
      .get(Database)
      .manager.query<[Record<string, string>]>(
        'SELECT access_token_encrypted AS token, app_secret_encrypted AS secret FROM senders WHERE id = $1',
        [body.id],
      );
    expect(JSON.stringify(row)).not.toMatch(/EAAG-hidden|hush/);
    const open = app.app.get(Cipher).decrypt(row['token'] ?? '', `sender:${body.id as string}:access_token`);
    expect(open).toBe('EAAG-hidden');
  });

  it('with the same metaBusinessId share one portfolio', async () => {
    const { api } = await newOrganization(app.api);
    const [one, other] = await Promise.all([
      api.post('/api/whatsapp/senders', wanted(WITH_PORTFOLIO)),
      api.post('/api/whatsapp/senders', wanted(WITH_PORTFOLIO)),
    ]);
    expect(one.body.portfolio.id).toBe(other.body.portfolio.id);
  });

  it('belong to one organization and are hidden from others', async () => {
    const [one, other] = await Promise.all([newOrganization(app.api), newOrganization(app.api)]);
    const { body } = await one.api.post('/api/whatsapp/senders', wanted());
    const path = `/api/whatsapp/senders/${body.id}`;
    expect((await other.api.get(path)).status).toBe(404);
    expect((await other.api.put(path, { name: 'mine' })).status).toBe(404);
    expect((await other.api.delete(path)).status).toBe(404);
    expect((await other.api.get('/api/whatsapp/senders')).body.total).toBe(0);
    expect((await one.api.get(path)).body.name).toBe('Bali Tours');
  });

  it('cannot be connected twice, not even concurrently', async () => {
    const { api } = await newOrganization(app.api);
    const same = wanted();
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => api.post('/api/whatsapp/senders', same)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const other = await api.post('/api/whatsapp/senders', wanted());
    const { status, body } = await api.put(`/api/whatsapp/senders/${other.body.id}`, { name: 'Renamed' });
    expect([status, body.phoneNumberId]).toEqual([200, other.body.phoneNumberId]);
  });

  it('stay while campaigns name them, and the answer names the campaigns', async () => {
    const { api } = await newOrganization(app.api);
    const { body: sender } = await api.post('/api/whatsapp/senders', wanted());
    const path = `/api/whatsapp/senders/${sender.id}`;
    for (const name of ['Spring', 'Summer']) expect((await draft(api, name)).status).toBe(201);
    const { status, body } = await api.delete(path);
    expect([status, body.type]).toEqual([409, 'urn:drumbeat:problem:sender_in_use']);
    expect(body.detail).toContain('"Summer", "Spring"');
    for (let n = 0; n < 5; n++) await draft(api, `Weekly ${n}`);
    expect((await api.delete(path)).body.detail).toMatch(/"Weekly 4".*"Weekly 0" and 2 more/);
    expect((await api.get(path)).status).toBe(200);
  });

  it('are never half deleted by a campaign that starts to name them', async () => {
    for (let round = 0; round < 10; round++) {
      const { api } = await newOrganization(app.api);
      const { body: sender } = await api.post('/api/whatsapp/senders', wanted());
      const [made, gone] = await Promise.all([
        draft(api, 'Spring'),
        api.delete(`/api/whatsapp/senders/${sender.id}`),
      ]);
      // Exactly one of them wins: the campaign names the sender, or the sender is gone and the campaign has none, or is
      // refused because it was about to name it.
      if (made.status === 201) expect(gone.status).toBe(made.body.senderId === null ? 204 : 409);
      else expect([[409, 422].includes(made.status), gone.status]).toEqual([true, 204]);
    }
  });

  it('have exactly one default, even after concurrent changes', async () => {
    const { api } = await newOrganization(app.api);
    const made = await Promise.all(
      Array.from({ length: 5 }, () => api.post('/api/whatsapp/senders', wanted({ isDefault: true }))),
    );
    const ids = made.map(({ body }) => body.id as string);
    await Promise.all(ids.map((id) => api.put(`/api/whatsapp/senders/${id}`, { isDefault: true })));
    const { body } = await api.get('/api/whatsapp/senders');
    const defaults = body.data.filter((sender: { isDefault: boolean }) => sender.isDefault);
    expect(defaults).toHaveLength(1);
    expect((await api.put(`/api/whatsapp/senders/${defaults[0].id}`, { isDefault: false })).status).toBe(409);
    await api.delete(`/api/whatsapp/senders/${defaults[0].id}`);
    const left = await api.get('/api/whatsapp/senders');
    expect(left.body.data.filter((sender: { isDefault: boolean }) => sender.isDefault)).toHaveLength(1);
  });

  it.each([
    [{ phoneNumberId: '../me' }, 'phoneNumberId'],
    [{ phoneNumberId: '..' }, 'phoneNumberId'],
    [{ phoneNumberId: 'me' }, 'phoneNumberId'],
    [{ businessAccountId: '..' }, 'businessAccountId'],
    [{ metaBusinessId: '.' }, 'metaBusinessId'],
    [{ accessToken: 'two words' }, 'accessToken'],
    [{ throughputPerSecond: 0 }, 'throughputPerSecond'],
    [{ throughputPerSecond: 1.5 }, 'throughputPerSecond'],
    [{ isDefault: 'yes' }, 'isDefault'],
    [{ businessAccountId: null }, 'businessAccountId'],
    [{ id: 'x' }, 'id'],
  ])('reject %j', async (more, field) => {
    const { status, body } = await app.api.post('/api/whatsapp/senders', wanted(more));
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ field })]);
  });
});

describe('the sender from the environment', () => {
  it('never hands the credentials to an organization that registered the number first', async () => {
    const database = await createTestDatabase();
    const meta = await startMeta();
    meta.knows('b-token', { phoneNumberId: '777' });
    const before = await startTestApp({ database, env: { WHATSAPP_API_URL: meta.url } });
    const squatter = await newOrganization(before.api);
    const sender = wanted({ phoneNumberId: '777', accessToken: 'b-token' });
    const { body } = await squatter.api.post('/api/whatsapp/senders', sender);
    expect(body.verifiedAt).not.toBeNull();
    const known = await before.app.get(Senders).credentialsOf(squatter.id, body.id);
    await before.close();

    const start = startTestApp({ database, env: env('EAAG-operator', '777') });
    await expect(start.then(({ close }) => close())).rejects.toThrow(
      /^WHATSAPP_PHONE_NUMBER_ID: 777 is the number of a sender of another organization .*$/,
    );

    const after = await startTestApp({ database });
    const senders = after.app.get(Senders);
    expect(await senders.credentialsOf(squatter.id, body.id)).toEqual(known);
    expect((await senders.get(squatter.id, body.id)).sender.isFromEnvironment).toBe(false);
    await after.close();
    await meta.close();
    await database.drop();
  });

  it('is not kept from the operator by an organization that only names its number', async () => {
    const database = await createTestDatabase();
    const before = await startTestApp({ database });
    const squatter = await newOrganization(before.api);
    const { body } = await squatter.api.post('/api/whatsapp/senders', wanted({ phoneNumberId: '777' }));
    expect(body.verifiedAt).toBeNull();
    const known = await before.app.get(Senders).credentialsOf(squatter.id, body.id);
    await before.close();

    const after = await startTestApp({ database, env: env('EAAG-operator', '777') });
    expect((await after.api.get('/api/whatsapp/senders')).body.data).toMatchObject([
      { phoneNumberId: '777', isFromEnvironment: true, verifiedAt: expect.any(String) },
    ]);
    const senders = after.app.get(Senders);
    expect(await senders.credentialsOf(squatter.id, body.id)).toEqual(known);
    expect((await senders.get(squatter.id, body.id)).sender).toMatchObject({
      isFromEnvironment: false,
      verifiedAt: null,
    });
    await after.close();
    await database.drop();
  });

  const env = (token: string, phoneNumberId: string): Record<string, string> => ({
    WHATSAPP_ACCESS_TOKEN: token,
    WHATSAPP_PHONE_NUMBER_ID: phoneNumberId,
    WHATSAPP_BUSINESS_ACCOUNT_ID: '102290129340398',
    META_BUSINESS_ID: '2729063490586005',
  });

  it('exists from the start, follows the environment and cannot be changed through the API', async () => {
    const database = await createTestDatabase();
    const first = await startTestApp({ database, env: env('EAAG-1', '106540352242922') });
    const before = (await first.api.get('/api/whatsapp/senders')).body.data;
    expect(before).toEqual([expect.objectContaining({ isFromEnvironment: true, isDefault: true })]);
    const path = `/api/whatsapp/senders/${before[0].id}`;
    expect((await first.api.put(path, { accessToken: 'EAAG-x' })).status).toBe(409);
    expect((await first.api.put(path, { name: 'Shop' })).status).toBe(200);
    expect((await first.api.delete(path)).status).toBe(409);
    await first.close();

    const second = await startTestApp({ database, env: env('EAAG-2', '106540352242922') });
    const [kept] = (await second.api.get('/api/whatsapp/senders')).body.data;
    expect(kept).toMatchObject({ id: before[0].id, name: 'Shop' });
    const [row] = await second.app
      .get(Database)
      .manager.query<[{ token: string }]>(
        'SELECT access_token_encrypted AS token FROM senders WHERE id = $1',
        [kept.id],
      );
    expect(second.app.get(Cipher).decrypt(row.token, `sender:${kept.id as string}:access_token`)).toBe(
      'EAAG-2',
    );
    await second.close();

    const third = await startTestApp({ database, env: env('EAAG-3', '999') });
    const both = (await third.api.get('/api/whatsapp/senders')).body.data;
    expect(
      both.map((sender: Record<string, unknown>) => [sender['phoneNumberId'], sender['isFromEnvironment']]),
    ).toEqual([
      ['106540352242922', false],
      ['999', true],
    ]);
    await third.close();
    await database.drop();
  });
});
