import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../support/api-client.js';
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

describe('customers', () => {
  it('are created, read, changed and deleted', async () => {
    const made = await api.post(PATH, {
      phoneNumber: '+1 469-465-2751',
      name: ' Ravi Kumar ',
      email: 'ravi@example.com',
      country: 'us',
      customerTier: 'premium',
      tags: ['vip', ' new', 'vip', ''],
      attributes: { saleDetails: [{ destination: 'Bali', nights: 7 }] },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      phoneNumber: '+14694652751',
      name: 'Ravi Kumar',
      country: 'US',
      tags: ['vip', 'new'],
      attributes: { saleDetails: [{ destination: 'Bali', nights: 7 }] },
      isActive: true,
      subscription: 'subscribed',
      marketingOptIn: true,
      marketingOptInAt: null,
    });
    const path = `${PATH}/${made.body.id}`;
    expect((await api.get(path)).body).toEqual({ ...made.body, serviceWindowExpiresAt: null });

    const changed = await api.put(path, { city: 'Mumbai', name: null, attributes: { age: 40 } });
    expect(changed.body).toMatchObject({
      city: 'Mumbai',
      name: null,
      email: 'ravi@example.com',
      attributes: { age: 40 },
      tags: ['vip', 'new'],
    });
    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
    expect((await api.delete(path)).status).toBe(404);
  });

  it.each([
    ['14694652751', '+14694652751'],
    ['+1 469-465-2751', '+14694652751'],
    ['0014694652751', '+14694652751'],
    ['+52 1 55 1234 5678', '+525512345678'],
    ['+55 11 6123-4567', '+5511961234567'],
  ])('store %s as %s', async (phoneNumber, kept) => {
    expect((await api.post(PATH, { phoneNumber })).body.phoneNumber).toBe(kept);
  });

  it.each([
    ['+525512345678', '+5215512345678'],
    ['+5511961234567', '+551161234567'],
    ['+541123456789', '+5491123456789'],
    ['+5491123456789', '+541123456789'],
    ['+14694652751', '469 465 2751'],
  ])('are one person as %s and as %s', async (one, other) => {
    await api.put('/api/organization', { defaultCountry: 'US' });
    const { body } = await api.post(PATH, { phoneNumber: one });
    const again = await api.post(PATH, { phoneNumber: other });
    expect(again.status).toBe(409);
    expect(again.body.detail).toContain(body.id);
    const third = await api.post(PATH, { phoneNumber: '+919978783238' });
    expect((await api.put(`${PATH}/${third.body.id}`, { phoneNumber: other })).status).toBe(409);
    expect((await api.get(PATH)).body.total).toBe(2);
  });

  it('need an international number or a default country', async () => {
    const refused = await api.post(PATH, { phoneNumber: '9978783238' });
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toEqual([
      { field: 'phoneNumber', message: expect.stringContaining('country') },
    ]);
    await api.put('/api/organization', { defaultCountry: 'IN' });
    expect((await api.post(PATH, { phoneNumber: '9978783238' })).body.phoneNumber).toBe('+919978783238');
  });

  it('can be known by their user id alone and get a number later', async () => {
    const { body } = await api.post(PATH, { whatsappUserId: 'US.13491208655302741918', username: 'ravi.k' });
    expect(body.phoneNumber).toBeNull();
    expect((await api.post(PATH, { whatsappUserId: 'US.13491208655302741918' })).status).toBe(409);
    const path = `${PATH}/${body.id}`;
    const numbered = await api.put(path, { phoneNumber: '+5511961234567', waId: '551161234567' });
    expect(numbered.body).toMatchObject({ phoneNumber: '+5511961234567', waId: '551161234567' });
    expect((await api.put(path, { phoneNumber: '+14694652751' })).body.waId).toBeNull();
    expect((await api.put(path, { phoneNumber: null, whatsappUserId: null })).status).toBe(400);
    expect((await api.put(path, { phoneNumber: null })).body.phoneNumber).toBeNull();
  });

  it('are created once when ten requests create the same one at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        api.post(PATH, { phoneNumber: i % 2 === 0 ? '+5491123456789' : '+541123456789' }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    const made = answers.find(({ status }) => status === 201)?.body.id as string;
    for (const { status, body } of answers) if (status === 409) expect(body.detail).toContain(made);
  });

  it('belong to one organization only', async () => {
    const other = await newOrganization(app.api);
    const { body } = await api.post(PATH, { phoneNumber: '+14694652751' });
    const path = `${PATH}/${body.id}`;
    expect((await other.api.get(path)).status).toBe(404);
    expect((await other.api.put(path, { name: 'mine' })).status).toBe(404);
    expect((await other.api.delete(path)).status).toBe(404);
    expect((await other.api.post(`${path}/opt-out`, {})).status).toBe(404);
    expect((await other.api.get(`${path}/consent`)).status).toBe(404);
    expect((await other.api.get(PATH)).body.total).toBe(0);
    expect((await other.api.post(PATH, { phoneNumber: '+14694652751' })).status).toBe(201);
  });

  it('can only be read or written with the right scope', async () => {
    const reader = await newOrganization(app.api, ['customers:read']);
    expect((await reader.api.get(PATH)).status).toBe(200);
    expect((await reader.api.post(PATH, { phoneNumber: '+14694652751' })).status).toBe(403);
    expect((await reader.api.get('/api/organization')).status).toBe(403);
  });

  it.each([
    [{ phoneNumber: '123' }, 'phoneNumber'],
    [{}, 'phoneNumber'],
    [{ phoneNumber: '+14694652751', email: 'nobody' }, 'email'],
    [{ phoneNumber: '+14694652751', country: 'India' }, 'country'],
    [{ phoneNumber: '+14694652751', waId: '919978783238' }, 'waId'],
    [{ phoneNumber: '+14694652751', whatsappUserId: "x'; --" }, 'whatsappUserId'],
    [{ phoneNumber: '+14694652751', attributes: [] }, 'attributes'],
    [{ phoneNumber: '+14694652751', name: 'a\u0000b' }, 'name'],
    [{ phoneNumber: '+14694652751', tags: ['x'.repeat(101)] }, 'tags'],
    [{ phoneNumber: '+14694652751', subscription: 'subscribed' }, 'subscription'],
  ])('reject %j', async (body, field) => {
    const answer = await api.post(PATH, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([expect.objectContaining({ field })]);
  });

  it('keep their attributes when other fields change', async () => {
    const attributes = { list: [1, 'two', { deep: { deeper: [null, true] } }], 'odd.key': 'x' };
    const { body } = await api.post(PATH, { phoneNumber: '+14694652751', attributes });
    const changed = await api.put(`${PATH}/${body.id}`, { name: 'Ravi' });
    expect(changed.body.attributes).toEqual(attributes);
  });
});

