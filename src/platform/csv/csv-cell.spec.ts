import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromCsvCell, toCsvCell } from './csv-cell.js';

describe('a CSV cell', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-5', "'-5"],
    ['\tx', "'\tx"],
    ['\n=1', "'\n=1"],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠SUM(A1)', "'＠SUM(A1)"],
    ['|calc', "'|calc"],
    ['%0A', "'%0A"],
    ["'quoted", "''quoted"],
    ['plain', 'plain'],
    ['', ''],
  ])('for %j is %j, and back', (text, cell) => {
    expect(toCsvCell(text)).toBe(cell);
    expect(fromCsvCell(cell)).toBe(text);
  });

  it('never begins a formula and always gives back what was put in', () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^['=+@\-|%＝＋－＠\t\r\n]{1,4}\w{0,3}$/));
    fc.assert(
      fc.property(texts, (text) => {
        expect(toCsvCell(text)).not.toMatch(/^[=+\-@|%＝＋－＠\t\r\n]/);
        expect(fromCsvCell(toCsvCell(text))).toBe(text);
      }),
    );
  });

  it('from another program keeps an apostrophe that guards nothing', () => {
    expect(fromCsvCell("'n Beetje")).toBe("'n Beetje");
  });
});
