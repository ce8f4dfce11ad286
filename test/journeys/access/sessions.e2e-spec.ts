import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FirstOwner } from '../../../src/access/people/first-owner.service.js';
import { Database } from '../../../src/platform/database/database.js';
import type { Answer, ApiClient } from '../../support/api-client.js';
import { PASSWORD, SignedIn } from '../../support/signed-in.js';
import { ADMIN_KEY, newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let anyone: ApiClient;
let owner: SignedIn;
let firstUses: Answer<any>[];
const tokenOf = (link = ''): string => link.split('#')[1] ?? '';

beforeAll(async () => {
  app = await startTestApp({ env: { CLOCK: '2025-01-15T08:00:00Z', TRUST_PROXY: '127.0.0.1' } });
  anyone = app.api.withKey(undefined);
  // Two processes have printed a link each, and two people use both at once.
  const links = await Promise.all([app.app.get(FirstOwner).link(), app.app.get(FirstOwner).link()]);
  firstUses = await Promise.all(
    [...links, ...links].map((link, n) =>
      anyone.post('/api/session', {
        token: tokenOf(link),
        name: 'Asha',
        email: `asha${n}@shop.example`,
        password: PASSWORD,
      }),
    ),
  );
  const winner = firstUses.find(({ status }) => status === 201);
  owner = await SignedIn.with(app.api, { email: winner?.body.user.email, password: PASSWORD });
});
afterAll(async () => {
  await app.close();
});

const sql = (text: string, values: unknown[] = []): Promise<any> =>
  app.app.get(Database).manager.query(text, values);
let people = 0;

/** A person who has used an invitation. */
async function join(role: string): Promise<SignedIn> {
  people += 1;
  const email = `person-${people}@shop.example`;
  const invited = await owner.post('/api/users/invitations', { email, name: `Person ${people}`, role });
  expect(invited.status).toBe(201);
  return SignedIn.with(app.api, { token: tokenOf(invited.body.link), password: PASSWORD });
}

// The limit counts failures of an address, and all tests call from one.
const forgetFailures = (): Promise<unknown> => sql('DELETE FROM sign_in_failures');

describe('the first start', () => {
  it('makes one owner with its link, however often it is used at once', async () => {
    expect((await anyone.get('/api/session')).body).toEqual({ user: null });
    expect(firstUses.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401]);
    expect(owner.user).toMatchObject({ name: 'Asha', role: 'owner' });
    expect(await app.app.get(FirstOwner).link()).toBeUndefined();
  });

  it('answers everything that a page needs', async () => {
    const { body } = await owner.get('/api/session');
    expect(body).toMatchObject({
      organization: { timeZone: 'UTC' },
      scopes: ['*'],
      installation: { simulator: true, clock: true, sendWindow: { start: '09:00', end: '21:00' } },
    });
    const { body: clock } = await app.api.get('/api/dev/clock');
    expect(body.now.slice(0, 10)).toBe(clock.now.slice(0, 10));
  });
});

