import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Conversations } from '../../../src/messages/conversations/conversations.service.js';
import { Outbox } from '../../../src/messages/outbox/outbox.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import { WEBHOOK_ENV } from '../../support/signed-webhooks.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const HOUR = 60 * 60 * 1_000;
const NOON = new Date('2026-03-01T12:00:00Z');
const after = (hours: number): Date => new Date(NOON.getTime() + hours * HOUR);

let app: TestApp;
let db: Database;
let senderId: string;
let organizationId: string;
beforeAll(async () => {
  app = await startTestApp({ env: WEBHOOK_ENV });
  db = app.app.get(Database);
  [{ id: senderId, organization_id: organizationId }] = await db.manager.query(
    'SELECT id, organization_id FROM senders',
  );
});
afterAll(async () => {
  await app.close();
});

let next = 1;
const somebody = (): string => `+4915200${String(next++).padStart(5, '0')}`;

describe('conversations', () => {
  const conversations = (): Conversations => app.app.get(Conversations);
  const note = (contact: string, at: Date, customerId: string | null = null) => ({
    ...{ organizationId, senderId, contact, customerId, at },
  });
  const openAt = (phones: string[], at: Date): Promise<Set<string>> =>
    conversations().openAmong(db.manager, senderId, phones, at);

  it('are open for 24 hours from the last message, in any order of arrival', async () => {
    const [ana, ben] = [somebody(), somebody()];
    await db.transaction((tx) =>
      conversations().noteInbound(tx, [note(ana, after(1)), note(ana, after(3)), note(ana, after(2))]),
    );
    await db.transaction((tx) => conversations().noteInbound(tx, [note(ana, after(0)), note(ben, after(0))]));
    expect(await openAt([ana, ben], after(23))).toEqual(new Set([ana, ben]));
    expect(await openAt([ana, ben], after(24))).toEqual(new Set([ana]));
    expect(await openAt([ana, ben], after(27))).toEqual(new Set());
  });

  it('are found in every spelling of a number, and given back as asked', async () => {
    await db.transaction((tx) => conversations().noteInbound(tx, [note('+5491122223333', after(0))]));
    expect(await openAt(['+541122223333'], after(1))).toEqual(new Set(['+541122223333']));
  });

  it('belong to one number of ours', async () => {
    const ana = somebody();
    await db.transaction((tx) => conversations().noteInbound(tx, [note(ana, after(0))]));
    expect(await conversations().openAmong(db.manager, uuidV7(), [ana], after(1))).toEqual(new Set());
  });

  it('survive two batches that note the same people at once', async () => {
    const people = Array.from({ length: 50 }, somebody);
    const batch = (hours: number): Promise<void> =>
      db.transaction((tx) =>
        conversations().noteInbound(
          tx,
          [...people].sort(() => Math.random() - 0.5).map((one) => note(one, after(hours))),
        ),
      );
    await Promise.all([batch(1), batch(2), batch(0)]);
    expect((await openAt(people, after(25.5))).size).toBe(50);
  });
});

describe('the outbox', () => {
  it('stores a message once, however many callers add it at the same time', async () => {
    const message = {
      ...{ organizationId, senderId, purpose: 'consent' as const, dedupeKey: 'once' },
      ...{ phoneNumber: somebody(), whatsappUserId: null, customerId: null },
      ...{ payload: { type: 'text' }, expiresAt: after(24) },
    };
    const add = (tx: EntityManager): Promise<number> => app.app.get(Outbox).add(tx, [message]);
    const added = await Promise.all(Array.from({ length: 5 }, () => db.transaction(add)));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(await db.transaction(add)).toBe(0);
  });
});
