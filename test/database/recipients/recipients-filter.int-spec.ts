import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { RecipientExport } from '../../../src/recipients/export-recipients.service.js';
import { Recipients } from '../../../src/recipients/recipients.service.js';
import type { RecipientFilter } from '../../../src/recipients/recipient-filter.js';
import { countMatching, listRecipients } from '../../../src/recipients/recipients.queries.js';
import { type CampaignRef, RecipientAdder } from '../../../src/recipients/add-recipients.service.js';
import { Setup } from './recipients-setup.js';

/** Enough for a walk through all of them to be told from a look into an index. */
const SIZE = 60_000;
/** What a page may read: itself, and one more row for each of its own. */
const READ_AT_MOST = 1_000;

const setup = Setup.forThisFile();
let campaign: CampaignRef;
const query = <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  setup.database.manager.query<T[]>(text, values);

beforeAll(async () => {
  const shop = await setup.shop({ defaultCountry: 'IN' });
  campaign = await setup.campaign(shop);
  await query(
    `INSERT INTO campaign_recipients (id, campaign_id, phone_number, name, status, scheduled_send_date, slice_id,
                                      error_code, failure_reason, failed_at, created_at, updated_at)
     SELECT new_id(), $1, '+91' || (9000000000 + n),
            CASE WHEN n % 10 = 0 THEN NULL
                 ELSE 'Ravi-' || n % 5000 || ' ' || CASE WHEN n % 10000 = 7 THEN 'Kumāri' ELSE 'Shah' END END,
            CASE WHEN n % 3000 = 1 THEN 'failed' WHEN n % 3000 = 2 THEN 'skipped' ELSE 'pending' END,
            date '2025-01-15' + n / 250, CASE WHEN n < 500 THEN gen_random_uuid() END,
            CASE WHEN n % 3000 = 1 THEN 131026 END,
            CASE n % 3000 WHEN 1 THEN 'Message undeliverable' WHEN 2 THEN 'User unsubscribed'
                          WHEN 3 THEN 'unconfirmed: Meta never reported' WHEN 4 THEN repeat('Long. ', 1500) END,
            CASE WHEN n % 3000 = 1 THEN now() END, now(), now()
       FROM generate_series(0, $2::int - 1) AS n`,
    [campaign.id, SIZE],
  );
  // As autovacuum does within a minute of such a load.
  await query('ANALYZE campaign_recipients, recipient_words');
});

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Node[];
}

