import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { type CsvRecord, csvRecords } from './csv-records.js';
import { utf8Chunks } from './csv-text.js';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function read(file: string | Buffer, size = 7, charset: string | null = null): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  const chunks = utf8Chunks(inChunks(Buffer.from(file as string), size), charset);
  for await (const portion of csvRecords(chunks)) records.push(...portion);
  return records;
}

describe('CSV records', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        [1, 'a', 'b'],
        [2, '1', '2'],
      ],
    ],
    [
      'a;b\r\n1;2,5',
      [
        [1, 'a', 'b'],
        [2, '1', '2,5'],
      ],
    ],
    [
      'a|b\r1|2\r',
      [
        [1, 'a', 'b'],
        [2, '1', '2'],
      ],
    ],
    [
      '"a,x";b\n1;2',
      [
        [1, 'a,x', 'b'],
        [2, '1', '2'],
      ],
    ],
    [
      'a,b\n\n\n1,"x\r\ny\n"\n2,3\n',
      [
        [1, 'a', 'b'],
        [4, '1', 'x\r\ny\n'],
        [7, '2', '3'],
      ],
    ],
    [
      'a,b\n,\n',
      [
        [1, 'a', 'b'],
        [2, '', ''],
      ],
    ],
    ['\n\na\n', [[3, 'a']]],
    ['', []],
    ['\ufeffZoë,😀\n', [[1, 'Zoë', '😀']]],
  ])('of %j know their lines', async (file, expected) => {
    for (const size of [1, 2, 3, 1_000]) {
      const found = (await read(file, size)).map(({ line, cells }) => [line, ...cells]);
      expect(found).toEqual(expected);
    }
  });

  it('are those that were written, wherever the chunks are cut', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', 'ë', '😀', ' '),
      maxLength: 6,
    });
    const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (written, size) => {
        const table = [['h1', 'h2', 'h3'], ...written];
        const found = await read(stringify(table, { quoted_match: /\r/ }), size);
        expect(found.map(({ cells }) => cells)).toEqual(table);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    [Buffer.from('a,b\nZo\xeb,1\n', 'latin1'), 'windows-1252', 'Zoë'],
    [Buffer.from('\ufeffa,b\nZoë,1\n', 'utf16le'), null, 'Zoë'],
    [Buffer.from('a,b\nZoë,1\n'), 'UTF-8', 'Zoë'],
  ])('are read in the charset %#', async (file, charset, expected) => {
    for (const size of [1, 3, 100]) expect((await read(file, size, charset))[1]?.cells[0]).toBe(expected);
  });

  it.each([
    [Buffer.from([0x61, 0xc3]), null],
    [Buffer.from([0x61, 0xc0, 0x80]), null],
    [Buffer.from([0x61, 0xed, 0xa0, 0x80]), null],
    [Buffer.from('\ufeffa\n', 'utf16le').subarray(0, 5), null],
    [Buffer.from('a'), 'no-such-charset'],
  ])('of bytes that are not text are rejected (%#)', async (file, charset) => {
    for (const size of [1, 100])
      await expect(read(file, size, charset)).rejects.toThrow(/not valid|not known/);
  });

  it('before the place where reading ends are still returned', async () => {
    const found: CsvRecord[] = [];
    const reading = async (): Promise<void> => {
      for await (const portion of csvRecords(inChunks(Buffer.from('a\n1\n2\n"3'), 100)))
        found.push(...portion);
    };
    await expect(reading()).rejects.toThrow(/line 4 opens a quote/);
    expect(found).toHaveLength(3);
  });
});
