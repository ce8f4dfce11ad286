import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Database } from '../../../src/platform/database/database.js';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { WebhookInbox } from '../../../src/webhooks/inbox/webhook-inbox.service.js';
import { WebhookSecrets } from '../../../src/webhooks/inbox/webhook-secrets.service.js';
import { WebhookBatch } from '../../../src/webhooks/processing/webhook-batch.service.js';
import { WebhookProcessor } from '../../../src/webhooks/processing/webhook-processor.service.js';
import { APP_SECRET, messaging, textMessage, webhook, WEBHOOK_ENV } from '../../support/signed-webhooks.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const NOON = '2026-03-01T12:00:00Z';
let app: TestApp;
let db: EntityManager;
beforeAll(async () => {
  app = await startTestApp({ env: { ...WEBHOOK_ENV, CLOCK: NOON } });
  db = app.app.get(Database).manager;
  // The tests run each batch by hand, to count its statements.
  await app.app.get(WebhookProcessor).onModuleDestroy();
});
afterAll(async () => {
  await app.close();
});

let next = 1;
const newNumbers = (count: number): string[] =>
  Array.from({ length: count }, () => `4915700${String(next++).padStart(6, '0')}`);

const says = (from: string, body: string, more: object = {}): object => {
  const contacts = [{ wa_id: from, user_id: `DE.${from}`, profile: { name: `N ${from}` } }];
  const about = { from, from_user_id: `DE.${from}`, timestamp: String(Date.parse(NOON) / 1_000), ...more };
  return messaging({ contacts, messages: [textMessage(`wamid.burst.${next++}`, body, about)] });
};

/** Processes one event a message, in one batch. */
async function process(entries: readonly object[]): Promise<number> {
  const inbox = app.app.get(WebhookInbox);
  const signer = app.app.get(WebhookSecrets).fingerprint(APP_SECRET);
  await Promise.all(entries.map((entry) => inbox.accept(Buffer.from(webhook(entry)), signer)));
  const { events, statements } = await counted(() => app.app.get(WebhookBatch).processNext());
  expect(events).toBe(entries.length);
  return statements;
}

/** The statements of the transaction that claims events; other transactions run at the same time. */
async function counted<T>(work: () => Promise<T>): Promise<T & { statements: number }> {
  const runners: string[][] = [];
  const connection = db.dataSource;
  const create = connection.createQueryRunner.bind(connection);
  connection.createQueryRunner = (mode) => {
    const runner = create(mode);
    const query = runner.query.bind(runner);
    const statements: string[] = [];
    runners.push(statements);
    runner.query = ((...args: Parameters<typeof query>) => {
      statements.push(args[0]);
      return query(...args);
    }) as typeof runner.query;
    return runner;
  };
  try {
    const result = await work();
    const ofBatch = runners.filter((texts) => texts.some((text) => /fresh AS MATERIALIZED/.test(text)));
    return { ...result, statements: ofBatch.flat().length };
  } finally {
    connection.createQueryRunner = create;
  }
}

const customers = async (numbers: readonly string[]): Promise<any[]> =>
  rowsOf(
    db,
    sql`SELECT whatsapp_phone AS phone, wa_id, whatsapp_user_id AS user_id, display_name AS name, subscription,
               last_inbound_at AS at
          FROM user_profiles WHERE wa_id = ANY(${numbers}) ORDER BY wa_id`,
  );

describe('a burst of messages', () => {
  it('of new people takes as many statements as the message of one', async () => {
    const one = await process(newNumbers(1).map((from) => says(from, 'hello')));
    const numbers = newNumbers(500);
    const many = await process(numbers.map((from) => says(from, 'hello')));
    expect(many).toBe(one);
    const found = await customers(numbers);
    expect(found).toHaveLength(500);
    expect(found[0]).toEqual({
      ...{ phone: `+${numbers[0]}`, wa_id: numbers[0], user_id: `DE.${numbers[0]}`, name: `N ${numbers[0]}` },
      ...{ subscription: 'subscribed', at: new Date(NOON) },
    });
  });

  it('of known people who all say STOP takes as many as one STOP', async () => {
    const [first = '', ...numbers] = newNumbers(201);
    await process([first, ...numbers].map((from) => says(from, 'hello', { from_user_id: undefined })));
    const one = await process([says(first, 'STOP')]);
    const many = await process(numbers.map((from) => says(from, 'STOP')));
    expect(many).toBe(one);
    const found = await customers(numbers);
    expect(found.map(({ subscription }) => subscription)).toEqual(numbers.map(() => 'unsubscribed'));
    const [confirmed] = await rowsOf<{ n: number }>(
      db,
      sql`SELECT count(*)::int AS n FROM message_outbox WHERE phone_number = ANY(${numbers.map((n) => `+${n}`)})`,
    );
    expect(confirmed?.n).toBe(200);
  });

  it('keeps what each person said last, and answers every change', async () => {
    const [ana = '', ben = ''] = newNumbers(2);
    const at = (from: string, body: string, seconds: number): object =>
      says(from, body, { timestamp: String(Date.parse(NOON) / 1_000 - 60 + seconds) });
    await process([
      ...[at(ana, 'STOP', 1), at(ben, 'STOP', 1), at(ana, 'stop', 2), at(ana, 'START', 3), at(ben, 'hi', 4)],
    ]);
    expect(await customers([ana, ben])).toMatchObject([
      { subscription: 'subscribed' },
      { subscription: 'unsubscribed' },
    ]);
    const answers = await rowsOf<{ phone: string; n: number }>(
      db,
      sql`SELECT phone_number AS phone, count(*)::int AS n FROM message_outbox
           WHERE phone_number = ANY(${[`+${ana}`, `+${ben}`]}) GROUP BY 1 ORDER BY 1`,
    );
    expect(answers).toEqual([
      { phone: `+${ana}`, n: 2 },
      { phone: `+${ben}`, n: 1 },
    ]);
  });

  it('joins two profiles that turn out to be one person', async () => {
    const [cem = '', dee = ''] = newNumbers(2);
    const hidden = { from: undefined };
    await process([says(cem, 'hello', { from_user_id: undefined })]);
    const byUserId = (from: string) =>
      messaging({
        contacts: [{ user_id: `DE.${from}` }],
        messages: [textMessage(`wamid.burst.${next++}`, 'STOP', { ...hidden, from_user_id: `DE.${from}` })],
      });
    await process([byUserId(`x${cem}`), says(dee, 'hello')]);
    const both = messaging({
      contacts: [{ wa_id: cem, user_id: `DE.x${cem}` }],
      messages: [textMessage(`wamid.burst.${next++}`, 'hi', { from: cem, from_user_id: `DE.x${cem}` })],
    });
    await process([both, says(dee, 'hello again')]);
    expect(await customers([cem])).toMatchObject([{ user_id: `DE.x${cem}`, subscription: 'unsubscribed' }]);
  });
});