/** How many rows of the recipients a statement reads, and how. */
async function readBy(
  run: (db: EntityManager) => Promise<unknown>,
): Promise<{ rows: number; scansAll: boolean }> {
  let nodes: Node[] = [];
  const explaining = {
    query: async (text: string, values: unknown[]) => {
      const [row] = await query<{ 'QUERY PLAN': { Plan: Node }[] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      nodes = flat(row?.['QUERY PLAN'][0]?.Plan);
      return [];
    },
  } as unknown as EntityManager;
  await run(explaining);
  const scans = nodes.filter((node) => node['Relation Name'] === 'campaign_recipients');
  const read = (node: Node): number =>
    (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  return {
    rows: scans.reduce((sum, node) => sum + read(node), 0),
    scansAll: scans.some((node) => node['Node Type'] === 'Seq Scan'),
  };
}
const flat = (node: Node | undefined): Node[] =>
  node === undefined ? [] : [node, ...(node.Plans ?? []).flatMap(flat)];

const list = (filter: RecipientFilter, more: object = {}) =>
  setup.service(Recipients).list(campaign.organizationId, campaign.id, { limit: 200, ...filter, ...more });
const number = (n: number): string => `+91${9_000_000_000 + n}`;

describe('recipients are found', () => {
  it.each<[string, RecipientFilter, number]>([
    ['a number as it is stored', { search: '+919000012345' }, 1],
    ['a number as it is written', { search: '+91 90000 12345' }, 1],
    ['a number as its country writes it', { search: '090000-12345' }, 1],
    ['a number that nobody has', { search: '+91 97000 12345' }, 0],
    ['the beginning of a rare surname', { search: 'KUMĀ' }, SIZE / 10_000],
    ['two words, in any order', { search: 'kumāri  RAVI' }, SIZE / 10_000],
    ['words that no name has together', { search: 'kumāri asha' }, 0],
    ['nothing but signs', { search: '%_ \\ -' }, 0],
    ['a sign that stands for others in a pattern', { search: 'kum%ri' }, 0],
    ['an error code', { errorCode: 131026 }, SIZE / 3_000],
    ['another error code', { errorCode: 131049 }, 0],
    ['a reason by its short name', { reason: 'unsubscribed' }, SIZE / 3_000],
    ['a reason by its text', { reason: 'User unsubscribed' }, SIZE / 3_000],
    ['a text that only begins like it', { reason: 'User unsubscribed twice' }, 0],
    ['an unconfirmed end', { reason: 'unconfirmed' }, SIZE / 3_000],
    ['a reason longer than an index takes', { reason: 'Long. '.repeat(1_500) }, SIZE / 3_000],
    ['a day that is planned', { day: '2025-03-01' }, 250],
    ['a day that is under way, with one that is not', { day: '2025-01-16' }, 250],
    ['a day with nobody', { day: '2024-01-16' }, 0],
    ['all at once', { status: 'failed', errorCode: 131026, day: '2025-01-15', search: '+91 90000 00001' }, 1],
  ])('by %s, and read from an index', async (_, filter, expected) => {
    const { data, total } = await list(filter);
    expect([data.length, total]).toEqual([Math.min(200, expected), expected]);
    const { organizationId, id } = campaign;
    const condition = await setup.service(Recipients).matching(organizationId, id, filter);
    const page = await readBy((db) =>
      listRecipients(db, organizationId, id, { filter: condition, limit: 201 }),
    );
    expect(page.scansAll).toBe(false);
    expect(page.rows).toBeLessThanOrEqual(READ_AT_MOST);
    const counted = await readBy((db) => countMatching(db, organizationId, id, condition ?? fail()));
    expect(counted.rows).toBeLessThanOrEqual(READ_AT_MOST);
  });

  it('on pages, in the order of adding', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ day: '2025-01-16' }, { limit: 90, cursor });
      seen.push(...page.data.map(({ phoneNumber }) => phoneNumber));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 250 }, (_, n) => number(250 + n)));
  });

  it('for a file by one search, however many rows match it', async () => {
    const { manager } = setup.database;
    const asked = jest.spyOn(manager, 'query');
    const lines: string[] = [];
    try {
      const filter = { search: 'ravi 1', status: 'pending' } as const;
      const { organizationId, id } = campaign;
      const file = await setup.service(RecipientExport).exportCsv(organizationId, id, filter);
      for await (const part of file) lines.push(...String(part).split('\r\n').filter(Boolean));
      expect(asked.mock.calls.filter(([text]) => text.includes('recipient_words'))).toHaveLength(1);
      expect(lines).toHaveLength(1 + ((await list(filter)).total ?? 0));
    } finally {
      asked.mockRestore();
    }
    const numbers = lines.slice(1).map((line) => line.split(',')[0]);
    expect(numbers.length).toBeGreaterThan(5_000);
    expect(numbers).toEqual([...new Set(numbers)].sort());
  });

  it('by words of recipients that are added one by one, and no longer once they are removed', async () => {
    const own = await setup.campaign(await setup.shop());
    const add = (phone: string, name: string) =>
      query(
        `INSERT INTO campaign_recipients (campaign_id, phone_number, name, created_at, updated_at)
         VALUES ($1, $2, $3, now(), now())`,
        [own.id, phone, name],
      );
    await add('+919000000001', "Ravi O'Neill");
    await add('+919000000002', 'ravi ravi ' + 'x'.repeat(150));
    const found = async (search: string) =>
      (await setup.service(Recipients).list(own.organizationId, own.id, { search })).total;
    expect([await found('rav'), await found('neill'), await found('x'.repeat(150))]).toEqual([2, 1, 1]);
    await query(`DELETE FROM campaign_recipients WHERE phone_number = '+919000000001' AND campaign_id = $1`, [
      own.id,
    ]);
    expect([await found('rav'), await found('neill')]).toEqual([1, 0]);
    expect((await list({ search: 'neill' })).total).toBe(0);
    await query('DELETE FROM marketing_campaigns WHERE id = $1', [own.id]);
    expect(await query('SELECT 1 FROM recipient_words WHERE campaign_id = $1', [own.id])).toEqual([]);
  });

  it('by no word of anybody who was taken out, and the words of the others stay', async () => {
    const own = await setup.campaign(await setup.shop());
    const add = (from: number, to: number, name: string) =>
      query(
        `INSERT INTO campaign_recipients (campaign_id, phone_number, name, is_chosen, created_at, updated_at)
         SELECT $1, '+91' || (9100000000 + n), ${name}, n >= 100, now(), now()
           FROM generate_series($2::int, $3::int - 1) AS n`,
        [own.id, from, to],
      );
    await add(0, 100, `'Ravi Ravi Kept-' || n`);
    await add(100, 12_200, `'Ravi Gone-' || n % 10`);
    const words = async (like: string): Promise<number> => {
      const [row] = await query<{ n: number }>(
        `SELECT count(DISTINCT one)::int AS n FROM recipient_words, unnest(recipients) AS one
          WHERE campaign_id = $1 AND word LIKE $2`,
        [own.id, like],
      );
      return row?.n ?? -1;
    };
    const strays = () =>
      query(
        `SELECT word FROM recipient_words w, unnest(recipients) AS one
          WHERE campaign_id = $1 AND NOT EXISTS (SELECT FROM campaign_recipients WHERE id = one)
         UNION SELECT word FROM recipient_words WHERE campaign_id = $1 AND recipients = '{}'`,
        [own.id],
      );
    const [kept] = await query<{ id: string }>(
      `SELECT id FROM campaign_recipients WHERE campaign_id = $1 AND name LIKE '%Kept-7'`,
      [own.id],
    );
    await setup.inTransaction((tx) =>
      setup.service(Recipients).removeUnsent(tx, own.organizationId, own.id, { ids: [kept?.id ?? ''] }),
    );
    expect([await words('ravi'), await words('kept'), await words('7'), await strays()]).toEqual([
      12_199,
      99,
      12_100 / 10,
      [],
    ]);
    const numbersOf = Array.from({ length: 200 }, (_, n) => `+91${9_100_000_100 + n}`);
    await setup.inTransaction((tx) =>
      setup.service(Recipients).removeUnsent(tx, own.organizationId, own.id, { phoneNumbers: numbersOf }),
    );
    expect([await words('ravi'), await words('gone'), await strays()]).toEqual([11_999, 11_900, []]);
    await setup.inTransaction((tx) => setup.service(RecipientAdder).removeChosen(tx, own.id));
    expect([await words('ravi'), await words('gone'), await strays()]).toEqual([99, 0, []]);
    await query('DELETE FROM campaign_recipients WHERE campaign_id = $1', [own.id]);
    expect(await query('SELECT 1 FROM recipient_words WHERE campaign_id = $1', [own.id])).toEqual([]);
  });

  it('also when two remove people of one name at once, and while others are added', async () => {
    const own = await setup.campaign(await setup.shop());
    const add = (phones: number[]) =>
      query(
        `INSERT INTO campaign_recipients (campaign_id, phone_number, name, created_at, updated_at)
         SELECT $1, '+91' || n, 'Ravi', now(), now() FROM unnest($2::bigint[]) AS n`,
        [own.id, phones],
      );
    const some = (from: number) => Array.from({ length: 20 }, (_, n) => 9_200_000_000 + from + n);
    await add(some(0));
    const remove = (phone: number) =>
      query('DELETE FROM campaign_recipients WHERE campaign_id = $1 AND phone_number = $2', [
        own.id,
        `+91${phone}`,
      ]);
    await Promise.all([...some(0).slice(0, 15).map(remove), add(some(20)), add(some(40))]);
    const [row] = await query<{ words: string[]; people: string[] }>(
      `SELECT ARRAY(SELECT unnest(recipients) FROM recipient_words WHERE campaign_id = $1 ORDER BY 1) AS words,
              ARRAY(SELECT id FROM campaign_recipients WHERE campaign_id = $1 ORDER BY 1) AS people`,
      [own.id],
    );
    expect(row?.people).toHaveLength(45);
    expect(row?.words).toEqual(row?.people);
  });

  it('by words between any blanks and signs that a search takes apart', async () => {
    const own = await setup.campaign(await setup.shop());
    const isBetween = (n: number): boolean =>
      /[\s.,;:!?@#$%^&*\-_+=/|<>()[\]{}'"`~\\]/.test(String.fromCharCode(n));
    const signs = Array.from({ length: 65_535 }, (_, n) => n + 1).filter(isBetween);
    await query(
      `INSERT INTO campaign_recipients (campaign_id, phone_number, name, created_at, updated_at)
       SELECT $1, '+91' || (9300000000 + n), 'Ravi' || chr(n) || 'Shah', now(), now() FROM unnest($2::int[]) AS n`,
      [own.id, signs],
    );
    const service = setup.service(Recipients);
    for (const search of ['shah', 'ravi\u3000shah', '\u00a0RAVI'])
      expect((await service.list(own.organizationId, own.id, { search })).total).toBe(signs.length);
    const words = await query('SELECT DISTINCT word FROM recipient_words WHERE campaign_id = $1', [own.id]);
    expect(words).toHaveLength(2);
  });

  it.each(['2025-13-01', '2025-02-30', 'today', ''])('not by %s, because that is not a day', async (day) => {
    await expect(list({ day })).rejects.toMatchObject({ kind: 'invalid' });
  });
});

function fail(): never {
  throw new Error('this filter has no condition');
}
