import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { DomainError } from '../../../src/rules/errors/domain-error.js';
import { RecipientAdder, type CampaignRef } from '../../../src/recipients/add-recipients.service.js';
import type { AddResult } from '../../../src/recipients/add-result.js';
import { RecipientExport } from '../../../src/recipients/export-recipients.service.js';
import { indian, type InBatch, Setup } from './recipients-setup.js';

const setup = Setup.forThisFile();

describe('a CSV file', () => {
  const ASHA = { phone_number: '+919978783238', name: 'Asha', variables: { city: 'Pune', 1: 'Bali' } };
  const RAVI = { phone_number: '+14165550123', name: 'Ravi', variables: { city: 'Toronto' } };

  it.each<[string, string | Buffer]>([
    ['plain', 'phone,name,city,1\n+919978783238,Asha,Pune,Bali\n+14165550123,Ravi,Toronto,\n'],
    ['of Windows', 'phone,name,city,1\r\n+919978783238,Asha,Pune,Bali\r\n+14165550123,Ravi,Toronto,\r\n'],
    [
      'without a line end at the end',
      'phone,name,city,1\n+919978783238,Asha,Pune,Bali\n+14165550123,Ravi,Toronto',
    ],
    [
      'with a byte order mark',
      '\ufeffphone,name,city,1\n+919978783238,Asha,Pune,Bali\n+14165550123,Ravi,Toronto,',
    ],
    [
      'of Excel in UTF-16',
      Buffer.from(
        '\ufeffPhone\tName\tcity\t1\r\n+919978783238\tAsha\tPune\tBali\r\n+14165550123\tRavi\tToronto\t\r\n',
        'utf16le',
      ),
    ],
    ['with semicolons', 'phone;name;city;1\n+919978783238;Asha;Pune;Bali\n+14165550123;Ravi;Toronto;\n'],
    [
      'that names its separator',
      'sep=;\r\nphone;name;city;1\r\n+919978783238;Asha;Pune;Bali\r\n+14165550123;Ravi;Toronto;\r\n',
    ],
    [
      'all in quotes',
      '"phone","name","city","1"\n"+91 99787-83238","Asha","Pune","Bali"\n"+1 416 555 0123","Ravi","Toronto",""\n',
    ],
    [
      'in another order, with spaces',
      ' city , Full Name , WhatsApp Number ,1\n Pune , Asha , +91 99787 83238 , Bali \nToronto,Ravi,+1 (416) 555-0123\n',
    ],
    [
      'with empty lines and columns',
      '\n\nphone,name,,city,1\n\n+919978783238,Asha,,Pune,Bali\n,,,,\n\n+14165550123,Ravi,,Toronto,\n',
    ],
    [
      'guarded against formulas',
      "phone,name,city,1\n'+919978783238,Asha,Pune,Bali\n'+14165550123,Ravi,Toronto,\n",
    ],
  ])('is read: %s', async (_, file) => {
    const campaign = await setup.campaign(await setup.shop());
    // One byte at a time: the reader must not depend on where a chunk ends.
    const bytes = Buffer.from(file as string);
    await importCsv(
      campaign,
      Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1)),
    );
    expect(await setup.stored(campaign)).toMatchObject([ASHA, RAVI]);
  });

  it('may be a plain list of numbers', async () => {
    const campaign = await setup.campaign(await setup.shop({ defaultCountry: 'IN' }));
    expect(await importCsv(campaign, '9978783238\n+91 99000 00001\n9978783238\nnobody\n')).toEqual({
      added: 2,
      duplicates: 1,
      invalid: [{ input: 'nobody', reason: expect.any(String), line: 4 }],
      invalidCount: 1,
      warnings: [],
    });
    expect(await setup.numbers(campaign)).toEqual(['+919978783238', '+919900000001']);
  });

  it('keeps text with quotes, separators and line breaks, and counts lines like an editor', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const file =
      'phone,name,note\n+919978783238,"Asha ""A"", Pune","two\nlines"\nwrong,x,\n+919900000001,5" pipe,=1+1\n';
    expect(await importCsv(campaign, file)).toMatchObject({
      added: 2,
      invalid: [{ input: 'wrong', line: 4 }],
    });
    expect(await setup.stored(campaign)).toMatchObject([
      { name: 'Asha "A", Pune', variables: { note: 'two\nlines' } },
      { name: '5" pipe', variables: { note: '=1+1' } },
    ]);
  });

  it('reports bad rows with their lines, and adds the good rows', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const file = [
      'phone,name,code',
      '9.19979E+11,Excel,1',
      ',Nobody,2',
      '+919978783238,Asha,3,stray',
      `+919978783238,${'x'.repeat(201)},4`,
      '+919978783238,a\0b,5',
      '+919978783238',
      '+919900000001,Ravi,7,,',
    ];
    const result = await importCsv(campaign, file.join('\n'));
    expect(result.invalid.map(({ line, reason }) => [line, reason])).toEqual([
      [2, '"9.19979E+11" is not a phone number.'],
      [3, 'The row has no phone number.'],
      [4, 'The row has 4 cells, the header 3.'],
      [5, 'The name is longer than 200 characters.'],
      [6, '"name" holds a character that cannot be stored.'],
    ]);
    expect(await setup.numbers(campaign)).toEqual(['+919978783238', '+919900000001']);
  });

  it.each([
    ['no content', '', 'csv_empty'],
    ['only empty lines', '\n\r\n', 'csv_empty'],
    ['no phone column', 'name,city\nAsha,Pune\n', 'csv_header'],
    [
      'an alphabet it does not name',
      Buffer.from('phone,name\n+919978783238,Jos\xe9\n', 'latin1'),
      'invalid_charset',
    ],
    ['an unclosed quote', 'phone,name\n"+919978783238,Asha\n', 'csv_quote_not_closed'],
    ['an image as content', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'invalid_charset'],
  ])('is rejected with %s', async (_, file, code) => {
    const campaign = await setup.campaign(await setup.shop());
    await expect(importCsv(campaign, file)).rejects.toMatchObject({ kind: 'invalid', code });
    expect(await setup.numbers(campaign)).toEqual([]);
  });

  it('is read in the declared charset', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const stream = Readable.from([Buffer.from('phone,name\n+919978783238,Jos\xe9\n', 'latin1')]);
    await setup.importCsv(campaign, { stream, charset: 'windows-1252' });
    expect(await setup.stored(campaign)).toMatchObject([{ name: 'José' }]);
  });

  it('is added in batches, each in its own transaction, with duplicates across them', async () => {
    const campaign = await setup.campaign(await setup.shop());
    let batches = 0;
    const numbers = indian(25_000);
    const result = await importCsv(
      campaign,
      ['phone', ...numbers, ...numbers.slice(0, 100)].join('\n'),
      (work) => {
        batches++;
        return setup.inTransaction(work);
      },
    );
    expect([result.added, result.duplicates]).toEqual([25_000, 100]);
    // A file that arrives slowly is stored in more of them.
    expect(batches).toBeGreaterThanOrEqual(3);
    expect(await setup.numbers(campaign)).toEqual(numbers);
  });

  it('stops when the campaign no longer takes recipients, and can be uploaded again', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const file = ['phone', ...indian(45_000)].join('\n');
    const source = Readable.from([Buffer.from(file)]);
    let batches = 0;
    const closed = new DomainError('conflict', 'campaign_cancelled', 'The campaign was cancelled.');
    const refusing: InBatch = (work) =>
      ++batches === 2 ? Promise.reject(closed) : setup.inTransaction(work);
    const importing = setup.importCsv(campaign, { stream: source }, refusing);
    await expect(importing).rejects.toBe(closed);
    expect(source.destroyed).toBe(true);
    expect(await setup.numbers(campaign)).toHaveLength(10_000);
    expect(await importCsv(campaign, file)).toMatchObject({ added: 35_000, duplicates: 10_000 });
    expect(await setup.numbers(campaign)).toEqual(indian(45_000));
  });

  it('keeps the earlier batches when it breaks off, and reports the error', async () => {
    const campaign = await setup.campaign(await setup.shop());
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from(['phone', ...indian(12_000), ''].join('\n'));
      await Promise.reject(new Error('connection lost'));
    }
    const importing = setup.importCsv(campaign, { stream: broken() });
    await expect(importing).rejects.toThrow('connection lost');
    expect(await setup.numbers(campaign)).toEqual(indian(10_000));
  });

  it('is added once by concurrent uploads', async () => {
    const campaign = await setup.campaign(await setup.shop());
    const file = ['phone', ...indian(3_000)].join('\n');
    const results = await Promise.all(Array.from({ length: 4 }, () => importCsv(campaign, file)));
    expect(results.reduce((sum, { added }) => sum + added, 0)).toBe(3_000);
  });
});

