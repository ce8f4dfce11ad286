import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import type { Answer, ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

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

interface Import {
  id: string;
  status: string;
  rowsRead: number;
  rowsCreated: number;
  rowsUpdated: number;
  rowsUnchanged: number;
  rowsFailed: number;
  failureReason: string | null;
  detail: string;
}
const send = (
  csv: string | Buffer,
  { query = '', type = 'text/csv', headers = {}, as = api } = {},
): Promise<Answer<Import>> =>
  as.post(`${PATH}/import${query}`, undefined, { raw: csv, headers: { 'content-type': type, ...headers } });
const counts = ({ body }: Answer<Import>): number[] => [
  body.rowsRead,
  body.rowsCreated,
  body.rowsUpdated,
  body.rowsUnchanged,
  body.rowsFailed,
];
const people = async (as = api): Promise<Record<string, unknown>[]> =>
  (await as.get(`${PATH}?limit=200`)).body.data.reverse();
const errorsOf = async ({ body }: Answer<Import>): Promise<string> =>
  (await api.get<string>(`${PATH}/imports/${body.id}/errors`)).body;
const exported = async (as = api): Promise<string> => (await as.get<string>(`${PATH}/export`)).body;
const numbered = (from: number, n: number, row: (i: number) => string = (i) => `Customer ${i}`): string =>
  [
    'phone,name',
    ...Array.from({ length: n }, (_, i) => `+9199${10_000_000 + from + i},${row(from + i)}`),
  ].join('\n');

describe('an import', () => {
  it('creates customers, updates them, and changes nothing when repeated', async () => {
    const file = [
      'Phone Number;Full Name;E-Mail;City;PIN Code;Country;Tier;Tags;Sale Details;saleDetails.destination;score',
      '+91 99787 83238;Ravi Kumar;ravi@example.com;Mumbai;400001;in;premium;"vip,new";x;Bali;12',
      '14694652751;;;;;;;;;Goa;007',
    ].join('\r\n');
    const first = await send(file);
    expect(first.status).toBe(201);
    expect(first.body.status).toBe('completed');
    expect(counts(first)).toEqual([2, 2, 0, 0, 0]);
    expect(first.headers.get('location')).toBe(`${PATH}/imports/${first.body.id}`);
    const before = await people();
    expect(before).toMatchObject([
      {
        phoneNumber: '+919978783238',
        name: 'Ravi Kumar',
        email: 'ravi@example.com',
        zipcode: '400001',
        country: 'IN',
        customerTier: 'premium',
        tags: ['vip', 'new'],
        attributes: { 'Sale Details': 'x', saleDetails: { destination: 'Bali' }, score: 12 },
        subscription: 'subscribed',
        marketingOptInAt: null,
      },
      {
        phoneNumber: '+14694652751',
        name: null,
        attributes: { saleDetails: { destination: 'Goa' }, score: '007' },
      },
    ]);
    expect(counts(await send(file))).toEqual([2, 0, 0, 2, 0]);
    expect(await people()).toEqual(before);

    const more = await send('mobile,name,tags,saleDetails.nights\n+919978783238,,vip;gold,7\n');
    expect(counts(more)).toEqual([1, 0, 1, 0, 0]);
    expect((await people())[0]).toMatchObject({
      name: 'Ravi Kumar',
      tags: ['vip', 'new', 'gold'],
      attributes: { saleDetails: { destination: 'Bali', nights: 7 }, score: 12 },
    });
    const replaced = await send('mobile,tags\n+919978783238,gold\n', { query: '?tags=replace' });
    expect(counts(replaced)).toEqual([1, 0, 1, 0, 0]);
    expect((await people())[0]?.['tags']).toEqual(['gold']);
  });

  it('accepts a file from a form', async () => {
    const form = new FormData();
    form.append('note', 'x');
    form.append('file', new Blob(['phone\n+14694652751\n'], { type: 'text/csv' }), 'mine.csv');
    const encoded = new Response(form);
    const answer = await send(Buffer.from(await encoded.arrayBuffer()), {
      type: encoded.headers.get('content-type') ?? '',
    });
    expect(answer.body).toMatchObject({ status: 'completed', fileName: 'mine.csv', rowsCreated: 1 });
  });

  it('maps columns as requested', async () => {
    const mapping = { Contact: 'phone', Trip: 'attributes.saleDetails.destination', Phone: '-' };
    const query = `?values=text&mapping=${encodeURIComponent(JSON.stringify(mapping))}`;
    const answer = await send('Contact,Trip,Phone,score\n+14694652751,Bali,garbage,12\n', { query });
    expect(counts(answer)).toEqual([1, 1, 0, 0, 0]);
    expect((await people())[0]).toMatchObject({
      attributes: { saleDetails: { destination: 'Bali' }, score: '12' },
    });
  });

  it('reports errors by line and imports the other lines', async () => {
    const answer = await send(
      'phone,name,email,country,attributes\n' +
        '+14694652751,"two\nlines",ok@example.com,US,"{""a"":1}"\n' +
        '\n' +
        '12,=cmd,nobody,Utopia,[1]\n' +
        '+14694652752,a,b@example.com,US,{},too,many\n' +
        ',nobody,,,\n' +
        '+14694652753\n',
    );
    expect(counts(answer)).toEqual([5, 2, 0, 0, 3]);
    const lines = (await errorsOf(answer)).split('\n');
    expect(lines).toEqual([
      'line,field,message',
      '5,attributes,must be a JSON object',
      '5,country,"must be a two-letter country code, as in IN"',
      '5,email,must be an e-mail address',
      expect.stringMatching(/^5,phone,"""12"" does not say its country/),
      '6,,"has 7 cells, the header has 5"',
      '7,,has no phone number',
      '',
    ]);
    const other = await newOrganization(app.api);
    expect((await other.api.get(`${PATH}/imports/${answer.body.id}/errors`)).status).toBe(404);
    expect((await other.api.get(`${PATH}/imports/${answer.body.id}`)).status).toBe(404);
    expect((await other.api.get(`${PATH}/imports`)).body.total).toBe(0);
    expect((await api.get(`${PATH}/imports`)).body).toMatchObject({ total: 1, data: [answer.body] });
  });

  it('applies the last of several rows about one person, wherever they are', async () => {
    const rows = ['+5491123456789,Old,a', '+541123456789,,b', '+14694652751,Ravi,x', '+5491123456789,New,'];
    const answer = await send(`phone,name,note\n${rows.join('\n')}\n`);
    expect(counts(answer)).toEqual([4, 2, 2, 0, 0]);
    expect(await people()).toMatchObject([
      { phoneNumber: '+5491123456789', name: 'New', attributes: { note: 'b' } },
      { phoneNumber: '+14694652751' },
    ]);
    const again = await send(`phone,name,note\n+541123456789,New,b\n`);
    expect(counts(again)).toEqual([1, 0, 0, 1, 0]);
  });

  it('also finds people by their user id', async () => {
    const { body: nameless } = await api.post(PATH, { whatsappUserId: 'US.1', name: 'Only id' });
    await api.post(PATH, { phoneNumber: '+14694652759', whatsappUserId: 'US.2' });
    const answer = await send(
      'phone,whatsappUserId,city\n' +
        '+14694652751,US.1,Dallas\n' +
        '+14694652752,US.2,Austin\n' +
        ',US.2,Houston\n' +
        ',US.3,El Paso\n' +
        '+14694652754,US.4,Waco\n',
    );
    expect(counts(answer)).toEqual([5, 2, 2, 0, 1]);
    expect(await errorsOf(answer)).toContain('3,whatsappUserId,is that of another customer');
    expect(await people()).toMatchObject([
      { id: nameless.id, phoneNumber: '+14694652751', name: 'Only id', city: 'Dallas' },
      { phoneNumber: '+14694652759', city: 'Houston' },
      { phoneNumber: null, whatsappUserId: 'US.3' },
      { phoneNumber: '+14694652754', whatsappUserId: 'US.4' },
    ]);
  });

  it.each<[string, string | Buffer, number[] | RegExp]>([
    ['a byte order mark', '\ufeffphone\n+14694652751\n', [1, 1, 0, 0, 0]],
    ['UTF-16', Buffer.from('\ufeffphone,name\n+14694652751,Zoë\n', 'utf16le'), [1, 1, 0, 0, 0]],
    ['tabs', 'phone\tname\n+14694652751\tRavi\n', [1, 1, 0, 0, 0]],
    ['old Mac line ends', 'phone\r+14694652751\r+14694652752', [2, 2, 0, 0, 0]],
    ['mixed line ends', 'phone,name\r\n+14694652751,"a"\n+14694652752,"b"\r\n', [2, 2, 0, 0, 0]],
    ['a header only', 'phone,name\n', [0, 0, 0, 0, 0]],
    ['a header without an end', 'phone,name', [0, 0, 0, 0, 0]],
    ['quotes within texts', 'phone,name\n+14694652751,5" pipe\n+14694652752,"a"b\n', [2, 2, 0, 0, 0]],
    ['NUL', 'phone,name\n+14694652751,a\0b\n+14694652752,b\n', [2, 1, 0, 0, 1]],
    [
      'attributes that JSON allows and PostgreSQL does not',
      'phone,attributes\n+14694652751,"{""a"":""\\u0000""}"\n+14694652752,"{""a"":1e999}"\n',
      [2, 0, 0, 0, 2],
    ],
    ['10,000 cells in a row', `phone\n${'x,'.repeat(9_999)}\n+14694652751\n`, [2, 1, 0, 0, 1]],
    ['nothing', '', /empty/],
    ['only line ends', '\n\n', /empty/],
    ['10,000 columns', `phone${',x'.repeat(9_999)}\n`, /10000 columns/],
    ['no phone', 'name,city\nRavi,Mumbai\n', /no phone number column.*"name", "city"/],
    ['two phones', 'phone,mobile\n1,2\n', /two columns for phoneNumber/],
    ['an attribute and a part of it', 'phone,a,a.b\n', /a part of it/],
    ['an invalid path', 'phone,attributes.a..b\n', /not a valid attribute path/],
    ['undeclared Latin-1', Buffer.from('phone,name\n+14694652751,Zo\xeb\n', 'latin1'), /not valid UTF-8/],
    ['a quote that never ends', 'phone,name\n+14694652751,a\n+14694652752,"b\n', /line 3 opens a quote/],
    ['a line without end', `phone,name\n+14694652751,${'x'.repeat(3_000_000)}`, /line 2 is longer than 1 MB/],
    [
      'the bytes of an image',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0]),
      /not valid UTF-8/,
    ],
  ])('handles a file with %s', async (_what, file, expected) => {
    const answer = await send(file);
    if (Array.isArray(expected)) {
      expect(answer.status).toBe(201);
      expect(counts(answer)).toEqual(expected);
    } else {
      expect(answer.status).toBe(400);
      expect(answer.body.detail).toMatch(expected);
      const [last] = (await api.get(`${PATH}/imports`)).body.data;
      expect(last).toMatchObject({ status: 'failed', failureReason: expect.stringMatching(expected) });
    }
  });

  it('keeps the rows before the point where a file breaks', async () => {
    const answer = await send('phone,name\n+14694652751,a\n+14694652752,"b\n');
    expect(answer.status).toBe(400);
    expect(await people()).toHaveLength(1);
  });

  it('reads other charsets when declared', async () => {
    const latin1 = Buffer.from('phone,name\n+14694652751,Zo\xeb\n', 'latin1');
    expect((await send(latin1, { type: 'text/csv; charset=windows-1252' })).status).toBe(201);
    expect((await people())[0]?.['name']).toBe('Zoë');
    expect((await send(latin1, { type: 'text/csv; charset=klingon' })).status).toBe(415);
  });

  it('rejects bodies that are not CSV, and other routes reject CSV', async () => {
    expect((await send('{}', { type: 'application/json' })).status).toBe(415);
    expect((await send('x', { headers: { 'content-encoding': 'gzip' } })).status).toBe(415);
    const stray = { raw: 'phone\n', headers: { 'content-type': 'text/csv' } };
    expect((await api.post(PATH, undefined, stray)).status).toBe(415);
    expect((await send('phone\n', { query: '?mapping=no' })).status).toBe(400);
    expect((await send('phone\n', { query: '?mapping=%7B%22x%22%3A%22name%22%7D' })).status).toBe(400);
    const form = 'multipart/form-data; boundary=x';
    const fields = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n';
    expect((await send(fields, { type: form })).status).toBe(400);
    const reader = await newOrganization(app.api, ['customers:read']);
    expect((await send('phone\n', { as: reader.api })).status).toBe(403);
  });

  it('reads local numbers as the organization writes them', async () => {
    await api.put('/api/organization', { defaultCountry: 'IN' });
    await send('phone\n9978783238\n');
    expect((await people())[0]?.['phoneNumber']).toBe('+919978783238');
  });
});

describe('consent in a file', () => {
  const one = async (csv: string): Promise<Record<string, unknown>> => {
    expect((await send(csv)).status).toBe(201);
    return (await people())[0] ?? {};
  };
  const T = '2025-03-01T10:00:00.000Z';
  const LATER = '2025-04-01T10:00:00.000Z';
  it.each([
    ['subscription', 'subscribed', 'subscribed', null, null],
    ['subscription', 'unsubscribed', 'unsubscribed', null, expect.any(String)],
    ['opt_in', 'yes', 'subscribed', expect.any(String), null],
    ['opt_in', 'no', 'unsubscribed', null, expect.any(String)],
    ['opt_in_at', T, 'subscribed', T, null],
    ['opt_out_at', T, 'unsubscribed', null, T],
    ['subscription,opt_out_at', `unsubscribed,${T}`, 'unsubscribed', null, T],
    ['opt_in_at,opt_out_at', `${T},${LATER}`, 'unsubscribed', null, LATER],
    ['opt_in_at,opt_out_at', `${LATER},${T}`, 'subscribed', LATER, null],
    ['opt_in,opt_out_at', `true,${T}`, 'unsubscribed', null, T],
  ])('%s = %s', async (columns, cells, subscription, marketingOptInAt, marketingOptOutAt) => {
    const csv = `phone,${columns}\n+14694652751,${cells}\n`;
    const first = await one(csv);
    expect(first).toMatchObject({ subscription, marketingOptInAt, marketingOptOutAt });
    const path = `${PATH}/${String(first['id'])}/consent`;
    const history = (await api.get(path)).body;
    expect(counts(await send(csv))).toEqual([1, 0, 0, 1, 0]);
    expect((await people())[0]).toEqual(first);
    expect((await api.get(path)).body).toEqual(history);
  });

  it.each([
    ['subscription', 'subscribed', 'unsubscribed'],
    ['opt_in', 'true', 'unsubscribed'],
    ['opt_in_at', '2025-02-01T00:00:00Z', 'unsubscribed'],
    ['opt_in_at', LATER, 'subscribed'],
  ])('of a customer who opted out: %s = %s', async (columns, cells, subscription) => {
    const { body } = await api.post(PATH, { phoneNumber: '+14694652751' });
    await api.post(`${PATH}/${body.id}/opt-out`, { at: T });
    const csv = `phone,${columns}\n+14694652751,${cells}\n`;
    expect(await one(csv)).toMatchObject({ subscription });
    if (subscription === 'subscribed') await api.post(`${PATH}/${body.id}/opt-out`, {});
    // The same for a customer whose profile was deleted since.
    await api.delete(`${PATH}/${String((await people())[0]?.['id'])}`);
    expect(await one('phone\n+14694652751\n')).toMatchObject({ subscription: 'unsubscribed' });
  });

  it('is rejected when it is not a possible word or time', async () => {
    const answer = await send(
      'phone,subscription,opt_in,opt_in_at\n+14694652751,maybe,perhaps,2999-01-01\n+14694652752,,,yesterday\n',
    );
    expect(counts(answer)).toEqual([2, 0, 0, 0, 2]);
    expect((await errorsOf(answer)).split('\n')).toHaveLength(6);
  });

  it('never loses an opt-out that arrives while the file is read', async () => {
    const phones = Array.from({ length: 20 }, (_, i) => `+146946527${10 + i}`);
    const made = await Promise.all(phones.map((phoneNumber) => api.post(PATH, { phoneNumber })));
    const file = `phone,name,opt_in\n${phones.map((phone) => `${phone},Ravi,true`).join('\n')}\n`;
    await Promise.all([
      send(file),
      ...made.map(({ body }) => api.post(`${PATH}/${body.id}/opt-out`, {})),
      send(file),
    ]);
    for (const person of await people()) expect(person['subscription']).toBe('unsubscribed');
  });
});

describe('imports at the same time', () => {
  it('of the same people neither deadlock nor create duplicates', async () => {
    const n = 6_000;
    const there = numbered(0, n, (i) => `One ${i}`).split('\n');
    const back = [
      there[0],
      ...numbered(0, n, (i) => `Other ${i}`)
        .split('\n')
        .slice(1)
        .reverse(),
    ];
    const answers: Answer<Import>[] = [];
    for (let round = 0; round < 2; round++) {
      answers.push(...(await Promise.all([send(there.join('\n')), send(back.join('\n'))])));
    }
    for (const answer of answers) {
      expect(answer.status).toBe(201);
      expect(answer.body.rowsCreated + answer.body.rowsUpdated + answer.body.rowsUnchanged).toBe(n);
    }
    expect(answers.reduce((sum, { body }) => sum + body.rowsCreated, 0)).toBe(n);
    expect((await api.get(`${PATH}?limit=1`)).body.total).toBe(n);
  });

  it('are limited to two of an organization and four of a process; the next one gets Retry-After', async () => {
    const [other, third] = [await newOrganization(app.api), await newOrganization(app.api)];
    const running = async (as: ApiClient): Promise<unknown[]> =>
      (await as.get(`${PATH}/imports`)).body.data.filter(({ status }: Import) => status === 'running');
    const refused = async (as: ApiClient): Promise<void> => {
      const answer = await send('phone\n', { as });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('30');
    };
    const held = [hold(), hold()];
    await until(
      () => running(api),
      (found) => found.length === 2,
    );
    await refused(api);
    // The other organizations still have their turn.
    expect((await send('phone\n', { as: third.api })).status).toBe(201);
    held.push(hold(other.api), hold(other.api));
    await until(
      () => running(other.api),
      (found) => found.length === 2,
    );
    await refused(third.api);
    held.forEach(({ end }) => {
      end();
    });
    // The place is given back right after the import has ended, which a reader can see a moment earlier.
    for (const as of [api, other.api]) {
      await until(
        () => send('phone\n', { as }),
        ({ status }) => status === 201,
      );
    }
  });
});

/** An upload that the test continues step by step. */
function hold(as = api): { write: (text: string) => void; end: () => void; cut: () => void } {
  const key = (as as unknown as { key: string }).key;
  const upload = httpRequest(`${app.url}${PATH}/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
  });
  upload.on('error', () => undefined);
  upload.write('phone,name\n');
  return { write: (text) => upload.write(text), end: () => upload.end(), cut: () => upload.destroy() };
}
const latest = async (): Promise<Import | undefined> => (await api.get(`${PATH}/imports`)).body.data[0];

describe('a file of bad rows', () => {
  it('has its first 10,000 errors listed and the others counted', async () => {
    const answer = await send(`phone\n+14694652751\n${'x\n'.repeat(12_345)}+14694652752\n`);
    expect(answer.status).toBe(201);
    expect(counts(answer)).toEqual([12_347, 2, 0, 0, 12_345]);
    const lines = (await errorsOf(answer)).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 10_000 + 1);
    expect(lines.at(-2)).toMatch(/^10002,phone,/);
    expect(lines.at(-1)).toBe(',,2345 more rejected rows are not listed');
  });

  it('ends when its first 10,000 rows are all bad', async () => {
    const answer = await send(`phone\n${'x\n'.repeat(50_000)}+14694652751\n`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ type: 'urn:drumbeat:problem:csv_rows_bad' });
    expect(await latest()).toMatchObject({
      status: 'failed',
      rowsRead: 10_000,
      rowsFailed: 10_000,
      failureReason: 'None of the first 10000 rows could be imported. Their errors say why.',
    });
  });

  it('goes on when the last of its first 10,000 rows is a good one', async () => {
    const answer = await send(`phone\n${'x\n'.repeat(9_999)}+14694652751\n`);
    expect(counts(answer)).toEqual([10_000, 1, 0, 0, 9_999]);
  });
});

describe('a long import', () => {
  it('shows its progress, and keeps its rows when the connection breaks', async () => {
    const upload = hold();
    upload.write(`${numbered(0, 100).split('\n').slice(1).join('\n')}\n`);
    let more = 100;
    // Counts are updated while data arrives; a stalled connection adds nothing.
    const shown = await until(
      async () => {
        upload.write(`${numbered(more++, 1).split('\n')[1] ?? ''}\n`);
        return latest();
      },
      (seen) => (seen?.rowsCreated ?? 0) >= 100,
    );
    expect(shown?.status).toBe('running');
    upload.cut();
    const ended = await until(latest, (seen) => seen?.status !== 'running');
    expect(ended).toMatchObject({ status: 'interrupted', failureReason: expect.stringContaining('closed') });
    expect((await api.get(`${PATH}?limit=1`)).body.total).toBe(ended?.rowsCreated);
    const again = await send(numbered(0, more));
    expect(again.body).toMatchObject({ status: 'completed', rowsFailed: 0 });
    expect(again.body.rowsCreated + again.body.rowsUnchanged).toBe(more);
  });

  it('is reported as interrupted when its process was killed', async () => {
    const { body } = await send('phone\n+14694652751\n');
    await app.app
      .get(Database)
      .manager.query(`UPDATE customer_imports SET status = 'running', finished_at = NULL WHERE id = $1`, [
        body.id,
      ]);
    const found = await api.get(`${PATH}/imports/${body.id}`);
    expect(found.body).toMatchObject({
      status: 'interrupted',
      failureReason: expect.stringContaining('process'),
    });
  });
});

describe('an import with an Idempotency-Key', () => {
  const file = 'phone,name\n+14694652751,Ravi\n';
  it('runs once, and the same file gets the same response', async () => {
    const headers = { 'idempotency-key': 'import-1' };
    const first = await send(file, { headers });
    const again = await send(file, { headers });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await send(`${file}+14694652752,Devi\n`, { headers })).status).toBe(422);
    expect((await send(file, { headers, query: '?values=text' })).status).toBe(422);
    expect((await api.get(`${PATH}/imports`)).body.total).toBe(1);
  });

  it('recognises the file of a form, whatever the boundary', async () => {
    const post = async (boundary: string): Promise<Answer<Import>> =>
      send(
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${file}\r\n--${boundary}--\r\n`,
        { type: `multipart/form-data; boundary=${boundary}`, headers: { 'idempotency-key': 'import-2' } },
      );
    const first = await post('aaa');
    expect((await post('bbb')).body).toEqual(first.body);
  });

  it('can be retried with a better file if the first was rejected before its end', async () => {
    const headers = { 'idempotency-key': 'import-3' };
    expect((await send(`name\n${'x\n'.repeat(500_000)}`, { headers })).status).toBe(400);
    expect((await send(file, { headers })).status).toBe(201);
  });

  it('stays rejected if the file was rejected at its end', async () => {
    const headers = { 'idempotency-key': 'import-4' };
    expect((await send(`${file}"`, { headers })).status).toBe(400);
    expect((await send(`${file}"`, { headers })).headers.get('idempotency-replayed')).toBe('true');
    expect((await send(file, { headers })).status).toBe(422);
  });

  it('is in progress while it runs', async () => {
    const [one, other] = await Promise.all([
      send(numbered(0, 5_000), { headers: { 'idempotency-key': 'import-5' } }),
      send(numbered(0, 5_000), { headers: { 'idempotency-key': 'import-5' } }),
    ]);
    expect([one.status, other.status].sort()).toEqual([201, 409]);
  });
});

describe('the export', () => {
  it('imported elsewhere gives the same file, byte for byte', async () => {
    const nasty = [
      '=1+1',
      "'=1",
      "''",
      '"',
      'a,b;c',
      'two\nlines',
      'cr\rhere',
      '@x',
      '-1',
      '+x',
      'Zoë 😀',
      '\\N',
    ];
    for (const [i, text] of nasty.entries()) {
      const made = await api.post(PATH, {
        phoneNumber: `+146946527${50 + i}`,
        name: text,
        address: `${text} street`,
        tags: i === 3 ? [] : [text, `[${i}`, 'plain'],
        attributes: { [text]: [text, i, null, { deep: 1.5, __proto__: 'x' }], phone: 'x', 'a.b': { a: '' } },
        isActive: i % 2 === 0,
        ...(i === 4 ? { marketingOptIn: true, whatsappUserId: 'US.5', username: 'ravi' } : {}),
        ...(i === 5 ? { marketingOptIn: false, customerTier: 'gold', country: 'IN', zipcode: '007' } : {}),
      });
      expect(made.status).toBe(201);
    }
    await api.post(PATH, { whatsappUserId: 'US.99', name: 'Only id' });
    await send('phone,attributes\n+14694652799,"{""big"":12345678901234567890.10,""s"":""1e999""}"\n');
    const file = await exported();
    expect(file).toContain('12345678901234567890.10');

    const other = await newOrganization(app.api);
    const taken = await send(file, { as: other.api });
    expect(counts(taken)).toEqual([nasty.length + 2, nasty.length + 2, 0, 0, 0]);
    expect(await exported(other.api)).toBe(file);
    expect(counts(await send(file))).toEqual([nasty.length + 2, 0, 0, nasty.length + 2, 0]);
    const clean = (person: Record<string, unknown>): unknown => ({
      ...person,
      id: 0,
      createdAt: 0,
      updatedAt: 0,
    });
    expect((await people(other.api)).map(clean)).toEqual((await people()).map(clean));
  });

  it('contains no cell that a spreadsheet would calculate', async () => {
    await api.post(PATH, { phoneNumber: '+14694652751', name: '=HYPERLINK("http://evil")', tags: ['@x'] });
    const file = await exported();
    expect(file).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(file).toContain(`'@x`);
  });

  it('accepts the filters of the list and is recorded in the audit log', async () => {
    await send('phone,city\n+14694652751,Dallas\n+14694652752,Austin\n');
    const { body, headers } = await api.get<string>(`${PATH}/export?city=Austin`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(body.split('\n')).toHaveLength(3);
    expect(body).toContain('+14694652752');
    const audit = (await api.get('/api/audit')).body.data as { action: string }[];
    expect(audit.some(({ action }) => action === `GET ${PATH}/export`)).toBe(true);
  });

  it('of 20,000 customers survives a round trip without loss', async () => {
    const n = 20_000;
    const file = numbered(0, n, (i) =>
      `"Customer ${i}, ""VIP""",vip;n${i % 7},{"i": ${i}}`.replace(/\{.*$/, `"{""i"": ${i}}"`),
    );
    const csv = file.replace('phone,name', 'phone,name,tags,attributes');
    expect(counts(await send(csv))).toEqual([n, n, 0, 0, 0]);
    const out = await exported();
    const other = await newOrganization(app.api);
    await send(out, { as: other.api });
    expect((await exported(other.api)) === out).toBe(true);
    expect(counts(await send(csv))).toEqual([n, 0, 0, n, 0]);
  });
});