describe('people', () => {
  it('may do what their role says, and the audit log names them', async () => {
    const manager = await join('manager');
    const desk = await join('order_desk');
    const viewer = await join('viewer');
    const draft = { name: 'Spring', templateName: 'spring' };
    const made = await manager.post('/api/whatsapp/campaigns', draft);
    expect(made.status).toBe(201);
    for (const person of [desk, viewer]) {
      expect((await person.post('/api/whatsapp/campaigns', draft)).status).toBe(403);
    }
    expect((await viewer.get('/api/whatsapp/campaigns')).status).toBe(200);
    expect((await desk.get('/api/whatsapp/campaigns')).status).toBe(403);
    for (const person of [manager, desk, viewer]) {
      expect((await person.get('/api/users')).status).toBe(403);
      expect((await person.post('/api/keys', { name: 'k', scopes: ['*'] })).status).toBe(403);
    }
    const { body } = await owner.get(`/api/audit?userId=${manager.user.id}&objectId=${made.body.id}`);
    expect(body.data).toMatchObject([
      { action: 'POST /api/whatsapp/campaigns', actor: manager.user.name, keyId: null, status: 201 },
    ]);
  });

  it('are in the consent history of what they record', async () => {
    const manager = await join('manager');
    const { body: customer } = await manager.post('/api/whatsapp/customers', {
      phoneNumber: '+919978783238',
    });
    await manager.post(`/api/whatsapp/customers/${customer.id}/opt-out`, { source: 'phone' });
    const { body } = await owner.get(`/api/whatsapp/customers/${customer.id}/consent`);
    expect(body.data[0]).toMatchObject({ kind: 'opt_out', keyId: null, userId: manager.user.id });
  });

  it('of another organization do not exist', async () => {
    const other = await newOrganization(app.api);
    const { body: foreigner } = await other.api.post('/api/users', {
      email: 'far@away.example',
      name: 'Far',
      password: PASSWORD,
      role: 'owner',
    });
    const path = `/api/users/${foreigner.id}`;
    expect((await owner.put(path, { name: 'x' })).status).toBe(404);
    expect((await owner.delete(path)).status).toBe(404);
    expect((await owner.delete(`${path}/sessions`)).status).toBe(404);
    const { body } = await owner.get('/api/users?limit=200');
    expect(body.data.map(({ id }: { id: string }) => id)).not.toContain(foreigner.id);
    const theirs = await SignedIn.with(app.api, { email: 'Far@Away.example', password: PASSWORD });
    expect((await theirs.get('/api/users')).body.total).toBe(1);
    // Installation powers stay with the first organization.
    expect((await theirs.post('/api/organizations', { name: 'More' })).status).toBe(403);
  });

  it('come in by invitations that can be seen and withdrawn, and that end with their owner', async () => {
    const other = await newOrganization(app.api);
    const invite = (email: string) => other.api.post('/api/users/invitations', { email, role: 'owner' });
    const first = (await invite('first@invited.example')).body;
    const second = (await invite('second@invited.example')).body;
    const { body: open } = await other.api.get('/api/users/invitations');
    expect(open.data.map(({ email }: { email: string }) => email)).toEqual([
      'second@invited.example',
      'first@invited.example',
    ]);
    expect((await owner.delete(`/api/users/invitations/${first.id}`)).status).toBe(404);
    expect((await other.api.delete(`/api/users/invitations/${first.id}`)).status).toBe(204);
    expect((await anyone.post('/api/session/link', { token: tokenOf(first.link) })).status).toBe(401);
    const owners = [];
    for (const name of ['stays', 'goes']) {
      const person = { email: `${name}@invited.example`, name, password: PASSWORD, role: 'owner' };
      owners.push((await other.api.post('/api/users', person)).body);
    }
    expect((await anyone.post('/api/session/link', { token: tokenOf(second.link) })).status).toBe(200);
    await other.api.delete(`/api/users/${owners[1].id}`);
    expect((await anyone.post('/api/session/link', { token: tokenOf(second.link) })).status).toBe(401);
  });

  it('never leave an organization without an owner', async () => {
    const other = await newOrganization(app.api);
    const made = [];
    for (const name of ['a', 'b']) {
      const email = `${name}@two-owners.example`;
      made.push(
        (await other.api.post('/api/users', { email, name, password: PASSWORD, role: 'owner' })).body,
      );
    }
    const answers = await Promise.all([
      other.api.put(`/api/users/${made[0].id}`, { role: 'viewer' }),
      other.api.put(`/api/users/${made[1].id}`, { isActive: false }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const left = answers[0].status === 200 ? made[1] : made[0];
    const gone = await other.api.delete(`/api/users/${left.id}`);
    expect([gone.status, gone.body.type]).toEqual([409, 'urn:drumbeat:problem:last_owner']);
  });

  it.each([
    ['short', 'needs at least 12'],
    ['aaaabbbbaaaa', 'too few different'],
    ['Passwordpassword', 'tries first'],
    ['xx-longest-name@shop.example', 'e-mail'],
  ])('cannot have the password %s', async (password, reason) => {
    const person = { email: 'longest-name@shop.example', name: 'Asha', password, role: 'viewer' };
    const { status, body } = await owner.post('/api/users', person);
    expect([status, body.errors[0].field]).toEqual([400, 'password']);
    expect(body.errors[0].message).toContain(reason);
  });
});

describe('a session', () => {
  it('writes only from its own page, and a key in a header wins over it', async () => {
    const body = { name: 'x', templateName: 't' };
    const post = (headers: Record<string, string>) =>
      anyone.post('/api/whatsapp/campaigns', body, { headers: { cookie: owner.cookie, ...headers } });
    const own = { 'x-csrf-token': owner.csrfToken };
    const { host } = new URL(app.url);
    const refused = [
      {},
      { 'sec-fetch-site': 'same-origin' },
      { ...own, 'sec-fetch-site': 'cross-site' },
      { ...own, 'sec-fetch-site': 'same-site' },
      { ...own, origin: 'https://evil.example' },
      { ...own, origin: 'null' },
      own,
      { 'x-csrf-token': `${owner.csrfToken}x`, 'sec-fetch-site': 'same-origin' },
    ];
    for (const headers of refused) {
      const answer = await post(headers);
      expect([answer.status, answer.body.type]).toEqual([403, 'urn:drumbeat:problem:csrf']);
    }
    expect((await post({ ...own, origin: `http://${host}` })).status).toBe(201);
    const wrong = await anyone.get('/api/users', { headers: { cookie: owner.cookie, 'x-api-key': 'wrong' } });
    expect(wrong.status).toBe(401);
  });

  it('cannot be opened from another site', async () => {
    const body = { email: owner.user.email, password: PASSWORD };
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    expect((await anyone.post('/api/session', body, { headers })).status).toBe(403);
  });

  it('has a cookie that no script reads and no other site sends', async () => {
    const answer = await anyone.post('/api/session', { email: owner.user.email, password: PASSWORD });
    const cookie = answer.headers.get('set-cookie');
    expect(cookie).toMatch(/^drumbeat=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
  });

  it.each([
    ['signing out', async (person: SignedIn) => person.delete('/api/session')],
    ['twelve idle hours', async (person: SignedIn) => age(person, 'seen_at', '13 hours')],
    ['seven days', async (person: SignedIn) => age(person, 'created_at', '8 days')],
    ['locking the person out', async (person: SignedIn) => owner.put(pathOf(person), { isActive: false })],
    [
      'locking the person out, also when they are let in again',
      async (person: SignedIn) => {
        await owner.put(pathOf(person), { isActive: false });
        await owner.put(pathOf(person), { isActive: true });
      },
    ],
    ['removing the person', async (person: SignedIn) => owner.delete(pathOf(person))],
    ['an owner', async (person: SignedIn) => owner.delete(`${pathOf(person)}/sessions`)],
  ])('is ended by %s', async (_, end) => {
    const person = await join('viewer');
    expect((await person.get('/api/whatsapp/campaigns')).status).toBe(200);
    await end(person);
    expect((await person.get('/api/whatsapp/campaigns')).status).toBe(401);
    expect((await person.get('/api/session')).body).toEqual({ user: null });
  });

  const pathOf = (person: SignedIn): string => `/api/users/${person.user.id}`;
  const age = (person: SignedIn, column: string, by: string): Promise<unknown> =>
    sql(`UPDATE sessions SET ${column} = now() - $2::interval WHERE user_id = $1`, [person.user.id, by]);

  it('of a key ends with the key', async () => {
    const { body: key } = await owner.post('/api/keys', { name: 'till', scopes: ['campaigns:read'] });
    const till = await SignedIn.with(app.api, { key: key.key });
    expect([till.user.name, till.user.role]).toEqual(['till', null]);
    expect((await till.get('/api/whatsapp/campaigns')).status).toBe(200);
    expect((await till.get('/api/users/me/preferences')).status).toBe(403);
    await owner.delete(`/api/keys/${key.id}`);
    expect((await till.get('/api/whatsapp/campaigns')).status).toBe(401);
  });

  it('survives a practice clock that jumps a month', async () => {
    const person = await join('viewer');
    expect((await app.api.post('/api/dev/clock', { advance: 'P30D' })).status).toBe(200);
    expect((await person.get('/api/whatsapp/campaigns')).status).toBe(200);
  });

  it('changes with the role at once', async () => {
    const person = await join('viewer');
    await owner.put(`/api/users/${person.user.id}`, { role: 'manager' });
    expect((await person.post('/api/whatsapp/campaigns', { name: 'x', templateName: 't' })).status).toBe(201);
  });

  it('that changes the password ends the others, and keeps preferences', async () => {
    const person = await join('viewer');
    const { email } = person.user;
    const elsewhere = await SignedIn.with(app.api, { email, password: PASSWORD });
    await person.put('/api/users/me/preferences', { preferences: { theme: 'dark' } });
    expect((await person.get('/api/users/me/sessions')).body.data).toHaveLength(2);
    const wrong = await person.post('/api/users/password', {
      current: 'not it',
      next: 'another long phrase',
    });
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([400, 'current']);
    const next = 'another long phrase';
    expect((await person.post('/api/users/password', { current: PASSWORD, next })).status).toBe(204);
    expect((await elsewhere.get('/api/whatsapp/campaigns')).status).toBe(401);
    expect((await person.get('/api/users/me/preferences')).body).toEqual({ preferences: { theme: 'dark' } });
    await forgetFailures();
    expect((await anyone.post('/api/session', { email, password: PASSWORD })).status).toBe(401);
    await SignedIn.with(app.api, { email, password: next });
  });
});

describe('signing in', () => {
  it('answers alike for a wrong password and an unknown account', async () => {
    await forgetFailures();
    const answers = await Promise.all(
      [owner.user.email, 'unknown@shop.example'].map((email) =>
        anyone.post('/api/session', { email, password: 'not the password' }),
      ),
    );
    expect(answers.map(({ status, body }) => [status, body.detail])).toEqual([
      [401, 'That e-mail and password do not belong together.'],
      [401, 'That e-mail and password do not belong together.'],
    ]);
  });

  it('takes five failures a minute, also when twenty come at once, and no success counts', async () => {
    await forgetFailures();
    const { email } = owner.user;
    for (let n = 0; n < 8; n++) await SignedIn.with(app.api, { email, password: PASSWORD });
    const tries = await Promise.all(
      Array.from({ length: 20 }, () => anyone.post('/api/session', { email, password: 'not the password' })),
    );
    const statuses = tries.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(15);
    // Of twenty at one moment all may be refused before a password is looked at, and then none counts.
    const wrong = { email, password: 'not the password' };
    for (let n = 0; n < 5; n++) await anyone.post('/api/session', wrong);
    const refused = await anyone.post('/api/session', { email, password: PASSWORD });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    await sql(`UPDATE sign_in_failures SET at = at - interval '61 seconds'`);
    await SignedIn.with(app.api, { email, password: PASSWORD });
  });

  it('cannot be kept from a person by a few tries of strangers, nor by many where the person is known', async () => {
    await forgetFailures();
    const { email } = owner.user;
    const from = (ip: string, password: string): Promise<Answer<any>> =>
      anyone.post('/api/session', { email, password }, { headers: { 'x-forwarded-for': ip } });
    const status = async (ip: string, password: string): Promise<number> => (await from(ip, password)).status;
    for (let n = 0; n < 6; n++) await from(`203.0.113.${n}`, 'not the password');
    expect(await status('198.51.100.1', PASSWORD)).toBe(201);
    // The tries of a minute from all over the world, without the seconds that their passwords take.
    const [{ subject }] = await sql(
      'SELECT subject FROM sign_in_failures GROUP BY subject ORDER BY count(*) DESC LIMIT 1',
    );
    await sql(`INSERT INTO sign_in_failures (subject) SELECT $1 FROM generate_series(1, 50)`, [subject]);
    expect(await status('198.51.100.2', PASSWORD)).toBe(429);
    expect(await status('198.51.100.1', PASSWORD)).toBe(201);
    // Known or not, an address has five tries.
    for (let n = 0; n < 5; n++) expect(await status('198.51.100.1', 'not the password')).toBe(401);
    expect(await status('198.51.100.1', PASSWORD)).toBe(429);
    await forgetFailures();
  });

  it('leaves an entry in the audit log, also when it fails', async () => {
    await forgetFailures();
    const member = await join('manager');
    const { email, id } = member.user;
    await anyone.post('/api/session', { email, password: 'not the password' });
    await SignedIn.with(app.api, { email, password: PASSWORD });
    await SignedIn.with(app.api, { key: ADMIN_KEY });
    const { body } = await owner.get('/api/audit?limit=10');
    const entries = body.data.filter(({ action }: { action: string }) => action === 'POST /api/session');
    const [byKey, signedIn, failed, joined] = entries;
    expect(byKey).toMatchObject({ status: 201, userId: null, keyId: expect.any(String) });
    expect(signedIn).toMatchObject({ status: 201, userId: id, actor: member.user.name, ip: '127.0.0.1' });
    expect(failed).toMatchObject({ status: 401, userId: null, objectId: id, requestId: expect.any(String) });
    expect(joined).toMatchObject({ status: 201, userId: id });
  });

  it('with a link works once, and says before what the link is for', async () => {
    await forgetFailures();
    const invited = await owner.post('/api/users/invitations', {
      email: 'once@shop.example',
      role: 'viewer',
    });
    const token = tokenOf(invited.body.link);
    expect(invited.body.link).toMatch(/\/console\/welcome#[\w-]{43}$/);
    expect((await anyone.post('/api/session/link', { token })).body).toMatchObject({ role: 'viewer' });
    const nameless = await anyone.post('/api/session', { token, password: PASSWORD });
    expect([nameless.status, nameless.body.errors[0].field]).toEqual([400, 'name']);
    const uses = await Promise.all(
      ['one', 'two'].map((name) => anyone.post('/api/session', { token, name, password: PASSWORD })),
    );
    expect(uses.map(({ status }) => status).sort()).toEqual([201, 401]);
    expect((await anyone.post('/api/session/link', { token })).status).toBe(401);
    const again = await owner.post('/api/users/invitations', { email: 'Once@shop.example', role: 'viewer' });
    expect(again.body.type).toBe('urn:drumbeat:problem:email_taken');
  });
});