describe('the export', () => {
  it.each([0, 1, 2_000, 4_001])('contains each recipient once, in order: %s', async (count) => {
    const campaign = await withRecipients(indian(count));
    const rows = await exported(campaign);
    expect(rows.map(({ phone_number }) => phone_number)).toEqual(indian(count));
  });

  it('contains what is known about each recipient', async () => {
    const campaign = await withRecipients(['+919978783238']);
    await rowsOf(
      setup.database.manager,
      sql`UPDATE campaign_recipients
             SET status = 'responded', sent_at = '2025-06-01T10:00:00Z', response_message = 'Yes, "please"',
                 variables = '{"1": "Bali"}', error_code = NULL, scheduled_send_date = '2025-06-01'
           WHERE campaign_id = ${campaign.id}`,
    );
    expect(await exported(campaign)).toEqual([
      expect.objectContaining({
        phone_number: '+919978783238',
        status: 'responded',
        sent_at: '2025-06-01T10:00:00.000Z',
        scheduled_send_date: '2025-06-01',
        response_message: 'Yes, "please"',
        variables: '{"1":"Bali"}',
        error_code: '',
        retry_count: '0',
      }),
    ]);
  });

  it.each([
    ['=HYPERLINK("http://evil")', `'=HYPERLINK("http://evil")`],
    ['+1+1', `'+1+1`],
    ['-cmd', `'-cmd`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ["'quoted", "''quoted"],
    ['-5', '-5'],
    ['Asha', 'Asha'],
  ])('contains no spreadsheet formula: %s', async (name, cell) => {
    const campaign = await setup.campaign(await setup.shop());
    const items = [{ phoneNumber: '+919978783238', name }];
    await setup.inTransaction((tx) => setup.service(RecipientAdder).addItems(tx, campaign, items));
    const [row] = await exported(campaign);
    expect(row).toMatchObject({ phone_number: '+919978783238', name: cell });
    // Importing it again restores the value.
    const copy = await setup.campaign(await setup.shop());
    await importCsv(copy, await text(await csvOf(campaign)));
    expect(await setup.stored(copy)).toMatchObject([{ phone_number: '+919978783238', name }]);
  });

  it('keeps a reply of several lines in its row, whatever the lines look like', async () => {
    const campaign = await withRecipients(['+919978783238']);
    const reply = "ok\n=cmd|'/C calc'!A0\r+447911129301";
    await rowsOf(
      setup.database.manager,
      sql`UPDATE campaign_recipients
             SET status = 'responded', sent_at = '2025-06-01T10:00:00Z', response_message = ${reply}
           WHERE campaign_id = ${campaign.id}`,
    );
    const file = await text(await csvOf(campaign));
    const rows = parse(file, { columns: true, record_delimiter: ['\r\n', '\n', '\r'] });
    expect(rows).toMatchObject([{ phone_number: '+919978783238', response_message: reply }]);
  });

  it('reads only as fast as the client', async () => {
    const numbers = indian(10_000);
    const campaign = await withRecipients(numbers);
    const chunks = (await csvOf(campaign))[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const first = await chunks.next();
    expect(String(first.value)).toMatch(/^phone_number,/);
    await setup.setState(campaign, numbers.at(-1) ?? '', 'failed');
    let last = '';
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      last = String(next.value);
    }
    expect(last.trimEnd().split('\r\n').at(-1)).toContain(',failed,');
  });

  it('is not found for a campaign of another organization', async () => {
    const campaign = await withRecipients(indian(1));
    const { organizationId } = await setup.shop();
    await expect(csvOf({ ...campaign, organizationId })).rejects.toMatchObject({
      code: 'campaign_not_found',
    });
  });

  async function withRecipients(numbers: string[]): Promise<CampaignRef> {
    const campaign = await setup.campaign(await setup.shop());
    const items = numbers.map((phoneNumber) => ({ phoneNumber }));
    await setup.inTransaction((tx) => setup.service(RecipientAdder).addItems(tx, campaign, items));
    return campaign;
  }

  function csvOf({ organizationId, id }: CampaignRef): Promise<Readable> {
    return setup.service(RecipientExport).exportCsv(organizationId, id);
  }

  async function exported(campaign: CampaignRef): Promise<Record<string, string>[]> {
    return parse(await text(await csvOf(campaign)), { columns: true });
  }
});

function importCsv(
  campaign: CampaignRef,
  file: string | Buffer | Buffer[],
  inBatch?: InBatch,
): Promise<AddResult> {
  const chunks = Array.isArray(file) ? file : [Buffer.from(file as string)];
  return setup.importCsv(campaign, { stream: Readable.from(chunks) }, inBatch);
}
