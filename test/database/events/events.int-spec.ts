import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { DomainEvents, type NewDomainEvent } from '../../../src/events/domain-events.service.js';
import { type DispatchedEvent, EventConsumers } from '../../../src/events/event-consumers.service.js';
import { EventDispatcher } from '../../../src/events/event-dispatcher.service.js';
import type { EventKind } from '../../../src/events/event-kinds.js';
import { EventRetention } from '../../../src/events/event-retention.service.js';
import { EventWants } from '../../../src/events/event-wants.service.js';
import { Clock } from '../../../src/platform/clock/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { execute, rowsOf, sql } from '../../../src/platform/database/sql.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let shared: TestDatabase;
let one: TestApp;
let other: TestApp;
let organizationId: string;
/** What the consumer under test does besides noting the event. */
let trouble: (event: DispatchedEvent) => void = () => undefined;

const db = (): EntityManager => one.app.get(Database).manager;

/** Each event once, in the order in which it took effect. */
async function take(tx: EntityManager, events: readonly DispatchedEvent[]): Promise<void> {
  for (const event of events) {
    await execute(
      tx,
      sql`INSERT INTO test_effects (organization_id, customer_id, place)
          VALUES (${event.organizationId}, ${event.customerId}, ${event.data['place']})`,
    );
    trouble(event);
  }
}

beforeAll(async () => {
  shared = await createTestDatabase();
  one = await startTestApp({ database: shared });
  await execute(
    db(),
    sql`CREATE TABLE test_effects
          (seq bigserial, organization_id uuid NOT NULL, customer_id uuid NOT NULL, place integer NOT NULL)`,
  );
  other = await startTestApp({ database: shared });
  for (const { app } of [one, other]) app.get(EventConsumers).register({ name: 'test', take });
});
afterAll(async () => {
  await Promise.all([one.close(), other.close()]);
  await shared.drop();
});
beforeEach(async () => {
  trouble = () => undefined;
  ({ id: organizationId } = await newOrganization(one.api));
});

const want = (wants: { kind: string; campaignId: string | null }[], sourceId = uuidV7()): Promise<void> =>
  one.app
    .get(Database)
    .transaction((tx) =>
      one.app.get(EventWants).set(tx, { organizationId, source: 'webhook', sourceId }, wants),
    );

const eventOf = (place: number, more: Partial<NewDomainEvent> = {}): NewDomainEvent => ({
  ...{ organizationId, kind: 'customer.updated', customerId: uuidV7(), objectId: null, data: { place } },
  occurredAt: one.app.get(Clock).now(),
  ...more,
});

const record = (events: NewDomainEvent[], { app } = one): Promise<void> =>
  app.get(Database).transaction((tx) => app.get(DomainEvents).record(tx, events));

/** Both processes know of the want. */
const known = (kind: EventKind): Promise<boolean> =>
  until(() => [one, other].every(({ app }) => app.get(DomainEvents).wanted(organizationId, kind)));

const stored = (): Promise<{ kind: string; data: any; dispatched: boolean }[]> =>
  rowsOf(
    db(),
    sql`SELECT kind, data, dispatched_at IS NOT NULL AS dispatched FROM domain_events
         WHERE organization_id = ${organizationId} ORDER BY seq`,
  );
const effects = (): Promise<{ customerId: string; place: number }[]> =>
  rowsOf(
    db(),
    sql`SELECT customer_id AS "customerId", place FROM test_effects
         WHERE organization_id = ${organizationId} ORDER BY seq`,
  );

