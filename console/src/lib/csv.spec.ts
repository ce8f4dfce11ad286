import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvRows } from './csv.ts';

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

it('reads back what was written', () => {
  const rows = fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), { maxLength: 5 });
  fc.assert(
    fc.property(rows, (written) => {
      const text = written.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
      expect(csvRows(text, 100)).toEqual(written);
    }),
  );
});

it('stops after the rows that are wanted', () => {
  expect(csvRows('\uFEFFline,message\n2,"not, a number"\n3,x', 2)).toEqual([
    ['line', 'message'],
    ['2', 'not, a number'],
  ]);
});
