import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Consents } from '../../../src/customers/consent/consent.service.js';
import {
  type Contact,
  type FoundProfile,
  Identities,
} from '../../../src/customers/people/identities.service.js';
import { isMailable, mailableCondition } from '../../../src/customers/consent/mailable.js';
import { Database } from '../../../src/platform/database/database.js';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let database: Database;
let identities: Identities;
let consent: Consents;
let org: string;
beforeAll(async () => {
  app = await startTestApp();
  database = app.app.get(Database);
  identities = app.app.get(Identities, { strict: false });
  consent = app.app.get(Consents, { strict: false });
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  org = (await newOrganization(app.api)).id;
});

const meet = (contact: Contact): Promise<FoundProfile> =>
  database.transaction((tx) => identities.findOrCreateByContact(tx, org, contact));
const say = (profileId: string, kind: 'opt_out' | 'opt_in' | 'stop', day: number): Promise<unknown> =>
  database.transaction((tx) =>
    consent.recordConsent(tx, org, {
      profileId,
      kind,
      source: 'test',
      evidence: {},
      occurredAt: new Date(`2025-03-0${day}T00:00:00Z`),
      keyId: null,
    }),
  );
const count = async (): Promise<number> =>
  (await rowsOf(database.manager, sql`SELECT 1 FROM user_profiles WHERE organization_id = ${org}`)).length;

describe('a contact from a webhook', () => {
  it('with number, wa_id and user id is one person, later found by any of them', async () => {
    const first = await meet({ waId: '551161234567', userId: 'BR.1', name: 'Ana', username: 'ana' });
    expect(first).toMatchObject({
      isNew: true,
      profile: {
        whatsappPhone: '+5511961234567',
        waId: '551161234567',
        whatsappUserId: 'BR.1',
        displayName: 'Ana',
      },
    });
    for (const contact of [
      { phone: '+5511961234567' },
      { waId: '5511961234567' },
      { userId: 'BR.1' },
      { phone: '+551161234567', userId: 'BR.1' },
    ]) {
      const again = await meet(contact);
      expect([again.profile.id, again.isNew, again.mergedId]).toEqual([first.profile.id, false, null]);
    }
    expect(await count()).toBe(1);
  });

  it.each([
    ['5491123456789', '+541123456789'],
    ['541123456789', '+5491123456789'],
    ['5215512345678', '+525512345678'],
  ])('with wa_id %s is the customer known as %s', async (waId, phone) => {
    const known = await meet({ phone });
    const again = await meet({ waId });
    expect(again.profile).toMatchObject({ id: known.profile.id, whatsappPhone: phone, waId });
  });

  it('keeps the name given by the shop and takes over a new username and user id', async () => {
    const { profile } = await meet({
      phone: '+14694652751',
      userId: 'US.1',
      name: 'Ravi Kumar',
      username: 'r1',
    });
    const { profile: later } = await meet({
      phone: '+14694652751',
      userId: 'US.2',
      name: 'ravi ☀️',
      username: 'r2',
    });
    expect(later).toMatchObject({
      id: profile.id,
      displayName: 'Ravi Kumar',
      username: 'r2',
      whatsappUserId: 'US.2',
    });
  });

  it('known by user id alone gets the number once it appears', async () => {
    const { profile } = await meet({ userId: 'US.1', name: 'x'.repeat(300) });
    expect(profile.displayName).toHaveLength(200);
    const { profile: later, mergedId } = await meet({ userId: 'US.1', waId: '14694652751' });
    expect(later).toMatchObject({ id: profile.id, whatsappPhone: '+14694652751', waId: '14694652751' });
    expect(mergedId).toBeNull();
  });

  it('that joins two profiles leaves one with the data of both', async () => {
    const { profile: numbered } = await meet({ phone: '+14694652751', name: 'Ravi' });
    const { profile: nameless } = await meet({ userId: 'US.1', username: 'ravi.k' });
    await database.transaction((tx) =>
      identities.noteInbound(tx, org, [{ profileId: nameless.id, at: new Date('2025-03-05T00:00:00Z') }]),
    );
    const joined = await meet({ waId: '14694652751', userId: 'US.1' });
    expect(joined).toMatchObject({
      isNew: false,
      mergedId: nameless.id,
      profile: {
        id: numbered.id,
        whatsappUserId: 'US.1',
        username: 'ravi.k',
        displayName: 'Ravi',
        lastInboundAt: new Date('2025-03-05T00:00:00Z'),
      },
    });
    expect(await count()).toBe(1);
  });

  it.each<[('opt_out' | 'opt_in')[], ('opt_out' | 'opt_in')[], string]>([
    [['opt_out'], [], 'unsubscribed'],
    [[], ['opt_out'], 'unsubscribed'],
    [['opt_in'], ['opt_out'], 'unsubscribed'],
    [['opt_in'], [], 'subscribed'],
    [[], ['opt_in'], 'subscribed'],
    [['opt_out', 'opt_in'], [], 'subscribed'],
  ])(
    'that joins a profile with consent %j and one with %j is %s',
    async (numberedSaid, namelessSaid, expected) => {
      const { profile: numbered } = await meet({ phone: '+14694652751' });
      const { profile: nameless } = await meet({ userId: 'US.1' });
      for (const [i, kind] of numberedSaid.entries()) await say(numbered.id, kind, i + 1);
      for (const [i, kind] of namelessSaid.entries()) await say(nameless.id, kind, i + 1);
      const { profile } = await meet({ phone: '+14694652751', userId: 'US.1' });
      expect(profile.subscription).toBe(expected);
      const isSuppressed = (await consent.suppressedAmong(database.manager, org, ['+14694652751', 'US.1']))
        .size;
      expect(isSuppressed).toBe(expected === 'unsubscribed' ? 2 : 0);
    },
  );

  it('who opted out before the number was known stays suppressed under the number', async () => {
    const { profile } = await meet({ userId: 'US.1' });
    await say(profile.id, 'stop', 1);
    await meet({ userId: 'US.1', phone: '+14694652751' });
    await rowsOf(database.manager, sql`DELETE FROM user_profiles WHERE id = ${profile.id}`);
    expect((await meet({ phone: '+14694652751' })).profile.subscription).toBe('unsubscribed');
  });

  it('arriving ten times at once creates one profile', async () => {
    const found = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        meet(
          i % 3 === 0
            ? { userId: 'AR.1', phone: '+5491123456789' }
            : i % 3 === 1
              ? { userId: 'AR.1' }
              : { waId: '541123456789', userId: 'AR.1' },
        ),
      ),
    );
    expect(await count()).toBe(1);
    expect(new Set(found.map(({ profile }) => profile.whatsappUserId))).toEqual(new Set(['AR.1']));
  });

  it('records the last inbound time and never moves it back', async () => {
    const { profile } = await meet({ phone: '+14694652751' });
    for (const day of [2, 3, 1]) {
      await database.transaction((tx) =>
        identities.noteInbound(tx, org, [
          { profileId: profile.id, at: new Date(`2025-03-0${day}T00:00:00Z`) },
        ]),
      );
    }
    expect((await meet({ phone: '+14694652751' })).profile.lastInboundAt).toEqual(
      new Date('2025-03-03T00:00:00Z'),
    );
  });
});