describe('wants', () => {
  it('decide what is written: by kind, by area, by campaign', async () => {
    const campaignId = uuidV7();
    await want([
      { kind: 'customer.*', campaignId: null },
      { kind: 'campaign.message_read', campaignId },
    ]);
    await known('customer.created');
    await record([
      eventOf(1, { kind: 'customer.created' }),
      eventOf(2, { kind: 'order.created' }),
      eventOf(3, { kind: 'campaign.message_read', campaignId }),
      eventOf(4, { kind: 'campaign.message_read', campaignId: uuidV7() }),
      eventOf(5, { kind: 'campaign.message_read' }),
    ]);
    expect((await stored()).map(({ data }) => data.place)).toEqual([1, 3]);
    const events = one.app.get(DomainEvents);
    expect(events.wanted(organizationId, 'campaign.message_read', campaignId)).toBe(true);
    expect(events.wanted(organizationId, 'campaign.message_read', uuidV7())).toBe(false);
  });

  it('reach every process within two seconds, also when they are written by hand', async () => {
    const startedAt = performance.now();
    await execute(
      db(),
      sql`INSERT INTO event_wants (organization_id, kind, source, source_id)
          VALUES (${organizationId}, 'order.created', 'automation', ${uuidV7()})`,
    );
    await known('order.created');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await record([eventOf(1, { kind: 'order.created' })], other);
    expect(await stored()).toHaveLength(1);
  });

  it('that are taken back let nothing more through, even before a process knows', async () => {
    const sourceId = uuidV7();
    await want([{ kind: 'order.created', campaignId: null }], sourceId);
    await known('order.created');
    await want([], sourceId);
    await record([eventOf(1, { kind: 'order.created' })]);
    expect(await stored()).toEqual([]);
    await until(() => !one.app.get(DomainEvents).wanted(organizationId, 'order.created'));
  });

  it('of two sources are kept apart', async () => {
    const [first, second] = [uuidV7(), uuidV7()];
    await want([{ kind: 'order.created', campaignId: null }], first);
    await want([{ kind: 'order.created', campaignId: null }], second);
    await want([], first);
    await known('order.created');
    await record([eventOf(1, { kind: 'order.created' })]);
    expect(await stored()).toHaveLength(1);
  });
});

describe('wants that a process has not read for a while', () => {
  it('are asked of the table, so that nothing is built for events that nobody wants', async () => {
    const campaignId = uuidV7();
    await want([{ kind: 'campaign.message_read', campaignId }]);
    await known('campaign.message_read');
    const wants = other.app.get(EventWants);
    const looking = Object.getPrototypeOf(wants) as { look: () => Promise<void> };
    Object.assign(wants, { look: () => Promise.resolve(), readAt: -Infinity });
    try {
      const about = { organizationId, campaignId };
      const events = [
        { ...about, kind: 'campaign.message_read' as const, n: 1 },
        { ...about, kind: 'campaign.message_delivered' as const, n: 2 },
        { ...about, kind: 'campaign.message_read' as const, n: 3 },
        { ...about, kind: 'campaign.message_read' as const, n: 4, campaignId: uuidV7() },
      ];
      const wanted = await other.app
        .get(Database)
        .transaction((tx) => other.app.get(DomainEvents).wantedAmong(tx, events));
      expect(wanted.map(({ n }) => n)).toEqual([1, 3]);
    } finally {
      Object.assign(wants, { look: looking.look.bind(wants) });
      await until(() => !other.app.get(DomainEvents).wanted(organizationId, 'order.created'));
    }
  });

  it('are written once, however many enter them at the same time', async () => {
    const source = { organizationId, source: 'stream' as const, sourceId: organizationId };
    const [renewFrom, expiresAt] = [new Date('2027-01-01'), new Date('2027-01-02')];
    await Promise.all(
      [one, other, one, other].map(({ app }, index) => {
        const kinds = index % 2 === 0 ? ['order.*', 'cart.*'] : ['cart.*', 'order.*'];
        return app.get(EventWants).keep(source, kinds, { renewFrom, expiresAt });
      }),
    );
    const rows = await rowsOf<{ kind: string }>(
      db(),
      sql`SELECT kind FROM event_wants WHERE organization_id = ${organizationId} ORDER BY kind`,
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['cart.*', 'order.*']);
  });
});

