import type { Scalar } from './segment.js';

const MAX_DECIMALS = 4;

/**
 * Text that is a plain number, as an untyped import stores it. At most 15 digits, because 15 digits pass through a
 * double unchanged, here and in the database. Both sides use this pattern.
 */
export const NUMERIC_TEXT = `^-?(0|[1-9][0-9]{0,10})([.][0-9]{1,${MAX_DECIMALS}})?$`;
const PATTERN = new RegExp(NUMERIC_TEXT);

export function numberOfText(text: string): number | undefined {
  return PATTERN.test(text) ? Number(text) : undefined;
}

/**
 * Every stored value that counts as this value: 5 is also "5" and "5.00", and "5" is also 5. A list of plain values
 * instead of a rule, because the index only supports equality with a plain value.
 */
export function spellings(value: Scalar): Scalar[] {
  if (typeof value === 'boolean') return [value, String(value)];
  if (typeof value === 'number') return [value, ...textsOf(value)];
  if (value === 'true' || value === 'false') return [value, value === 'true'];
  const number = numberOfText(value);
  return number === undefined ? [value] : [value, number];
}

function textsOf(value: number): string[] {
  const shortest = String(value);
  if (!PATTERN.test(shortest)) return [];
  const [units = '', decimals = ''] = shortest.split('.');
  const texts = Array.from({ length: MAX_DECIMALS + 1 - decimals.length }, (_, zeros) => {
    const padded = decimals + '0'.repeat(zeros);
    return padded === '' ? units : `${units}.${padded}`;
  });
  return value === 0 ? [...texts, ...texts.map((text) => `-${text}`)] : texts;
}
