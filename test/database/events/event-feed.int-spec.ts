import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EntityManager } from 'typeorm';
import { readPages, type FeedEvent, type PageLimits } from '../../../src/events/event-feed.queries.js';
import { EventFeed, type FeedReader } from '../../../src/events/event-feed.service.js';
import type { FeedPlace } from '../../../src/events/feed-place.js';
import { Database } from '../../../src/platform/database/database.js';
import { execute, rowsOf, sql } from '../../../src/platform/database/sql.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

let shared: TestDatabase;
let one: TestApp;
let organizationId: string;

const FIRST: FeedPlace = { xid: '0', seq: '0' };
const db = (): EntityManager => one.app.get(Database).manager;

beforeAll(async () => {
  shared = await createTestDatabase();
  one = await startTestApp({ database: shared, env: { ROLE: 'api' } });
});
afterAll(async () => {
  await one.close();
  await shared.drop();
});
beforeEach(async () => {
  ({ id: organizationId } = await newOrganization(one.api));
});

/** Returns once the feed shows the events: an older transaction of any database of the server holds them back. */
async function write(kinds: readonly string[], text = ''): Promise<void> {
  await execute(
    db(),
    sql`INSERT INTO domain_events (organization_id, kind, data, occurred_at, recorded_at)
        SELECT ${organizationId}::uuid, kind, jsonb_build_object('n', place, 'text', ${text}::text), now(), now()
          FROM unnest(${kinds}::text[]) WITH ORDINALITY AS event (kind, place)`,
  );
  const [last] = await rowsOf<{ xid: string }>(db(), sql`SELECT pg_current_xact_id()::text AS xid`);
  await until(
    () => rowsOf(db(), sql`SELECT 1 WHERE pg_snapshot_xmin(pg_current_snapshot()) >= ${last?.xid}::xid8`),
    (rows) => rows.length > 0,
    { within: 50_000 },
  );
}

/** All pages of one reader, up to the present. */
async function pagesOf(kinds: readonly string[], limits: PageLimits): Promise<FeedEvent[][]> {
  const pages: FeedEvent[][] = [];
  let place = FIRST;
  for (;;) {
    const [page] = await readPages(db(), [{ organizationId, place, kinds }], limits);
    if (page === undefined) throw new Error('there is a page for each group');
    pages.push(page.events);
    place = page.next;
    if (page.nextAt === undefined) return pages;
  }
}

const numbersOf = (events: readonly FeedEvent[]): number[] => events.map(({ data }) => data['n'] as number);

it('a page ends after the rows that it looks at, also when it has found nothing', async () => {
  await write([...Array<string>(25).fill('customer.updated'), 'order.created']);
  const pages = await pagesOf(['order.*'], { scanned: 10, events: 100, bytes: 1_000_000 });
  expect(pages.map(numbersOf)).toEqual([[], [], [26]]);
});

it('a page ends with the bytes of its events, and holds at least one', async () => {
  await write(Array<string>(5).fill('order.created'), 'x'.repeat(10_000));
  const limits = { scanned: 1_000, events: 100 };
  const sizesWith = async (bytes: number): Promise<number[]> =>
    (await pagesOf(['*'], { ...limits, bytes })).map(({ length }) => length);
  expect(await sizesWith(25_000)).toEqual([2, 2, 1]);
  expect(await sizesWith(1)).toEqual([1, 1, 1, 1, 1]);
});

it('pages of any size hold each event once and in order', async () => {
  const kind = fc.constantFrom('order.created', 'order.flagged', 'customer.updated', 'custom.a');
  const limits = fc.record({
    scanned: fc.integer({ min: 1, max: 6 }),
    events: fc.integer({ min: 1, max: 4 }),
    bytes: fc.integer({ min: 1, max: 120 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(kind, { maxLength: 14 }), limits, async (kinds, each) => {
      ({ id: organizationId } = { id: uuidV7() });
      if (kinds.length > 0) await write(kinds);
      const wanted = kinds.flatMap((name, index) =>
        name.startsWith('order.') || name === 'custom.a' ? [index + 1] : [],
      );
      expect((await pagesOf(['order.*', 'custom.a'], each)).flatMap(numbersOf)).toEqual(wanted);
    }),
    { numRuns: 40 },
  );
});

it('a reader whose events cannot be read, or that cannot take them, stops no other', async () => {
  const feed = one.app.get(EventFeed);
  const readerOf = (more: Partial<FeedReader> = {}): FeedReader & { seen: number[] } => {
    const seen: number[] = [];
    return {
      ...{ organizationId, selections: ['order.created'], seen },
      isReady: () => true,
      take: (events) => void seen.push(...numbersOf(events)),
      moved: () => undefined,
      close: () => undefined,
      ...more,
    };
  };
  const unable = readerOf({
    take: () => {
      throw new TypeError('not for me');
    },
  });
  const able = readerOf();
  const unreadable = readerOf();
  const readers = [unreadable, unable, able];
  const place = await feed.present();
  for (const reader of readers) await feed.join(reader, place);
  // A place that no statement can read.
  const joined = (feed as unknown as { joined: Map<FeedReader, { place: FeedPlace }> }).joined;
  const broken = joined.get(unreadable);
  if (broken !== undefined) broken.place = { xid: 'nowhere', seq: '0' };
  await write(['order.created']);
  await until(() => able.seen.length > 0);
  expect([able.seen, unable.seen, unreadable.seen]).toEqual([[1], [], []]);
  for (const reader of readers) feed.leave(reader);
});
