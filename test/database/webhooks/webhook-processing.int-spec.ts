import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../../src/platform/clock/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { WebhookBatch } from '../../../src/webhooks/processing/webhook-batch.service.js';
import { WebhookHandlers } from '../../../src/webhooks/processing/webhook-handlers.service.js';
import type { OwnedItem } from '../../../src/webhooks/processing/webhook-items.js';
import { WebhookInbox } from '../../../src/webhooks/inbox/webhook-inbox.service.js';
import { WebhookProcessor } from '../../../src/webhooks/processing/webhook-processor.service.js';
import { WebhookRetention } from '../../../src/webhooks/inbox/webhook-retention.service.js';
import { WebhookSecrets } from '../../../src/webhooks/inbox/webhook-secrets.service.js';
import type { StatusEvent } from '../../../src/whatsapp/parsing/webhook-events.js';
import {
  APP_SECRET,
  change,
  messaging,
  status,
  statuses,
  textMessage,
  webhook,
  WEBHOOK_ENV,
} from '../../support/signed-webhooks.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let meta: TestMeta;
let app: TestApp;
let db: EntityManager;
/** What else the handler does; set by each test. */
let onStatuses: (items: readonly OwnedItem<StatusEvent>[]) => Promise<void> | void = () => undefined;

beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({
    env: { ...WEBHOOK_ENV, WHATSAPP_API_URL: meta.url, CLOCK: '2025-01-15T08:00:00Z' },
  });
  db = app.app.get(Database).manager;
  // The tests run each batch by hand, to see what it does.
  await app.app.get(WebhookProcessor).onModuleDestroy();
  await db.query('CREATE TABLE effects (n serial, handler text, what text, organization uuid)');
  const write =
    (name: string) =>
    async (tx: EntityManager, items: readonly OwnedItem<{ wamid: string }>[]): Promise<void> => {
      for (const { item, organizationId } of items) {
        await tx.query('INSERT INTO effects (handler, what, organization) VALUES ($1, $2, $3)', [
          name,
          item.wamid,
          organizationId,
        ]);
      }
    };
  const handlers = app.app.get(WebhookHandlers);
  handlers.handles('statuses', 'test-statuses', async (tx, items) => {
    await write('statuses')(tx, items);
    await onStatuses(items);
  });
  handlers.handles('messages', 'test-messages', write('messages'));
});
afterAll(async () => {
  await app.close();
  await meta.close();
});
beforeEach(async () => {
  onStatuses = () => undefined;
  await db.query('TRUNCATE effects, webhook_events');
});

async function receive(body: string, secret = APP_SECRET): Promise<void> {
  await app.app.get(WebhookInbox).accept(Buffer.from(body), app.app.get(WebhookSecrets).fingerprint(secret));
}
const processNext = (): Promise<{ events: number }> => app.app.get(WebhookBatch).processNext();
const effects = async (handler = 'statuses'): Promise<string[]> =>
  (await db.query('SELECT what FROM effects WHERE handler = $1 ORDER BY n', [handler])).map(
    (row: any) => row.what,
  );
const events = (): Promise<any[]> =>
  db.query(`SELECT id, status, attempts, open_parts AS parts, failure_reason AS reason,
                   next_attempt_at AS next, organization_id AS organization FROM webhook_events ORDER BY id`);
const range = (count: number, name = 'w'): string[] => Array.from({ length: count }, (_, i) => `${name}${i}`);
const passTime = (duration: string): Promise<unknown> =>
  app.api.post('/api/dev/clock', { advance: duration });

describe('a batch', () => {
  it('applies every item once, however many processors run', async () => {
    for (const wamid of range(900)) void receive(statuses(wamid));
    await until(events, (rows) => rows.length === 900);
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        while ((await processNext()).events > 0);
      }),
    );
    while ((await processNext()).events > 0);
    expect((await effects()).sort()).toEqual(range(900).sort());
    expect(new Set((await events()).map((row) => row.status))).toEqual(new Set(['processed']));
  });

  it('keeps the order of the events and of their items', async () => {
    await receive(
      webhook(messaging({ statuses: [status('a'), status('b')] }), messaging({ statuses: [status('c')] })),
    );
    await receive(webhook(messaging({ statuses: [status('d')], messages: [textMessage('m', 'hi')] })));
    await processNext();
    expect(await effects()).toEqual(['a', 'b', 'c', 'd']);
    expect(await effects('messages')).toEqual(['m']);
  });

  it('takes large events in smaller batches', async () => {
    const large = webhook(
      messaging({ statuses: [status('large', 'sent', { biz_opaque_callback_data: 'x'.repeat(3_000_000) })] }),
    );
    for (let i = 0; i < 3; i++) await receive(large);
    expect((await processNext()).events).toBe(2);
    expect((await processNext()).events).toBe(1);
  });

  it('leaves nothing behind when it dies before the commit', async () => {
    await receive(statuses('a'));
    const database = app.app.get(Database);
    const killed = jest.spyOn(database, 'transaction').mockImplementationOnce((work) =>
      database.dataSource.transaction(async (tx) => {
        await work(tx);
        throw new Error('killed');
      }),
    );
    await expect(processNext()).rejects.toThrow('killed');
    killed.mockRestore();
    expect(await effects()).toEqual([]);
    expect(await events()).toMatchObject([{ status: 'received', attempts: 0 }]);
    await processNext();
    expect(await effects()).toEqual(['a']);
  });

  it('waits for an outage to end without blaming the events', async () => {
    await receive(statuses('a'));
    onStatuses = () => {
      throw Object.assign(new Error('terminating connection'), { code: '57P01' });
    };
    await expect(processNext()).rejects.toThrow('terminating');
    expect(await events()).toMatchObject([{ status: 'received', attempts: 0 }]);
  });
});

