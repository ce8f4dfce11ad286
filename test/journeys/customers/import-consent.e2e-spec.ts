import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import type { Answer, ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

const PATH = '/api/whatsapp/customers';
let app: TestApp;
let api: ApiClient;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  ({ api } = await newOrganization(app.api));
});

const send = (csv: string, parameters: Record<string, string> = {}, as = api): Promise<Answer<any>> =>
  as.post(`${PATH}/import?${new URLSearchParams(parameters).toString()}`, undefined, {
    raw: csv,
    headers: { 'content-type': 'text/csv' },
  });
const customer = async (phone: string) =>
  (await api.get(`${PATH}?limit=200`)).body.data.find((one: any) => one.phoneNumber === phone);
const historyOf = async (phone: string) =>
  (await api.get(`${PATH}/${(await customer(phone)).id}/consent`)).body.data;

const FAIR = {
  consentSource: 'Trade fair in Pune',
  consentAt: '2025-03-01T10:00:00Z',
  consentText: 'I agree to get offers on WhatsApp',
};

describe('the consent that an importer states for a whole list', () => {
  it('becomes a part of the history of every person, once, and is shown with the import', async () => {
    const csv = 'phone,name\n+919978783238,Asha\n+919978783239,Ravi\n';
    const { status, body } = await send(csv, FAIR);
    expect(status).toBe(201);
    expect(body).toMatchObject({ rowsCreated: 2, ...FAIR, consentAt: '2025-03-01T10:00:00.000Z' });
    const again = await send(csv, FAIR);
    expect(again.body).toMatchObject({ rowsUnchanged: 2, rowsUpdated: 0 });
    for (const phone of ['+919978783238', '+919978783239']) {
      expect((await customer(phone)).marketingOptInAt).toBe('2025-03-01T10:00:00.000Z');
      expect(await historyOf(phone)).toMatchObject([
        {
          ...{ kind: 'import', source: 'import', occurredAt: '2025-03-01T10:00:00.000Z' },
          evidence: { importId: body.id, consentSource: FAIR.consentSource, consentText: FAIR.consentText },
        },
      ]);
    }
  });

  it('never lifts a refusal, and what a row says of its person counts more', async () => {
    await send('phone\n+919978783238\n');
    const { id } = await customer('+919978783238');
    const optOut = { source: 'call', at: '2025-01-01T00:00:00Z' };
    expect((await api.post(`${PATH}/${id}/opt-out`, optOut)).status).toBe(200);
    const csv = [
      'phone,optIn,optInAt',
      '+919978783238,,',
      '+919978783239,no,',
      '+919978783240,,2025-02-01',
      '+919978783241,,',
      '+919978783241,no,',
    ];
    await send(csv.join('\n'), FAIR);
    const states = await Promise.all(
      [238, 239, 240, 241].map(async (n) => {
        const { subscription, marketingOptInAt } = await customer(`+919978783${n}`);
        return [subscription, marketingOptInAt];
      }),
    );
    expect(states).toEqual([
      ['unsubscribed', null],
      ['unsubscribed', null],
      ['subscribed', '2025-02-01T00:00:00.000Z'],
      ['unsubscribed', null],
    ]);
    const [last] = await historyOf('+919978783238');
    expect(last).toMatchObject({ kind: 'import', evidence: { consentSource: FAIR.consentSource } });
    // The words stand with an agreement, not with a refusal.
    expect((await historyOf('+919978783239'))[0].evidence.consentSource).toBeUndefined();
    expect((await historyOf('+919978783240'))[0].evidence.consentSource).toBe(FAIR.consentSource);
  });

  it.each([
    [{ consentSource: 'Fair' }, 'consentAt'],
    [{ consentAt: '2025-03-01' }, 'consentSource'],
    [{ consentText: 'I agree' }, 'consentSource'],
    [{ ...FAIR, consentAt: 'yesterday' }, 'consentAt'],
    [{ ...FAIR, consentAt: '2999-01-01' }, 'consentAt'],
    [{ ...FAIR, consentSource: 'x'.repeat(201) }, 'consentSource'],
  ])('is refused as %j', async (parameters, field) => {
    const { status, body } = await send('phone\n+919978783238\n', parameters);
    expect([status, body.errors?.[0]?.field]).toEqual([400, field]);
    expect((await api.get(PATH)).body.total).toBe(0);
  });
});

describe('an import of customers under an id of its caller', () => {
  it('runs once for one id, however often it is sent at once', async () => {
    const importId = uuidV7();
    const answers = await Promise.all(
      // As many as run at once in one organization: what is tested is the id, not the limit.
      Array.from({ length: 2 }, () => send('phone\n+919978783238\n', { importId })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const again = await send('phone\n+919978783239\n', { importId });
    expect([again.status, again.body.type]).toEqual([409, 'urn:drumbeat:problem:import_exists']);
    expect(again.body.detail).toContain('completed');
    expect((await api.get(`${PATH}/imports/${importId}`)).body).toMatchObject({ rowsCreated: 1 });
    const { api: other } = await newOrganization(app.api);
    const foreign = await send('phone\n+919978783238\n', { importId }, other);
    expect([foreign.status, foreign.body.detail]).toEqual([409, expect.not.stringContaining('completed')]);
    expect((await other.get(PATH)).body.total).toBe(0);
  });

  it('assumes the country that the importer names', async () => {
    const { body } = await send('phone\n9978783238\n', { defaultCountry: 'IN' });
    expect(body).toMatchObject({ rowsCreated: 1, rowsFailed: 0 });
    expect((await send('phone\n9978783238\n', { defaultCountry: 'XX' })).status).toBe(400);
  });

  it('is a product import too', async () => {
    const { body: catalog } = await api.post('/api/whatsapp/catalogs', { name: 'Trips', currency: 'INR' });
    const path = `/api/whatsapp/catalogs/${catalog.id}/products/import?importId=${uuidV7()}`;
    const file = { raw: 'sku,name,price\nA,Bali,100.00\n', headers: { 'content-type': 'text/csv' } };
    expect((await api.post(path, undefined, file)).status).toBe(200);
    const again = await api.post(path, undefined, file);
    expect([again.status, again.body.type]).toEqual([409, 'urn:drumbeat:problem:import_exists']);
  });
});
