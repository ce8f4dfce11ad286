import { decimalsInIso, isCurrency } from './currency.js';
import { type Cents, MAX_TOTAL } from './money.js';

/** A plain integer in the smallest unit of ISO 4217, as Razorpay counts. Its third decimal of KWD is always 0. */
export function smallestUnits(amount: Cents, currency: string): number {
  const decimals = decimalsInIso(currency);
  if (decimals === 0 && amount % 100n !== 0n) throw new RangeError(`${currency} has no decimals`);
  const scaled = decimals === 3 ? amount * 10n : decimals === 0 ? amount / 100n : amount;
  if (scaled > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('too large for a JSON number');
  return Number(scaled);
}

/** Undefined: not a whole number, more decimals than we keep, or no currency. */
export function fromSmallestUnits(value: unknown, currency: string): Cents | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  if (!isCurrency(currency) || !/^\d{1,18}$/.test(text)) return undefined;
  const units = BigInt(text);
  const decimals = decimalsInIso(currency);
  if (decimals === 3 && units % 10n !== 0n) return undefined;
  const amount = decimals === 3 ? units / 10n : decimals === 0 ? units * 100n : units;
  return amount > MAX_TOTAL ? undefined : amount;
}