describe('the list of customers', () => {
  const people = [
    {
      phoneNumber: '+14694652751',
      name: 'Ravi Kumar',
      email: 'ravi.k@example.com',
      city: 'Dallas',
      tags: ['vip'],
    },
    {
      phoneNumber: '+919978783238',
      name: 'Kumari Devi',
      city: 'Mumbai',
      state: 'MH',
      customerTier: 'premium',
    },
    {
      phoneNumber: '+4915112345678',
      name: "Jürgen O'Neil-Groß",
      zipcode: '10115',
      tags: ['new', 'eu'],
      isActive: false,
    },
  ];
  beforeEach(async () => {
    for (const person of people) expect((await api.post(PATH, person)).status).toBe(201);
  });
  const names = async (query: string): Promise<string[]> =>
    (await api.get(`${PATH}?${query}`)).body.data.map(({ name }: { name: string }) => name);

  it.each([
    ['', ["Jürgen O'Neil-Groß", 'Kumari Devi', 'Ravi Kumar']],
    ['search=kumar', ['Kumari Devi', 'Ravi Kumar']],
    ['search=KUM+rav', ['Ravi Kumar']],
    ['search=umar', []],
    ['search=example.com', ['Ravi Kumar']],
    ['search=jürgen', ["Jürgen O'Neil-Groß"]],
    ["search=o'neil", ["Jürgen O'Neil-Groß"]],
    ['search=%27%3A*+%26+%21%5C', []],
    ['search=3238', ['Kumari Devi']],
    ['search=%2B91+99787', ['Kumari Devi']],
    ['search=001+469+465+2751', ['Ravi Kumar']],
    ['city=Mumbai', ['Kumari Devi']],
    ['state=MH&tier=premium', ['Kumari Devi']],
    ['zipcode=10115', ["Jürgen O'Neil-Groß"]],
    ['tag=vip,eu', ["Jürgen O'Neil-Groß", 'Ravi Kumar']],
    ['tag=vip&tag=none', ['Ravi Kumar']],
    ['isActive=false', ["Jürgen O'Neil-Groß"]],
    ['subscription=unsubscribed', []],
    ['createdFrom=2999-01-01T00:00:00Z', []],
    ['createdTo=2999-01-01T00:00:00Z&isActive=true', ['Kumari Devi', 'Ravi Kumar']],
    ['page=2&limit=2', ['Ravi Kumar']],
  ])('for "%s" is %j', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it('continues from a cursor without repeating or skipping customers', async () => {
    const first = await api.get(`${PATH}?limit=2`);
    expect(first.body.total).toBe(3);
    await api.post(PATH, { phoneNumber: '+14694652752', name: 'Later' });
    const second = await api.get(`${PATH}?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body.data.map(({ name }: { name: string }) => name)).toEqual(['Ravi Kumar']);
    expect(second.body.nextCursor).toBeNull();
  });

  it.each([
    'limit=201',
    'cursor=x',
    'subscription=maybe',
    'isActive=1',
    'createdFrom=yesterday',
    'nonsense=1',
  ])('rejects %s', async (query) => {
    expect((await api.get(`${PATH}?${query}`)).status).toBe(400);
  });
});

describe('the settings of an organization', () => {
  it('can be read and changed one by one', async () => {
    expect((await api.get('/api/organization')).body).toMatchObject({
      consentPolicy: 'assume',
      defaultCountry: null,
      stopWords: [],
      startWords: [],
    });
    const changed = await api.put('/api/organization', {
      name: 'Bali Tours',
      consentPolicy: 'explicit',
      defaultCountry: 'IN',
      stopWords: ['no more'],
    });
    expect(changed.body).toMatchObject({
      name: 'Bali Tours',
      consentPolicy: 'explicit',
      stopWords: ['no more'],
    });
    const cleared = await api.put('/api/organization', { defaultCountry: null });
    expect(cleared.body).toMatchObject({ defaultCountry: null, consentPolicy: 'explicit' });
    expect((await api.get('/api/organization')).body).toEqual(cleared.body);
  });

  it.each([
    [{ consentPolicy: 'never' }, 'consentPolicy'],
    [{ consentPolicy: null }, 'consentPolicy'],
    [{ defaultCountry: 'XX' }, 'defaultCountry'],
    [{ defaultCountry: 'in' }, 'defaultCountry'],
    [{ name: '' }, 'name'],
    [{ stopWords: 'stop' }, 'stopWords'],
  ])('reject %j', async (body, field) => {
    const answer = await api.put('/api/organization', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].field).toBe(field);
  });
});