describe('an item that fails', () => {
  it('is applied once when the second call succeeds', async () => {
    let calls = 0;
    onStatuses = () => {
      if (calls++ === 0) throw new Error('not now');
    };
    for (const wamid of range(4)) await receive(statuses(wamid));
    await processNext();
    expect(await effects()).toEqual(range(4));
    expect(new Set((await events()).map((row) => row.status))).toEqual(new Set(['processed']));
  });

  it('delays no other item, in its event or in others, and is retried alone', async () => {
    let isBroken = true;
    onStatuses = (items) => {
      if (isBroken && items.some(({ item }) => item.wamid === 'bad'))
        throw new Error('cannot take +551199990000');
    };
    await receive(statuses('a'));
    await receive(
      webhook(
        messaging({ statuses: ['b', 'bad', 'c'].map((w) => status(w)), messages: [textMessage('m', 'x')] }),
      ),
    );
    await receive(statuses('d'));
    await processNext();
    expect(await effects()).toEqual(['a', 'b', 'c', 'd']);
    expect(await effects('messages')).toEqual(['m']);
    const [, failing] = await events();
    expect(failing).toMatchObject({ status: 'retry', attempts: 1, parts: ['test-statuses#1'] });
    expect(failing.reason).toMatch(/^test-statuses#1: cannot take \+551\*/);

    expect((await processNext()).events).toBe(0);
    isBroken = false;
    await passTime('PT2M');
    await processNext();
    expect(await effects()).toEqual(['a', 'b', 'c', 'd', 'bad']);
    expect(await effects('messages')).toEqual(['m']);
    expect((await events())[1]).toMatchObject({ status: 'processed', attempts: 2, parts: [], reason: null });
  });

  it('has what its handler wrote rolled back', async () => {
    onStatuses = () => Promise.reject(new Error('after the write'));
    await receive(statuses('a'));
    await processNext();
    expect(await effects()).toEqual([]);
  });

  it('is parked after ten retries over a day, and processed after a replay', async () => {
    let isBroken = true;
    onStatuses = () => {
      if (isBroken) throw new Error('no');
    };
    await receive(statuses('poison'));
    const begun = app.app.get(Clock).now().getTime();
    let tries = 0;
    for (let [event] = await events(); event.status !== 'failed'; [event] = await events()) {
      if (event.next !== null)
        await passTime(`PT${Math.ceil((event.next - +app.app.get(Clock).now()) / 1_000) + 1}S`);
      expect((await processNext()).events).toBe(1);
      tries++;
    }
    expect(tries).toBe(11);
    const hours = (app.app.get(Clock).now().getTime() - begun) / 3_600_000;
    expect(hours).toBeGreaterThan(24);
    expect(hours).toBeLessThan(27);
    const listed = await app.api.get('/api/webhook-events?status=failed');
    expect(listed.body).toMatchObject({
      total: 1,
      data: [{ attempts: 11, failureReason: 'test-statuses#0: no' }],
    });

    isBroken = false;
    const [{ id }] = listed.body.data;
    expect((await app.api.post(`/api/webhook-events/${id}/replay`)).status).toBe(200);
    expect(await app.api.post(`/api/webhook-events/${id}/replay`)).toMatchObject({ status: 409 });
    await processNext();
    expect(await effects()).toEqual(['poison']);
    expect(await events()).toMatchObject([{ status: 'processed' }]);
  });
});

describe('an item without a handler or owner', () => {
  it('is kept while the rest takes effect, and processed once there is a handler', async () => {
    await receive(
      webhook(
        messaging({ statuses: [status('a')], a_list_of_tomorrow: [{ id: 1 }], contacts: [], more: 'x' }),
        change('field_of_tomorrow', {}),
      ),
    );
    await processNext();
    expect(await effects()).toEqual(['a']);
    expect(await events()).toMatchObject([{ status: 'unhandled', parts: ['kind:unknown'] }]);

    const found: string[] = [];
    app.app
      .get(WebhookHandlers)
      .handles('unknown', 'test-unknown', (_, items) =>
        Promise.resolve(void found.push(...items.map(({ item }) => item.where))),
      );
    const restarted = new WebhookProcessor(
      app.app.get(WebhookBatch),
      app.app.get(WebhookHandlers),
      app.app.get(Database),
      { error: () => undefined, info: () => undefined } as never,
    );
    restarted.onApplicationBootstrap();
    await until(events, ([event]) => event.status === 'processed');
    await restarted.onModuleDestroy();
    expect(found).toEqual(['a_list_of_tomorrow', 'more', 'field_of_tomorrow']);
    expect(await effects()).toEqual(['a']);
  });

  it('waits until its number is connected', async () => {
    const about = { phoneNumberId: '31415', businessAccountId: '27182' };
    await receive(webhook(messaging({ statuses: [status('early')] }, about)));
    await processNext();
    const reason = expect.stringContaining('not connected');
    const parts = ['message-status#0', 'test-statuses#0'];
    expect(await events()).toMatchObject([{ status: 'unhandled', parts, reason }]);
    expect(await effects()).toEqual([]);

    const other = await newOrganization(app.api);
    meta.knows('t', about);
    await other.api.post('/api/whatsapp/senders', { name: 'x', accessToken: 't', ...about });
    const [{ id }] = await events();
    await app.api.post(`/api/webhook-events/${id}/replay`);
    await processNext();
    expect(await effects()).toEqual(['early']);
    expect(await events()).toMatchObject([{ status: 'processed', organization: other.id }]);
  });
});

describe('a signer', () => {
  it('reports about the numbers of its own app, not about others', async () => {
    const about = { phoneNumberId: '999000333', businessAccountId: '999' };
    const other = await newOrganization(app.api);
    meta.knows('t2', about);
    await other.api.post('/api/whatsapp/senders', {
      name: 'x',
      accessToken: 't2',
      appSecret: 'theirs',
      ...about,
    });
    await receive(
      webhook(messaging({ statuses: [status('own')] }, about), messaging({ statuses: [status('forged')] })),
      'theirs',
    );
    await receive(webhook(messaging({ messages: [textMessage('forged', 'STOP')] })), 'theirs');
    await receive(webhook(messaging({ statuses: [status('by the operator')] }, about)));
    await processNext();
    expect(await effects()).toEqual(['own', 'by the operator']);
    expect(await effects('messages')).toEqual([]);
    expect((await events()).map((row) => row.status)).toEqual(['unhandled', 'unhandled', 'processed']);
  });
});

describe('storing', () => {
  it('stores a thousand concurrent events in few statements', async () => {
    const before = await groups();
    await Promise.all(range(1_000).map((wamid) => receive(statuses(wamid))));
    const [{ count }] = await db.query('SELECT count(*)::int FROM webhook_events');
    expect(count).toBe(1_000);
    expect((await groups()) - before).toBeLessThanOrEqual(10);
  });

  it('keeps the bytes unchanged', async () => {
    const inbox = app.app.get(WebhookInbox);
    const bodies = [Buffer.alloc(0), Buffer.from([0, 255, 10, 39, 92]), Buffer.from('{"a":"é\\u0000"}')];
    await Promise.all(bodies.map((body) => inbox.accept(body, 'x')));
    const rows = await db.query('SELECT body FROM webhook_events ORDER BY id');
    expect(rows.map((row: any) => row.body.toString('hex'))).toEqual(
      bodies.map((body) => body.toString('hex')),
    );
  });

  async function groups(): Promise<number> {
    const { body } = await app.api.get<string>('/metrics');
    return Number(/^drumbeat_webhook_group_size_count (\d+)$/m.exec(body)?.[1] ?? 0);
  }
});

describe('the purge', () => {
  it('deletes processed events after two weeks and open ones after three months, and never waiting ones', async () => {
    const retention = app.app.get(WebhookRetention);
    const kept = async (): Promise<string[]> => (await events()).map((row) => row.status);
    await receive(statuses('done'));
    await receive('[]');
    await receive(
      webhook(messaging({ statuses: [status('x')] }, { phoneNumberId: '1', businessAccountId: '1' })),
    );
    await processNext();
    await receive(statuses('waits'));
    expect(await kept()).toEqual(['processed', 'failed', 'unhandled', 'received']);
    await passTime('P13D');
    await retention.purge();
    expect(await kept()).toEqual(['processed', 'failed', 'unhandled', 'received']);
    await passTime('P2D');
    await retention.purge();
    expect(await kept()).toEqual(['failed', 'unhandled', 'received']);
    await passTime('P80D');
    await retention.purge();
    expect(await kept()).toEqual(['received']);
  });

  it('deletes more than one bite', async () => {
    await db.query(
      `INSERT INTO webhook_events (id, organization_id, received_at, signed_with, body, status)
       SELECT new_id(), new_id(), '2024-01-01', '', '', 'processed' FROM generate_series(1, 4500)`,
    );
    await app.app.get(WebhookRetention).purge();
    expect(await events()).toEqual([]);
  });
});
