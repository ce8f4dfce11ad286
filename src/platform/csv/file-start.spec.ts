import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readStart } from './file-start.js';

const chunksOf = (bytes: Buffer, size: number): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.subarray(n * size, (n + 1) * size),
    ),
  );
const start = (
  bytes: Buffer,
  more: { maxBytes?: number; size?: number; charset?: string; chunk?: number } = {},
) => {
  const { maxBytes = 1_000_000, size, charset = null, chunk = 7 } = more;
  return readStart({ stream: chunksOf(bytes, chunk), charset }, { maxBytes, size });
};
const rows = [
  'phone,name',
  '+919978783238,"Größe, ""x"""',
  '+919978783239,"two',
  'lines"',
  '+919978783240,ö',
];
const FILE = Buffer.from(`${rows.join('\n')}\n`);
const CELLS = [
  ['phone', 'name'],
  ['+919978783238', 'Größe, "x"'],
  ['+919978783239', 'two\nlines'],
  ['+919978783240', 'ö'],
];

describe('the start of a file', () => {
  it('is all of a small one', async () => {
    const whole = await start(FILE);
    expect(whole).toMatchObject({ isWhole: true, bytes: FILE.length });
    expect(whole.records.map(({ cells }) => cells)).toEqual(CELLS);
  });

  it('holds complete rows only, wherever it is cut: in a row, in quotes, in a character', async () => {
    for (let end = 1; end < FILE.length; end++) {
      for (const cut of [
        start(FILE.subarray(0, end), { size: FILE.length }),
        start(FILE, { maxBytes: end }),
      ]) {
        const { records, isWhole, bytes } = await cut;
        const cells = records.map((record) => record.cells);
        expect([end, cells, isWhole, bytes]).toEqual([end, CELLS.slice(0, cells.length), false, end]);
      }
    }
  });

  it('forgives a cut in other encodings too', async () => {
    const wide = Buffer.from(`\ufeff${rows.join('\n')}\n`, 'utf16le');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: wide.length - 1 }),
        fc.integer({ min: 1, max: 50 }),
        async (end, chunk) => {
          const { records } = await start(wide, { maxBytes: end, chunk });
          expect(records.map(({ cells }) => cells)).toEqual(CELLS.slice(0, records.length));
        },
      ),
    );
  });

  it('refuses what is wrong before the cut, and everything that is wrong in a whole file', async () => {
    const broken = Buffer.concat([Buffer.from('phone\n'), Buffer.from([0xff]), FILE]);
    for (const more of [{}, { size: 1_000_000 }, { maxBytes: 60 }])
      await expect(start(broken, more)).rejects.toMatchObject({ code: 'invalid_charset' });
    await expect(start(Buffer.from('phone\n"x'))).rejects.toMatchObject({ code: 'csv_quote_not_closed' });
    await expect(start(Buffer.from([0x70, 0xc3]))).rejects.toMatchObject({ code: 'invalid_charset' });
  });
});
