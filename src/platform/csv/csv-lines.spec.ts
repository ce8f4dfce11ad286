import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { fromCsvCell } from './csv-cell.js';
import { csvLines } from './csv-lines.js';
import { csvRecords } from './csv-records.js';

const HEADER = ['phone', 'reply'];
const pieces = fc.constantFrom(
  '\n',
  '\r',
  '\r\n',
  '"',
  ',',
  ';',
  "'",
  '=1+1',
  '|',
  '%',
  '＝',
  '+',
  ' ',
  'ok',
);
const texts = fc.oneof(
  fc.string(),
  fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
);
const tables = fc.array(fc.tuple(texts, texts), { maxLength: 5 });
const lineEnds = fc.constantFrom('\n', '\r\n');

describe('the rows of a CSV file', () => {
  it.each(['\n', '\r\n'] as const)('read again are what was written, with %j at the end', (lineEnd) => {
    fc.assert(
      fc.property(tables, (rows) => {
        // The readers of the world take any of the three for the end of a row.
        const read = parse(csvLines([HEADER, ...rows], lineEnd), {
          record_delimiter: ['\r\n', '\n', '\r'],
        });
        expect(read.map((cells) => cells.map(fromCsvCell))).toEqual([HEADER, ...rows]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('read by our own import are what was written', async () => {
    await fc.assert(
      fc.asyncProperty(tables, lineEnds, async (rows, lineEnd) => {
        const read: string[][] = [];
        const file = [Buffer.from(csvLines([HEADER, ...rows], lineEnd))];
        for await (const records of csvRecords(Readable.from(file))) {
          read.push(...records.map(({ cells }) => cells.map(fromCsvCell)));
        }
        expect(read).toEqual([HEADER, ...rows]);
      }),
    );
  });

  it.each([
    ["ok\n=cmd|'/C calc'!A0", '"ok\n=cmd|\'/C calc\'!A0",x\r\n'],
    ['ok\n+447911129301', '"ok\n+447911129301",x\r\n'],
    ['ok\r@SUM(A1)', '"ok\r@SUM(A1)",x\r\n'],
    ['＝1+1', "'＝1+1,x\r\n"],
    ['\n=1+1', '"\'\n=1+1",x\r\n'],
    ['+447911129301', '+447911129301,x\r\n'],
    ['-5', '-5,x\r\n'],
    ['-5+1', "'-5+1,x\r\n"],
  ])('hold %j in one cell that calculates nothing', (text, line) => {
    expect(csvLines([[text, 'x']], '\r\n')).toBe(line);
  });

  it('take numbers, and nothing for null', () => {
    expect(csvLines([[-1, null, '']])).toBe('-1,,\n');
  });
});
