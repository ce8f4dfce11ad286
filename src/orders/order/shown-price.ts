import { type Cents, MAX_PRICE } from '../../rules/money/money.js';

const DECIMAL = /^(\d{1,20})(?:\.(\d+))?$/;
const DIGITS = 12;
const CENT = 10n ** BigInt(DIGITS - 2);
/** A millionth of the unit: what a number loses that has passed through a float. */
const NOISE = 10n ** BigInt(DIGITS - 6);

export interface ShownPrice {
  cents: Cents;
  /** Whether the text is this amount, apart from what a float has done to it. */
  isExact: boolean;
}

/** A price as a customer's device showed it, from the text of the number. Null: it is none, or none that we can hold. */
export function readShownPrice(text: string | null): ShownPrice | null {
  const [, units, decimals = ''] = DECIMAL.exec(text ?? '') ?? [];
  if (units === undefined) return null;
  const size = BigInt(units + decimals.padEnd(DIGITS, '0').slice(0, DIGITS));
  const cents = (size + CENT / 2n) / CENT;
  if (cents > MAX_PRICE) return null;
  const off = size - cents * CENT;
  return { cents, isExact: off < NOISE && -off < NOISE };
}