describe('a refusal written by SQL', () => {
  const PHONE = '+14694652751';
  const unsubscribe = (id: string): Promise<unknown> =>
    rowsOf(
      database.manager,
      sql`UPDATE user_profiles SET subscription = 'unsubscribed' WHERE id = ${id} RETURNING id`,
    );
  const refusals = (id: string): Promise<{ kind: string; source: string }[]> =>
    rowsOf(
      database.manager,
      sql`SELECT kind, source FROM consent_events WHERE profile_id = ${id} AND kind = 'opt_out'`,
    );
  const subscriptionNow = async (): Promise<string> => (await meet({ phone: PHONE })).profile.subscription;

  it('survives a message that carries the user id, and is in the history once', async () => {
    const { profile } = await meet({ phone: PHONE });
    await say(profile.id, 'opt_in', 1);
    await unsubscribe(profile.id);
    for (const userId of ['US.1', 'US.2']) {
      expect((await meet({ phone: PHONE, userId })).profile.subscription).toBe('unsubscribed');
    }
    expect(await refusals(profile.id)).toEqual([{ kind: 'opt_out', source: 'database' }]);
    expect((await consent.suppressedAmong(database.manager, org, [PHONE, 'US.2'])).size).toBe(2);
  });

  it.each([
    ['number', { phone: PHONE }],
    ['user id', { userId: 'US.1' }],
  ])('for the profile with the %s holds for the person', async (_, refused) => {
    const all = [await meet({ phone: PHONE }), await meet({ userId: 'US.1' })];
    for (const { profile } of all) await say(profile.id, 'opt_in', 2);
    await unsubscribe((await meet(refused)).profile.id);
    expect((await meet({ phone: PHONE, userId: 'US.1' })).profile.subscription).toBe('unsubscribed');
  });

  it.each(['opt_in', 'start'] as const)('is lifted by a later %s', async (kind) => {
    const { profile } = await meet({ phone: PHONE });
    await say(profile.id, 'opt_in', 1);
    await unsubscribe(profile.id);
    await database.transaction((tx) =>
      consent.recordConsent(tx, org, {
        ...{ profileId: profile.id, kind, source: 'test', evidence: {}, keyId: null },
        occurredAt: new Date(Date.now() - 2_000),
      }),
    );
    expect(await subscriptionNow()).toBe('subscribed');
  });

  it('is not lifted by an agreement that was known before', async () => {
    const { profile } = await meet({ phone: PHONE });
    await say(profile.id, 'opt_in', 1);
    await unsubscribe(profile.id);
    await say(profile.id, 'opt_in', 1);
    expect(await subscriptionNow()).toBe('unsubscribed');
  });

  it('does not hold a person whose other profile has agreed since', async () => {
    const { profile: numbered } = await meet({ phone: PHONE });
    const { profile: nameless } = await meet({ userId: 'US.1' });
    await say(numbered.id, 'opt_out', 1);
    await say(nameless.id, 'opt_in', 2);
    expect((await meet({ phone: PHONE, userId: 'US.1' })).profile.subscription).toBe('subscribed');
    expect(await refusals(numbered.id)).toEqual([{ kind: 'opt_out', source: 'test' }]);
  });
});

describe('mailable', () => {
  it('is the same in SQL and in code', async () => {
    const people = await Promise.all(
      ['+14694652751', '+14694652752', '+14694652753'].map((phone) => meet({ phone })),
    );
    await say(people[0]?.profile.id ?? '', 'opt_in', 1);
    await say(people[1]?.profile.id ?? '', 'opt_out', 1);
    for (const policy of ['assume', 'explicit'] as const) {
      const inSql = await rowsOf<{ id: string }>(
        database.manager,
        sql`SELECT id FROM user_profiles p WHERE organization_id = ${org} AND ${mailableCondition('p', policy)}`,
      );
      const now = await Promise.all(
        ['+14694652751', '+14694652752', '+14694652753'].map((phone) => meet({ phone })),
      );
      const inCode = now
        .filter(({ profile }) => isMailable(profile, policy))
        .map(({ profile }) => profile.id);
      expect(inSql.map(({ id }) => id).sort()).toEqual(inCode.sort());
      expect(inCode).toHaveLength(policy === 'assume' ? 2 : 1);
    }
  });
});