describe('events', () => {
  beforeEach(async () => {
    await want([{ kind: '*', campaignId: null }]);
    await known('customer.updated');
  });

  it('exist exactly when their change does', async () => {
    const failing = one.app.get(Database).transaction(async (tx) => {
      await one.app.get(DomainEvents).record(tx, [eventOf(1)]);
      throw new Error('the change fails');
    });
    await expect(failing).rejects.toThrow('the change fails');
    expect(await stored()).toEqual([]);
  });

  it('take what people write, whatever it is', async () => {
    await record([eventOf(1, { data: { place: 1, text: 'a\0b\ud800c', depth: [{ text: '\0' }] } })]);
    expect((await stored())[0]?.data).toEqual({ place: 1, text: 'ab\ufffdc', depth: [{ text: '' }] });
  });

  it('have each effect once, in the order of each person, with two processes and four dispatchers', async () => {
    const people = Array.from({ length: 20 }, () => uuidV7());
    const dispatchers = [one, other].map(({ app }) => app.get(EventDispatcher));
    for (let round = 0; round < 6; round++) {
      const events = people.flatMap((customerId) =>
        Array.from({ length: 30 }, (_, index) => eventOf(round * 30 + index, { customerId })),
      );
      await record(events, round % 2 === 0 ? one : other);
      await Promise.all([...dispatchers, ...dispatchers].map((dispatcher) => dispatcher.dispatchWaiting()));
    }
    await until(async () => (await stored()).every(({ dispatched }) => dispatched));
    const taken = await effects();
    expect(taken).toHaveLength(20 * 180);
    for (const person of people) {
      const places = taken.filter(({ customerId }) => customerId === person).map(({ place }) => place);
      expect(places).toEqual(Array.from({ length: 180 }, (_, place) => place));
    }
  });

  it('that a consumer cannot take harm no other', async () => {
    trouble = ({ data }) => {
      if (data['place'] === 7) throw new TypeError('seven is not for me');
    };
    const customerId = uuidV7();
    await record(Array.from({ length: 20 }, (_, place) => eventOf(place, { customerId })));
    await until(async () => (await stored()).every(({ dispatched }) => dispatched));
    expect((await effects()).map(({ place }) => place)).toEqual([...Array(20).keys()].filter((n) => n !== 7));
    expect([...one.logs, ...other.logs].some((line) => line.includes('an event has no effect'))).toBe(true);
  });

  it('wait when the database fails in the middle, and then have each effect once', async () => {
    let failures = 0;
    trouble = () => {
      if (failures++ < 2) throw Object.assign(new Error('down'), { code: 'ECONNRESET' });
    };
    await record([eventOf(1), eventOf(2), eventOf(3)]);
    await until(async () => (await stored()).every(({ dispatched }) => dispatched));
    expect(failures).toBeGreaterThanOrEqual(5);
    expect((await effects()).map(({ place }) => place).sort()).toEqual([1, 2, 3]);
  });

  it('are kept for 30 days', async () => {
    await record([eventOf(1), eventOf(2)]);
    await until(async () => (await stored()).every(({ dispatched }) => dispatched));
    await execute(
      db(),
      sql`UPDATE domain_events SET recorded_at = recorded_at - interval '31 days', id = '00000000-0000-7000-8000-000000000001'
           WHERE organization_id = ${organizationId} AND data->>'place' = '1'`,
    );
    await one.app.get(EventRetention).purge();
    expect((await stored()).map(({ data }) => data.place)).toEqual([2]);
  });

  it('about a person are emptied when the person is erased', async () => {
    const customerId = uuidV7();
    await record([eventOf(1, { customerId }), eventOf(2)]);
    await one.app
      .get(Database)
      .transaction((tx) => one.app.get(DomainEvents).forget(tx, organizationId, customerId));
    expect((await stored()).map(({ data }) => data)).toEqual([{}, { place: 2 }]);
  });
});
