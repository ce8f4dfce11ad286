import { DomainError } from '../errors/domain-error.js';
import { decimalsAtMeta } from './currency.js';
import { type Cents, formatMoney, MAX_TOTAL, parseCurrency, parseMoney, within } from './money.js';

// The shapes in which one price travels through foreign APIs. Each is converted once, here at the edge.

/** `{"value": 4500000, "offset": 100}` is 45,000.00. Some endpoints write both as strings. */
export interface OffsetAmount {
  value: number;
  offset: number;
}

export function toOffsetAmount(amount: Cents): OffsetAmount {
  return { value: Number(amount), offset: 100 };
}

export function toOffsetTexts(amount: Cents): { value: string; offset: string } {
  return { value: amount.toString(), offset: '100' };
}

export function fromOffsetAmount(input: { value: number | string; offset: number | string }): Cents {
  const value = wholeNumber(input.value);
  const offset = wholeNumber(input.offset);
  if (offset <= 0n || (value * 100n) % offset !== 0n) {
    throw unreadable(`${input.value} with offset ${input.offset}`);
  }
  return within((value * 100n) / offset, MAX_TOTAL);
}

/** `45000.00 INR`: major units, one space, the currency. */
export function toPriceText(amount: Cents, currency: string): string {
  return `${formatMoney(amount)} ${parseCurrency(currency)}`;
}

export function fromPriceText(text: string): { amount: Cents; currency: string } {
  const [amount = '', currency = '', ...rest] = text.split(' ');
  if (rest.length > 0) throw unreadable(text);
  return { amount: parseMoney(amount), currency: parseCurrency(currency) };
}

/** Thousandths of the unit: 45,000.00 is 45000000. */
export function toThousandths(amount: Cents): number {
  return Number(amount * 10n);
}

/** A plain integer in the smallest unit the catalogue knows for the currency: 4500000 for INR, 45000 for JPY. */
export function toCatalogInteger(amount: Cents, currency: string): number {
  if (decimalsAtMeta(currency) === 2) return Number(amount);
  if (amount % 100n !== 0n) {
    throw new DomainError(
      'rule',
      'currency_without_decimals',
      `${currency} has no decimals, ${formatMoney(amount)} has.`,
    );
  }
  return Number(amount / 100n);
}

export function fromCatalogInteger(value: number, currency: string): Cents {
  const units = wholeNumber(value);
  return within(decimalsAtMeta(currency) === 0 ? units * 100n : units, MAX_TOTAL);
}

/**
 * A foreign price as a JSON number that may have passed through a float: 19.989999771118164 is 19.99. Null when it is
 * not an amount with two decimals; the caller flags it instead of losing it.
 */
export function nearestCents(value: number): Cents | null {
  if (!Number.isFinite(value) || Math.abs(value) > Number(MAX_TOTAL) / 100) return null;
  const text = value.toFixed(2);
  if (Math.abs(value - Number(text)) >= 1e-6) return null;
  return parseMoney(text, { allowNegative: true });
}

function wholeNumber(input: number | string): bigint {
  const text = String(input);
  if (!/^-?\d{1,15}$/.test(text)) throw unreadable(text);
  return BigInt(text);
}

function unreadable(what: string): DomainError {
  return new DomainError('invalid', 'bad_amount', `${what} is not an amount with at most 2 decimals.`);
}
