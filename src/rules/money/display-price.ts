import { decimalsOf, isCurrency } from './currency.js';
import { type Cents, MAX_PRICE } from './money.js';

const DIGIT_RUNS = /\p{Nd}+/gu;
/** Between the first and the last digit only digits, blanks and the marks that group or divide. */
const NUMBER = /^\p{Nd}+(?:[\s\u00a0\u2009\u202f.,'\u2019\u066b\u066c]\p{Nd}+)*$/u;
const MINUS = /[-\u2212\u2010-\u2013]\s*[\p{Sc}\p{L}.\s]*$/u;

/** In ISO 4217, whatever people write. */
const WITH_THOUSANDTHS = new Set('BHD IQD JOD KWD LYD OMR TND'.split(' '));

/** How many decimals a price may have: the fewer of ISO 4217 and Meta's own table, at most 2. Null for a currency that is not known. */
export function priceDecimals(currency: string): 0 | 2 | null {
  return isCurrency(currency) ? decimalsOf(currency) : null;
}

/**
 * Reads a price as Meta shows it to people: `₹1,23,456.78`, `45.000,00 €`, `¥1,050`. Letters, symbols and blanks
 * around the number go; the last mark followed by exactly as many digits as the currency has decimals divides, all
 * others group. Null when this leaves any doubt: a wrong price is worse than an unread one.
 */
export function parseDisplayPrice(text: string, currency: string): Cents | null {
  const decimals = priceDecimals(currency);
  const digits = [...text.matchAll(DIGIT_RUNS)];
  const [first, last] = [digits[0], digits.at(-1)];
  if (decimals === null || first === undefined || last === undefined) return null;
  const number = text.slice(first.index, last.index + last[0].length);
  if (!NUMBER.test(number) || MINUS.test(text.slice(0, first.index))) return null;
  const groups = digits.map(([run]) => westernDigits(run));
  const marks = number.replace(DIGIT_RUNS, '').split('');
  const fraction = groups.at(-1) ?? '';
  const divides = marks.length > 0 && decimals > 0 && fraction.length === decimals;
  const whole = divides ? groups.slice(0, -1) : groups;
  const grouping = new Set(divides ? marks.slice(0, -1) : marks);
  const isClear = grouping.size <= 1 && !(divides && grouping.has(marks.at(-1) ?? ''));
  if (!isClear || !isGrouped(whole) || isThousandths(currency, divides, groups)) return null;
  const amount = BigInt(whole.join('')) * 100n + BigInt(divides ? fraction : '0');
  return amount > MAX_PRICE ? null : amount;
}

/** 1,234,567 and the Indian 12,34,567; a number without marks is one group of any length. */
function isGrouped([first = '', ...rest]: string[]): boolean {
  if (rest.length === 0) return true;
  const middle = rest.slice(0, -1);
  if (rest.at(-1)?.length !== 3 || first.startsWith('0')) return false;
  const western = first.length <= 3 && middle.every(({ length }) => length === 3);
  const indian = first.length <= 2 && middle.every(({ length }) => length === 2);
  return western || indian;
}

/** `KWD 45.000` is forty-five to some and forty-five thousand to others. */
function isThousandths(currency: string, divides: boolean, groups: string[]): boolean {
  return WITH_THOUSANDTHS.has(currency) && !divides && groups.length === 2;
}

function westernDigits(run: string): string {
  return run.replace(/[^\d]/gu, valueOf);
}

/** Unicode keeps the ten digits of a script side by side, zero first. */
function valueOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}
