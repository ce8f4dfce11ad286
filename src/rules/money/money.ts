import { DomainError } from '../errors/domain-error.js';

/**
 * An exact amount in hundredths of the currency unit. Always hundredths, even for currencies without decimals: the
 * columns are NUMERIC(x, 2), and one scale everywhere leaves nothing to mix up.
 */
export type Cents = bigint;

/** The largest amount of a NUMERIC(10, 2) column: one price. */
export const MAX_PRICE: Cents = 99_999_999_99n;
/** The largest amount of a total, NUMERIC(15, 2): fifteen digits are what a JSON number carries exactly. */
export const MAX_TOTAL: Cents = 9_999_999_999_999_99n;

const DECIMAL = /^(-?)(0|[1-9]\d*)(?:\.(\d{1,2}))?$/;

export interface AmountRule {
  /** Default MAX_TOTAL. */
  max?: Cents;
  allowNegative?: boolean;
}

/**
 * Reads an amount as it stands in JSON or a database row. A number is read through its shortest decimal text,
 * because 19.99 * 100 is 1998.9999999999998.
 */
export function parseMoney(input: string | number, rule: AmountRule = {}): Cents {
  const [, sign, units, decimals = ''] = DECIMAL.exec(String(input)) ?? [];
  if (units === undefined) {
    throw badAmount(
      `"${input}" is not an amount: digits with at most 2 decimals are expected, as in 45000.00.`,
    );
  }
  const size = BigInt(units) * 100n + BigInt(decimals.padEnd(2, '0'));
  const amount = sign === '-' ? -size : size;
  if (amount < 0n && rule.allowNegative !== true)
    throw badAmount(`An amount cannot be negative, as ${input} is.`);
  return within(amount, rule.max ?? MAX_TOTAL);
}

/** `45000.00`: what columns, JSON and people read. */
export function formatMoney(amount: Cents): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The amount itself, or a refusal when its column could not hold it. */
export function within(amount: Cents, max: Cents): Cents {
  if (amount > max || amount < -max) {
    throw badAmount(`The amount ${formatMoney(amount)} is larger than ${formatMoney(max)}.`);
  }
  return amount;
}

export function sumMoney(amounts: Iterable<Cents>): Cents {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
}

export function multiplyMoney(price: Cents, quantity: number): Cents {
  if (!Number.isSafeInteger(quantity)) {
    throw new DomainError('invalid', 'bad_quantity', `A quantity must be a whole number, not ${quantity}.`);
  }
  return price * BigInt(quantity);
}

export function compareMoney(a: Cents, b: Cents): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Splits an amount in proportion to the weights. The shares always sum to the amount: cents that do not divide
 * go one by one to the shares that lost the largest fraction, the first of equals first.
 */
export function allocateMoney(amount: Cents, weights: readonly bigint[]): Cents[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError('weights must not be negative, and not all zero');
  }
  const size = amount < 0n ? -amount : amount;
  const shares = weights.map((weight) => (size * weight) / total);
  const lostFractions = weights.map((weight, index) => ({ index, lost: (size * weight) % total }));
  lostFractions.sort((a, b) => compareMoney(b.lost, a.lost) || a.index - b.index);
  const left = Number(size - sumMoney(shares));
  for (const { index } of lostFractions.slice(0, left)) shares[index] = (shares[index] ?? 0n) + 1n;
  return amount < 0n ? shares.map((share) => -share) : shares;
}

/** The shape of ISO 4217, not its list: which currencies exist changes, and the payment provider decides anyway. */
export function parseCurrency(input: string): string {
  if (/^[A-Z]{3}$/.test(input)) return input;
  throw new DomainError(
    'invalid',
    'bad_currency',
    `"${input}" is not a currency code: three capital letters are expected, as in INR.`,
  );
}

function badAmount(detail: string): DomainError {
  return new DomainError('invalid', 'bad_amount', detail);
}
